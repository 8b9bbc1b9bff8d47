"""Draws the plots of docs/benchmarks from the figures of one run.

    draw.py FIGURES DIRECTORY

FIGURES is what `plaudit-bench --json` writes. A figure that belongs into a plot says so: `"plot": {"chart", "line", "x"}`.
Each chart that has figures becomes DIRECTORY/CHART.svg and .png; a chart without figures is left alone, since a run may have
measured a part only.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

Figures = list[dict[str, Any]]

INK = "#1f2933"
FAINT = "#9aa5b1"
FLOORS = (FAINT, "#6b7785", "#c3cad2")
PLAUDIT = ("#0b6e4f", "#3fa37c", "#8cc9ac", "#c5e4d5")
OTHERS = ("#c8553d", "#e09f3e", "#5b7db1", "#8e6c8a", "#6b7280", "#b08968")
"""Plaudit is green everywhere, a C floor grey, and everything else any other colour."""

STYLE: Any = {
    "font.size": 10,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#e4e7eb",
    "grid.linewidth": 0.7,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "lines.markersize": 4.5,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "svg.hashsalt": "plaudit",
    "svg.fonttype": "none",
}


def short(value: float, _: object = None) -> str:
    """1500 as 1.5k."""
    for factor, letter in ((1e6, "M"), (1e3, "k")):
        if value >= factor:
            return f"{value / factor:.3g}{letter}"
    return f"{value:.3g}"


def whole(value: float, _: object = None) -> str:
    return f"{value:,.0f}"


def kilobytes(value: float, _: object = None) -> str:
    return f"{value / 1024:.3g} KB" if value >= 1024 else f"{value:.0f} B"


def is_floor(name: str) -> bool:
    return name.startswith("C ") or name.startswith("C++ loop") or name == "the C echo"


class Lines:
    """The lines of one panel: Plaudit's own and those of what it is measured against, each drawn once."""

    def __init__(self, axes: Axes) -> None:
        self.axes = axes
        self.ours: dict[str, dict[float, float]] = {}
        self.theirs: dict[str, dict[float, float]] = {}

    def add(self, figures: Iterable[dict[str, Any]]) -> Lines:
        for figure in figures:
            plot = figure["plot"]
            self.ours.setdefault(plot["line"], {})[plot["x"]] = figure["value"]
            if "floor" in figure:
                self.theirs.setdefault(figure["floor_name"], {})[plot["x"]] = figure["floor"]
        return self

    def draw(self) -> None:
        floors, others = itertools.cycle(FLOORS), itertools.cycle(OTHERS)
        for name, points in self.theirs.items():
            self._line(name, points, next(floors if is_floor(name) else others), "--" if is_floor(name) else "-")
        for index, (name, points) in enumerate(self.ours.items()):
            self._line(name, points, PLAUDIT[index % len(PLAUDIT)], "-")
        self.axes.legend(fontsize=8.5)

    def _line(self, name: str, points: dict[float, float], color: str, dash: str) -> None:
        xs = sorted(points)
        self.axes.plot(xs, [points[x] for x in xs], dash, marker="o", color=color, label=name)


def log_axis(axis: Any, ticks: Iterable[float], text: Callable[[float, object], str] = whole) -> None:
    """A logarithmic axis with exactly these ticks."""
    ticks = sorted(set(ticks))
    getattr(axis.axes, f"set_{axis.axis_name}scale")("log")
    axis.set_ticks(ticks, [text(tick, None) for tick in ticks])
    axis.set_minor_locator(NullLocator())


def log_scale(axis: Any) -> None:
    """A logarithmic axis labelled at 1, 2 and 5 of each power of ten."""
    getattr(axis.axes, f"set_{axis.axis_name}scale")("log")
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(short))


def by_section(figures: Figures) -> dict[str, Figures]:
    sections: dict[str, Figures] = {}
    for figure in figures:
        sections.setdefault(figure["section"], []).append(figure)
    return sections


def wrapped(text: str) -> str:
    """A section's title in lines that fit above a panel."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > 56:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


PANELS_IN_A_ROW = 3


def panels(figures: Figures) -> Iterable[tuple[Axes, Figures]]:
    """A panel for each section, in rows."""
    sections = by_section(figures)
    columns = min(PANELS_IN_A_ROW, len(sections))
    rows = -(-len(sections) // columns)
    figure, grid = pyplot.subplots(rows, columns, figsize=(5.6 * columns, 4.4 * rows), squeeze=False)
    for axes, (title, members) in itertools.zip_longest(grid.flat, sections.items(), fillvalue=("", [])):
        if not members:
            axes.set_axis_off()
            continue
        axes.set_title(wrapped(title), fontsize=9)
        yield axes, members
    figure.tight_layout(pad=1.5)


def xs(figures: Figures) -> list[float]:
    return [figure["plot"]["x"] for figure in figures]


def latency(figures: Figures) -> None:
    """Percentiles on an axis that gives the rare ones room, as HdrHistogram's plots do; x is one over the share above."""
    for axes, members in panels(figures):
        Lines(axes).add(members).draw()
        shares = {2: "50 %", 10: "90 %", 100: "99 %", 1000: "99.9 %", 10000: "99.99 %"}
        log_axis(axes.xaxis, xs(members), lambda x, _: shares.get(round(x), short(x)))
        log_scale(axes.yaxis)
        axes.set_ylabel("microseconds")
        axes.set_xlabel("percentile")


def throughput(figures: Figures, label: str, text: Callable[[float, object], str] = whole) -> None:
    for axes, members in panels(figures):
        Lines(axes).add(members).draw()
        log_axis(axes.xaxis, xs(members), text)
        axes.yaxis.set_major_formatter(FuncFormatter(short))
        axes.set_ylim(bottom=0)
        axes.set_xlabel(label)
        axes.set_ylabel(members[0]["unit"])
        axes.tick_params(axis="x", labelrotation=45, labelsize=8)


def judge(figures: Figures) -> None:
    for axes, members in panels(figures):
        Lines(axes).add(members).draw()
        log_axis(axes.xaxis, xs(members))
        log_scale(axes.yaxis)
        axes.set_xlabel("calls in flight")
        unit = members[0]["unit"]
        axes.set_ylabel(unit if unit == "calls/s" else f"{unit} of processor time for 1,000 calls")


def bars(names: list[str], rows: dict[str, list[float | None]], unit: str, colors: dict[str, str]) -> None:
    """Horizontal bars on a logarithmic axis, a group of them a name, with their values."""
    _, axes = pyplot.subplots(figsize=(8.6, 0.45 * len(names) * max(1, len(rows) * 0.8) + 1.1))
    height = 0.8 / len(rows)
    for turn, (label, values) in enumerate(rows.items()):
        for index, value in enumerate(values):
            if value is None:
                continue
            place = index + (turn - (len(rows) - 1) / 2) * height
            axes.barh(place, value, height * 0.92, color=colors[label], label=label if index == 0 else None)
            axes.annotate(
                short(value), (value, place), (3, 0), textcoords="offset points", va="center", fontsize=8
            )
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    log_scale(axes.xaxis)
    axes.margins(x=0.12)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(unit)
    if len(rows) > 1:
        handles = [pyplot.Rectangle((0, 0), 1, 1, color=colors[label]) for label in rows]
        axes.legend(handles, list(rows), fontsize=8.5, loc="best")


def components(figures: Figures) -> None:
    figures = sorted(figures, key=lambda figure: figure["value"])
    bars(
        [figure["plot"]["line"] for figure in figures],
        {
            "Plaudit": [figure["value"] for figure in figures],
            "the library alone, in C": [figure.get("floor") for figure in figures],
        },
        "nanoseconds of one core for one text of 2 KB",
        {"Plaudit": PLAUDIT[0], "the library alone, in C": FAINT},
    )


def peers(figures: Figures) -> None:
    """One bar for each who scores; Plaudit's own are the values, the others' are the floors."""
    found: dict[str, float] = {}
    for figure in figures:
        found[f"Plaudit, {figure['plot']['line']}"] = figure["value"]
        found[figure["floor_name"]] = figure["floor"]
    order = sorted(found, key=lambda name: -found[name])
    _, axes = pyplot.subplots(figsize=(8.6, 0.36 * len(order) + 1.1))
    for index, name in enumerate(order):
        color = PLAUDIT[0] if name.startswith("Plaudit") else FAINT if is_floor(name) else OTHERS[0]
        axes.barh(index, found[name], 0.72, color=color)
        axes.annotate(
            short(found[name]), (found[name], index), (3, 0), textcoords="offset points", va="center", fontsize=8
        )
    axes.set_yticks(range(len(order)), order)
    axes.invert_yaxis()
    log_scale(axes.xaxis)
    axes.margins(x=0.12)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("rollouts/s, batches of 64 x 2 KB, from a call in Python to its rewards")


CHARTS: dict[str, Callable[[Figures], None]] = {
    "latency": latency,
    "arrivals": latency,
    "batches": lambda figures: throughput(figures, "rollouts in a batch"),
    "sizes": lambda figures: throughput(figures, "bytes of a completion", kilobytes),
    "connections": lambda figures: throughput(figures, "connections"),
    "judge-calls": judge,
    "components": components,
    "peers": peers,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Draws the plots of docs/benchmarks.")
    parser.add_argument("figures", type=Path)
    parser.add_argument("directory", type=Path)
    options = parser.parse_args()
    figures: Figures = json.loads(options.figures.read_text())["figures"]
    unknown = {figure["plot"]["chart"] for figure in figures if "plot" in figure} - CHARTS.keys()
    if unknown:
        raise SystemExit(f"draw.py: no chart {', '.join(sorted(unknown))}")
    options.directory.mkdir(parents=True, exist_ok=True)
    with pyplot.rc_context(STYLE):
        for chart, draw in CHARTS.items():
            members = [figure for figure in figures if figure.get("plot", {}).get("chart") == chart]
            if not members:
                continue
            draw(members)
            for ending in ("svg", "png"):
                # Without a date in it, the same figures give the same file.
                metadata = {"Date": None} if ending == "svg" else None
                pyplot.savefig(
                    options.directory / f"{chart}.{ending}", dpi=144, bbox_inches="tight", metadata=metadata
                )
            pyplot.close("all")


if __name__ == "__main__":
    main()
