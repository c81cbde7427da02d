"""What screens and the command line show: frozen, sorted and summed, ready to be formatted.

`queries` makes them. Amounts are minor units of the currency beside them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from store.rules.outcome import Outcome

if TYPE_CHECKING:
    from store.ledger.forecast_views import Outlook
    from store.ledger.score_views import Word

Key = tuple[str, int]
"""Which record a line is about: its table and number."""


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
    creditor_id: int
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
    def record(self) -> Key:
        """The record that it is about."""
        return ("instalment", self.instalment_id)

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
    creditor_id: int
    creditor: str
    creditor_name: str
    contact_id: int | None
    contact: str | None
    by: str
    text: str
    due_on: date | None

    @property
    def record(self) -> Key:
        """The record that it is about."""
        return ("undertaking", self.undertaking_id)


@dataclass(frozen=True, slots=True)
class PaperLine:
    """An agreement in force that is not in writing yet."""

    agreement_id: int
    agreement: str
    debt: str
    debt_name: str
    creditor_id: int
    creditor: str
    creditor_name: str
    made_on: date
    writing: str

    @property
    def record(self) -> Key:
        """The record that it is about."""
        return ("agreement", self.agreement_id)


@dataclass(frozen=True, slots=True)
class Warning:
    """Something with a date that wants an answer or a look.

    Its kind is `answer` (a court letter's, which comes before everything else), `offer` (it
    lapses), `breach` (charged against their word), or a clock's: `limitation`, `review` (of a token
    payment), `freeze`, `moratorium`.
    """

    record: Key
    kind: str
    on: date
    creditor_id: int
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


SILENCE = 7
"""Days without an entry after which Today proposes to catch up."""

MANY = 3
"""Overdue promises of which nothing is said that make it propose so too."""


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
    put_off: Mapping[Key, date]
    """What was put off, or was looked at in a catch-up, and until when."""
    last_entry: date | None
    """The day on which something was recorded last."""
    word: "Word | None" = None
    """How my word stands; the screen asks for it, the command line does without."""
    outlooks: "tuple[Outlook, ...]" = ()
    """The cash ahead by currency; the screen asks for it too."""

    def is_put_off(self, record: Key) -> bool:
        """Whether a line comes back on a later day only."""
        until = self.put_off.get(record)
        return until is not None and until > self.on

    @property
    def to_do(self) -> tuple[UndertakingLine | Warning | PaperLine, ...]:
        """What needs me besides payments: not what waits for the other side, or was put off."""
        lines: tuple[UndertakingLine | Warning | PaperLine, ...] = (
            *self.warnings,
            *(each for each in self.undertakings if each.by == "me" or self._is_over(each.due_on)),
            *(each for each in self.papers if each.writing == "unwritten"),
        )
        return tuple(each for each in lines if not self.is_put_off(each.record))

    @property
    def is_something_due(self) -> bool:
        """Whether a payment, or something that I undertook, is due by now."""
        mine = (each.due_on for each in self.undertakings if each.by == "me")
        is_to_do = any(day is not None and day <= self.on for day in mine)
        return bool(self.overdue or self.due) or is_to_do

    def _is_over(self, day: date | None) -> bool:
        return day is not None and day < self.on

    @property
    def unlogged(self) -> tuple[Promise, ...]:
        """What fell due without money, and of which nobody has said yet that it was not paid."""
        return tuple(
            each
            for each in (*self.overdue, *self.due)
            if not each.paid and each.record not in self.put_off
        )

    @property
    def wants_catching_up(self) -> bool:
        """Whether so much is not logged that asking line by line would be silence's price."""
        overdue = sum(each.outcome.is_overdue for each in self.unlogged)
        return overdue >= MANY or (self.was_silent and bool(self.unlogged))

    @property
    def to_catch_up(self) -> tuple[Promise, ...]:
        """What it proposes to go through: nobody has said that it was not paid."""
        return self.unlogged if self.wants_catching_up else ()

    @property
    def was_silent(self) -> bool:
        """Whether nothing was recorded for a week."""
        return self.last_entry is not None and (self.on - self.last_entry).days >= SILENCE


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
