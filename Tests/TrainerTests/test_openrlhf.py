"""OpenRLHF's own executor, without vLLM: it loads the path, calls by its own way, and takes what comes back."""

from __future__ import annotations

import asyncio
import types
from pathlib import Path
from typing import Any

import plaudit
import pytest
from alone import module_alone
from payloads import payloads
from peers import WAIT_SECONDS

torch = pytest.importorskip("torch", reason="OPENRLHF IS NOT TESTED")
transformers = pytest.importorskip("transformers", reason="OPENRLHF IS NOT TESTED")


class Engine:
    """Writes what it was told to; in vLLM's shape."""

    def __init__(self, tokenizer: Any, text: str) -> None:
        self.tokens = tokenizer.encode(text, add_special_tokens=False) + [tokenizer.eos_token_id]

    async def generate(self, prompt: Any, parameters: Any, multi_modal_data: Any = None) -> Any:
        written = types.SimpleNamespace(token_ids=self.tokens, finish_reason="stop", logprobs=None)
        return types.SimpleNamespace(outputs=[written])


def test_the_executor_takes_the_sidecars_word(told: plaudit.Sidecar, model: Path, tmp_path: Path) -> None:
    path = tmp_path / "reward.py"
    path.write_text("from plaudit.openrlhf import reward_func\n")
    tokenizer = transformers.AutoTokenizer.from_pretrained(model)
    executor = module_alone("openrlhf.utils.agent").SingleTurnAgentExecutor(str(path))
    requests = [row["request"] for row in payloads("openrlhf_remote_rm.jsonl")]
    triples = [triple for r in requests for triple in zip(r["prompts"], r["query"], r["labels"])]
    texts = [query[len(prompt) :] for prompt, query, _ in triples]
    parameters = types.SimpleNamespace(max_tokens=4096, logprobs=None)

    async def run() -> list[dict[str, Any]]:
        calls = [
            executor.execute(prompt, label, parameters, 8192, tokenizer, Engine(tokenizer, text))
            for (prompt, _, label), text in zip(triples, texts)
        ]
        return await asyncio.gather(*calls)

    outputs = asyncio.run(run())
    with told.client(deadline=WAIT_SECONDS) as client:
        scored = client.score("rules", texts, reference_answers=[label for _, _, label in triples])
    for index, output in enumerate(outputs):
        reward = torch.tensor([scored.rewards[index]], dtype=torch.float32)
        assert torch.equal(output["reward"], reward) and torch.equal(output["scores"], reward)
        for name, component in scored.components.items():
            log = output["extra_logs"][f"plaudit/{name}"]
            # As OpenRLHF's sample generator reads a log.
            assert log.flatten()[0].item() == pytest.approx(component.scores[index], abs=1e-6)
    assert len({tuple(output["extra_logs"]) for output in outputs}) == 1
