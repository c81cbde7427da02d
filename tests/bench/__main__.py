"""Measures Accord's speed: `python -m tests.bench [small|full] [--only WORD] [--markdown FILE]`.

Everything is a figure beside what it is held against, taken in turns in one run on one machine.
"""

import argparse
import platform
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import growing, keys, peers, starting
from tests.bench.ledgers import household, large
from tests.bench.measuring import Line, table


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    times: int
    records: int
    """Payments, and instalments, of the large ledger."""
    rules: tuple[int, ...]
    statement: tuple[int, int]
    """Its lines, and the instalments that are open to them."""
    register: int


SIZES = {
    "small": Size(3, 5_000, (1_000, 10_000), (2_000, 1_000), 2_000),
    "full": Size(9, 100_000, growing.SIZES, (50_000, 5_000), 10_000),
}


def measures(folder: Path, size: Size) -> dict[str, Callable[[], list[Line]]]:
    """What can be measured, by the word that chooses it."""
    return {
        "frames": lambda: starting.frames(folder, size.times),
        "commands": lambda: starting.commands(folder, size.times),
        "keys": lambda: keys.keys(
            folder, household(folder), "household", "Hillview", size.times, 0.05
        ),
        "large": lambda: keys.keys(
            folder,
            large(folder, size.records),
            f"{size.records:,} payments",
            "Creditor 0",
            # Each goes on until all is painted, which takes its time here.
            min(3, size.times),
            0.1,
        ),
        "rules": lambda: growing.rules(size.rules),
        "statement": lambda: growing.statement(folder, *size.statement),
        "peers": lambda: peers.peers(folder, size.times, size.register),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print the table; gives 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("size", nargs="?", choices=SIZES, default="small")
    parser.add_argument("--only", metavar="WORD", action="append", help="measure only this")
    parser.add_argument("--markdown", metavar="FILE", type=Path, help="write the table there, too")
    given = parser.parse_args(arguments)
    lines: list[Line] = []
    for name in measures(Path(), SIZES[given.size]) if not given.only else given.only:
        print(f"{name} …", file=sys.stderr)
        # Each on ledgers of its own.
        with tempfile.TemporaryDirectory() as folder:
            lines += measures(Path(folder), SIZES[given.size])[name]()
    print(shown := table(lines))
    if given.markdown is not None:
        machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
        given.markdown.write_text(f"{machine}\n\n{shown}\n")
    return 0 if all(each.is_met for each in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
