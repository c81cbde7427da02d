"""How my word stands, as screens and the command line show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from store.ledger.views import Promise
from store.rules.credibility import Score
from store.rules.outcome import Outcome
from store.rules.score_history import Cause


@dataclass(frozen=True, slots=True)
class Credibility:
    """The score as of a date, of all promises or of one creditor's.

    `told` of `to_tell`: of the instalments late, partial or missed, how many had been announced to
    the creditor in the 30 days up to their due date.
    """

    as_of: date
    creditor: str | None
    creditor_name: str | None
    score: Score
    counts: Mapping[Outcome, int]
    streak: int
    told: int
    to_tell: int


@dataclass(frozen=True, slots=True)
class Badge:
    """What every screen shows: the score, and what it was 30 days before."""

    score: Score
    before: Score

    @property
    def change(self) -> int:
        """By how many points it moved, to the whole point."""
        return round(self.score.score - self.before.score)


@dataclass(frozen=True, slots=True)
class CreditorWord:
    """My word with one creditor.

    `kept` of `counted` promises were kept; `days_late` is the median of those that were not.
    """

    creditor_id: int
    creditor: str
    creditor_name: str
    score: Score
    kept: int
    counted: int
    days_late: int | None


class Event(StrEnum):
    """What the chart marks."""

    MISS = "miss"
    RENEGOTIATION = "renegotiation"
    AGREEMENT = "agreement"


@dataclass(frozen=True, slots=True)
class MoveLine:
    """By how many points the score moved on a day, and why; of fading there is no promise.

    `without` is how the score would stand today had the promise never been made.
    """

    since: date
    on: date
    cause: Cause
    points: float
    days_late: int = 0
    promise: Promise | None = None
    without: Score | None = None


class Supposed(StrEnum):
    """What one might do from today on."""

    KEEP = "keep"
    PAY_OPEN = "pay_open"
    PAY_AS_CASH_ALLOWS = "pay_as_cash_allows"
    MISS_NEXT = "miss_next"
    RENEGOTIATE_NEXT = "renegotiate_next"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """The first day on which there is too little, and by how much (minor units)."""

    on: date
    gap: int
    currency: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The score on a chosen date, had I done this from today on and kept all else.

    `count` is of how many promises it speaks, `on` when the last of them is paid; `promise` is the
    next one, where it is about that. `stops` is how many instalments renegotiating keeps from
    counting as missed. `carried` says whether the cash forecast carries it: None where there is no
    fresh balance to tell from; `short` is where it does not.
    """

    supposed: Supposed
    score: Score
    count: int
    on: date
    promise: Promise | None = None
    stops: int = 0
    carried: bool | None = None
    short: Shortfall | None = None


@dataclass(frozen=True, slots=True)
class NextPayment:
    """A promise that is open, the first day whose cash carries it, and the score that gives then.

    Where no day does, `on` and `score` are None.
    """

    promise: Promise
    on: date | None
    score: Score | None


@dataclass(frozen=True, slots=True)
class Page:
    """All of how my word stands: with everyone, or with the creditor that was asked for.

    `points` run from `since` to today; `moves` are newest first. `written` is the share, 0 to 1, of
    the evidence that rests on agreements with a paper; None where there is no evidence. `payments`
    are of what is open, as in `Word`. What `what_ifs` give is as of `until`.
    """

    today: date
    since: date
    until: date
    standing: Credibility
    badge: Badge
    points: Sequence[tuple[date, Score]]
    events: Sequence[tuple[date, Event]]
    moves: Sequence[MoveLine]
    creditors: Sequence[CreditorWord]
    written: float | None
    payments: Sequence[NextPayment]
    what_ifs: Sequence[WhatIf]


@dataclass(frozen=True, slots=True)
class Word:
    """How my word stands, in brief: now, at the end of each of the last twelve months, and next.

    Without a fresh balance, or while something goes out on days that are not known, nothing is said
    of what can be paid: `is_cash_known` is False.
    """

    badge: Badge
    months: Sequence[tuple[date, Score]]
    payments: Sequence[NextPayment]
    is_cash_known: bool
