"""`compare` against the real sidecar, whose judge is a small HTTP server of the test."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import plaudit
import pytest
from fake_sidecar import WAIT_SECONDS
from played_judge import played_judge

CONFIG = """\
version: 1
rewards:
  better: {{components: {{better: {{type: preference, judge: played, criteria: The one that says good is better.}}}}}}
judges:
  played: {{api: openai, url: "{url}", model: played}}
"""


@pytest.fixture(scope="module")
def sidecar(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[plaudit.Sidecar]:
    config = tmp_path_factory.mktemp("compare") / "config.yaml"
    with played_judge() as judge:
        config.write_text(CONFIG.format(url=judge.url))
        with plaudit.start(config, binary=binary, quiet=True) as sidecar:
            yield sidecar


@pytest.mark.sidecar
def test_better_text_wins_in_either_place_and_a_biased_judge_gives_a_tie(sidecar: plaudit.Sidecar) -> None:
    with sidecar.client(deadline=WAIT_SECONDS) as client:
        compared = client.compare(
            "better", ["good text", "poor text", "some text"], ["poor text", "good text", "other text"],
            prompts=["p", "p", "p"], rationales=True,
        )  # fmt: skip
    assert list(compared.preferences) == [1.0, 0.0, 0.5]
    assert compared.status == ["scored"] * 3
    assert len(compared.rationales) == 3 and "it says so" in compared.rationales[0]
    # Two of the three pairs are the same pair the other way round: its verdicts are known.
    assert compared.usage["judge_calls"] == 4 and compared.usage["cached"] == 2
    assert len(compared) == 3


@pytest.mark.sidecar
def test_async_client_compares_too(sidecar: plaudit.Sidecar) -> None:
    async def compare() -> plaudit.Compared:
        client = plaudit.AsyncClient(sidecar.socket, deadline=WAIT_SECONDS)
        try:
            return await client.compare("better", ["good"], ["poor"])
        finally:
            await client.close()

    assert list(asyncio.run(compare()).preferences) == [1.0]


@pytest.mark.sidecar
def test_columns_of_different_length_are_refused_by_name(sidecar: plaudit.Sidecar) -> None:
    with sidecar.client(deadline=WAIT_SECONDS) as client, pytest.raises(plaudit.RequestError, match="completions_b"):
        client.compare("better", ["a", "b"], ["c"])
