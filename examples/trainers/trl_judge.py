"""The judge that TRL removed, by the reward's `preference` component; it needs a configuration with a judge."""

from plaudit.trl import PairwiseJudge

judge = PairwiseJudge("summary")
winners = judge.judge(["Summarise: ..."], [["A short summary.", "Another one."]])  # 0, 1, or -1 for none
