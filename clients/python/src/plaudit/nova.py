"""Plaudit behind Amazon Nova: `lambda_handler`, a reward function for SageMaker and Bedrock reinforcement fine-tuning.

The handler's name for Lambda is ``plaudit.nova.lambda_handler``. In a container image that also holds the sidecar, name
the configuration in ``PLAUDIT_CONFIG``: the first call starts the sidecar, the others find it. Otherwise
``PLAUDIT_SOCKET`` says where it listens; ``PLAUDIT_REWARD`` says which reward either way.

Every output has a number, for Nova takes nothing else. Where a judge failed it is what the configuration's `neutral`
policy says; where the sidecar did not answer in time, 0.0. The metrics `plaudit/scored`, `plaudit/neutral`,
`plaudit/error` and `plaudit/failed` tell them apart. A configuration that does not fit raises, and so does a sidecar
that is not there: the training job sees a failed function, not a reward.

    python -m plaudit.nova dataset.jsonl        # checks samples by the SDK's rules
"""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from plaudit._columns import DEADLINE_SECONDS_DEFAULT, message_text
from plaudit._nova_contract import problem
from plaudit._rewarding import PATIENCE_SECONDS_DEFAULT, Row, Target, score
from plaudit._rollouts import Rollouts, prompt_groups
from plaudit._sidecar import Sidecar, start

__all__ = ["check_output", "check_sample", "lambda_handler", "reward_function"]

ASSISTANT_ROLES: Final = frozenset({"assistant", "nova_assistant", "bot"})
DEADLINE_SECONDS_MAX: Final = 900.0
"""As long as Lambda lets a function run."""
_SPARE_SECONDS: Final = 1.0
"""What is left of Lambda's time for the reply."""
_DEADLINE_SECONDS_MIN: Final = 0.5


def lambda_handler(
    event: Any,
    context: Any = None,
    *,
    target: Target = Target(deadline=DEADLINE_SECONDS_MAX),
    failure_reward: float = 0.0,
) -> list[dict[str, Any]]:
    """Scores an event: an array of samples, one sample, or ``{"trajectories": [...]}``.

    A sample is ``{"id", "messages", "reference_answer"?}``, the answer at the top level (SageMaker) or in `metadata`
    (Bedrock). The last message is the completion when it is the assistant's (`assistant`, `nova_assistant`, `bot`).
    Fields of the sample and of `metadata` are sent where the configuration reads them. Equal prompts are a group.

    Args:
        event: what Lambda hands over.
        context: Lambda's own; the deadline is the time that it says is left, less a second.
        target: by default what ``PLAUDIT_SOCKET`` or ``PLAUDIT_CONFIG``, and ``PLAUDIT_REWARD`` name.
        failure_reward: the score of a sample whose call failed.

    Returns:
        One output a sample, in order: the same `id`, `aggregate_reward_score`, and `metrics_list` with a ``Reward`` for
        each component and a ``Metric`` for each flag.

    Raises:
        TypeError: the event, or a sample, has none of these shapes.
        plaudit.Error, ValueError: a request that does not fit the configuration, or no sidecar.
    """
    samples = _samples(event)
    target = replace(target, socket=target.socket or _socket(), deadline=_deadline(context, target.deadline))
    return [
        _output(sample.get("id", str(index)), row, failure_reward)
        for index, (sample, row) in enumerate(zip(samples, score(target, _rollouts(samples)).rows()))
    ]


def reward_function(
    reward: str | None = None,
    socket: str | None = None,
    *,
    deadline: float = DEADLINE_SECONDS_MAX,
    patience: float = PATIENCE_SECONDS_DEFAULT,
    failure_reward: float = 0.0,
) -> Callable[..., list[dict[str, Any]]]:
    """A handler that was told: ``lambda_handler = plaudit.nova.reward_function("answer", "/run/plaudit.sock")``.

    Args:
        reward: the reward's name, else ``PLAUDIT_REWARD``.
        socket: the sidecar's socket, else ``PLAUDIT_SOCKET``.
        deadline: seconds a call may take, at most; Lambda's remaining time bounds it, too.
        patience: seconds without any answer after which it raises.
        failure_reward: the score of a sample whose call failed.
    """
    target = Target(reward, socket, deadline, patience)
    return functools.partial(lambda_handler, target=target, failure_reward=failure_reward)


def _rollouts(samples: Sequence[Mapping[str, Any]]) -> Rollouts:
    conversations = [_conversation(sample, row) for row, sample in enumerate(samples)]
    prompts = [prompt for prompt, _ in conversations]
    answers = [_reference(sample) for sample in samples]
    names = {name: None for sample in samples for name in _columns(sample)}
    return Rollouts(
        completions=[completion for _, completion in conversations],
        prompts=prompts,
        reference_answers=None if all(answer is None for answer in answers) else answers,
        group_ids=prompt_groups(prompts),
        columns={name: [_columns(sample).get(name) for sample in samples] for name in names},
    )


def check_sample(sample: Any) -> str | None:
    """What the Nova SDK would say against a sample of a data set; None when nothing."""
    return problem(sample, "rft_sample")


def check_output(output: Any) -> str | None:
    """What the Nova SDK would say against a reward function's output for one sample; None when nothing."""
    return problem(output, "reward_output")


def _samples(event: Any) -> list[Mapping[str, Any]]:
    if isinstance(event, Mapping):
        event = event["trajectories"] if "trajectories" in event else [event]
    if not isinstance(event, (list, tuple)):
        raise TypeError(f"an event is an array of samples, not {type(event).__name__}")
    for row, sample in enumerate(event):
        if not isinstance(sample, Mapping) or not isinstance(sample.get("messages"), (list, tuple)):
            raise TypeError(f"sample {row} is no object with `messages`")
    return list(event)


def _conversation(sample: Mapping[str, Any], row: int) -> tuple[list[dict[str, str]], str | None]:
    """The prompt's turns and the completion, which is None when the last turn is not the assistant's."""
    turns = []
    for message in sample["messages"]:
        if not isinstance(message, Mapping):
            raise TypeError(f"sample {row} has a message that is no object")
        role = str(message.get("role") or "user").lower()
        text = message_text(message)
        turns.append(("assistant" if role in ASSISTANT_ROLES else role, text))
    completion = None
    if turns and turns[-1][0] == "assistant":
        completion = turns.pop()[1]
    return [{"role": role, "content": text or ""} for role, text in turns], completion


def _reference(sample: Mapping[str, Any]) -> Any:
    """The expected answer. An object with an `answer`, or with one entry only, means that entry."""
    answer = sample.get("reference_answer")
    if answer is None:
        answer = _metadata(sample).get("reference_answer")
    if isinstance(answer, Mapping):
        if "answer" in answer:
            return answer["answer"]
        if len(answer) == 1:
            return next(iter(answer.values()))
    return answer


def _metadata(sample: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = sample.get("metadata")
    return metadata if isinstance(metadata, Mapping) else {}


def _columns(sample: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that a configuration may ask for by name; what is nearer to the sample's top wins."""
    answer = sample.get("reference_answer", _metadata(sample).get("reference_answer"))
    inside = answer if isinstance(answer, Mapping) else {}
    return {**inside, **_metadata(sample), **sample}


def _output(identifier: Any, row: Row, failure_reward: float) -> dict[str, Any]:
    flags = {"plaudit/scored", "plaudit/neutral", "plaudit/error", "plaudit/failed"}
    metrics = [
        {"name": name, "value": value, "type": "Metric" if name in flags or name.endswith("/scored") else "Reward"}
        for name, value in row.flat().items()
    ]
    return {"id": identifier, "aggregate_reward_score": row.number(failure_reward), "metrics_list": metrics}


def _deadline(context: Any, most: float) -> float:
    """Seconds that Lambda still gives, with some left for the reply."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    if not callable(remaining):
        return min(most, DEADLINE_SECONDS_DEFAULT)  # not in Lambda
    return max(_DEADLINE_SECONDS_MIN, min(most, float(remaining()) / 1000 - _SPARE_SECONDS))


def _socket() -> str | None:
    config = os.environ.get("PLAUDIT_CONFIG")
    return _sidecar(config).socket if config and not os.environ.get("PLAUDIT_SOCKET") else None


@functools.cache
def _sidecar(config: str) -> Sidecar:
    return start(config)


def main(arguments: list[str] | None = None) -> int:
    """Checks the samples of JSONL files; returns 1 when one is wrong."""
    paths = sys.argv[1:] if arguments is None else arguments
    if not paths:
        print("usage: python -m plaudit.nova DATASET.jsonl...", file=sys.stderr)
        return 2
    wrong = 0
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                what = check_sample(json.loads(line)) if line.strip() else None
                if what is not None:
                    wrong += 1
                    print(f"{path}:{number}: {what}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
