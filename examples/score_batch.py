"""Scores a batch: `python examples/score_batch.py`, after `script/build` and `pip install -e clients/python`."""

from pathlib import Path

import plaudit

config = Path(__file__).parent / "demo" / "config.yaml"
with plaudit.start(config=config, quiet=True) as sidecar, sidecar.client() as client:
    scored = client.score("arithmetic", completions=["12 + 7 = 19", "I think 20."], reference_answers=["19", "19"])
    print(scored.rewards, scored.status)
    for name, component in scored.components.items():
        print(name, component.scores, component.status)
