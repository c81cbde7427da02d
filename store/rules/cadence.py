"""How often a promise falls due, and on which days.

Every date is counted from the first one, never from the one before, so that months do not drift:
31 January, 28 February, 31 March.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import count as counted

from store.rules.dates import add_months, full
from store.rules.errors import BadInput
from store.rules.workdays import WeekendRule, adjust

MOST_INSTALMENTS = 10_000
LONGEST_YEARS = 50
"""How many instalments one promise may have, and how many years they may run."""

_MONTH_DAYS = frozenset(range(1, 32))
_HINT = "write once, week, 2 weeks, month, 3 months, quarter or year"


class Unit(StrEnum):
    """What a cadence counts in."""

    ONCE = "once"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Cadence:
    """Every `n` units; or, with two `days` of the month, twice a month on these.

    Raises BadInput where that makes no sense.
    """

    unit: Unit
    n: int = 1
    days: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.n < 1:
            raise BadInput(f"A cadence counts from 1 on, not {self.n}", field="every")
        if self.unit is Unit.ONCE and self.n != 1:
            raise BadInput("Once is once; it has no number", field="every")
        if not self.days:
            return
        if self.unit is not Unit.MONTH or self.n != 1:
            raise BadInput("Days go with every month only", field="days")
        if len(set(self.days)) != 2 or len(self.days) != 2 or not set(self.days) <= _MONTH_DAYS:
            raise BadInput("Twice a month takes two different days from 1 to 31", field="days")


ONCE = Cadence(Unit.ONCE)


def parse(text: str, days: Sequence[int] = ()) -> Cadence:
    """The cadence written as `once`, `[n] week(s)`, `[n] month(s)`, `quarter` or `[n] year(s)`.

    Two `days` (1 to 31) with `month` make it twice a month. Raises BadInput for anything else.
    """
    words = " ".join(text.casefold().split())
    if words in ("once", "quarter"):
        unit, n = (Unit.ONCE, 1) if words == "once" else (Unit.MONTH, 3)
        return Cadence(unit, n, tuple(days))
    match = re.fullmatch(r"(?:([0-9]{1,3}) )?(week|month|year)s?", words)
    if match is None:
        raise BadInput(f"{text[:40]!r} does not say how often; {_HINT}", field="every")
    return Cadence(Unit(match[2]), int(match[1] or 1), tuple(sorted(days)))


def to_text(cadence: Cadence) -> str:
    """The cadence as `parse` reads it, without its days: `once`, `4 weeks`, `month`, `quarter`."""
    if cadence.unit is Unit.MONTH and cadence.n == 3:
        return "quarter"
    return cadence.unit.value if cadence.n == 1 else f"{cadence.n} {cadence.unit}s"


def describe(cadence: Cadence) -> str:
    """The cadence for people: `every 4 weeks`, `twice a month, on the 1st and 15th`."""
    if cadence.unit is Unit.ONCE:
        return "once"
    if cadence.days:
        first, second = sorted(cadence.days)
        return f"twice a month, on the {_ordinal(first)} and {_ordinal(second)}"
    return f"every {to_text(cadence)}"


def unadjusted(cadence: Cadence, first_due: date, k: int) -> date:
    """Due date k (from 0), before any weekend rule; the day is clamped to the month's end.

    Raises BadInput beyond the calendar, or where `first_due` is on neither of two days a month.
    """
    if k < 0 or (k and cadence.unit is Unit.ONCE):
        raise BadInput(f"What falls due {describe(cadence)} has no instalment {k + 1}")
    if cadence.days:
        return _twice_monthly(cadence, first_due, k)
    if cadence.unit is Unit.WEEK:
        try:
            return first_due + timedelta(weeks=k * cadence.n)
        except OverflowError:
            raise BadInput("The instalments run beyond the calendar") from None
    return add_months(first_due, k * cadence.n * (12 if cadence.unit is Unit.YEAR else 1))


def due_dates(
    cadence: Cadence,
    first_due: date,
    *,
    count: int | None = None,
    until: date | None = None,
    weekend: WeekendRule = WeekendRule.NONE,
    country: str | None = None,
) -> list[date]:
    """The due dates in order, adjusted by the weekend rule and the country's public holidays.

    They end with `count` or with `until` (the last day that an unadjusted date may be), whichever
    comes first. Raises BadInput without either unless once, for more than 10,000, or past 50 years.
    """
    if cadence.unit is Unit.ONCE:
        if count not in (None, 1):
            raise BadInput("What falls due once has one instalment", field="count")
        count = 1
    if count is None and until is None:
        raise BadInput("Say how many instalments there are, or until when", field="count")
    if count is not None and not 1 <= count <= MOST_INSTALMENTS:
        raise BadInput(f"There can be 1 to {MOST_INSTALMENTS:,} instalments", field="count")
    if until is not None and until < first_due:
        raise BadInput(
            f"The last day ({full(until)}) is before the first due date ({full(first_due)})",
            field="until",
        )
    return [adjust(day, weekend, country) for day in _bounded(cadence, first_due, count, until)]


def monthly_factor(cadence: Cadence) -> Fraction:
    """How many times a month it falls due on average: 52/12 for a week, 1/3 for a quarter.

    Raises BadInput for once, which has no monthly equivalent.
    """
    if cadence.days:
        return Fraction(2)
    if cadence.unit is Unit.WEEK:
        return Fraction(52, 12 * cadence.n)
    if cadence.unit is Unit.MONTH:
        return Fraction(1, cadence.n)
    if cadence.unit is Unit.YEAR:
        return Fraction(1, 12 * cadence.n)
    raise BadInput("What falls due once has no monthly equivalent")


def _bounded(
    cadence: Cadence, first_due: date, count: int | None, until: date | None
) -> Iterator[date]:
    latest = add_months(first_due, 12 * LONGEST_YEARS)
    for k in counted() if count is None else range(count):
        day = unadjusted(cadence, first_due, k)
        if until is not None and day > until:
            return
        if day > latest:
            raise BadInput(
                f"The last instalment is more than {LONGEST_YEARS} years after the first",
                field="until" if count is None else "count",
            )
        yield day


def _twice_monthly(cadence: Cadence, first_due: date, k: int) -> date:
    days = sorted(cadence.days)
    starts = [_clamped(first_due.year, first_due.month, day) for day in days]
    if first_due not in starts:
        raise BadInput(
            f"The first due date, {full(first_due)}, is on neither of the days of the month: "
            f"{days[0]} and {days[1]}",
            field="first_due",
        )
    months, half = divmod(starts.index(first_due) + k, 2)
    month = add_months(first_due.replace(day=1), months)
    return _clamped(month.year, month.month, days[half])


def _clamped(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _ordinal(number: int) -> str:
    teen = 11 <= number % 100 <= 13
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
