"""Asks what cash there is."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from store.rules import money
from tui.dialogs.form import Form
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import AmountField, DateField, Field

if TYPE_CHECKING:
    from tui.app import AccordApp


class CashForm(Form[str]):
    """What there is in all, on a day; gives what was recorded, in words."""

    TITLE = "What cash is there?"

    def __init__(self, app: "AccordApp", currencies: Sequence[str]) -> None:
        """`currencies` are those that debts are in; the first is offered."""
        super().__init__()
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.currencies = list(currencies) or [app.currency]

    def compose_fields(self) -> ComposeResult:
        """How much, and on which day."""
        yield AmountField(
            "amount",
            "In all accounts and in the purse",
            self.currencies[0],
            self.locale,
            lowest=-(10**15),
            hint="What you can use to pay; an overdraft is below zero.",
            required=True,
        )
        if len(self.currencies) > 1:
            options = [(each, each) for each in self.currencies]
            yield ChoiceField(
                "currency", "Currency", options, required=True, value=self.currencies[0]
            )
        yield DateField(
            "on", "On", self.today, self.locale, past=True, required=True, value="today"
        )

    def changed(self, field: Field) -> None:
        """Read the amount in the currency that is chosen."""
        amount = self.field("amount")
        if field.key == "currency" and isinstance(amount, AmountField):
            amount.currency = self.field("currency").value() or self.currencies[0]

    def save(self, values: Mapping[str, Any]) -> str:
        """Record it."""
        from store.ledger import cash

        currency = values.get("currency") or self.currencies[0]
        cash.record(self.ledger, values["amount"], currency, on=values["on"], today=self.today)
        said = money.format(values["amount"], currency, self.locale)
        return f"Cash: {said} · u takes it back"
