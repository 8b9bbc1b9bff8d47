"""slime's and miles' reward function: --custom-rm-path slime_reward.custom_rm"""

from plaudit.slime import custom_rm

__all__ = ["custom_rm"]
