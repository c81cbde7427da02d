"""(a) The first frame and the first frame with data, and (b) commands, against bare imports."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from tests.bench.ledgers import household
from tests.bench.measuring import ACCORD, PYTHON, Line, command_time, environment, in_turns, versus
from tests.bench.terminal import Terminal

SIZE = (120, 36)
BARE = """
{imports}
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("painted")
Bare().run()
"""


def first_frame(command: Sequence[str], surroundings: Mapping[str, str], text: str) -> float:
    """Seconds from the start of a program until a text is painted."""
    with Terminal(command, surroundings, SIZE) as terminal:
        return terminal.wait_for(text)


def frames(folder: Path, times: int) -> list[Line]:
    """The app's frames against a bare Textual app's."""
    # As it is opened every evening: `accord`, and nothing more.
    surroundings = {**environment(folder), "ACCORD_LEDGER": str(household(folder))}
    accord = tuple(ACCORD)
    bare = (PYTHON, "-c", BARE.format(imports=""))
    sqlmodel = (PYTHON, "-c", BARE.format(imports="import sqlmodel"))
    # Once unmeasured: so that all find their bytecode.
    for command, text in ((accord, "Hillview"), (bare, "painted"), (sqlmodel, "painted")):
        first_frame(command, surroundings, text)
    own, others, data, both = in_turns(
        times,
        lambda: first_frame(accord, surroundings, "Today"),
        lambda: first_frame(bare, surroundings, "painted"),
        lambda: first_frame(accord, surroundings, "Hillview"),
        lambda: first_frame(sqlmodel, surroundings, "painted"),
    )
    return [
        versus("first frame", median(own), "bare Textual app", median(others), 1.15),
        versus(
            "first frame with data", median(data), "bare, and SQLModel imported", median(both), 1.15
        ),
    ]


def commands(folder: Path, times: int) -> list[Line]:
    """`accord today` and `accord pay` against importing SQLModel."""
    surroundings = environment(folder)
    accord = (*ACCORD, "--ledger", str(household(folder)))
    today, pay = (*accord, "today"), (*accord, "pay", "northbank-card", "0.01")
    bare = (PYTHON, "-c", "import sqlmodel")
    for command in (today, bare):
        command_time(command, surroundings)
    shown, paid, others = in_turns(
        times, *(lambda c=each: command_time(c, surroundings) for each in (today, pay, bare))
    )
    return [
        versus("`accord today`", median(shown), "`import sqlmodel`", median(others), 1.3),
        versus("`accord pay`", median(paid), "`import sqlmodel`", median(others)),
    ]
