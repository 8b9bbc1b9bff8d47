"""An environment of verifiers whose rubric is a reward of Plaudit's, for verifiers up to 0.2."""

import verifiers
from datasets import Dataset
from plaudit.verifiers import rubric


def load_environment() -> verifiers.Environment:
    """What `vf-eval` loads."""
    dataset = Dataset.from_dict({"question": ["What is 2 + 3?"], "answer": ["5"]})
    return verifiers.SingleTurnEnv(dataset=dataset, rubric=rubric("answer"))
