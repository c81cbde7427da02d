"""Credibility: of all that was promised, how much came when it was promised.

Source: DESIGN section 3, "Credibility"; a beta reputation (Jøsang and Ismail 2002), weighted by
money and fading with time. Amounts are minor units; scores and margins run from 0 to 100; evidence
is the sum of the weights, in months of capacity.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from math import sqrt

from store.rules.outcome import Agreement, Instalment, Moratorium, Outcome, Payment, standing

HALF_LIFE = 365
"""Days after its due date in which a promise comes to weigh half as much."""

FORGOTTEN = 2190
"""Days after its due date from which a promise weighs nothing."""

LATENESS = ((0, 1.0), (30, 0.5), (60, 0.25), (90, 0.0))
"""Days late, and the credit for money that came then; linear in between."""

BUILDING, SOLID = 2.0, 6.0
"""Evidence from which a score is said at all, and above which it is solid."""


class Confidence(StrEnum):
    """How much a score rests on."""

    TOO_LITTLE = "too little evidence"
    BUILDING = "building"
    SOLID = "solid"


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


def slices(
    instalment: Instalment,
    agreement: Agreement,
    money: Sequence[tuple[Payment, int]],
    moratoriums: Sequence[Moratorium],
    as_of: date,
    *,
    capacity: float,
    next_open: bool = False,
) -> list[Slice]:
    """What one instalment counts for on a date; nothing until its grace is over or it is settled.

    `money` is in order of payment date, `capacity` minor units a month; the rest is as for
    `outcome.standing`.
    """
    due_on = instalment.due_on
    outcome = standing(
        instalment, agreement, money, moratoriums, as_of, next_open=next_open
    ).outcome
    if outcome not in _SETTLED and as_of <= due_on + timedelta(days=agreement.grace_days):
        return []
    found = []
    unpaid = instalment.amount
    for payment, part in money:
        if payment.counts_on(as_of) and unpaid > 0:
            taken = min(part, unpaid)
            unpaid -= taken
            late = (payment.paid_on - due_on).days
            worth = credit(late, agreement.grace_days)
            found.append(Slice(taken / capacity, worth, due_on))
    if unpaid > 0 and outcome is Outcome.RENEGOTIATED_LATE:
        found.append(Slice(unpaid / capacity, 0.0, due_on))
    elif unpaid > 0 and outcome.is_overdue and (as_of - due_on).days <= FORGOTTEN:
        # What is still owed of a promise does not fade while it is open.
        found.append(Slice(unpaid / capacity, 0.0, None))
    return found


def score(found: Iterable[Slice], as_of: date) -> Score:
    """The score of all slices together on a date."""
    evidence = good = 0.0
    for each in found:
        weight = each.weight_on(as_of)
        evidence += weight
        good += weight * each.credit
    return Score(evidence, good)


class History:
    """Scores over time in one pass: each promise is looked at only on the days it changes.

    Between these days a slice either stays as it is or fades, and all that fade do so at the same
    pace: one sum of them, brought forward, is enough.
    """

    def __init__(self, start: date) -> None:
        """`start` is a day about which the numbers are kept small; any day will do."""
        self._start = start
        self._steps: dict[date, list[float]] = defaultdict(lambda: [0.0] * 4)
        """By day, what is added to: weights that stay, good ones; weights that fade, good ones."""

    def add(
        self,
        instalment: Instalment,
        agreement: Agreement,
        money: Sequence[tuple[Payment, int]],
        moratoriums: Sequence[Moratorium],
        *,
        capacity: float,
        next_open: bool = False,
    ) -> None:
        """Take in one instalment; the arguments are those of `slices`."""
        due_on = instalment.due_on
        changes = {
            agreement.made_on,
            due_on,
            due_on + timedelta(days=agreement.grace_days + 1),
            due_on + timedelta(days=FORGOTTEN + 1),
        }
        changes.update(payment.paid_on for payment, _ in money)
        changes.update(p.returned_on for p, _ in money if p.returned_on is not None)
        changes.update(
            day for day in (agreement.replaced_on, agreement.ended_on) if day is not None
        )
        changes.update(each.starts_on for each in moratoriums)
        days = sorted(day for day in changes if day >= agreement.made_on)
        for day, until in zip(days, [*days[1:], None], strict=True):
            for each in slices(
                instalment,
                agreement,
                money,
                moratoriums,
                day,
                capacity=capacity,
                next_open=next_open,
            ):
                self._put(each, day, until)

    def _put(self, each: Slice, since: date, until: date | None) -> None:
        """Let a slice count from one day up to another."""
        fades = each.due_on is not None and since >= each.due_on
        weight = each.weight
        if fades and each.due_on is not None:
            if (since - each.due_on).days > FORGOTTEN:
                return
            weight *= 2.0 ** ((each.due_on - self._start).days / HALF_LIFE)
        for day, sign in ((since, 1.0), (until, -1.0)):
            if day is not None:
                step = self._steps[day]
                step[2 * fades] += sign * weight
                step[2 * fades + 1] += sign * weight * each.credit

    def scores(self, days: Iterable[date]) -> list[Score]:
        """The score on each of some days, which are in order."""
        waiting = sorted(self._steps.items())
        sums = [0.0] * 4
        found, place = [], 0
        for day in days:
            while place < len(waiting) and waiting[place][0] <= day:
                for index, step in enumerate(waiting[place][1]):
                    sums[index] += step
                place += 1
            pace = 2.0 ** (-(day - self._start).days / HALF_LIFE)
            evidence = max(0.0, sums[0] + sums[2] * pace)
            good = max(0.0, sums[1] + sums[3] * pace)
            found.append(Score(evidence, min(good, evidence)))
        return found


def monthly_equivalent(promised: Iterable[tuple[date, int]], made_on: date) -> float:
    """The minor units a month that some instalments (due date, amount) come to from `made_on` on.

    Their sum ÷ max(1, months from `made_on` to the last due date).
    """
    given = list(promised)
    if not given:
        return 0.0
    last = max(due_on for due_on, _ in given)
    months = (last.year - made_on.year) * 12 + last.month - made_on.month
    return sum(amount for _, amount in given) / max(1, months)


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


def streak(outcomes: Iterable[Outcome]) -> int:
    """Kept promises in a row, back from the newest; `outcomes` are in order of due date.

    What is still to come, and what was renegotiated in time, cancelled or suspended, is passed
    over.
    """
    count = 0
    for outcome in reversed(list(outcomes)):
        if outcome is Outcome.KEPT:
            count += 1
        elif outcome not in _PASSED_OVER:
            break
    return count


_PASSED_OVER = frozenset(
    {
        Outcome.UPCOMING,
        Outcome.DUE,
        Outcome.RENEGOTIATED,
        Outcome.CANCELLED,
        Outcome.SUSPENDED,
    }
)
