"""`plaudit.openrlhf` as OpenRLHF calls it. torch, which OpenRLHF brings, is played by numpy here."""

from __future__ import annotations

import functools
import importlib.util
import pickle
import sys
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy
import plaudit
import pytest
from adapter_sidecar import paused, payloads
from fake_sidecar import WAIT_SECONDS
from plaudit import openrlhf

pytestmark = pytest.mark.sidecar


@pytest.fixture(autouse=True)
def torch(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("torch")
    vars(module).update(tensor=lambda values, dtype: numpy.array(values, dtype), float32=numpy.float32)
    monkeypatch.setitem(sys.modules, "torch", module)


@pytest.fixture
def numeric(trainer_sidecar: plaudit.Sidecar) -> functools.partial[dict[str, Any]]:
    return openrlhf.reward_function("numeric", trainer_sidecar.socket)


def test_real_requests_have_their_rewards(numeric: functools.partial[dict[str, Any]]) -> None:
    for row in payloads("openrlhf_remote_rm.jsonl"):
        request = row["request"]
        answer = numeric(request["query"], request["prompts"], request["labels"])
        assert answer["rewards"].tolist() == answer["scores"].tolist() == row["numeric_match"]
        assert answer["extra_logs"]["plaudit/correct"].tolist() == row["numeric_match"]
        assert all(log.shape == answer["rewards"].shape for log in answer["extra_logs"].values())


def test_calls_of_one_from_many_threads(numeric: functools.partial[dict[str, Any]]) -> None:
    """As OpenRLHF does it: lists of length one, by `asyncio.to_thread`."""
    rows = payloads("openrlhf_remote_rm.jsonl")
    requests = [row["request"] for row in rows]
    triples = [triple for r in requests for triple in zip(r["query"], r["prompts"], r["labels"])]
    with ThreadPoolExecutor(16) as pool:
        futures = [pool.submit(numeric, [query], [prompt], [label]) for query, prompt, label in triples]
        answers = [future.result(WAIT_SECONDS) for future in futures]
    assert [float(answer["rewards"][0]) for answer in answers] == [v for row in rows for v in row["numeric_match"]]
    assert len({tuple(answer["extra_logs"]) for answer in answers}) == 1


def test_a_completion_is_what_stands_behind_the_prompt(trainer_sidecar: plaudit.Sidecar) -> None:
    """The tokenizer's first token may stand before the prompt, its last ones behind the completion."""
    prompt = "<|im_start|>user\nHow many? 7<|im_end|>\n<|im_start|>assistant\n"
    reward = openrlhf.reward_function("sums", trainer_sidecar.socket)
    answer = reward(["<s>" + prompt + "It is 3<|im_end|>\n", prompt + "7 or so", "3"], [prompt] * 3, ["3"] * 3)
    assert answer["rewards"].tolist()[:2] == [1.0, 0.25]
    assert answer["extra_logs"]["plaudit/error"].tolist() == [0.0, 0.0, 1.0]


def test_empty_lists_are_answered(numeric: functools.partial[dict[str, Any]]) -> None:
    answer = numeric([], [], [])
    assert answer["rewards"].tolist() == answer["scores"].tolist() == [] and answer["extra_logs"] == {}


def test_there_always_is_a_number(trainer_sidecar: plaudit.Sidecar) -> None:
    neutral = openrlhf.reward_function("half", trainer_sidecar.socket)(["p unreadable"], ["p"], [None])
    hurried = openrlhf.reward_function("half", trainer_sidecar.socket, deadline=0.5, failure_reward=0.25)
    with paused(trainer_sidecar):
        failed = hurried(["p good"], ["p"], [None])
    assert neutral["rewards"].tolist() == [0.5] and failed["rewards"].tolist() == [0.25]
    assert list(neutral["extra_logs"]) == list(failed["extra_logs"])
    assert neutral["extra_logs"]["plaudit/neutral"].tolist() == failed["extra_logs"]["plaudit/failed"].tolist() == [1.0]


def test_labels_may_be_missing(trainer_sidecar: plaudit.Sidecar) -> None:
    reward = openrlhf.reward_function("half", trainer_sidecar.socket)
    assert reward(["p good", "p poor"], ["p", "p"], [None, None])["rewards"].tolist() == [1.0, 0.0]


def test_it_loads_from_its_path_and_pickles(trainer_sidecar: plaudit.Sidecar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAUDIT_SOCKET", trainer_sidecar.socket)
    monkeypatch.setenv("PLAUDIT_REWARD", "numeric")
    spec = importlib.util.spec_from_file_location("reward_func", Path(openrlhf.__file__))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for function in (module.reward_func, pickle.loads(pickle.dumps(openrlhf.reward_func))):
        assert function(["p 3"], ["p "], ["3"])["rewards"].tolist() == [1.0]
    function = pickle.loads(pickle.dumps(openrlhf.reward_function("numeric", trainer_sidecar.socket)))
    assert function(["p 3"], ["p "], ["4"])["rewards"].tolist() == [0.0]
