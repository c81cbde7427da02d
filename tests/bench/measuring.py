"""What is measured: a figure beside what it is held against, taken in turns in one run."""

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time

TODAY = "2026-11-23"
LONGEST = 120.0  # seconds after which a command never ends
PYTHON = sys.executable
ACCORD = (PYTHON, "-m", "tui")
ROOT = Path(__file__).parents[2]
"""The project."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: a figure, what it is held against, and how it may relate at most."""

    name: str
    figure: str
    against: str = ""
    ratio: float | None = None
    goal: float | None = None
    """What the ratio should not exceed; None where none is set."""

    @property
    def is_met(self) -> bool:
        """Whether the goal is met; so is none."""
        return self.ratio is None or self.goal is None or self.ratio <= self.goal


def versus(
    name: str,
    seconds: float,
    against: str,
    others: float,
    goal: float | None = None,
) -> Line:
    """A time held against another."""
    return Line(name, written(seconds), f"{against} {written(others)}", seconds / others, goal)


def limited(name: str, times: Sequence[float], most: float | None) -> Line:
    """Times from key to frame: their median and 95th percentile, held against seconds."""
    high = percentile(times, 95)
    return Line(
        name,
        f"p50 {written(median(times))}, p95 {written(high)}",
        "" if most is None else written(most),
        None if most is None else high / most,
        None if most is None else 1.0,
    )


def percentile(times: Sequence[float], number: int) -> float:
    """The `number`th percentile of some times."""
    return times[0] if len(times) == 1 else quantiles(times, n=100, method="inclusive")[number - 1]


def written(seconds: float) -> str:
    """A time as a person reads it."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def environment(folder: Path) -> dict[str, str]:
    """The surroundings of a program that is measured: nothing of the person's, all in a folder."""
    return {
        **{name: text for name, text in os.environ.items() if not name.startswith("ACCORD_")},
        "PYTHONPATH": str(ROOT),
        "ACCORD_STATE": str(folder / "state"),
        "ACCORD_CONFIG": str(folder / "config"),
        "ACCORD_TODAY": TODAY,
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "TEXTUAL_ANIMATIONS": "none",
    }


def in_turns(times: int, *works: Callable[[], float]) -> list[list[float]]:
    """The figures of some works, taken in turns so that what else runs slows all of them alike."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(times):
        for figures, work in zip(found, works, strict=True):
            figures.append(work())
    return found


def command_time(command: Sequence[str], surroundings: Mapping[str, str]) -> float:
    """Seconds of a command from its start to its end."""
    begun = perf_counter()
    subprocess.run(
        command, env=dict(surroundings), check=True, capture_output=True, timeout=LONGEST
    )
    return perf_counter() - begun


def timed(work: Callable[[], object]) -> float:
    """Seconds that some work in this program takes."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


def least(work: Callable[[], object], times: int = 3) -> float:
    """The least processor time of some runs in this program, in seconds.

    What else the machine does is left out, and so is looking for garbage, which grows with all
    that there is and belongs to nobody.
    """
    found = []
    gc.disable()
    try:
        for _ in range(times):
            begun = process_time()
            work()
            found.append(process_time() - begun)
    finally:
        gc.enable()
    return min(found)


def table(lines: Sequence[Line]) -> str:
    """The lines as Markdown."""
    rows = [("what", "measured", "against", "ratio", "goal")]
    for each in lines:
        ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
        goal = "" if each.goal is None else f"{'≤' if each.is_met else '**>**'} {each.goal:g}"
        rows.append((each.name, each.figure, each.against, ratio, goal))
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    shown = [
        "| " + " | ".join(f"{text:{width}}" for text, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    return "\n".join([shown[0], "|" + "|".join("-" * (n + 2) for n in widths) + "|", *shown[1:]])
