"""Scoring inside the trainer's process, in Python: see workload.py for how it is run.

`trl` and `verl` are what people write, `trl_substrings` is that with a better search, `verl_pool` with two processes, and
`fast` is the best that Python's packages allow.
"""

from __future__ import annotations

from workload import run_peer, read_workload, scoring_parser


def main() -> None:
    names = ("trl", "trl_substrings", "verl", "verl_pool", "fast")
    options = scoring_parser("Scoring in process, in Python.", names).parse_args()
    workload = read_workload(options.workload)
    if options.name == "fast":
        from fast_checks import fast

        score = fast(workload.patterns, options.language)
    else:
        import usual_checks

        if options.language:
            raise SystemExit("only `fast` tells languages")
        score = {
            "trl": lambda: usual_checks.trl(usual_checks.ExpressionList(workload.patterns)),
            "trl_substrings": lambda: usual_checks.trl(usual_checks.Substrings(workload.patterns)),
            "verl": lambda: usual_checks.verl_loop(workload),
            "verl_pool": lambda: usual_checks.verl_pool(workload),
        }[options.name]()
    run_peer(score, workload, options.seconds)


if __name__ == "__main__":
    main()
