"""What an evidence pack tells: about what, and all that happened by a day. `timeline` makes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from store.ledger.breach_queries import BreachLine
from store.ledger.creditor_views import DebtLine
from store.ledger.documents import DocumentLine
from store.ledger.views import PaymentLine, Promise


@dataclass(frozen=True, slots=True)
class Scope:
    """What a pack is about: a creditor with all its debts, or one debt with all its holders."""

    creditor_id: int | None = None
    debt_id: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: its day, what it was, and what there is to say of it."""

    on: date
    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A scope with its name, its debts, and all that happened by a day, the oldest first."""

    name: str
    debts: Sequence[DebtLine]
    entries: Sequence[Entry]
    promises: Sequence[Promise]
    breaches: Sequence[BreachLine]
    payments: Sequence[PaymentLine]
    files: Sequence[DocumentLine]
    """The documents that belong to it."""
    holds_back: bool
    """Whether files of contacts are not among them, since they would tell what is left out."""
