"""verl's own reward loop, without a GPU: its loading of a reward function, its managers, and its Ray workers."""

from __future__ import annotations

import asyncio
import importlib.resources
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy
import plaudit
import pytest
from payloads import payloads
from peers import WAIT_SECONDS

ray = pytest.importorskip("ray", reason="VERL IS NOT TESTED")
torch = pytest.importorskip("torch", reason="VERL IS NOT TESTED")
pytest.importorskip("verl", reason="VERL IS NOT TESTED")

from omegaconf import OmegaConf  # noqa: E402
from transformers import AutoTokenizer  # noqa: E402
from verl import DataProto  # noqa: E402
from verl.trainer.ppo.reward import load_reward_manager  # noqa: E402

WORKERS = 2


def configuration(model: Path, sidecar: plaudit.Sidecar, manager: str, function: str) -> Any:
    """verl's own defaults for rewards, with Plaudit as its users name it."""
    defaults = importlib.resources.files("verl") / "trainer" / "config" / "reward" / "reward.yaml"
    reward = OmegaConf.load(str(defaults))
    reward.num_workers = WORKERS
    reward.reward_manager.name = manager
    reward.custom_reward_function = {
        "path": "pkg://plaudit.verl",
        "name": function,
        "reward_kwargs": {"reward": "rules", "socket": sidecar.socket, "deadline": WAIT_SECONDS},
    }
    OmegaConf.set_struct(reward, False)
    reward.reward_kwargs = {"overlong_buffer_cfg": {"enable": False}, "max_resp_len": 512}
    return OmegaConf.create(
        {"reward": reward, "actor_rollout_ref": {"model": {"path": str(model), "tokenizer_path": None}}}
    )


def rollouts(tokenizer: Any) -> Any:
    """The real calls as verl holds them: padded tokens, and columns that are no tensors."""
    rows = payloads("verl_compute_score.jsonl")
    ids = [tokenizer.encode(row["solution_str"], add_special_tokens=False) for row in rows]
    width = max(map(len, ids))
    responses = torch.full((len(rows), width), tokenizer.pad_token_id)
    attention = torch.zeros((len(rows), width + 1), dtype=torch.long)
    attention[:, 0] = 1
    for index, tokens in enumerate(ids):
        responses[index, : len(tokens)] = torch.tensor(tokens)
        attention[index, 1 : len(tokens) + 1] = 1
    columns = {
        "data_source": [row["data_source"] for row in rows],
        "reward_model": [{"ground_truth": row["ground_truth"], "style": "rule"} for row in rows],
        "extra_info": [dict(row["extra_info"]) for row in rows],
    }
    return DataProto.from_dict(
        tensors={
            "prompts": torch.ones((len(rows), 1), dtype=torch.long),
            "responses": responses,
            "attention_mask": attention,
        },
        non_tensors={name: numpy.array(values, dtype=object) for name, values in columns.items()},
    )


def expected(sidecar: plaudit.Sidecar, tokenizer: Any) -> plaudit.Scored:
    """What the sidecar says of the same texts, asked directly."""
    rows = payloads("verl_compute_score.jsonl")
    texts = [
        tokenizer.decode(tokenizer.encode(row["solution_str"], add_special_tokens=False), skip_special_tokens=True)
        for row in rows
    ]
    with sidecar.client(deadline=WAIT_SECONDS) as client:
        return client.score("rules", texts, reference_answers=[row["ground_truth"] for row in rows])


def check(scores: Any, extra: dict[str, Any], scored: plaudit.Scored) -> None:
    assert list(scores) == pytest.approx(list(scored.rewards), abs=1e-6)  # verl keeps float32
    assert list(extra["plaudit/scored"]) == [1.0] * len(scored)
    for name, component in scored.components.items():
        assert list(extra[f"plaudit/{name}"]) == list(component.scores)


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """One for all managers: the limiters of `rate_limited` belong to its class, and to the first loop they meet."""
    made = asyncio.new_event_loop()
    yield made
    made.run_until_complete(made.shutdown_default_executor())
    made.close()


@pytest.mark.parametrize("function", ["compute_score", "compute_score_async"])
@pytest.mark.parametrize("manager", ["naive", "dapo", "rate_limited"])
def test_managers_take_the_sidecars_word(
    loop: asyncio.AbstractEventLoop, rules: plaudit.Sidecar, model: Path, manager: str, function: str
) -> None:
    tokenizer = AutoTokenizer.from_pretrained(model)
    data = rollouts(tokenizer)

    async def run() -> list[dict[str, Any]]:
        loaded = load_reward_manager(configuration(model, rules, manager, function), tokenizer)
        loaded.loop = loop
        return await asyncio.gather(*[loaded.run_single(data[index : index + 1]) for index in range(len(data))])

    outcomes = loop.run_until_complete(run())
    keys = list(outcomes[0]["reward_extra_info"])
    assert [list(outcome["reward_extra_info"]) for outcome in outcomes] == [keys] * len(outcomes)
    extra = {key: [outcome["reward_extra_info"][key] for outcome in outcomes] for key in keys}
    check([outcome["reward_score"] for outcome in outcomes], extra, expected(rules, tokenizer))


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    ray.init(num_cpus=WORKERS + 1, include_dashboard=False, configure_logging=False, log_to_driver=False)
    yield
    ray.shutdown()


@pytest.mark.parametrize("function", ["compute_score", "compute_score_async"])
def test_the_reward_loop_in_rays_workers(cluster: None, rules: plaudit.Sidecar, model: Path, function: str) -> None:
    """The whole of verl's way: its workers load the function by name, and its manager puts the batch together."""
    from verl.experimental.reward_loop import RewardLoopManager

    tokenizer = AutoTokenizer.from_pretrained(model)
    data = rollouts(tokenizer)
    with rules.client(deadline=WAIT_SECONDS) as client:
        manager = RewardLoopManager(configuration(model, rules, "naive", function))
        before = client.stats()
        scored = manager.compute_rm_score(data)
        after = client.stats()
    for worker in manager.reward_loop_workers:
        ray.kill(worker)
    extra = {key: scored.non_tensor_batch[key] for key in scored.meta_info["reward_extra_keys"]}
    check(scored.batch["rm_scores"].sum(dim=-1).tolist(), extra, expected(rules, tokenizer))
    requests = after["requests"] - before["requests"] - 1 - WORKERS
    print(f"{function}: {len(data)} calls of {WORKERS} workers in {requests} requests")


def test_an_actor_and_a_stage_of_ray(cluster: None, rules: plaudit.Sidecar) -> None:
    from plaudit.ray import BatchScorer, Scorer

    rows = payloads("verl_compute_score.jsonl")
    texts, answers = [row["solution_str"] for row in rows], [row["ground_truth"] for row in rows]
    with rules.client(deadline=WAIT_SECONDS) as client:
        wanted = list(client.score("rules", texts, reference_answers=answers).rewards)
    actor = ray.remote(Scorer).options(max_concurrency=16).remote("rules", rules.socket)
    replies = [actor.score.remote(texts[i::4], reference_answers=answers[i::4]) for i in range(4)]
    for index, reply in enumerate(ray.get(replies, timeout=WAIT_SECONDS)):
        assert reply["plaudit/reward"] == wanted[index::4]
    ray.kill(actor)
    batch = {"completion": numpy.array(texts), "answer": numpy.array(answers)}
    socket = rules.socket
    task = ray.remote(lambda: BatchScorer("rules", socket)(batch))
    assert ray.get(task.remote(), timeout=WAIT_SECONDS)["plaudit/reward"] == wanted
