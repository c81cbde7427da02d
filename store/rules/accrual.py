"""What interest a debt grows by: its rate from day to day, and what it comes to between two days.

Source: DESIGN section 3, "Terms". A whole period of the cadence costs the yearly rate ÷ the periods
in a year, days beyond whole periods 1/365 of it each, as of the balance at their beginning.
Amounts are minor units, rates per cent a year.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from store.rules.cadence import Cadence, Unit, monthly_factor
from store.rules.dates import add_months, months_before
from store.rules.money import nearest

ZERO = Decimal(0)
MONTHLY = Cadence(Unit.MONTH)


@dataclass(frozen=True, slots=True)
class Span:
    """A rate that holds from a day to another, both included; None is without end."""

    since: date | None
    until: date | None
    rate: Decimal

    def holds_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


@dataclass(frozen=True, slots=True)
class Rates:
    """The debt's `own` rate, and spans in which another holds: the first that fits a day."""

    own: Decimal = ZERO
    spans: tuple[Span, ...] = ()

    def on(self, day: date) -> Decimal:
        """The rate of a day."""
        return next((each.rate for each in self.spans if each.holds_on(day)), self.own)

    @property
    def last(self) -> Decimal:
        """The rate that holds in the end, when every span with an end is over."""
        return self.on(date.max)

    @property
    def settled_on(self) -> date:
        """The first day from which the rate no longer changes."""
        starts = [each.since for each in self.spans if each.since is not None]
        ends = [each.until + timedelta(days=1) for each in self.spans if each.until is not None]
        return max([date.min, *starts, *ends])

    def by_month(self, day: date, most: int) -> list[Decimal]:
        """The mean rate of each month from a day on, up to the first from which it holds for good.

        At most so many, and that one.
        """
        found: list[Decimal] = []
        while (start := add_months(day, len(found))) < self.settled_on and len(found) < most:
            found.append(self._mean(start, add_months(day, len(found) + 1)))
        return [*found, self.last]

    def interest(self, balance: int, since: date, until: date, cadence: Cadence, day: int) -> int:
        """What `balance` grows by from one day to another, each period to the nearest unit.

        Periods are counted back from the later day; `day` is the day of the month that a date cut
        short by its month stands for.
        """
        if balance <= 0 or until <= since or not (self.own or self.spans):
            return 0
        owed = balance
        for start, end, years in _pieces(since, until, cadence, day):
            rate = self._mean(start, end)
            if rate:
                owed += nearest(Fraction(rate) / 100 * years * owed)
        return owed - balance

    def _mean(self, start: date, end: date) -> Decimal:
        """The mean rate of the days from `start` up to the one before `end`."""
        days = (end - start).days
        cuts = {start, end}
        for each in self.spans:
            cuts |= {each.since} if each.since is not None else set()
            cuts |= {each.until + timedelta(days=1)} if each.until is not None else set()
        points = sorted(each for each in cuts if start <= each <= end)
        if len(points) == 2:
            return self.on(start)
        parts = (self.on(since) * (until - since).days for since, until in pairwise(points))
        return sum(parts, ZERO) / days


NONE = Rates()
"""Nothing accrues."""


@dataclass(slots=True)
class Running:
    """What is owed on a day: it grows by its rates, and falls by what is paid.

    Periods are those of a `cadence`; `anchor` is the day of the month that its dates stand for,
    None where each stands for itself.
    """

    owed: int
    day: date
    accrues: Rates
    cadence: Cadence
    anchor: int | None = None

    def reach(self, day: date) -> int:
        """Go on to a day, unless it is over; gives the interest that this adds."""
        day = max(day, self.day)
        cost = self.accrues.interest(self.owed, self.day, day, self.cadence, self.anchor or day.day)
        self.owed, self.day = self.owed + cost, day
        return cost

    def pay(self, day: date, amount: int) -> int:
        """Pay on a day, or at once where it is over; gives the interest added before."""
        cost = self.reach(day)
        self.owed -= amount
        return cost


def rate_per_period(rate: Decimal, cadence: Cadence) -> Fraction:
    """The share of a balance that one period of a cadence costs (once: a month)."""
    regular = MONTHLY if cadence.unit is Unit.ONCE else cadence
    return Fraction(rate) / 100 / (12 * monthly_factor(regular))


def _pieces(
    since: date, until: date, cadence: Cadence, day: int
) -> Iterator[tuple[date, date, Fraction]]:
    """The days before the first whole period, then the periods: start, end, part of a year."""
    if cadence.days:
        yield since, until, Fraction((until - since).days, 365)
        return
    regular = MONTHLY if cadence.unit is Unit.ONCE else cadence
    years = 1 / (12 * monthly_factor(regular))
    starts = [until]
    while (before := _back(until, len(starts), regular, day)) >= since:
        starts.append(before)
    starts.reverse()
    if starts[0] > since:
        yield since, starts[0], Fraction((starts[0] - since).days, 365)
    for start, end in pairwise(starts):
        yield start, end, years


def _back(until: date, times: int, cadence: Cadence, day: int) -> date:
    """The date so many periods before `until`."""
    if cadence.unit is Unit.WEEK:
        return until - timedelta(weeks=cadence.n * times)
    months = cadence.n * times * (12 if cadence.unit is Unit.YEAR else 1)
    return months_before(until, months, day)
