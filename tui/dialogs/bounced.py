"""Asks when a payment came back."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.widgets import Static

from store.ledger.views import PaymentLine
from store.rules import dates, money
from tui.dialogs.form import Form
from tui.widgets.cells import plain
from tui.widgets.fields import DateField

if TYPE_CHECKING:
    from store.records.database import Ledger


class Bounced(Form[str]):
    """The day; an empty one says that it did not come back after all."""

    TITLE = "The payment came back"

    def __init__(self, ledger: "Ledger", line: PaymentLine, today: date, locale: str) -> None:
        """`line` is the payment."""
        super().__init__()
        self.ledger, self.line, self.today, self.locale = ledger, line, today, locale

    def compose_fields(self) -> ComposeResult:
        """The payment in words, and the day."""
        line = self.line
        amount = money.format(line.amount, line.currency, self.locale)
        paid = dates.short(line.paid_on, self.today)
        yield Static(f"{amount} to {plain(line.creditor_name)}, paid {paid}\n", markup=False)
        yield DateField(
            "returned_on",
            "Came back on",
            self.today,
            self.locale,
            past=True,
            value=(line.returned_on or self.today).isoformat(),
            hint="Leave it empty if it did not come back after all.",
        )

    def save(self, values: Mapping[str, Any]) -> str:
        """Record it; gives what it did."""
        from store.ledger import payments

        day = values["returned_on"]
        logged = payments.mark_returned(self.ledger, self.line.payment_id, day, self.today)
        amount = money.format(logged.amount, logged.currency, self.locale)
        what = "came back" if day else "did not come back"
        return f"{amount} to {logged.creditor} {what} · u takes it back"
