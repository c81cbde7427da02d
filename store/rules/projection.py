"""What becomes of a debt under terms: its balance, its interest, and what is left in the end.

Source: DESIGN section 3, "Terms". Amounts are minor units. What the instalments come to is exact:
it is what the creditor will get; the interest is an estimate where the creditor counts by days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from store.rules import interest
from store.rules.accrual import Rates, rate_per_period
from store.rules.cadence import ONCE, Unit
from store.rules.errors import BadInput
from store.rules.terms import Promised, Terms, schedule
from store.rules.workdays import WeekendRule


@dataclass(frozen=True, slots=True)
class Point:
    """What is owed after a payment, and the interest that was added before it."""

    on: date
    paid: int
    interest: int
    balance: int


@dataclass(frozen=True, slots=True)
class Projection:
    """A debt under terms from a day on.

    `interest` is all that is paid or owed beyond the balance; `left_over` is what the instalments
    do not clear.
    """

    points: Sequence[Point]
    total_paid: int
    interest: int
    written_off: int
    left_over: int

    @property
    def last_on(self) -> date | None:
        """The last payment."""
        return self.points[-1].on if self.points else None

    @property
    def cost(self) -> int:
        """What it takes to be rid of the debt: what is paid, and what is left to pay."""
        return self.total_paid + self.left_over


def project(
    balance: int,
    promised: Sequence[Promised],
    on: date,
    terms: Terms,
    accrues: Rates,
) -> Projection:
    """Run a balance of the day `on` over the instalments that terms promise.

    What is waived and written off goes off at once. Money beyond what is owed is counted as its
    cost too: interest = paid + left over − (balance − waived − written off).
    """
    waived = min(max(balance, 0), (terms.fees_waived or 0) + (terms.written_off or 0))
    owed, day = balance - waived, on
    points = []
    for nominal, due in zip(_nominal(terms, promised, on), promised, strict=True):
        at = max(nominal, day)
        anchor = terms.first_due.day if terms.first_due else at.day
        cost = accrues.interest(owed, day, at, terms.cadence, anchor)
        owed, day = owed + cost - due.amount, at
        points.append(Point(due.due_on, due.amount, cost, max(0, owed)))
    total = sum(each.amount for each in promised)
    left = max(0, owed)
    return Projection(points, total, total + left - (balance - waived), waived, left)


def never_clears(balance: int, terms: Terms, accrues: Rates) -> bool:
    """Whether an instalment is at most a period's interest on the balance (P ≤ r·B)."""
    if terms.amount is None or terms.cadence.unit is Unit.ONCE or balance <= 0:
        return False
    return terms.amount <= rate_per_period(accrues.last, terms.cadence) * balance


def apr(balance: int, promised: Sequence[Promised], on: date, terms: Terms) -> Decimal | None:
    """The annual rate (per cent, two decimals) at which the instalments are worth the balance.

    By Regulation Z, Appendix J; a due date that a weekend rule moved counts as it was. None where
    they come to less than the balance.
    """
    dues = _nominal(terms, promised, on)
    given = [(day, each.amount) for day, each in zip(dues, promised, strict=True)]
    payments, per_year = interest.timed(on, given, twice_monthly=bool(terms.cadence.days))
    return interest.apr(balance, payments, per_year)


def _nominal(terms: Terms, promised: Sequence[Promised], on: date) -> list[date]:
    """The due dates before any weekend rule, in the same order."""
    shown = [each.due_on for each in promised]
    if terms.weekend in (None, WeekendRule.NONE) or terms.cadence == ONCE:
        return shown
    plain = replace(terms, weekend=None, holidays=None)
    if plain.count is None and plain.until is None:
        plain = replace(plain, count=len(promised) - (terms.upfront is not None))
    try:
        nominal = [each.due_on for each in schedule(plain, on)]
    except BadInput:
        return shown
    return nominal if len(nominal) == len(shown) else shown
