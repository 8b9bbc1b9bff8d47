"""OpenRLHF's reward function: --reward.remote_url examples/trainers/openrlhf_reward.py"""

from plaudit.openrlhf import reward_func

__all__ = ["reward_func"]
