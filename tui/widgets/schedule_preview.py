"""What terms promise, in a few lines that follow what is typed."""

from collections.abc import Sequence
from datetime import date

from textual.widgets import Static

from store.rules import dates, money
from store.rules.terms import Promised
from tui.widgets.cells import plain

FIRST = 5
"""How many due dates are named before the last one."""


class SchedulePreview(Static):
    """The instalments that terms promise: how many, how much in all, the first days, the last."""

    DEFAULT_CSS = """
    SchedulePreview { height: auto; min-height: 3; }
    """

    def __init__(self, today: date, locale: str) -> None:
        """`today` says which year needs no naming."""
        super().__init__(markup=False)
        self.today, self.locale = today, locale

    def show(self, promised: Sequence[Promised], currency: str, notes: Sequence[str] = ()) -> None:
        """Show a schedule, and what is worth saying of it."""
        lines = [*summary(promised, currency, self.today, self.locale), *map(plain, notes)]
        self.update("\n".join(lines))

    def say(self, text: str) -> None:
        """Say what is missing before anything can be shown."""
        self.update(plain(text))


def summary(
    promised: Sequence[Promised], currency: str, today: date, locale: str
) -> tuple[str, str]:
    """A schedule in two lines: what it comes to, and when."""
    total = money.format(sum(each.amount for each in promised), currency, locale)
    first, last = promised[0], promised[-1]
    amount = money.format(first.amount, currency, locale)
    if len(promised) == 1:
        return f"One payment of {amount}", _day(first.due_on, today)
    said = f"{len(promised):,} instalments of {amount}"
    usual = len({each.amount for each in promised[:-1]}) == 1
    if not usual:
        said = f"{len(promised):,} instalments of different amounts"
    elif last.amount != first.amount:
        said += f", the last {money.format(last.amount, currency, locale)}"
    days = [_day(each.due_on, today) for each in promised[:FIRST]]
    if len(promised) > FIRST + 1:
        days = [*days[:-1], f"{days[-1]} … {_day(last.due_on, today)}"]
    elif len(promised) == FIRST + 1:
        days.append(_day(last.due_on, today))
    return f"{said} · {total} in all", ", ".join(days)


def _day(day: date, today: date) -> str:
    """A day without its weekday: `31 Jan`, with the year where it is not today's."""
    return dates.short(day, today).split(" ", 1)[1]
