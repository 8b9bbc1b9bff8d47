"""GRPO in TRL with Plaudit's reward: python trl_grpo.py MODEL"""

import sys

import torch
from datasets import Dataset
from plaudit.trl import plaudit_reward
from trl import GRPOConfig, GRPOTrainer

dataset = Dataset.from_dict({"prompt": ["What is 2 + 3?", "What is 4 + 5?"], "answer": ["5", "9"]})
options = {"max_steps": 2, "per_device_train_batch_size": 8, "num_generations": 4, "max_completion_length": 32}
arguments = GRPOConfig(output_dir="run", bf16=torch.cuda.is_available(), **options)
trainer = GRPOTrainer(model=sys.argv[1], reward_funcs=plaudit_reward, args=arguments, train_dataset=dataset)
trainer.train()
