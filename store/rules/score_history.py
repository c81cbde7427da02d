"""Credibility over time: the score of each day, what moved it, and what each promise does to it.

Each promise is looked at only on the days it changes. Between these its slices either stay as
they are or fade, and all that fade do so at the same pace: one sum of them, brought forward, is
enough. Points are of the score, 0 to 100; days are dates.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from store.rules import credibility
from store.rules.credibility import FORGOTTEN, HALF_LIFE, Counted, Kept, Promise, Score, Slice


class Cause(StrEnum):
    """Why the score moved: what became of a promise, or the time that passed."""

    KEPT = "kept"
    LATE = "late"
    PARTIAL = "partial"
    MISSED = "missed"
    RENEGOTIATED = "renegotiated"
    RENEGOTIATED_LATE = "renegotiated_late"
    CANCELLED = "cancelled"
    SUSPENDED = "suspended"
    UPCOMING = "upcoming"
    DUE = "due"
    """A promise that counted waits again, since money came back before its grace was over."""

    RETURNED = "returned"
    """Money came back."""

    FORGOTTEN = "forgotten"
    """So long ago that it weighs nothing any more."""

    FADING = "fading"
    """What is past weighs less each day."""


@dataclass(frozen=True, slots=True)
class Move:
    """By how many points the score moved on a day, and why.

    Of fading, `since` is the day it is counted from, and there is no promise; else they are the
    same day. `days_late` is the N of DESIGN.
    """

    since: date
    on: date
    cause: Cause
    points: float
    after: Score
    promise: Promise | None = None
    days_late: int = 0


class _Sums:
    """Weights that stay and that fade, each with what is good of them.

    Those that fade are held as if of one day, `start`: bringing them forward is one multiplication.
    """

    def __init__(self, start: date) -> None:
        self._start = start
        self._sums = [0.0] * 4

    def of(self, found: Iterable[Slice], day: date) -> list[float]:
        """What slices come to from a day on, until they change."""
        sums = [0.0] * 4
        for each in found:
            weight, place = each.weight, 0
            if each.due_on is not None and day >= each.due_on:
                if (day - each.due_on).days > FORGOTTEN:
                    continue
                weight *= 2.0 ** ((each.due_on - self._start).days / HALF_LIFE)
                place = 2
            sums[place] += weight
            sums[place + 1] += weight * each.credit
        return sums

    def add(self, change: Iterable[float]) -> None:
        self._sums = [old + new for old, new in zip(self._sums, change, strict=True)]

    def score(self, day: date) -> Score:
        stays, stays_good, fades, fades_good = self._sums
        pace = 2.0 ** (-(day - self._start).days / HALF_LIFE)
        evidence = max(0.0, stays + fades * pace)
        return Score(evidence, min(evidence, max(0.0, stays_good + fades_good * pace)))


def history(promises: Iterable[Counted], days: Iterable[date]) -> list[Score]:
    """The score on each of some days, which are in order; one pass over the promises."""
    wanted = list(days)
    if not wanted:
        return []
    start = wanted[0]
    sums = _Sums(start)
    changes: dict[date, list[float]] = defaultdict(lambda: [0.0] * 4)
    for promise in promises:
        for day, change in _changes(promise, sums, start):
            step = changes[day]
            for place, value in enumerate(change):
                step[place] += value
    waiting = sorted(changes.items())
    found, place = [], 0
    for day in wanted:
        while place < len(waiting) and waiting[place][0] <= day:
            sums.add(waiting[place][1])
            place += 1
        found.append(sums.score(day))
    return found


def moves(
    promises: Iterable[Promise], since: date, until: date, besides: Iterable[Kept] = ()
) -> list[Move]:
    """What moved the score after `since` up to `until`, oldest first; the points add up to it all.

    Before each event comes what faded since the one before. Events of one day are in the order in
    which their promises were given: by debt, then by due date. What counts `besides` only fades.
    """
    sums = _Sums(since)
    for kept in besides:
        for day, change in _changes(kept, sums, since):
            if day <= since:
                sums.add(change)
    events: list[tuple[date, Promise, list[float]]] = []
    for promise in promises:
        for day, change in _changes(promise, sums, since):
            if day <= since:
                sums.add(change)
            elif day <= until:
                events.append((day, promise, change))
    events.sort(key=lambda event: event[0])
    found: list[Move] = []
    now, score = since, sums.score(since)
    for day, promise, change in events:
        faded = sums.score(day)
        sums.add(change)
        after = sums.score(day)
        if abs(after.score - faded.score) < _NOTHING:
            continue
        if day > now:
            found.append(Move(now, day, Cause.FADING, faded.score - score.score, faded))
        cause, days_late = _cause(promise, day)
        points = after.score - faded.score
        found.append(Move(day, day, cause, points, after, promise, days_late))
        now, score = day, after
    if until > now:
        last = sums.score(until)
        found.append(Move(now, until, Cause.FADING, last.score - score.score, last))
    return [each for each in found if abs(each.points) >= _NOTHING]


_NOTHING = 1e-9
"""Points that are the rounding of floats only: a promise kept early begins to fade on its day."""


def without(
    promises: Iterable[Promise], as_of: date, besides: Iterable[Kept] = ()
) -> dict[int, Score]:
    """For each instalment, by its id, how the score would stand if it had never been promised.

    `besides` is what else counts.
    """
    others = credibility.score_of(besides, as_of)
    parts = {
        each.instalment.id: credibility.score(credibility.slices(each, as_of), as_of)
        for each in promises
        if each.agreement.made_on <= as_of
    }
    evidence = others.evidence + sum(each.evidence for each in parts.values())
    good = others.good + sum(each.good for each in parts.values())
    return {
        number: Score(max(0.0, evidence - each.evidence), max(0.0, good - each.good))
        for number, each in parts.items()
    }


def _changes(promise: Counted, sums: _Sums, since: date) -> Iterator[tuple[date, list[float]]]:
    """The days from one on, on which a promise comes to count for something else, by how much."""
    if credibility.is_forgotten(promise, since):
        return
    before = [0.0] * 4
    for day, slices in credibility.steps(promise, since):
        now = sums.of(slices, day)
        if now != before:
            yield day, [new - old for new, old in zip(now, before, strict=True)]
            before = now


def _cause(promise: Promise, day: date) -> tuple[Cause, int]:
    standing = promise.standing(day)
    cause = Cause(standing.outcome.value)
    if (day - promise.instalment.due_on).days > FORGOTTEN:
        cause = Cause.FORGOTTEN
    elif any(payment.returned_on == day for payment, _ in promise.money):
        cause = Cause.RETURNED
    return cause, standing.days_late
