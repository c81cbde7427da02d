"""(c) From key to frame in the app, and (e) the same, and its memory, on a ledger of any size."""

from pathlib import Path
from statistics import median

from tests.bench.measuring import ACCORD, Line, environment, limited, written
from tests.bench.starting import SIZE
from tests.bench.terminal import Painted, Terminal

SCREENS = "2345671"
PAGE_DOWN, PAGE_UP, DOWN, UP = "\x1b[6~", "\x1b[5~", "\x1b[B", "\x1b[A"
LOOKS = 3.0
"""Seconds for which a person looks at Today before any key."""

ESCAPE, ENTER = "\x1b", "\r"


def keys(folder: Path, path: Path, name: str, shows: str, times: int, most: float) -> list[Line]:
    """Each thing that is done with keys, so many times; `most` is the goal for each frame.

    `shows` is a text that is on the screen as soon as the record is.
    """
    done: dict[str, list[Painted]] = {}
    with Terminal((*ACCORD, "--ledger", str(path)), environment(folder), SIZE) as terminal:
        opened = terminal.wait_for(shows)
        terminal.settle(LOOKS)
        memory = [terminal.memory]

        def does(what: str, *pressed: str) -> None:
            for key in pressed:
                done.setdefault(what, []).append(terminal.press(key))

        for _ in range(times):
            does("switch screens", *SCREENS)
        does("first calendar", "5")
        for _ in range(times):
            does("change the month", PAGE_DOWN, PAGE_UP)
        does("back", "1")
        for _ in range(times):
            does("move in a list", DOWN, UP)
        for _ in range(times):
            does("open the filter", "/")
            does("type in the filter", *"cr")
            does("close the filter", ESCAPE)
        for _ in range(times):
            does("open a form", "p")
            does("close a form", ESCAPE)
        for _ in range(min(times, 5)):
            does("open the payment form", "p")
            does("save a payment", ENTER)
        memory.append(terminal.memory)
    lines = [
        limited(f"{name}: {what}", [each.first for each in done[what]], most)
        for what in (
            *("switch screens", "change the month", "move in a list", "type in the filter"),
            *("open a form", "save a payment"),
        )
    ]
    whole = [each.whole for each in done["switch screens"]]
    saved = [each.whole for each in done["save a payment"]]
    return [
        Line(f"{name}: from the start to the first data", written(opened)),
        *lines,
        limited(f"{name}: switch screens, with all their data", whole, None),
        limited(f"{name}: save a payment, until all shows it", saved, None),
        Line(f"{name}: memory", f"{memory[0]:.0f} MB, {memory[1]:.0f} MB after all that"),
    ]


def every_frame(folder: Path, path: Path, times: int) -> float:
    """The median time from key to frame of switching screens, in seconds: for CI."""
    with Terminal((*ACCORD, "--ledger", str(path)), environment(folder), SIZE) as terminal:
        terminal.wait_for("Hillview")
        terminal.settle()
        for key in SCREENS:
            terminal.press(key)
        return median(terminal.press(key).first for _ in range(times) for key in SCREENS)
