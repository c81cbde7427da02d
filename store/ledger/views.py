"""What screens and the command line show: frozen, sorted and summed, ready to be formatted.

`queries` makes them. Amounts are minor units of the currency beside them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from store.rules.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Promise:
    """An instalment as of a date, with all that is shown of it. Amounts are minor units.

    `number` of `count` in its agreement; `days_late` as in `outcome.Standing`.
    """

    instalment_id: int
    agreement_id: int
    agreement: str
    debt_id: int
    debt: str
    debt_name: str
    creditor: str
    creditor_name: str
    due_on: date
    amount: int
    currency: str
    outcome: Outcome
    paid: int
    paid_on: date | None
    days_late: int
    grace_days: int
    number: int
    count: int
    priority: bool
    consequence: str | None
    paid_by: str | None

    @property
    def unpaid(self) -> int:
        """What is still missing."""
        return max(0, self.amount - self.paid)

    @property
    def last_day(self) -> date:
        """The end of its grace."""
        return self.due_on + timedelta(days=self.grace_days)

    @property
    def pays_itself(self) -> bool:
        """A standing order or the like pays it on its due date."""
        return self.paid_by not in (None, "me")


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """A payment as a list shows it; `due` are the due dates of what it was for."""

    payment_id: int
    version: int
    debt_id: int
    debt: str
    debt_name: str
    creditor: str
    creditor_name: str
    paid_on: date
    amount: int
    currency: str
    method: str | None
    reference: str | None
    note: str | None
    returned_on: date | None
    due: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Payable:
    """A debt that can be paid, and who holds it."""

    debt_id: int
    debt_name: str
    creditor_name: str
    currency: str


@dataclass(frozen=True, slots=True)
class UndertakingLine:
    """What one side said it would do and has not done yet."""

    undertaking_id: int
    creditor: str
    creditor_name: str
    contact: str | None
    by: str
    text: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class PaperLine:
    """An agreement in force that is not in writing yet."""

    agreement: str
    debt: str
    debt_name: str
    creditor: str
    creditor_name: str
    made_on: date
    writing: str


@dataclass(frozen=True, slots=True)
class Warning:
    """Something with a date that wants an answer or a look."""

    kind: str
    on: date
    creditor: str
    creditor_name: str
    debt: str
    text: str


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed on one debt now; `paid` is all that was paid on it and not returned."""

    debt_id: int
    debt: str
    debt_name: str
    creditor: str
    creditor_name: str
    balance: int | None
    paid: int
    currency: str
    priority: bool


@dataclass(frozen=True, slots=True)
class Today:
    """What needs me on a day, and how my word stands."""

    on: date
    overdue: tuple[Promise, ...]
    due: tuple[Promise, ...]
    upcoming: tuple[Promise, ...]
    undertakings: tuple[UndertakingLine, ...]
    papers: tuple[PaperLine, ...]
    warnings: tuple[Warning, ...]
    counts: Mapping[Outcome, int]
    months: tuple[tuple[date, Mapping[Outcome, int]], ...]
    owed: tuple[Owed, ...]
    is_empty: bool
    next_promise: Promise | None


@dataclass(frozen=True, slots=True)
class Payday:
    """A day on which a line of the budget brings money."""

    on: date
    name: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Days:
    """What falls due, what was paid and what comes in, in a span of days."""

    since: date
    until: date
    promises: tuple[Promise, ...]
    payments: tuple[PaymentLine, ...]
    paydays: tuple[Payday, ...]
