"""The ratios that CI holds on to: `python -m tests.bench.ratios` writes them down anew."""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import growing, keys, starting
from tests.bench.ledgers import household
from tests.bench.measuring import PYTHON, command_time, environment

FILE = Path(__file__).with_name("ratios.json")


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def _ratio(of: Callable[[Path], float | None]) -> float:
    with _folder() as folder:
        return of(folder) or 0.0


def _frame(place: int) -> Callable[[], float]:
    return lambda: _ratio(lambda folder: starting.frames(folder, 3)[place].ratio)


def _command(place: int) -> Callable[[], float]:
    return lambda: _ratio(lambda folder: starting.commands(folder, 3)[place].ratio)


def _switching(folder: Path) -> float:
    """From key to frame, against what Python takes to start: both go with the machine's pace."""
    bare = min(command_time((PYTHON, "-c", ""), environment(folder)) for _ in range(5))
    return keys.every_frame(folder, household(folder), 3) / bare


def _growth(name: str) -> Callable[[], float]:
    return lambda: growing.growth(name, (1_000, 10_000)).ratio or 0.0


RATIOS: dict[str, Callable[[], float]] = {
    "first frame": _frame(0),
    "first frame with data": _frame(1),
    "accord today": _command(0),
    "accord pay": _command(1),
    "key to frame": lambda: _ratio(_switching),
    **{f"growth of {name}": _growth(name) for name in growing.WORKS},
}

if __name__ == "__main__":
    found = {}
    for name, measure in RATIOS.items():
        found[name] = round(measure(), 3)
        print(f"{name}: {found[name]}", file=sys.stderr)
    FILE.write_text(json.dumps(found, indent=2) + "\n")
