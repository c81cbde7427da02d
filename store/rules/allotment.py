"""What a payment is for: decided once, when it is entered, and then recorded.

Source: DESIGN section 3, "Allotment". Amounts are minor units of the debt's currency.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from store.rules.outcome import Agreement, Allotment, Instalment, Payment

NEAR = timedelta(days=7)
"""A payment within this of a due date is for that instalment, before any older one."""


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
        self._taken: dict[int, list[tuple[int, int]]] = defaultdict(list)
        """What each payment is for: the instalments, and how much of each."""
        by_id = {payment.id: payment for payment in payments}
        for allotment in allotments:
            self._take(by_id[allotment.payment_id], allotment.instalment_id, allotment.amount)

    def candidates(self, paid_on: date) -> list[tuple[Instalment, int]]:
        """Instalments that money of `paid_on` may be for, with what each lacks, by due date.

        Of one day, those of the older agreement come first.
        """
        found = [
            (track.instalments[index], self._lacking(track.instalments[index].id, paid_on))
            for track in self._open_tracks(paid_on)
            for index in self._unpaid_from(track, track.first, paid_on)
        ]
        return sorted(found, key=lambda pair: pair[0].due_on)

    def ever_lacking(self) -> set[int]:
        """Every amount that an instalment lacks on some day: no other finds one that fits."""
        found = {each for each in self._lacks.values() if each > 0}
        for instalment_id, returned in self._returning.items():
            found.update(self._lacking(instalment_id, day) for day, _ in returned)
        return found

    def near(self, paid_on: date) -> list[tuple[Instalment, int]]:
        """Those of the `candidates` that are due within `NEAR` of that day."""
        return [
            (track.instalments[index], self._lacking(track.instalments[index].id, paid_on))
            for _, track, index in self._around(self._open_tracks(paid_on), paid_on)
        ]

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
        if fixed is None:
            decided = self.propose(payment, named)
        else:
            parts: dict[int, int] = {}
            for instalment_id, amount in fixed:
                parts[instalment_id] = parts.get(instalment_id, 0) + amount
            decided = [Allotment(payment.id, key, amount) for key, amount in parts.items()]
        for each in decided:
            self._take(payment, each.instalment_id, each.amount)
        return decided

    def propose(self, payment: Payment, named: Sequence[int] = ()) -> list[Allotment]:
        """What the rule would decide about `payment`, without remembering it."""
        decided: dict[int, int] = {}
        left = payment.amount
        for instalment_id in self._order(payment.paid_on, named):
            if left <= 0:
                break
            if instalment_id not in decided:
                part = min(left, self._lacking(instalment_id, payment.paid_on))
                decided[instalment_id] = part
                left -= part
        return [Allotment(payment.id, key, amount) for key, amount in decided.items()]

    def give_back(self, payment_id: int, on: date) -> None:
        """Let a payment that was taken come back on a day: from then on it is for nothing."""
        for instalment_id, amount in self._taken[payment_id]:
            self._returning[instalment_id].append((on, amount))
            track, index = self._place[instalment_id]
            track.first = min(track.first, index)

    def _open_tracks(self, paid_on: date) -> list[_Track]:
        return [track for track in self._tracks if track.agreement.takes_money_on(paid_on)]

    def _lacking(self, instalment_id: int, paid_on: date) -> int:
        lacking = self._lacks[instalment_id]
        if instalment_id in self._returning:
            returned = self._returning[instalment_id]
            lacking += sum(amount for day, amount in returned if day <= paid_on)
        return lacking

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
        for n, track, index in self._around(tracks, paid_on):
            due_on = track.instalments[index].due_on
            found = (abs(due_on - paid_on), due_on, n, index)
            best = found if best is None else min(best, found)
        return None if best is None else tracks[best[2]].instalments[best[3]].id

    def _around(self, tracks: Sequence[_Track], paid_on: date) -> Iterator[tuple[int, _Track, int]]:
        """Each unpaid instalment within `NEAR` of a day: the place of its track, that, its own."""
        for n, track in enumerate(tracks):
            # By index: a slice would copy all that is still to come.
            for index in range(bisect_left(track.dates, paid_on - NEAR), len(track.instalments)):
                instalment = track.instalments[index]
                if instalment.due_on > paid_on + NEAR:
                    break
                if self._lacking(instalment.id, paid_on) > 0:
                    yield n, track, index

    def _take(self, payment: Payment, instalment_id: int, amount: int) -> None:
        self._lacks[instalment_id] -= amount
        self._taken[payment.id].append((instalment_id, amount))
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
