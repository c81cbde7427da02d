"""Their promises held against what happened: what the creditor undertook, and what it did.

Amounts are minor units. A refund or waiver after a charge makes up for it, the oldest first; what
it leaves is what is still wrong.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

WAIVED_WITHIN = timedelta(days=30)
"""How long after an agreement the fees that it waives may take to be taken off."""


class Kind(StrEnum):
    """What was not kept."""

    UNDERTAKING = "undertaking"
    INTEREST = "interest in a freeze"
    FEE = "fee not refunded"


@dataclass(frozen=True, slots=True)
class Undertaken:
    """What they said they would do by a day, and when they did."""

    id: int
    text: str
    due_on: date
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class Freeze:
    """Days, both included, on which a debt bears no interest; without an end, `until` is None."""

    debt_id: int
    since: date
    until: date | None
    source: str
    """What it rests on, in words: `the agreement of 14 January 2026`."""

    def holds_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Waiver:
    """Fees that an agreement of a day says are waived."""

    agreement_id: int
    debt_id: int
    on: date
    amount: int
    source: str = ""
    """The agreement in words."""


@dataclass(frozen=True, slots=True)
class Charged:
    """A charge: its amount is above zero, also where it takes off (`is_credit`)."""

    id: int
    debt_id: int
    on: date
    amount: int
    is_interest: bool = False
    is_credit: bool = False
    is_fee: bool = False


@dataclass(frozen=True, slots=True)
class Breach:
    """What they did not keep: since when, what is still open of it, and when it was put right.

    `record_id` is the number of the undertaking, the charge, or the agreement.
    """

    kind: Kind
    record_id: int
    on: date
    about: str
    """What they said they would do, or what froze the interest."""
    debt_id: int | None = None
    amount: int = 0
    put_right_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be put right."""
        return self.put_right_on is None


def undertakings(given: Iterable[Undertaken], as_of: date) -> list[Breach]:
    """What was not done by its day, or done after it."""
    return [
        Breach(Kind.UNDERTAKING, each.id, each.due_on, each.text, put_right_on=each.done_on)
        for each in given
        if each.due_on < (each.done_on or as_of)
    ]


def charges(
    freezes: Sequence[Freeze], waivers: Iterable[Waiver], charged: Iterable[Charged], as_of: date
) -> list[Breach]:
    """Interest that was charged in a freeze, and fees that were waived but not taken off."""
    entries = sorted((each for each in charged if each.on <= as_of), key=lambda e: (e.on, e.id))
    found = []
    credits = [_Credit(each.debt_id, each.on, each.amount) for each in entries if each.is_credit]
    for each in entries:
        freeze = next(
            (f for f in freezes if f.debt_id == each.debt_id and f.holds_on(each.on)), None
        )
        if not each.is_interest or freeze is None:
            continue
        left, right_on = _make_up(credits, each.debt_id, each.on, each.amount)
        found.append(
            Breach(
                Kind.INTEREST,
                each.id,
                each.on,
                freeze.source,
                each.debt_id,
                left or each.amount,
                right_on,
            )
        )
    for waiver in sorted(waivers, key=lambda each: (each.on, each.agreement_id)):
        due_on = waiver.on + WAIVED_WITHIN
        # Only what was charged can be taken off.
        fees = [e for e in entries if e.is_fee and e.debt_id == waiver.debt_id]
        amount = min(waiver.amount, sum(e.amount for e in fees if e.on <= waiver.on))
        left, right_on = _make_up(credits, waiver.debt_id, waiver.on, amount)
        if amount and due_on < (right_on or as_of):
            found.append(
                Breach(
                    Kind.FEE,
                    waiver.agreement_id,
                    due_on,
                    waiver.source,
                    waiver.debt_id,
                    left or amount,
                    right_on,
                )
            )
    return sorted(found, key=lambda each: (each.on, each.kind, each.record_id))


@dataclass
class _Credit:
    """What was taken off a debt on a day, and is not used up yet."""

    debt_id: int
    on: date
    left: int


def _make_up(
    credits: Iterable[_Credit], debt_id: int, since: date, amount: int
) -> tuple[int, date | None]:
    """Use what was taken off a debt since a day; gives what it leaves, and when nothing is left."""
    for each in credits:
        if each.debt_id == debt_id and each.on >= since:
            used = min(amount, each.left)
            each.left -= used
            amount -= used
            if not amount:
                return 0, each.on
    return amount, None
