"""What Creditors shows: whom I owe, what, and all that passed between us."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from store.rules.credibility import Score
from store.rules.next_steps import Step
from store.rules.outcome import Outcome

if TYPE_CHECKING:
    from store.records import tables

Key = tuple[str, int]
"""Which record a line is about: its table and number."""


@dataclass(frozen=True, slots=True)
class DebtLine:
    """One debt as of a date; amounts are minor units of its creditor's currency."""

    debt_id: int
    version: int
    key: str
    name: str
    creditor_id: int
    """Who holds it."""
    creditor: str
    currency: str
    reference: str | None
    balance: int | None
    apr: Decimal | None
    priority: bool
    consequence: str | None
    contractual_payment: int | None
    others_liable: str | None
    stage: str | None
    answer_by: date | None
    last_paid_on: date | None
    acknowledged_on: date | None
    judgment_on: date | None
    closed_on: date | None
    chain: tuple[tuple[date | None, int, str], ...]
    """Who held it from when on, the first without a day: day, number and name."""
    moratoriums: tuple[tuple[date, date | None, str | None], ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that passed between us; `record` says which, `amount` is minor units."""

    record: Key
    on: date
    glyph: str
    text: str
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A charge, a balance from a letter, or a moratorium, as a form corrects it."""

    table: str
    entry_id: int
    version: int
    debt_id: int
    on: date
    amount: int | None = None
    """Minor units; a moratorium has none."""
    kind: "tables.ChargeKind | None" = None
    until: date | None = None
    note: str | None = None
    """Of a balance, where it says so."""


@dataclass(frozen=True, slots=True)
class CreditorLine:
    """One creditor as the list has it."""

    creditor_id: int
    version: int
    key: str
    name: str
    currency: str
    kind: str | None
    phone: str | None
    email: str | None
    address: str | None
    website: str | None
    notes: str | None
    my_account_here: bool | None
    worst: Outcome | None
    """The worst state of a promise that is open; None where none is."""
    in_danger: bool
    """Whether a promise on a priority debt is overdue."""
    balance: int | None
    """What is owed on all debts held now; None where none is known."""
    next_due: tuple[date, int] | None
    last_contact: date | None
    debts: tuple[DebtLine, ...]
    """Those it holds, then those it once held."""
    steps: tuple[Step, ...]
    score: Score | None
    """My word with it; None where nothing was promised to it."""


@dataclass(frozen=True, slots=True)
class Creditors:
    """Every creditor, by name, and what is owed in each currency."""

    on: date
    creditors: tuple[CreditorLine, ...]
    totals: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Told:
    """A statement of my situation, and who heard it when."""

    situation_id: int
    version: int
    on: date
    until: date | None
    text: str
    private: bool
    told: tuple[tuple[str, date], ...]
    untold: tuple[str, ...]
    """Creditors who are owed something and have not heard it; for the one that holds now."""
