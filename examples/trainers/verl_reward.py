"""verl's reward function: reward.custom_reward_function.path=examples/trainers/verl_reward.py"""

from plaudit.verl import compute_score_async as compute_score

__all__ = ["compute_score"]
