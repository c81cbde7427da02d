"""What Contacts shows: the timeline, what each side said it would do, and the call sheet."""

from dataclasses import dataclass
from datetime import date, datetime

from store.rules.outcome import Outcome
from store.rules.terms import Terms


@dataclass(frozen=True, slots=True)
class Undertaken:
    """What one side said it would do, and whether it did."""

    undertaking_id: int
    version: int
    contact_id: int | None
    creditor_id: int
    creditor: str
    creditor_name: str
    by: str
    text: str
    due_on: date | None
    done_on: date | None

    def state(self, today: date) -> str:
        """`open`, `overdue`, `done` or `done late`."""
        if self.done_on is not None:
            late = self.due_on is not None and self.done_on > self.due_on
            return "done late" if late else "done"
        return "overdue" if self.due_on is not None and self.due_on < today else "open"


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact as the timeline has it; `at` is as the clock on the wall had it."""

    contact_id: int
    version: int
    key: str
    creditor_id: int
    creditor: str
    creditor_name: str
    debt_id: int | None
    debt: str | None
    debt_name: str | None
    at: datetime
    channel: str
    direction: str
    person: str | None
    reference: str | None
    summary: str
    hardship: str | None
    situation_id: int | None
    undertakings: tuple[Undertaken, ...]
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Contacts, newest first, and the undertakings that are open, by due date."""

    contacts: tuple[ContactLine, ...]
    open: tuple[Undertaken, ...]
    words: str
    """What it was filtered by."""
    of: int
    """How many contacts there are in all."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a contact can be with and about: creditors, debts with their holders, situations."""

    creditors: tuple[tuple[int, str], ...]
    debts: tuple[tuple[int, str, frozenset[int]], ...]
    situations: tuple[tuple[int, str], ...]
    persons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetDebt:
    """A debt on a call sheet: what is owed, and what was agreed about it."""

    name: str
    reference: str | None
    balance: int | None
    terms: tuple[Terms, ...]
    open: tuple[tuple[date, int, Outcome], ...]
    """Due date, what is missing, and the outcome of each promise that is open and near."""
    offers: tuple[tuple[str, date, Terms], ...]
    """Whose, on which day, and its terms: those that are not answered yet."""
    reasons: tuple[tuple[str, date, str], ...] = ()
    """What was answered to an offer of mine, on which day, and why: the newest first."""
    can_offer: int | None = None
    """What is left a month for it after all other promises; None where there is no budget."""
    share: int | None = None
    """A fair share by balance, for what is no priority."""
    caution: str | None = None
    """What to know before paying on it or writing about it."""
    uncovered: tuple[str, ...] = ()
    """Priority debts that nothing covers yet, this one left out: they come before any offer."""


@dataclass(frozen=True, slots=True)
class CallSheet:
    """What one needs with the telephone in hand."""

    creditor_id: int
    name: str
    currency: str
    phone: str | None
    email: str | None
    debts: tuple[SheetDebt, ...]
    undertakings: tuple[Undertaken, ...]
    last: ContactLine | None
    situation: str | None
