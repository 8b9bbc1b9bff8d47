"""AReaL's reward function: RLVRWorkflow(reward_fn=areal_reward.reward_fn, ...)"""

from plaudit.areal import reward_function

reward_fn = reward_function("answer", reference_column="answer")
