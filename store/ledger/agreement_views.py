"""What the Agreements screen and its forms show: offers and agreements, frozen and in order.

`agreement_queries` makes them. Amounts are minor units of the currency beside them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from store.ledger.settled import Settled
from store.ledger.views import Promise
from store.rules.outcome import Outcome
from store.rules.terms import Terms

State = Literal["in force", "to come", "replaced", "ended", "completed"]

SETTLED = frozenset({Outcome.KEPT, Outcome.LATE})
"""What became of an instalment that is paid in full."""


@dataclass(frozen=True, slots=True)
class Place:
    """The debt that an offer or agreement is on, and who holds it today."""

    debt_id: int
    debt: str
    debt_name: str
    creditor_id: int
    creditor: str
    creditor_name: str
    currency: str
    priority: bool
    is_closed: bool


@dataclass(frozen=True, slots=True)
class OfferLine:
    """Terms that one side put to the other; `answered_by` is the offer that countered it."""

    offer_id: int
    version: int
    key: str
    place: Place
    by: str
    on: date
    terms: Terms
    status: str
    valid_until: date | None
    answered_on: date | None
    answer_note: str | None
    countered_by: str | None
    countered_by_id: int | None
    contact_id: int | None
    agreement_id: int | None
    """The agreement that it became."""

    @property
    def day(self) -> date:
        """The day that it is listed by."""
        return self.on

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered it."""
        return self.status == "open"


@dataclass(frozen=True, slots=True)
class Link:
    """An agreement of the same chain: its number, when it was made, and its key."""

    agreement_id: int
    key: str
    made_on: date


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Instalments that are settled and not told one by one: how many, and what they came to."""

    count: int = 0
    amount: int = 0
    paid: int = 0

    def with_these(self, settled: Settled) -> "LeftOut":
        """The same, and some more."""
        return LeftOut(
            self.count + settled.count, self.amount + settled.amount, self.paid + settled.paid
        )


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """Terms that both accepted, with what became of each instalment, as of a day.

    Of the `promises` some that are settled may be `left_out`. `before` is what it replaced, the
    oldest first; `after` what replaced it, on and on.
    """

    agreement_id: int
    version: int
    key: str
    place: Place
    made_on: date
    terms: Terms
    state: State
    writing: str
    written_on: date | None
    ended_on: date | None
    ended_how: str | None
    capacity: int | None
    offer_id: int | None
    contact_id: int | None
    contact_on: date | None
    contact_person: str | None
    before: tuple[Link, ...]
    after: tuple[Link, ...]
    documents: tuple[str, ...]
    promises: tuple[Promise, ...]
    left_out: LeftOut = LeftOut()

    @property
    def is_whole(self) -> bool:
        """Whether all of its instalments are told one by one."""
        return not self.left_out.count

    @property
    def day(self) -> date:
        """The day that it is listed by."""
        return self.made_on

    @property
    def settled(self) -> int:
        """How many instalments are paid in full."""
        told = sum(each.outcome in SETTLED for each in self.promises)
        return told + self.left_out.count

    @property
    def count(self) -> int:
        """How many instalments it has."""
        return len(self.promises) + self.left_out.count

    @property
    def total(self) -> int:
        """What all of them come to."""
        return sum(each.amount for each in self.promises) + self.left_out.amount

    @property
    def paid(self) -> int:
        """What was paid on it."""
        return sum(each.paid for each in self.promises) + self.left_out.paid

    @property
    def replaced_on(self) -> date | None:
        """When another took its place."""
        return self.after[0].made_on if self.after else None

    @property
    def next_open(self) -> Promise | None:
        """The instalment that lacks money and is due first."""
        return next((each for each in self.promises if each.outcome.is_open), None)


Line = OfferLine | AgreementLine


@dataclass(frozen=True, slots=True)
class Group:
    """The offers and agreements on one debt, newest first."""

    place: Place
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Agreements:
    """Everything that was offered and agreed, debt by debt."""

    on: date
    groups: tuple[Group, ...]
    places: tuple[Place, ...]
    """Every debt that something can be agreed on."""

    def with_line(self, line: AgreementLine) -> "Agreements":
        """The same with one agreement as it is told here."""

        def those(lines: tuple[Line, ...]) -> tuple[Line, ...]:
            return tuple(line if identity(each) == identity(line) else each for each in lines)

        groups = tuple(replace(each, lines=those(each.lines)) for each in self.groups)
        return replace(self, groups=groups)

    def find(self, kind: str, id_: int) -> Line | None:
        """The offer or agreement (`kind`) of that number."""
        for group in self.groups:
            for line in group.lines:
                if identity(line) == (kind, id_):
                    return line
        return None


def identity(line: Line) -> tuple[str, int]:
    """Which record a line is about: its table and number."""
    if isinstance(line, OfferLine):
        return ("offer", line.offer_id)
    return ("agreement", line.agreement_id)


def newest_first(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Lines by day, the newest first; an agreement stands over the offer that it came from."""
    return tuple(
        sorted(
            lines,
            key=lambda each: (each.day, isinstance(each, AgreementLine), identity(each)[1]),
            reverse=True,
        )
    )
