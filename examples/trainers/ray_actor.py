"""An actor that scores; run it on the machine whose socket it is."""

import ray
from plaudit.ray import Scorer

scorer = ray.remote(Scorer).options(max_concurrency=64).remote("answer")
columns = ray.get(scorer.score.remote(["It is 5."], reference_answers=["5"]))
print(columns["plaudit/reward"], columns["plaudit/status"])
