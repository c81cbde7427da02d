"""Splits a payment of a statement over instalments: an amount for each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.widgets import Static

from store.exchange.importing import Review
from store.ledger.payments import Settled
from store.rules import dates, money
from store.rules.errors import BadInput
from tui.dialogs.form import Form
from tui.dialogs.terms_form import note
from tui.widgets.cells import plain
from tui.widgets.fields import AmountField, Field

if TYPE_CHECKING:
    from store.records.database import Ledger
    from tui.app import AccordApp

MOST = 12
"""Instalments that are asked for: those nearest to the day of the payment."""

Parts = Mapping[int, int]
"""The minor units for each instalment."""


def ask(app: "AccordApp", found: Review, number: int, then: Callable[[Parts | None], None]) -> None:
    """Read the open instalments of a line's debt, then ask for an amount of each."""
    if app.ledger is not None:
        app.in_thread(partial(_read, app, app.ledger, found, number, then))


def _read(
    app: "AccordApp",
    ledger: "Ledger",
    found: Review,
    number: int,
    then: Callable[[Parts | None], None],
) -> None:
    from store.ledger import payments

    match = found.matches[number]
    assert match.debt_id is not None
    with ledger.reading() as session:
        book = payments.book(session, match.debt_id, app.today)
    day = match.line.booked_on
    taken = _taken(found, number)
    rows = [(each, each.part - taken.get(each.instalment_id, 0)) for each in book.candidates(day)]
    is_for = {key for key, _ in match.parts}
    still_open = [
        (each, lacking) for each, lacking in rows if lacking > 0 or each.instalment_id in is_for
    ]
    near = sorted(still_open, key=lambda row: abs((row[0].due_on - day).days))[:MOST]
    near.sort(key=lambda row: (row[0].due_on, row[0].instalment_id))
    app.ask_from_thread(partial(SplitForm, app, found, number, near), then)


def _taken(found: Review, number: int) -> dict[int, int]:
    """What lines of the same statement before this one are for, by instalment."""
    matches = found.matches
    before = (matches[number].line.booked_on, number)
    taken: dict[int, int] = {}
    for other in found.sure:
        match = matches[other]
        if (match.line.booked_on, other) < before and match.payment_id is None:
            for key, part in match.parts:
                taken[key] = taken.get(key, 0) + part
    return taken


class SplitForm(Form[Parts]):
    """An amount for each open instalment; gives the parts."""

    TITLE = "Split over instalments"

    def __init__(
        self,
        app: "AccordApp",
        found: Review,
        number: int,
        rows: Sequence[tuple[Settled, int]],
    ) -> None:
        """`rows` are the instalments, each with what it lacks."""
        super().__init__(save_label="Split so")
        self.today, self.locale = app.today, app.locale
        self.match, self.rows = found.matches[number], rows
        self.debt = found.debts[self.match.debt_id or 0]

    @property
    def whole(self) -> int:
        """What was paid, in minor units."""
        return -self.match.line.amount

    def compose_fields(self) -> ComposeResult:
        """What was paid, and each instalment."""
        day = dates.short(self.match.line.booked_on, self.today)
        paid = self._amount(self.whole)
        yield note(f"{self.debt.creditor} · {self.debt.name}: {paid} on {day}.")
        if not self.rows:
            yield note("No instalment is open on that day: it lowers the balance only.")
        parts = dict(self.match.parts)
        for each, lacking in self.rows:
            part = parts.get(each.instalment_id, 0)
            yield AmountField(
                str(each.instalment_id),
                f"{dates.short(each.due_on, self.today)} · {each.number} of {each.of}",
                self.debt.currency,
                self.locale,
                hint=f"{self._amount(lacking)} is open",
                value=self._amount(part) if part else "",
            )

    def compose_preview(self) -> ComposeResult:
        """What the parts come to."""
        yield Static(markup=False, id="sum")

    def on_mount(self) -> None:
        """Say at once what they come to."""
        self._say()

    def changed(self, field: Field) -> None:
        """Follow what is typed."""
        self._say()

    def _say(self) -> None:
        self.query_one("#sum", Static).update(plain(self._sum()))

    def _sum(self) -> str:
        try:
            total = sum(self.field(str(each.instalment_id)).value() or 0 for each, _ in self.rows)
        except BadInput:
            return ""
        return sum_text(total, self.whole, self._amount)

    def lacking(self, values: Mapping[str, Any]) -> Iterable[BadInput]:
        """No instalment takes more than it lacks, and no payment is for more than it is."""
        total = 0
        for each, lacks in self.rows:
            key = str(each.instalment_id)
            part = values.get(key) or 0
            total += part
            if part > lacks:
                yield BadInput(f"Only {self._amount(lacks)} of it is open", field=key)
        if total > self.whole:
            last = [key for key, value in values.items() if value][-1]
            over = self._amount(total - self.whole)
            yield BadInput(f"The parts come to {over} more than was paid", field=last)

    def save(self, values: Mapping[str, Any]) -> Parts:
        """Give the parts: nothing is recorded yet."""
        return {int(key): part for key, part in values.items() if part}

    def _amount(self, minor: int) -> str:
        return money.format(minor, self.debt.currency, self.locale)


def sum_text(total: int, whole: int, said: Callable[[int], str]) -> str:
    """What parts come to, of all that was paid."""
    if total > whole:
        return f"✗ {said(total - whole)} more than the {said(whole)} that was paid"
    if total < whole:
        return f"{said(total)} of {said(whole)}; {said(whole - total)} lowers the balance only"
    return f"{said(total)}: all of it"
