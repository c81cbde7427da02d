"""The ratios that CI holds on to: `python -m tests.bench.ratios` writes them down anew."""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.bench import growing, keys, starting
from tests.bench.ledgers import household
from tests.bench.measuring import PYTHON, Line, command_time, environment

FILE = Path(__file__).with_name("ratios.json")

Ratios = dict[str, float]


def _of(lines: Iterable[Line]) -> Ratios:
    return {each.name: each.ratio for each in lines if each.ratio is not None}


def _with_folder(measure: Callable[[Path], Ratios]) -> Ratios:
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder))


def _on_one_processor(measure: Callable[[Path], Ratios]) -> Callable[[Path], Ratios]:
    """The same where there is no other one to spare, as beside other tests there is not."""

    def measured(folder: Path) -> Ratios:
        if not hasattr(os, "sched_setaffinity"):
            return measure(folder)
        usual = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {max(usual)})
        try:
            return measure(folder)
        finally:
            os.sched_setaffinity(0, usual)

    return measured


def _keys(folder: Path) -> Ratios:
    """From key to frame, against what Python takes to start: both go with the machine's pace."""
    bare = min(command_time((PYTHON, "-c", ""), environment(folder)) for _ in range(5))
    return {"key to frame": keys.every_frame(folder, household(folder), 2) / bare}


MEASURES: dict[str, Callable[[], Ratios]] = {
    "frames": lambda: _with_folder(
        _on_one_processor(lambda folder: _of(starting.frames(folder, 3)))
    ),
    "commands": lambda: _with_folder(lambda folder: _of(starting.commands(folder, 3))),
    "keys": lambda: _with_folder(_on_one_processor(_keys)),
    "growth": lambda: _of(growing.rules((1_000, 10_000))),
}


if __name__ == "__main__":
    found: Ratios = {}
    for name, measure in MEASURES.items():
        print(f"{name} …", file=sys.stderr)
        found |= {each: round(ratio, 2) for each, ratio in measure().items()}
    FILE.write_text(json.dumps(found, indent=2) + "\n")
