"""Interest: the payment, the time and the cost of a debt, and the annual rate of what is offered.

Amounts are minor units, rates per cent a year. The formulas of a level payment are those of an
ordinary annuity at the periodic rate r = rate ÷ 100 ÷ periods a year.

`apr` is the actuarial method of US Regulation Z (12 CFR 1026), Appendix J: the payments, each
discounted over whole unit periods (compound) and what is left of one (simple), are worth the
advance. `timed` counts the unit periods between dates as its paragraph (b)(5) says.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

from store.rules.dates import add_months, months_before
from store.rules.errors import BadInput
from store.rules.money import nearest

CENT = Decimal("0.01")
PRECISION = 60
SMALLEST = Decimal("1e-24")
"""The digits of a calculation, and the least rate of a period that such digits can tell."""


def payment(principal: int, rate: Decimal, count: int, periods_per_year: int = 12) -> int:
    """The level payment that clears `principal` in `count` periods, to the nearest minor unit.

    Raises BadInput for a rate below zero or no periods.
    """
    r = _periodic(rate, periods_per_year)
    if count < 1:
        raise BadInput("There must be at least 1 payment", field="count")
    if not r:
        return nearest(Fraction(principal, count))
    with localcontext(prec=PRECISION):
        return nearest(Fraction(principal * r / (1 - (1 + r) ** -count)))


def number_of_payments(
    principal: int, rate: Decimal, payment: int, periods_per_year: int = 12
) -> int | None:
    """How many payments clear `principal`, the last perhaps smaller; None where none ever do."""
    r = _periodic(rate, periods_per_year)
    if principal <= 0:
        return 0
    if 100 * periods_per_year * payment <= principal * Fraction(rate):
        return None
    if not r:
        return -(-principal // payment)
    with localcontext(prec=PRECISION):
        exact = -(1 - principal * r / payment).ln() / (1 + r).ln()
        # A whole number that the logarithms miss by their last digit stays that number.
        return int(exact.quantize(Decimal("1e-20")).to_integral_value(ROUND_CEILING))


def balance_after(
    principal: int, rate: Decimal, payment: int, count: int, periods_per_year: int = 12
) -> int:
    """What is owed after `count` payments; below zero where they were too many."""
    r = _periodic(rate, periods_per_year)
    if not r:
        return principal - payment * count
    with localcontext(prec=PRECISION):
        grown = (1 + r) ** count
        return nearest(Fraction(principal * grown - payment * (grown - 1) / r))


def total_interest(
    principal: int, rate: Decimal, payment: int, periods_per_year: int = 12
) -> int | None:
    """What level payments cost beyond `principal` until it is cleared; None where it never is."""
    count = number_of_payments(principal, rate, payment, periods_per_year)
    if count is None:
        return None
    # The last payment is what is left after the ones before it.
    left = balance_after(principal, rate, payment, count, periods_per_year)
    return left + payment * count - principal


def _periodic(rate: Decimal, periods_per_year: int) -> Decimal:
    """The rate of a period; one too small to add anything to any balance is none."""
    if rate < 0:
        raise BadInput("An interest rate must not be below zero", field="apr")
    with localcontext(prec=PRECISION):
        r = rate / 100 / periods_per_year
    return r if r >= SMALLEST else Decimal(0)


# --- the annual rate of payments --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Timed:
    """A payment, so many whole unit periods and the `fraction` of one after the advance."""

    periods: int
    fraction: Fraction
    amount: int


def apr(advance: int, payments: Sequence[Timed], periods_per_year: Fraction) -> Decimal | None:
    """The annual rate, to two decimals, at which the payments are worth the advance.

    None where there is none: they come to less than the advance, or leave nothing advanced.
    Source: Regulation Z, Appendix J, (b)(8): A = Σ P ÷ ((1 + f·i)(1 + i)^t), rate = 100·i·w.
    """
    at_once = sum(each.amount for each in payments if not each.periods and not each.fraction)
    total = sum(each.amount for each in payments)
    if advance <= at_once or total < advance:
        return None
    terms = [(each.periods, float(each.fraction), each.amount) for each in payments]

    def excess(i: float) -> float:
        """What the payments are worth beyond the advance."""
        step = math.log1p(i)
        worth = (amount * math.exp(-t * step) / (1 + f * i) for t, f, amount in terms)
        return math.fsum(worth) - advance

    low, high = 0.0, 1.0
    while excess(high) > 0:
        low, high = high, high * 2
        if high > 1e12:
            return None
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    yearly = Decimal(repr((low + high) / 2)) * 100 * Decimal(periods_per_year.numerator)
    found = yearly / periods_per_year.denominator
    return found.quantize(CENT, ROUND_HALF_UP)


_DAY, _WEEK, _MONTH = "day", "week", "month"
_Unit = tuple[str, Fraction]
"""A unit period: so many days, weeks or months, half a month among them."""

_SEMIMONTH: _Unit = (_MONTH, Fraction(1, 2))
_YEAR: _Unit = (_MONTH, Fraction(12))


def timed(
    on: date, payments: Sequence[tuple[date, int]], *, twice_monthly: bool = False
) -> tuple[list[Timed], Fraction]:
    """Payments by their time after the advance `on`, and how many unit periods a year has.

    The unit period is the interval that occurs most often, of equals the smallest; where none
    occurs twice, the standard interval nearest to the average; of a single payment within a year,
    its own term (App. J, (b)(4) and (b)(5)). Dates before `on` count as of that day.
    """
    dues = sorted((max(day, on), amount) for day, amount in payments)
    anchor = max((day.day for day, _ in dues), default=1)
    if len({day for day, _ in dues}) == 1 and on < dues[0][0] < add_months(on, 12):
        return _single(on, dues, anchor)
    unit = _SEMIMONTH if twice_monthly else _unit(on, [day for day, _ in dues], anchor)
    found = [Timed(*_between(on, day, unit, anchor), amount) for day, amount in dues]
    return found, _per_year(unit)


def _single(
    on: date, dues: Sequence[tuple[date, int]], anchor: int
) -> tuple[list[Timed], Fraction]:
    day = dues[0][0]
    months, rest = _months(on, day, anchor)
    per_year = Fraction(365, (day - on).days) if rest or not months else Fraction(12, months)
    return [Timed(1, Fraction(0), amount) for _, amount in dues], per_year


def _per_year(unit: _Unit) -> Fraction:
    return {_DAY: Fraction(365), _WEEK: Fraction(52), _MONTH: Fraction(12)}[unit[0]] / unit[1]


def _unit(on: date, days: Sequence[date], anchor: int) -> _Unit:
    points = sorted({on, *days})
    found: Counter[_Unit] = Counter()
    for before, after in pairwise(points):
        found.update(_intervals(before, after, anchor))
    found[_SEMIMONTH] = _half_months(points, anchor)
    common = {unit: times for unit, times in found.items() if times > 1}
    if common:
        return min(common, key=lambda unit: (-common[unit], _length(unit)))
    average = Fraction((points[-1] - points[0]).days, max(1, len(points) - 1))
    standard = [
        (_DAY, Fraction(1)),
        *((_WEEK, Fraction(n)) for n in range(1, 53)),
        _SEMIMONTH,
        *((_MONTH, Fraction(n)) for n in range(1, 13)),
    ]
    return min(standard, key=lambda unit: (abs(_length(unit) - average), _length(unit)))


def _length(unit: _Unit) -> Fraction:
    """About how many days a unit period has."""
    if unit == _YEAR:
        return Fraction(365)
    return unit[1] * {_DAY: 1, _WEEK: 7, _MONTH: 30}[unit[0]]


def _intervals(before: date, after: date, anchor: int) -> list[_Unit]:
    """Every standard interval, not above a year, that lies between two dates."""
    days = (after - before).days
    months, rest = _months(before, after, anchor)
    found: list[_Unit] = []
    if not rest and 1 <= months <= 12:
        found.append((_MONTH, Fraction(months)))
    if days % 7 == 0 and days <= 364:
        found.append((_WEEK, Fraction(days, 7)))
    return found or [(_DAY, Fraction(days))] if days <= 365 else []


def _half_months(points: Sequence[date], anchor: int) -> int:
    """How many intervals are about half a month, and a month together with the one beside it."""
    halves: set[date] = set()
    for before, middle, after in zip(points, points[1:], points[2:], strict=False):
        is_half = all(
            12 <= (late - early).days <= 18 for early, late in ((before, middle), (middle, after))
        )
        if is_half and _months(before, after, anchor) == (1, 0):
            halves |= {before, middle}
    return len(halves)


def _between(on: date, day: date, unit: _Unit, anchor: int) -> tuple[int, Fraction]:
    """Whole unit periods between two dates, and the fraction of one that is left."""
    name, size = unit
    if name in (_DAY, _WEEK):
        whole, rest = divmod(Fraction((day - on).days), size * (7 if name == _WEEK else 1))
        return int(whole), rest / (size * (7 if name == _WEEK else 1))
    months, days = _months(on, day, anchor)
    if unit == _YEAR:
        years, months = divmod(months, 12)
        if not days:
            return years, Fraction(months, 12)
        return years, Fraction((months_before(day, 12 * years, anchor) - on).days, 365)
    whole, rest = divmod(Fraction(30 * months + days), 30 * size)
    # Days beyond a month of 30 are a fraction of the month that they are in, not a month more.
    if size == 1 and whole > months:
        return months, Fraction(days, 30)
    return int(whole), rest / (30 * size)


def _months(on: date, day: date, anchor: int) -> tuple[int, int]:
    """Whole months measured back from the later date, and the days left before them."""
    months = (day.year - on.year) * 12 + day.month - on.month
    while months and months_before(day, months, anchor) < on:
        months -= 1
    start = months_before(day, months, anchor)
    return months, (start - on).days
