"""What became of a promise, as of any date, and the facts that say it.

Source: DESIGN section 3. Everything here is about one debt at a time and takes frozen facts:

- `Agreement`: when it was made, replaced or ended, and its grace;
- `Instalment`: one promised payment of an agreement;
- `Payment`: money sent, and the day it came back, if it did;
- `Allotment`: how much of a payment was for which instalment; `allotment` decides it, once.

Amounts are minor units of the debt's currency.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Outcome(StrEnum):
    """What became of an instalment."""

    UPCOMING = "upcoming"
    DUE = "due"
    KEPT = "kept"
    LATE = "late"
    PARTIAL = "partial"
    MISSED = "missed"
    RENEGOTIATED = "renegotiated"
    RENEGOTIATED_LATE = "renegotiated_late"
    CANCELLED = "cancelled"
    SUSPENDED = "suspended"

    @property
    def is_open(self) -> bool:
        """Money is still expected for it."""
        return self in OPEN

    @property
    def is_overdue(self) -> bool:
        """Its due date and grace have passed, and money is still expected."""
        return self in (Outcome.PARTIAL, Outcome.MISSED)


OPEN = frozenset({Outcome.UPCOMING, Outcome.DUE, Outcome.PARTIAL, Outcome.MISSED})


class EndedHow(StrEnum):
    """How an agreement ended other than by being replaced."""

    COMPLETED = "completed"
    CREDITOR = "creditor"
    ADVICE = "advice"
    INSOLVENCY = "insolvency"
    BROKEN = "broken"


CANCELLING = frozenset({EndedHow.CREDITOR, EndedHow.ADVICE, EndedHow.INSOLVENCY})


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement as the rules see it; `replaced_on` is the day its successor was made."""

    id: int
    made_on: date
    grace_days: int = 0
    replaced_on: date | None = None
    ended_on: date | None = None
    ended_how: EndedHow | None = None

    def takes_money_on(self, day: date) -> bool:
        """Made by `day`, and neither replaced nor ended by then."""
        return (
            self.made_on <= day
            and not (self.replaced_on is not None and self.replaced_on <= day)
            and not (self.ended_on is not None and self.ended_on <= day)
        )


@dataclass(frozen=True, slots=True)
class Instalment:
    """One promised payment; `number` is its place in the agreement, from 1."""

    id: int
    agreement_id: int
    due_on: date
    amount: int
    number: int = 1


@dataclass(frozen=True, slots=True)
class Payment:
    """Money sent on `paid_on`; it counts until `returned_on`."""

    id: int
    paid_on: date
    amount: int
    returned_on: date | None = None

    def counts_on(self, day: date) -> bool:
        """Sent by `day` and not returned by then."""
        return self.paid_on <= day and (self.returned_on is None or self.returned_on > day)


@dataclass(frozen=True, slots=True)
class Allotment:
    """So much of a payment was for this instalment."""

    payment_id: int
    instalment_id: int
    amount: int


@dataclass(frozen=True, slots=True)
class Moratorium:
    """Days on which the debt may not be pursued; both ends belong to it, `ends_on` None is open."""

    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """An instalment as of a date.

    `paid` is the money that counts, `paid_on` the day of the last of it that was needed,
    `days_late` the N of DESIGN for late, partial and missed ones, else 0.
    """

    instalment: Instalment
    outcome: Outcome
    paid: int
    paid_on: date | None
    days_late: int

    @property
    def unpaid(self) -> int:
        """What is still missing from the amount promised."""
        return max(0, self.instalment.amount - self.paid)


# --- outcomes -------------------------------------------------------------------------------


def standings(
    agreements: Iterable[Agreement],
    instalments: Iterable[Instalment],
    payments: Iterable[Payment],
    allotments: Iterable[Allotment],
    moratoriums: Sequence[Moratorium],
    as_of: date,
) -> list[Standing]:
    """Every instalment of one debt as of a date, in order of due date.

    Instalments of agreements not yet made on `as_of` are left out. Linear in its input, but for
    the sorting.
    """
    by_agreement = {each.id: each for each in agreements if each.made_on <= as_of}
    money = money_by_instalment(payments, allotments)
    known = sorted(
        (each for each in instalments if each.agreement_id in by_agreement),
        key=lambda each: (each.due_on, each.id),
    )
    next_open = next_open_of_broken(by_agreement, known, money)
    return [
        standing(
            each,
            by_agreement[each.agreement_id],
            money.get(each.id, ()),
            moratoriums,
            as_of,
            next_open=next_open.get(each.agreement_id) == each.id,
        )
        for each in known
    ]


def money_by_instalment(
    payments: Iterable[Payment], allotments: Iterable[Allotment]
) -> Mapping[int, Sequence[tuple[Payment, int]]]:
    """The payments allotted to each instalment with their parts, in order of payment date."""
    by_id = {payment.id: payment for payment in payments}
    money: dict[int, list[tuple[Payment, int]]] = defaultdict(list)
    for allotment in allotments:
        money[allotment.instalment_id].append((by_id[allotment.payment_id], allotment.amount))
    for parts in money.values():
        parts.sort(key=lambda part: (part[0].paid_on, part[0].id))
    return money


def standing(
    instalment: Instalment,
    agreement: Agreement,
    money: Sequence[tuple[Payment, int]],
    moratoriums: Sequence[Moratorium],
    as_of: date,
    *,
    next_open: bool = False,
) -> Standing:
    """One instalment as of a date.

    `money` is in order of payment date. `next_open` says that it is the instalment that was next
    when a broken agreement was ended.
    """
    paid, last_paid_on, full_on = 0, None, None
    for payment, part in money:
        if payment.counts_on(as_of):
            paid += part
            if full_on is None:
                last_paid_on = payment.paid_on
                if paid >= instalment.amount:
                    full_on = payment.paid_on
    due_on = instalment.due_on
    grace_end = due_on + timedelta(days=agreement.grace_days)
    if full_on is not None:
        outcome = Outcome.KEPT if full_on <= grace_end else Outcome.LATE
        days_late = (full_on - due_on).days if outcome is Outcome.LATE else 0
        return Standing(instalment, outcome, paid, last_paid_on, days_late)
    outcome = _unfilled(
        due_on, grace_end, agreement, moratoriums, as_of, some=paid > 0, next_open=next_open
    )
    days_late = (as_of - due_on).days if outcome.is_overdue else 0
    return Standing(instalment, outcome, paid, last_paid_on, days_late)


def _unfilled(
    due_on: date,
    grace_end: date,
    agreement: Agreement,
    moratoriums: Sequence[Moratorium],
    as_of: date,
    *,
    some: bool,
    next_open: bool,
) -> Outcome:
    replaced_on = _by(agreement.replaced_on, as_of)
    ended_on = _by(agreement.ended_on, as_of)
    if replaced_on is not None and replaced_on <= grace_end:
        return Outcome.RENEGOTIATED
    if ended_on is not None and ended_on <= grace_end:
        if agreement.ended_how in CANCELLING:
            return Outcome.CANCELLED
        if agreement.ended_how is EndedHow.BROKEN and not next_open:
            return Outcome.CANCELLED
    # A suspended promise is no breach, so a moratorium speaks before anything that is one.
    if any(_covers(each, due_on, as_of) for each in moratoriums):
        return Outcome.SUSPENDED
    broken_here = ended_on is not None and next_open
    if replaced_on is not None or broken_here:
        return Outcome.RENEGOTIATED_LATE
    if as_of < due_on:
        return Outcome.UPCOMING
    if as_of <= grace_end:
        return Outcome.DUE
    return Outcome.PARTIAL if some else Outcome.MISSED


def _by(day: date | None, as_of: date) -> date | None:
    """`day`, if it has come by `as_of`: what happens later is not yet known."""
    return day if day is not None and day <= as_of else None


def _covers(moratorium: Moratorium, due_on: date, as_of: date) -> bool:
    return (
        moratorium.starts_on <= as_of
        and moratorium.starts_on <= due_on
        and (moratorium.ends_on is None or due_on <= moratorium.ends_on)
    )


def next_open_of_broken(
    agreements: Mapping[int, Agreement],
    instalments: Sequence[Instalment],
    money: Mapping[int, Sequence[tuple[Payment, int]]],
) -> dict[int, int]:
    """For each agreement that I ended without new terms, the instalment that was next then.

    It is the first by due date that was not full on that day and whose grace had not run out:
    those before it are missed in their own right.
    """
    found: dict[int, int] = {}
    for each in instalments:
        agreement = agreements[each.agreement_id]
        ended_on = agreement.ended_on
        if agreement.ended_how is not EndedHow.BROKEN or ended_on is None or agreement.id in found:
            continue
        if each.due_on + timedelta(days=agreement.grace_days) < ended_on:
            continue
        paid = sum(part for payment, part in money.get(each.id, ()) if payment.counts_on(ended_on))
        if paid < each.amount:
            found[agreement.id] = each.id
    return found


# --- who held the debt ----------------------------------------------------------------------


def holder_of(creditor_id: int, transfers: Sequence[tuple[date, int]]) -> Callable[[date], int]:
    """A function from a day to the id of the creditor who holds the debt then.

    `transfers` are (from when, to whom) in order of date; a transfer holds from its date on.
    """
    days = [day for day, _ in transfers]

    def holder(on: date) -> int:
        # `bisect_left` of the next day: a transfer of that very day already holds.
        index = bisect_left(days, on + timedelta(days=1))
        return transfers[index - 1][1] if index else creditor_id

    return holder
