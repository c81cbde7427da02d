"""What a payment was for (allotments) and what became of a promise (outcomes), as of any date.

Source: DESIGN section 3. Everything here is about one debt at a time and takes frozen facts:

- `Agreement`: when it was made, replaced or ended, and its grace;
- `Instalment`: one promised payment of an agreement;
- `Payment`: money sent, and the day it came back, if it did;
- `Allotment`: how much of a payment was for which instalment; `Allotter` decides it, once.

Amounts are minor units of the debt's currency.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

NEAR = timedelta(days=7)
"""A payment within this of a due date is for that instalment, before any older one."""


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


# --- allotments -----------------------------------------------------------------------------


class _Track:
    """An agreement's instalments in order of due date, with what each still lacks."""

    def __init__(self, agreement: Agreement, instalments: Sequence[Instalment]) -> None:
        self.agreement = agreement
        self.instalments = instalments
        self.dates = [each.due_on for each in instalments]
        self.first = 0
        """No instalment before this index lacks money."""


class Allotter:
    """Decides what payments on one debt are for, in the order in which they are entered.

    Near-linear: each agreement keeps a pointer to its oldest unpaid instalment, so a payment looks
    only at the days around it and at what it settles.
    """

    def __init__(
        self,
        agreements: Iterable[Agreement],
        instalments: Iterable[Instalment],
        payments: Iterable[Payment] = (),
        allotments: Iterable[Allotment] = (),
    ) -> None:
        """Take the debt as recorded so far."""
        grouped: dict[int, list[Instalment]] = defaultdict(list)
        for each in instalments:
            grouped[each.agreement_id].append(each)
        self._tracks = [
            _Track(agreement, sorted(grouped[agreement.id], key=lambda i: (i.due_on, i.id)))
            for agreement in sorted(agreements, key=lambda a: (a.made_on, a.id))
        ]
        self._place = {
            each.id: (track, index)
            for track in self._tracks
            for index, each in enumerate(track.instalments)
        }
        self._lacks = {each.id: each.amount for track in self._tracks for each in track.instalments}
        self._returning: dict[int, list[tuple[date, int]]] = defaultdict(list)
        """Money per instalment that comes back on a day; until then it counts."""
        by_id = {payment.id: payment for payment in payments}
        for allotment in allotments:
            self._take(by_id[allotment.payment_id], allotment.instalment_id, allotment.amount)

    def candidates(self, paid_on: date) -> list[tuple[Instalment, int]]:
        """Instalments that money of `paid_on` may be for, with what each lacks, by due date."""
        found = [
            (track.instalments[index], self._lacking(track.instalments[index].id, paid_on))
            for track in self._open_tracks(paid_on)
            for index in self._unpaid_from(track, track.first, paid_on)
        ]
        return sorted(found, key=lambda pair: (pair[0].due_on, pair[0].id))

    def allot(
        self,
        payment: Payment,
        named: Sequence[int] = (),
        fixed: Sequence[tuple[int, int]] | None = None,
    ) -> list[Allotment]:
        """Decide what `payment` is for, remember it, and give the decision.

        `named` are ids of instalments that the person named; they come first, as far as they are
        candidates. `fixed` is the whole decision as (instalment id, amount) pairs and replaces the
        rule. Money that finds no candidate is allotted to nothing.
        """
        decided: dict[int, int] = {}
        if fixed is not None:
            for instalment_id, amount in fixed:
                decided[instalment_id] = decided.get(instalment_id, 0) + amount
                self._take(payment, instalment_id, amount)
        else:
            left = payment.amount
            for instalment_id in self._order(payment.paid_on, named):
                if left <= 0:
                    break
                if instalment_id in decided:
                    # It is full, though money that comes back the same day counts as back.
                    continue
                part = min(left, self._lacking(instalment_id, payment.paid_on))
                if part > 0:
                    decided[instalment_id] = part
                    self._take(payment, instalment_id, part)
                    left -= part
        return [Allotment(payment.id, key, amount) for key, amount in decided.items()]

    def _open_tracks(self, paid_on: date) -> list[_Track]:
        return [track for track in self._tracks if track.agreement.takes_money_on(paid_on)]

    def _lacking(self, instalment_id: int, paid_on: date) -> int:
        back = sum(
            amount for day, amount in self._returning.get(instalment_id, ()) if day <= paid_on
        )
        return self._lacks[instalment_id] + back

    def _unpaid_from(self, track: _Track, start: int, paid_on: date) -> Iterator[int]:
        for index in range(start, len(track.instalments)):
            if self._lacking(track.instalments[index].id, paid_on) > 0:
                yield index

    def _order(self, paid_on: date, named: Sequence[int]) -> Iterator[int]:
        """Named ones, else the nearest within `NEAR`; then from the oldest on by due date."""
        tracks = self._open_tracks(paid_on)
        named_here = [
            key
            for key in named
            if key in self._place
            and self._place[key][0].agreement.takes_money_on(paid_on)
            and self._lacking(key, paid_on) > 0
        ]
        if named_here:
            yield from named_here
        else:
            near = self._nearest(tracks, paid_on)
            if near is not None:
                yield near
        walks = [self._unpaid_from(track, track.first, paid_on) for track in tracks]
        heads = [next(walk, None) for walk in walks]
        while True:
            waiting = [
                (tracks[n].instalments[head].due_on, n, head)
                for n, head in enumerate(heads)
                if head is not None
            ]
            if not waiting:
                return
            _, n, head = min(waiting)
            yield tracks[n].instalments[head].id
            heads[n] = next(walks[n], None)

    def _nearest(self, tracks: Sequence[_Track], paid_on: date) -> int | None:
        best: tuple[timedelta, date, int, int] | None = None
        for n, track in enumerate(tracks):
            start = bisect_left(track.dates, paid_on - NEAR)
            # By index: a slice would copy all that is still to come.
            for index in range(start, len(track.instalments)):
                instalment = track.instalments[index]
                if instalment.due_on > paid_on + NEAR:
                    break
                if self._lacking(instalment.id, paid_on) > 0:
                    gap = abs(instalment.due_on - paid_on)
                    found = (gap, instalment.due_on, n, index)
                    best = found if best is None else min(best, found)
        return None if best is None else tracks[best[2]].instalments[best[3]].id

    def _take(self, payment: Payment, instalment_id: int, amount: int) -> None:
        self._lacks[instalment_id] -= amount
        track, index = self._place[instalment_id]
        if payment.returned_on is not None:
            self._returning[instalment_id].append((payment.returned_on, amount))
            track.first = min(track.first, index)
        while track.first < len(track.instalments):
            key = track.instalments[track.first].id
            # Out-of-order entries look back in time, so only what no return reopens is passed.
            if self._lacking(key, date.max) > 0:
                break
            track.first += 1


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
    next_open = _next_open_of_broken(by_agreement, known, money)
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


def _next_open_of_broken(
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
