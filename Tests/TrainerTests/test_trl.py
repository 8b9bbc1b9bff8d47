"""Real TRL on a CPU: two steps of GRPO with a live judge that fails once; RLOO and Online DPO without one."""

from __future__ import annotations

import math
import os
import signal
from pathlib import Path
from typing import Any

import pandas
import plaudit
import pytest
from datasets import Dataset
from peers import CALL_SECONDS, WAIT_SECONDS, write_configuration
from plaudit._rewarding import Rewards
from plaudit.trl import reward_function
from refusing_judge import refusing_judge
from rewards import RULES, judged_configuration
from trl import GRPOConfig, GRPOTrainer, RLOOConfig, RLOOTrainer

GROUP = 2
BATCH = 2 * GROUP
STEPS = 2
FAILURES = {"neutral(transport)", "neutral(parse_failed)"}
"""The refused question, and answers of the small judge that are no verdict."""

QUESTIONS = ["What is 2 + 3?", "What is 4 + 5?", "What is 1 + 1?", "What is 6 + 2?"]


def dataset(conversational: bool = False) -> Dataset:
    prompts: list[Any] = list(QUESTIONS)
    if conversational:
        prompts = [[{"role": "user", "content": question}] for question in QUESTIONS]
    # A nested column, which no request can carry, as data sets have them.
    extra = [{"difficulty": [1, 2]}] * len(QUESTIONS)
    return Dataset.from_dict({"prompt": prompts, "answer": ["5", "9", "2", "8"], "extra": extra})


def arguments(folder: Path, steps: int = STEPS) -> dict[str, Any]:
    return {
        "output_dir": str(folder),
        "max_steps": steps,
        "per_device_train_batch_size": BATCH,
        "num_generations": GROUP,
        "max_completion_length": 24,
        "logging_steps": 1,
        "log_completions": True,
        "report_to": "none",
        "save_strategy": "no",
        "use_cpu": True,
        "bf16": False,
        "seed": 7,
    }


def logged(trainer: Any) -> list[dict[str, float]]:
    """What was logged for each step."""
    return [entry for entry in trainer.state.log_history if "reward" in entry]


def tables(trainer: Any) -> list[pandas.DataFrame]:
    """TRL's table of completions for each step. GRPO writes files; RLOO keeps the last step's in memory."""
    paths = sorted((Path(trainer.args.output_dir) / "completions").glob("*.parquet"))
    if paths:
        return [pandas.read_parquet(path) for path in paths]
    kept = trainer._logs
    columns = {"prompt": kept["prompt"], "completion": kept["completion"], **kept["rewards"], **kept["extra"]}
    return [pandas.DataFrame({name: list(column) for name, column in columns.items()})]


def mean(values: Any) -> float:
    known = [float(value) for value in values if value is not None and not math.isnan(value)]
    return sum(known) / len(known)


def check_against_the_sidecar(
    step: dict[str, float], table: pandas.DataFrame, rows: list[int], scored: plaudit.Scored
) -> None:
    """Every component that TRL has logged, row by row and as a mean, is what the sidecar says of the same rows."""
    for name, component in scored.components.items():
        column = [None if pandas.isna(value) else float(value) for value in table[f"plaudit/{name}"]]
        assert [column[row] for row in rows] == list(component.scores)
        assert step[f"plaudit/{name}/mean"] == pytest.approx(mean(column), abs=1e-6)  # TRL adds up float32
        share = sum(value is not None for value in column) / len(column)
        assert step[f"plaudit/{name}/scored"] == pytest.approx(share)


def test_two_steps_of_grpo_with_a_live_judge_that_fails_once(
    binary: Path, tmp_path: Path, model: Path, small_model_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    replies: list[plaudit.Scored] = []
    take = Rewards.of

    def recorded(scored: plaudit.Scored) -> Rewards:
        replies.append(scored)
        return take(scored)

    monkeypatch.setattr(Rewards, "of", recorded)
    with refusing_judge(small_model_url, 2) as judge:
        config = write_configuration(tmp_path / "rewards.yaml", judged_configuration(judge.url))
        with plaudit.start(config, binary=binary, quiet=True, timeout=WAIT_SECONDS) as sidecar:
            trainer = GRPOTrainer(
                model=str(model),
                reward_funcs=reward_function("judged", sidecar.socket, deadline=CALL_SECONDS),
                args=GRPOConfig(**{**arguments(tmp_path / "run"), "per_device_train_batch_size": GROUP}),
                train_dataset=dataset(conversational=True),
            )
            trainer.train()
    steps, shown = logged(trainer), tables(trainer)
    assert len(steps) == len(shown) == len(replies) == STEPS
    failed = 0
    for step, table, scored in zip(steps, shown, replies):
        # Each component, row by row and as a mean, is what stood in the sidecar's own reply.
        assert list(table["plaudit/status"]) == scored.status
        for name, component in scored.components.items():
            values = [
                float(score) if status == "scored" else None
                for score, status in zip(component.scores, component.status)
            ]
            assert [None if pandas.isna(value) else float(value) for value in table[f"plaudit/{name}"]] == values
            known = [value for value in values if value is not None]
            assert step[f"plaudit/{name}/scored"] == len(known) / len(values)
            if known:
                assert step[f"plaudit/{name}/mean"] == pytest.approx(mean(known), abs=1e-6)  # TRL adds up float32
        # A row that the judge failed is None, and has no advantage; the others have the sidecar's rewards.
        is_failed = [status != "scored" for status in scored.status]
        assert {status for status in scored.status if status != "scored"} <= FAILURES
        assert list(table["plaudit_reward"].isna()) == is_failed
        assert [value for value, lost in zip(table["advantage"], is_failed) if lost] == [0.0] * sum(is_failed)
        kept = [
            (value, reward)
            for value, reward, lost in zip(table["plaudit_reward"], scored.rewards, is_failed)
            if not lost
        ]
        assert [value for value, _ in kept] == pytest.approx([float(reward) for _, reward in kept], abs=1e-6)
        failed += scored.status.count("neutral(transport)")
    assert failed == 1


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("kind", ["GRPO", "RLOO"])
def test_a_step_with_rules_alone(
    rules: plaudit.Sidecar, tmp_path: Path, model: Path, kind: str, asynchronous: bool
) -> None:
    trainer_type, config_type = {"GRPO": (GRPOTrainer, GRPOConfig), "RLOO": (RLOOTrainer, RLOOConfig)}[kind]
    trainer = trainer_type(
        model=str(model),
        reward_funcs=reward_function("rules", rules.socket, asynchronous=asynchronous),
        args=config_type(**arguments(tmp_path, steps=1)),
        train_dataset=dataset(),
    )
    trainer.train()
    (step,), (table,) = logged(trainer), tables(trainer)
    answers = dict(zip(QUESTIONS, dataset()["answer"]))
    with rules.client(deadline=WAIT_SECONDS) as client:
        references = [answers[prompt] for prompt in table["prompt"]]
        scored = client.score("rules", list(table["completion"]), reference_answers=references)
    check_against_the_sidecar(step, table, list(range(BATCH)), scored)
    name = "plaudit_reward_async" if asynchronous else "plaudit_reward"
    assert list(table[name]) == pytest.approx(list(scored.rewards), abs=1e-6)


def test_a_sidecar_that_stands_still_costs_a_step_its_rewards_and_no_more(
    binary: Path, tmp_path: Path, model: Path
) -> None:
    """All rows None: TRL takes the step without an advantage, and the names it logs are the same."""
    config = write_configuration(tmp_path / "rewards.yaml", {"rewards": {"rules": RULES}})
    with plaudit.start(config, binary=binary, quiet=True, timeout=WAIT_SECONDS) as sidecar:
        function = reward_function("rules", sidecar.socket, deadline=2.0)
        assert function(prompts=["p"], completions=["5"], answer=["5"]) == [1.0]
        os.kill(sidecar.pid, signal.SIGSTOP)
        try:
            trainer = GRPOTrainer(
                model=str(model),
                reward_funcs=function,
                args=GRPOConfig(**arguments(tmp_path / "run", steps=1)),
                train_dataset=dataset(),
            )
            trainer.train()
        finally:
            os.kill(sidecar.pid, signal.SIGCONT)
    (step,), (table,) = logged(trainer), tables(trainer)
    assert table["plaudit_reward"].isna().all() and list(table["plaudit/status"]) == ["failed(deadline)"] * BATCH
    assert step["plaudit/scored"] == 0.0
    assert {"plaudit/correct/mean", "plaudit/correct/scored", "plaudit/brief/mean"} <= step.keys()


def test_online_dpo(rules: plaudit.Sidecar, tmp_path: Path, model: Path) -> None:
    online_dpo = pytest.importorskip("trl.experimental.online_dpo", reason="ONLINE DPO IS NOT TESTED")
    from transformers import AutoModelForCausalLM, AutoTokenizer

    config = online_dpo.OnlineDPOConfig(
        output_dir=str(tmp_path),
        max_steps=1,
        per_device_train_batch_size=2,
        max_new_tokens=16,
        logging_steps=1,
        report_to="none",
        save_strategy="no",
        use_cpu=True,
        bf16=False,
    )
    trainer = online_dpo.OnlineDPOTrainer(
        model=AutoModelForCausalLM.from_pretrained(model),
        reward_funcs=reward_function("rules", rules.socket),
        args=config,
        train_dataset=dataset().remove_columns("extra"),
        processing_class=AutoTokenizer.from_pretrained(model, padding_side="left"),
        reward_processing_classes=None,
    )
    trainer.train()
    scores = [entry["objective/scores"] for entry in trainer.state.log_history if "objective/scores" in entry]
    assert len(scores) == 1 and 0 <= scores[0] <= 1
