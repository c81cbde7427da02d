"""Credibility: of all that was promised, how much came when it was promised.

Source: DESIGN section 3, "Credibility"; a beta reputation (Jøsang and Ismail 2002), weighted by
money and fading with time. Amounts are minor units; scores and margins run from 0 to 100; evidence
is the sum of the weights, in months of capacity.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import sqrt

from store.rules import outcome
from store.rules.outcome import Agreement, Instalment, Moratorium, Outcome, Payment, Standing

HALF_LIFE = 365
"""Days after its due date in which a promise comes to weigh half as much."""

FORGOTTEN = 2190
"""Days after its due date from which a promise weighs nothing."""

LATENESS = ((0, 1.0), (30, 0.5), (60, 0.25), (90, 0.0))
"""Days late, and the credit for money that came then; linear in between."""

BUILDING, SOLID = 2.0, 6.0
"""Evidence from which a score is said at all, and above which it is solid."""

RATED = frozenset(
    {
        Outcome.KEPT,
        Outcome.LATE,
        Outcome.PARTIAL,
        Outcome.MISSED,
        Outcome.RENEGOTIATED_LATE,
    }
)
"""What the plain rate of promises kept is taken of: all that could have been kept."""


class Confidence(StrEnum):
    """How much a score rests on."""

    TOO_LITTLE = "too little evidence"
    BUILDING = "building"
    SOLID = "solid"


@dataclass(frozen=True, slots=True)
class Promise:
    """An instalment, and all that what it counts for follows from.

    `money` is in order of payment date, `capacity` in minor units a month; `next_open` says that
    it was next when I ended its agreement without new terms.
    """

    instalment: Instalment
    agreement: Agreement
    money: Sequence[tuple[Payment, int]]
    moratoriums: Sequence[Moratorium]
    capacity: float
    next_open: bool = False

    @property
    def due_on(self) -> date:
        """The day that was promised."""
        return self.instalment.due_on

    @property
    def grace_end(self) -> date:
        """The last day on which it can be kept."""
        return self.instalment.due_on + timedelta(days=self.agreement.grace_days)

    def standing(self, as_of: date) -> Standing:
        """What became of it, as of a date."""
        return outcome.standing(
            self.instalment,
            self.agreement,
            self.money,
            self.moratoriums,
            as_of,
            next_open=self.next_open,
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """Promises of one day that were kept by it, together: what they count for is all one needs.

    `weight` is theirs before it fades, in months of capacity; they count from `since` on.
    """

    due_on: date
    since: date
    weight: float


Counted = Promise | Kept
"""What a score is made of."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a promise that counts: its weight (months of capacity) and its credit, 0 to 1.

    It fades from `due_on` on; where that is None it does not.
    """

    weight: float
    credit: float
    due_on: date | None

    def weight_on(self, as_of: date) -> float:
        """What it still weighs on a date."""
        return self.weight if self.due_on is None else self.weight * fade(self.due_on, as_of)


@dataclass(frozen=True, slots=True)
class Score:
    """How my word stands: `evidence` is the sum of weights, `good` that of weights × credits."""

    evidence: float
    good: float

    @property
    def score(self) -> float:
        """From 0 to 100; 50 where nothing is known."""
        return 100 * (1 + self.good) / (2 + self.evidence)

    @property
    def margin(self) -> float:
        """The standard deviation of the beta distribution, in points."""
        expected = self.score / 100
        return 100 * sqrt(max(0.0, expected * (1 - expected)) / (self.evidence + 3))

    @property
    def confidence(self) -> Confidence:
        """In words."""
        if self.evidence < BUILDING:
            return Confidence.TOO_LITTLE
        return Confidence.BUILDING if self.evidence <= SOLID else Confidence.SOLID


def credit(days_late: int, grace_days: int) -> float:
    """What money that came so many days after the due date is worth, from 0 to 1."""
    if days_late <= grace_days:
        return 1.0
    for (day, worth), (next_day, next_worth) in pairwise(LATENESS):
        if days_late <= next_day:
            return worth + (next_worth - worth) * (days_late - day) / (next_day - day)
    return 0.0


def fade(due_on: date, as_of: date) -> float:
    """How much a promise still weighs: 1 until it is due, then half as much after each year."""
    since = (as_of - due_on).days
    return 0.0 if since > FORGOTTEN else 2.0 ** (-max(0, since) / HALF_LIFE)


def is_forgotten(promise: Counted, as_of: date) -> bool:
    """Whether a promise weighs nothing on a date, nor ever after, whatever becomes of it."""
    return (as_of - promise.due_on).days > FORGOTTEN


def slices(promise: Counted, as_of: date) -> list[Slice]:
    """What a promise counts for on a date; nothing until its grace is over or it is settled."""
    if isinstance(promise, Kept):
        return [Slice(promise.weight, 1.0, promise.due_on)] if promise.since <= as_of else []
    became = promise.standing(as_of).outcome
    if became not in _SETTLED and as_of <= promise.grace_end:
        return []
    due_on, grace_days = promise.instalment.due_on, promise.agreement.grace_days
    found = []
    unpaid = promise.instalment.amount
    for payment, part in promise.money:
        if payment.counts_on(as_of) and unpaid > 0:
            taken = min(part, unpaid)
            unpaid -= taken
            worth = credit((payment.paid_on - due_on).days, grace_days)
            found.append(Slice(taken / promise.capacity, worth, due_on))
    if unpaid > 0 and became is Outcome.RENEGOTIATED_LATE:
        found.append(Slice(unpaid / promise.capacity, 0.0, due_on))
    elif unpaid > 0 and became.is_overdue and (as_of - due_on).days <= FORGOTTEN:
        # What is still owed of a promise does not fade while it is open.
        found.append(Slice(unpaid / promise.capacity, 0.0, None))
    return found


def steps(promise: Counted, since: date = date.min) -> list[tuple[date, list[Slice]]]:
    """The days on which what a promise counts for may change, in order, and what it is from then.

    Between two of them its slices stay as they are, but for fading. All that was before `since`
    comes on that day.
    """
    if isinstance(promise, Kept):
        changes = {promise.since, promise.due_on, promise.due_on + timedelta(days=FORGOTTEN + 1)}
        after = sorted({max(day, since) for day in changes if day >= promise.since})
        return [(day, slices(promise, day)) for day in after]
    agreement, due_on = promise.agreement, promise.instalment.due_on
    days = {
        agreement.made_on,
        due_on,
        promise.grace_end + timedelta(days=1),
        due_on + timedelta(days=FORGOTTEN + 1),
    }
    for payment, _ in promise.money:
        days.add(payment.paid_on)
        if payment.returned_on is not None:
            days.add(payment.returned_on)
    days.update(day for day in (agreement.replaced_on, agreement.ended_on) if day is not None)
    days.update(each.starts_on for each in promise.moratoriums)
    known = sorted({max(day, since) for day in days if day >= agreement.made_on})
    return [(day, slices(promise, day)) for day in known]


def score(found: Iterable[Slice], as_of: date) -> Score:
    """The score of all slices together on a date."""
    evidence = good = 0.0
    for each in found:
        weight = each.weight_on(as_of)
        evidence += weight
        good += weight * each.credit
    return Score(evidence, good)


def score_of(promises: Iterable[Counted], as_of: date) -> Score:
    """The score that some promises come to on a date."""
    remembered = (each for each in promises if not is_forgotten(each, as_of))
    return score((part for each in remembered for part in slices(each, as_of)), as_of)


def monthly_equivalent(promised: Iterable[tuple[date, int]], made_on: date) -> Fraction:
    """The minor units a month that some instalments (due date, amount) come to from `made_on` on.

    Their sum ÷ max(1, months from `made_on` to the last due date).
    """
    given = list(promised)
    if not given:
        return Fraction(0)
    last = max(due_on for due_on, _ in given)
    return Fraction(sum(amount for _, amount in given), months_until(last, made_on))


def months_until(last: date, made_on: date) -> int:
    """The calendar months from one day to another, at least 1."""
    return max(1, (last.year - made_on.year) * 12 + last.month - made_on.month)


_SETTLED = frozenset(
    {
        Outcome.KEPT,
        Outcome.LATE,
        Outcome.RENEGOTIATED,
        Outcome.RENEGOTIATED_LATE,
        Outcome.CANCELLED,
    }
)
"""What counts at once: paid in full, replaced, or cancelled."""


def ends_streak(outcome: Outcome) -> bool:
    """Whether promises before one that came to this are not kept in a row with those after."""
    return outcome is not Outcome.KEPT and outcome not in _PASSED_OVER


_PASSED_OVER = frozenset(
    {
        Outcome.UPCOMING,
        Outcome.DUE,
        Outcome.RENEGOTIATED,
        Outcome.CANCELLED,
        Outcome.SUSPENDED,
    }
)
