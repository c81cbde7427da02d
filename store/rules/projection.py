"""What becomes of a debt under terms: its balance, its interest, and what is left in the end.

Source: DESIGN section 3, "Terms". Amounts are minor units. What the instalments come to is exact:
it is what the creditor will get; the interest is an estimate where the creditor counts by days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import takewhile

from store.rules import interest
from store.rules.accrual import NONE, Rates, Running, rate_per_period
from store.rules.cadence import ONCE, Unit
from store.rules.errors import BadInput
from store.rules.terms import Deferral, Promised, Terms, slots, upfront_of
from store.rules.workdays import WeekendRule

MOST_MOVED = timedelta(days=31)
"""A weekend rule moves no due date by more."""


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

    `owed` is the balance less what is waived and written off; `interest` is all that is paid or
    owed beyond it; `left_over` is what the instalments do not clear.
    """

    owed: int
    points: Sequence[Point]
    total_paid: int
    interest: int
    waived: int
    written_off: int
    left_over: int

    @property
    def last_on(self) -> date | None:
        """The last payment."""
        return max((each.on for each in self.points), default=None)

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
    waived = min(max(balance, 0), terms.fees_waived or 0)
    written_off = min(max(balance, 0) - waived, terms.written_off or 0)
    owed = balance - waived - written_off
    total = sum(each.amount for each in promised)
    if is_a_sum(terms) and written_off and total >= owed:
        # Paid as agreed, it settles the debt: nothing is added meanwhile.
        accrues = NONE
    anchor = terms.first_due.day if terms.first_due else None
    running = Running(owed, on, accrues, terms.cadence, anchor)
    points = []
    nominal = _nominal(terms, promised, on)
    for day, due in sorted(zip(nominal, promised, strict=True), key=lambda each: each[0]):
        cost = running.pay(day, due.amount)
        points.append(Point(due.due_on, due.amount, cost, max(0, running.owed)))
    left = max(0, running.owed)
    return Projection(owed, points, total, total + left - owed, waived, written_off, left)


def is_a_sum(terms: Terms) -> bool:
    """Nothing is paid regularly."""
    return terms.amount is None or terms.cadence.unit is Unit.ONCE


def never_clears(found: Projection, terms: Terms, accrues: Rates) -> bool:
    """Whether going on with the instalments would never clear what they leave over (P ≤ r·B).

    What is left in the end has seen every sum, waiver and change of rate: were the instalment
    ever more than its interest, it would be less and less.
    """
    if terms.amount is None or is_a_sum(terms) or not found.left_over:
        return False
    is_raised = terms.defer_until is not None and terms.deferral is Deferral.RAISE_INSTALMENTS
    instalment = found.points[-1].paid if is_raised else terms.amount
    return instalment <= rate_per_period(accrues.last, terms.cadence) * found.left_over


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
    if not shown or terms.first_due is None or _rule_moves_nothing(terms):
        return shown
    moved: dict[date, date] = {}
    try:
        for slot in takewhile(
            lambda slot: slot.nominal <= shown[-1] + MOST_MOVED, slots(terms, terms.first_due)
        ):
            moved.setdefault(slot.due_on, slot.nominal)
    except BadInput:
        return shown
    found = [moved.get(day, day) for day in shown]
    upfront = upfront_of(terms, on)
    if upfront is not None and upfront in promised:
        found[promised.index(upfront)] = upfront.due_on
    return found


def _rule_moves_nothing(terms: Terms) -> bool:
    return terms.weekend in (None, WeekendRule.NONE) or terms.cadence == ONCE
