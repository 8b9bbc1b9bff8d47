"""Real rollouts, real rewards: a small local model writes groups of completions, the sidecar scores them.

Two of the groups are also judged, by the same model as a judge: real calls, and a measure of how little they are worth.

Run it by `script/demo`, which installs what it needs. Every completion is generated here and now; the seeds are fixed,
so a second run on the same machine writes much the same.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import statistics
import sys
import tempfile
import textwrap
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import plaudit
from plaudit.local_model import MODEL_NAME
from position_bias import SLOTS as JUDGE_SLOTS
from position_bias import PositionBias, position_bias
from servers import REQUEST_SECONDS_MAX, chat, local_server

HERE = Path(__file__).resolve().parent
SLOTS = 8
JUDGED = "judged"
"""The reward that asks a judge."""
JUDGED_COMPONENTS = ("helpful", "better")
JUDGED_PART = "  # ---- From here on a judge is asked."
JUDGE_URL = "unix:/tmp/plaudit-judge.sock"
FLIP_RATE_MAX = 0.15
CONFIGURATION = "examples/demo/config.yaml"
OTHER_JUDGE = (
    "judges:",
    "  local: {api: anthropic, model: claude-haiku, api_key_env: ANTHROPIC_API_KEY}",
    "# or     {api: openai, url: https://api.openai.com/v1, model: YOUR-MODEL, api_key_env: OPENAI_API_KEY}",
)
ADVANTAGE_EPSILON = 1e-4  # TRL's


@dataclass
class Completion:
    text: str
    tokens: int
    truncated: bool


@dataclass
class Group:
    """One prompt and what the model wrote to it."""

    row: dict[str, Any]
    completions: list[Completion]

    @property
    def reward(self) -> str:
        return str(self.row["reward"])

    @property
    def question(self) -> str:
        return str(self.row["prompt"][-1]["content"])


# The policy model.


def complete(path: str, messages: list[dict[str, str]], seed: int, tokens: int, temperature: float) -> Completion:
    """One completion from the policy model."""
    body = {"messages": messages, "seed": seed, "max_tokens": tokens, "temperature": temperature, "model": MODEL_NAME}
    answer = chat(path, body)
    choice = answer["choices"][0]
    return Completion(
        text=choice["message"]["content"],
        tokens=answer["usage"]["completion_tokens"],
        truncated=choice["finish_reason"] == "length",
    )


def write_groups(rows: list[dict[str, Any]], path: str, options: argparse.Namespace, screen: Screen) -> list[Group]:
    """Has the model write every completion, a few at a time.

    Returns the groups that were whole when the time was over.
    """
    begun = monotonic()
    counts = [min(options.completions, row.get("completions", options.completions)) for row in rows]
    first_seeds = [options.seed + sum(counts[:number]) for number in range(len(rows))]
    written: dict[tuple[int, int], Completion] = {}

    def write(number: int, index: int) -> tuple[int, int, Completion | None]:
        if monotonic() - begun > options.seconds:
            return number, index, None
        prompt = rows[number]["prompt"]
        return number, index, complete(path, prompt, first_seeds[number] + index, options.tokens, options.temperature)

    with ThreadPoolExecutor(SLOTS) as pool:
        jobs = [pool.submit(write, number, index) for number in range(len(rows)) for index in range(counts[number])]
        for job in as_completed(jobs):
            number, index, completion = job.result()
            if completion is not None:
                written[number, index] = completion
                tokens = sum(one.tokens for one in written.values())
                screen.progress(len(written), len(jobs), tokens / (monotonic() - begun))
    screen.end_progress()
    groups = []
    for number, row in enumerate(rows):
        completions = [written[number, index] for index in range(counts[number]) if (number, index) in written]
        if len(completions) == counts[number]:
            groups.append(Group(row, completions))
    return groups


# The rewards.


@dataclass
class Scoring:
    """What the rewards of some groups are, by the reward's name, and the seconds that it took to get them."""

    scored: dict[str, plaudit.Scored]
    seconds: float

    @property
    def worked_seconds(self) -> float:
        """What the sidecar itself needed."""
        return sum(one.timing_us for one in self.scored.values()) / 1e6


def score_groups(client: plaudit.Client, groups: list[Group]) -> Scoring:
    """One request for each reward, as a trainer would send it: all its groups in one batch."""
    scored = {}
    begun = monotonic()
    for reward in dict.fromkeys(group.reward for group in groups):
        members = [group for group in groups if group.reward == reward]
        rows = [(group, completion) for group in members for completion in group.completions]
        columns: dict[str, Any] = {}
        if any("reference_answer" in group.row for group in members):
            columns["reference_answers"] = [group.row.get("reference_answer") for group, _ in rows]
        if any("language" in group.row for group in members):
            columns["fields"] = {"language": [group.row.get("language") for group, _ in rows]}
        scored[reward] = client.score(
            reward,
            completions=[completion.text for _, completion in rows],
            prompts=[group.row["prompt"] for group, _ in rows],
            group_ids=[group.row["id"] for group, _ in rows],
            token_counts=[completion.tokens for _, completion in rows],
            truncated=[completion.truncated for _, completion in rows],
            rationales=reward == JUDGED,
            deadline=REQUEST_SECONDS_MAX,
            **columns,
        )
    return Scoring(scored, monotonic() - begun)


def advantages(rewards: list[float | None]) -> list[float]:
    """What a GRPO trainer makes of a group's rewards: (r - mean) / (std + 1e-4), with the sample deviation.

    A rollout without a reward counts for nothing and gets 0, as in TRL.
    """
    known = [reward for reward in rewards if reward is not None]
    mean = statistics.fmean(known) if known else 0.0
    deviation = statistics.stdev(known) if len(known) > 1 else 0.0
    return [0.0 if reward is None else (reward - mean) / (deviation + ADVANTAGE_EPSILON) for reward in rewards]


# The terminal.


class Screen:
    """What a person sees: colour and a progress bar on a terminal, plain lines elsewhere."""

    def __init__(self) -> None:
        self._is_terminal = sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self._has_colour = self._is_terminal and "NO_COLOR" not in os.environ
        self.width = shutil.get_terminal_size((120, 24)).columns

    def paint(self, text: str, colour: str) -> str:
        codes = {"good": "32", "bad": "31", "dim": "2", "bold": "1"}
        return f"\x1b[{codes[colour]}m{text}\x1b[0m" if self._has_colour else text

    def say(self, text: str = "") -> None:
        print(text, flush=True)

    def say_wrapped(self, text: str) -> None:
        self.say(textwrap.fill(text, width=min(self.width, 100), break_on_hyphens=False, break_long_words=False))

    def progress(self, done: int, total: int, speed: float) -> None:
        if self._is_terminal:
            cells = 30 * done // total
            bar = "█" * cells + "░" * (30 - cells)
            print(f"\r  {bar} {done}/{total} completions, {speed:.0f} tokens/s ", end="", flush=True)
        elif done % 16 == 0 or done == total:
            print(f"  {done}/{total} completions, {speed:.0f} tokens/s", flush=True)

    def end_progress(self) -> None:
        if self._is_terminal:
            print("\r\x1b[2K", end="", flush=True)


def cut(text: str, width: int) -> str:
    """The text on one line of at most `width` columns."""
    line = " ".join(text.split()) or "(nothing)"
    columns = 0
    for position, character in enumerate(line):
        columns += 2 if unicodedata.east_asian_width(character) in "WF" else not unicodedata.combining(character)
        if columns > width - 1:
            return line[:position] + "…"
    return line


def cell(component: plaudit.ComponentScores, row: int, screen: Screen, width: int) -> str:
    """One component's score; `gate` where a gate decided before it ran, `-` where it abstained."""
    status = component.status[row]
    if status == "scored":
        score = float(component.scores[row])
        text = f"{score:.2f}".rjust(width)
        return screen.paint(text, "good" if score >= 1 else "bad") if score >= 1 or score <= 0 else text
    short = {"gated": "gate", "abstained": "-"}.get(status, status.split("(")[0])
    return screen.paint(short.rjust(width), "dim")


def gated_by(scored: plaudit.Scored, row: int) -> str:
    """The component whose gate decided a rollout, or nothing: the lowest score beside components that did not run."""
    parts = scored.components
    if not any(part.status[row] == "gated" for part in parts.values()):
        return ""
    ran = {name: float(part.scores[row]) for name, part in parts.items() if part.status[row] == "scored"}
    return min(ran, key=lambda name: ran[name]) if ran else ""


def show_group(group: Group, scored: plaudit.Scored, first: int, screen: Screen) -> None:
    """A group's table: one line a completion."""
    expected = group.row.get("reference_answer")
    note = f"   expected: {expected}" if expected is not None else f"   language: {group.row.get('language', 'en')}"
    screen.say()
    question = group.question.rsplit("). ", 1)[-1]  # without "Answer as one JSON object with ..."
    screen.say(screen.paint(f"{group.row['id']}  {cut(question, 90)}", "bold") + screen.paint(note, "dim"))
    names = list(scored.components)
    widths = [max(len(name), 6) for name in names]
    head = "   #  " + "  ".join(name.rjust(width) for name, width in zip(names, widths))
    head += "  reward  advantage  completion"
    screen.say(screen.paint(head, "dim"))
    rows = range(first, first + len(group.completions))
    rewards = [float(scored.rewards[row]) if scored.status[row] == "scored" else None for row in rows]
    room = max(20, screen.width - len(head) + len("completion"))
    for row, reward, advantage, completion in zip(rows, rewards, advantages(rewards), group.completions):
        cells = [cell(scored.components[name], row, screen, width) for name, width in zip(names, widths)]
        total = screen.paint("none".rjust(6) if reward is None else f"{reward:6.2f}", "bold")
        sign = "good" if advantage > 0.005 else "bad" if advantage < -0.005 else "dim"
        gain = screen.paint(f"{advantage:+9.2f}", sign)
        screen.say(f"  {row - first + 1:>2}  {'  '.join(cells)}  {total}  {gain}  {cut(completion.text, room)}")
    gates = [f"#{row - first + 1} by {gated_by(scored, row)}" for row in rows if gated_by(scored, row)]
    if gates:
        screen.say(f"      gated: {', '.join(gates)}")
    lost = [f"#{row - first + 1} {scored.status[row]}" for row in rows if scored.status[row] != "scored"]
    if lost:
        screen.say(f"      without a reward: {', '.join(lost)}")
    for name in scored.rationales:
        if name in JUDGED_COMPONENTS:
            says = str(scored.rationales[name][first])
            screen.say(screen.paint(f"      {name} of #1: {cut(says, screen.width - 12 - len(name))}", "dim"))
    if len(set(rewards)) == 1:
        screen.say("      all rewards are equal: this group teaches a trainer nothing")


def show_groups(groups: list[Group], scored: dict[str, plaudit.Scored], screen: Screen) -> None:
    """The tables of all groups; a reward's rows lie in the order of its groups."""
    first = dict.fromkeys(scored, 0)
    for group in groups:
        show_group(group, scored[group.reward], first[group.reward], screen)
        first[group.reward] += len(group.completions)


def show_summary(groups: list[Group], scoring: Scoring, written: float, screen: Screen) -> None:
    """The end: totals, times, and what to think of the model."""
    scored = scoring.scored
    rollouts = sum(len(one) for one in scored.values())
    tokens = sum(completion.tokens for group in groups for completion in group.completions)
    gated = sum(bool(gated_by(one, row)) for one in scored.values() for row in range(len(one)))
    refused = sum(status != "scored" for one in scored.values() for status in one.status)
    screen.say()
    screen.say(screen.paint("Summary", "bold"))
    for reward, one in scored.items():
        known = [float(value) for value, status in zip(one.rewards, one.status) if status == "scored"]
        mean = statistics.fmean(known) if known else 0.0
        count = sum(group.reward == reward for group in groups)
        groups_text = f"{count:>2} group{'s' if count > 1 else ' '}"
        screen.say(f"  {reward:<14} {groups_text}, {len(one):>3} rollouts, mean reward {mean:.3f}")
    screen.say(
        f"  {rollouts} rollouts: {rollouts - refused} scored, {refused} without a score, {gated} decided by a gate"
    )
    screen.say(f"  writing them took {written:.1f} s ({tokens} tokens, {tokens / written:.0f} a second)")
    screen.say(
        f"  scoring them took {scoring.seconds * 1000:.1f} ms in {len(scored)} requests, "
        f"{scoring.worked_seconds * 1000:.2f} ms of it in the sidecar"
    )
    screen.say()
    screen.say_wrapped(
        "The policy model is SmolLM2-135M-Instruct: 135 million parameters, there to be real and quick. Its sums "
        "and its languages are often wrong. The rewards, not the answers, are what this shows."
    )


def show_judge(judgings: list[Scoring], bias: PositionBias, screen: Screen) -> None:
    """What the judge cost, what it is worth, and how to ask another one."""
    usages = [judging.scored[JUDGED].usage for judging in judgings]
    calls, tokens_in, tokens_out = (
        sum(int(usage.get(name, 0)) for usage in usages) for name in ("judge_calls", "tokens_in", "tokens_out")
    )
    rollouts = sum(len(judging.scored[JUDGED]) for judging in judgings)
    seconds = sum(judging.seconds for judging in judgings)
    screen.say()
    screen.say(screen.paint("The judge", "bold"))
    screen.say(
        f"  {calls} calls for {rollouts} rollouts in {seconds:.1f} s, {tokens_in} tokens read and {tokens_out} written"
    )
    screen.say(
        f"  asked which of two is better, in both orders: these disagree in {bias.flips} of {bias.pairs} pairs, "
        "a flip rate of "
        + screen.paint(f"{bias.flip_rate:.0%}", "bad" if bias.flip_rate > FLIP_RATE_MAX else "good")
    )
    screen.say()
    screen.say_wrapped(
        f"This judge is the same small model, and a poor one: measured elsewhere, 9 of 12 trivial questions right, and "
        f"the completion shown first chosen in every pair. Each pair is therefore asked in both orders, and a flip "
        f"counts as a tie: a judge that flips always gives everybody 0.5 and does no harm. Take a judge for training "
        f"whose flip rate is at most {FLIP_RATE_MAX:.0%}. To ask another one, write into {CONFIGURATION}:"
    )
    screen.say()
    for line in OTHER_JUDGE:
        screen.say(f"    {line}")
    screen.say()
    screen.say("  docs/judges.md says how to choose one, and how to write criteria.")


# The command line.


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A local model writes groups of completions; the sidecar scores them.")
    parser.add_argument("--completions", type=int, default=8, help="completions a prompt (default 8)")
    parser.add_argument("--tokens", type=int, default=64, help="tokens a completion at most (default 64)")
    parser.add_argument("--temperature", type=float, default=0.9, help="sampling temperature (default 0.9)")
    parser.add_argument("--seconds", type=float, default=90.0, help="stop writing completions after that (default 90)")
    parser.add_argument("--seed", type=int, default=1, help="first seed; every completion has its own (default 1)")
    parser.add_argument(
        "--threads",
        type=int,
        default=max(1, (os.cpu_count() or 2) // 2),
        help="model threads (default: half the cores)",
    )
    parser.add_argument("--binary", help="the plaudit program (default: PLAUDIT_BINARY, PATH, the checkout's build)")
    parser.add_argument("--no-judge", action="store_true", help="leave the judged groups and the judge out")
    parser.add_argument("--save", metavar="FILE", help="also write the rollouts as JSONL, for `plaudit score`")
    options = parser.parse_args(arguments)
    if min(options.completions, options.tokens, options.threads) < 1:
        parser.error("completions, tokens and threads are at least 1")
    return options


def save(groups: list[Group], path: str) -> None:
    """The rollouts as `plaudit score` reads them."""
    with open(path, "w", encoding="utf-8") as file:
        for group in groups:
            columns = {key: value for key, value in group.row.items() if key not in ("id", "reward", "completions")}
            for number, completion in enumerate(group.completions, start=1):
                rollout = {
                    "id": f"{group.row['id']}-{number}",
                    "group_id": group.row["id"],
                    **columns,
                    "completion": completion.text,
                    "token_count": completion.tokens,
                    "truncated": completion.truncated,
                }
                file.write(json.dumps(rollout, ensure_ascii=False) + "\n")


def write_configuration(folder: Path, judge_socket: str | None) -> Path:
    """The configuration with the judge's socket in it, or without its judged part."""
    text = (HERE / "config.yaml").read_text(encoding="utf-8")
    if judge_socket is None:
        text = text.partition(JUDGED_PART)[0]
    else:
        assert text.count(f'"{JUDGE_URL}"') == 1
        text = text.replace(f'"{JUDGE_URL}"', f'"unix:{judge_socket}"')
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def run(options: argparse.Namespace, screen: Screen, stack: contextlib.ExitStack) -> int:
    lines = (HERE / "prompts.jsonl").read_text(encoding="utf-8").splitlines()
    prompts = [json.loads(line) for line in lines]
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="plaudit-demo-")))
    judge = None
    if options.no_judge:
        prompts = [prompt for prompt in prompts if prompt["reward"] != JUDGED]
    else:
        judge = stack.enter_context(
            local_server("plaudit.local_judge", folder / "judge.sock", JUDGE_SLOTS, options.threads)
        )
    configuration = write_configuration(folder, judge)
    sidecar = stack.enter_context(plaudit.start(configuration, binary=options.binary, quiet=True))
    client = stack.enter_context(sidecar.client())
    hello = client.hello()
    screen.say(f"Sidecar: {hello.server} {hello.version}, {hello.workers} workers, rewards {', '.join(hello.rewards)}.")
    with local_server("plaudit.local_model", folder / "model.sock", SLOTS, options.threads) as path:
        screen.say(f"Policy model: {MODEL_NAME} on a Unix socket, {SLOTS} completions at a time.")
        screen.say(
            f"{len(prompts)} prompts, up to {options.completions} completions each, temperature {options.temperature}:"
        )
        begun = monotonic()
        groups = write_groups(prompts, path, options, screen)
        written = monotonic() - begun
    if len(groups) < len(prompts):
        screen.say(f"  {len(prompts) - len(groups)} groups were not whole after {options.seconds:g} s and are left out")
    if not groups:
        print("demo: this machine is too slow; try --seconds 600", file=sys.stderr)
        return 1
    if options.save:
        save(groups, options.save)
    by_rule = [group for group in groups if group.reward != JUDGED]
    scoring = score_groups(client, by_rule)
    show_groups(by_rule, scoring.scored, screen)
    judged = [group for group in groups if group.reward == JUDGED]
    if judge is None or not judged:
        show_summary(groups, scoring, written, screen)
        return 0
    screen.say()
    screen.say(f"{len(judged)} groups without a known answer, for the judge: {MODEL_NAME} on another Unix socket.")
    # A request a group: each has its own deadline, and a judge on a slow machine needs it.
    judgings = [score_groups(client, [group]) for group in judged]
    for group, judging in zip(judged, judgings):
        show_group(group, judging.scored[JUDGED], 0, screen)
    show_summary(by_rule, scoring, written, screen)
    bias = PositionBias(0, 0)
    for group in judged:
        bias += position_bias(judge, group.question, [completion.text for completion in group.completions])
    show_judge(judgings, bias, screen)
    return 0


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    with contextlib.ExitStack() as stack:
        try:
            return run(options, Screen(), stack)
        except plaudit.Error as problem:
            print(f"demo: {problem}", file=sys.stderr)
            return 1


if __name__ == "__main__":
    sys.exit(main())
