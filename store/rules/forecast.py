"""Cash ahead: what there will be on each day, and whether the promises are carried.

Source: DESIGN section 3, "Forecast". One currency at a time; amounts are minor units, what goes out
is below zero.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from store.rules.cadence import Cadence, Unit, unadjusted
from store.rules.workdays import WeekendRule, adjust

STALE = 14
"""Days after which a cash balance says nothing any more about what there is."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Money that comes or goes on a day outside of the promises."""

    on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Due:
    """Money promised: what is still open of an instalment, and the last day it can be kept."""

    instalment_id: int
    on: date
    amount: int
    grace_end: date


@dataclass(frozen=True, slots=True)
class Forecast:
    """The balance at the end of each day from `start` on, and what it cannot carry.

    `gap` is by how much the first day that is short, `short_on`, is below the buffer; `at_risk` are
    the promises that its money would be missing for, latest first; `days_to_act` run to the
    earliest end of grace among them, 0 if that has passed.
    """

    start: date
    balances: Sequence[int]
    short_on: date | None = None
    gap: int = 0
    at_risk: Sequence[Due] = ()
    days_to_act: int | None = None

    @property
    def carries(self) -> bool:
        """No day is short."""
        return self.short_on is None


def forecast(
    opening: int,
    today: date,
    flows: Iterable[Flow],
    promised: Iterable[Due],
    days: int,
    *,
    buffer: int = 0,
) -> Forecast:
    """Run from `opening`, what there is before anything of today, over today and so many days more.

    Overdue promises fall on today. On one day income comes before what goes out, so that the
    balance at its end is the lowest that counts. Flows before today are left out.
    """
    dues = sorted(promised, key=lambda each: (each.on, each.instalment_id))
    changes: dict[date, int] = defaultdict(int)
    for flow in flows:
        changes[flow.on] += flow.amount
    for due in dues:
        changes[max(due.on, today)] -= due.amount
    balances, balance = [], opening
    for n in range(days + 1):
        balance += changes.get(today + timedelta(days=n), 0)
        balances.append(balance)
    short = next((n for n, each in enumerate(balances) if each < buffer), None)
    if short is None:
        return Forecast(today, balances)
    short_on, gap = today + timedelta(days=short), buffer - balances[short]
    at_risk = _at_risk(dues, short_on, gap)
    act_by = min((each.grace_end for each in at_risk), default=None)
    left = None if act_by is None else max(0, (act_by - today).days)
    return Forecast(today, balances, short_on, gap, at_risk, left)


def first_short(usual: Sequence[int], found: Sequence[int]) -> int | None:
    """The first day (from 0) that is short, and would not be by the `usual` balances."""
    days = enumerate(zip(usual, found, strict=True))
    return next((n for n, (without, balance) in days if balance < 0 <= without), None)


def occurrences(
    cadence: Cadence,
    anchor: date | None,
    since: date,
    until: date,
    weekend: WeekendRule = WeekendRule.NONE,
    country: str | None = None,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> list[date]:
    """The days from `since` to `until` on which a budget line falls, counted from its anchor.

    None is before the anchor. Two days a month say themselves which they are; all else falls on no
    day without an anchor. What the cadence has from `starts_on` to `ends_on` belongs to the line,
    wherever a weekend rule moves it: of two lines that follow one another each day has one.
    """
    starts_on = max(filter(None, (starts_on, anchor)), default=None)
    if cadence.days:
        anchor = date(since.year - 1, 1, min(cadence.days))
    if anchor is None:
        return []
    first = starts_on or anchor
    # A weekend rule moves a day by less than the days of two weekends and their holidays.
    last = min(until + timedelta(days=14), ends_on or date.max)
    found: list[date] = []
    k = _skip(cadence, anchor, since)
    while True:
        day = unadjusted(cadence, anchor, k)
        if day > last:
            return found
        moved = adjust(day, weekend, country)
        if since <= moved <= until and day >= first:
            found.append(moved)
        if cadence.unit is Unit.ONCE:
            return found
        k += 1


def _skip(cadence: Cadence, anchor: date, since: date) -> int:
    """A number of occurrences that surely lie before `since`."""
    longest = {Unit.WEEK: 7, Unit.MONTH: 31, Unit.YEAR: 366, Unit.ONCE: 1}[cadence.unit]
    if cadence.unit is Unit.ONCE:
        return 0
    between = (since - anchor).days - 31
    times = between // (longest * cadence.n)
    return max(0, 2 * times if cadence.days else times)


def _at_risk(dues: Sequence[Due], short_on: date, gap: int) -> list[Due]:
    """Up to the day that is short and the first after it, latest first, till they cover the gap."""
    before = [each for each in dues if each.on <= short_on]
    after = dues[len(before) : len(before) + 1]
    found: list[Due] = []
    for each in reversed([*before, *after]):
        if gap <= 0:
            break
        found.append(each)
        gap -= each.amount
    return found
