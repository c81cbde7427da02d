"""The form for one instalment: adjusted, or added to an agreement."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from store.ledger.agreement_views import AgreementLine
from store.ledger.views import Promise
from store.rules import dates, money
from store.rules.terms import Promised
from tui.dialogs.form import Form
from tui.dialogs.terms_form import label_of, note
from tui.widgets.fields import AmountField, DateField

if TYPE_CHECKING:
    from tui.app import AccordApp


class InstalmentForm(Form[str]):
    """When it is due and how much it is; gives what was done, in words."""

    def __init__(
        self, app: "AccordApp", line: AgreementLine, promise: Promise | None = None
    ) -> None:
        """`promise` is the instalment of `line` to adjust; without one, one is added."""
        super().__init__("Adjust an instalment" if promise else "Add an instalment")
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.line, self.promise = line, promise

    @property
    def draft_name(self) -> str:
        """What is typed is kept for a new one only."""
        return "" if self.promise else f"instalment of {self.line.agreement_id}"

    def compose_fields(self) -> ComposeResult:
        """Which one it is, its day and its amount."""
        promise, currency = self.promise, self.line.place.currency
        which = f"instalment {promise.number} of {promise.count}" if promise else "one more"
        yield note(f"{label_of(self.line.place)}: {which}.")
        yield DateField(
            "due_on",
            "Due on",
            self.today,
            self.locale,
            required=True,
            value=promise.due_on.isoformat() if promise else "",
        )
        paid = money.format(promise.paid, currency, self.locale) if promise else ""
        yield AmountField(
            "amount",
            "Amount",
            currency,
            self.locale,
            required=True,
            hint=f"{paid} of it is paid" if promise and promise.paid else "",
            value=money.format(promise.amount, currency, self.locale) if promise else "",
        )

    def save(self, values: Mapping[str, Any]) -> str:
        """Record it; gives what it did."""
        from store.ledger import instalments

        if self.promise is None:
            done = instalments.add(self.ledger, self.line.agreement_id, today=self.today, **values)
        else:
            done = instalments.adjust(
                self.ledger,
                self.promise.instalment_id,
                was=Promised(self.promise.due_on, self.promise.amount),
                today=self.today,
                **values,
            )
        amount = money.format(done.amount, done.currency, self.locale)
        what = "Adjusted" if self.promise else "Added"
        day = dates.short(done.due_on, self.today)
        return f"{what}: {amount} to {done.creditor} on {day} · u takes it back"
