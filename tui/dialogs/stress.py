"""Asks what may go wrong: less income, or one big bill."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from store.ledger.plan_views import Stress
from store.rules import money
from store.rules.errors import BadInput
from tui.dialogs.form import Form
from tui.widgets.fields import AmountField, DateField, TextField

if TYPE_CHECKING:
    from tui.app import AccordApp


class StressForm(Form[Stress]):
    """By how much income falls, and a bill on a day; both empty ends it."""

    TITLE = "What if"

    def __init__(self, app: "AccordApp", currency: str, now: Stress) -> None:
        """`currency` is the plan's, `now` what is supposed already."""
        super().__init__(save_label="Show")
        self.today, self.locale, self.currency, self.now = app.today, app.locale, currency, now

    def compose_fields(self) -> ComposeResult:
        """How much less, and how large a bill."""
        now = self.now
        yield TextField(
            "cut",
            "Income falls by, per cent",
            hint="10; empty: it stays",
            value=str(now.cut) if now.cut else "10" if now.is_none else "",
        )
        yield AmountField(
            "bill",
            "One big bill of",
            self.currency,
            self.locale,
            hint="the boiler, the car; empty: none",
            value=money.format(now.bill, self.currency, self.locale) if now.bill else "",
        )
        on: date | None = now.bill_on
        yield DateField(
            "bill_on",
            "On",
            self.today,
            self.locale,
            ahead=True,
            hint="empty: today",
            value=on.isoformat() if on else "",
        )

    def save(self, values: Mapping[str, Any]) -> Stress:
        """Give what is supposed: there is nothing to record."""
        text = (values["cut"] or "0").strip().removesuffix("%").strip()
        if not text.isascii() or not text.isdigit() or int(text) > 100:
            raise BadInput("Give whole per cents from 0 to 100.", field="cut")
        return Stress(int(text), values["bill"] or 0, values["bill_on"])
