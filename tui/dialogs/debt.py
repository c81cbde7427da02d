"""The form that adds a debt, or corrects one."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult

from store.ledger.creditor_views import DebtLine
from store.rules import money, priorities
from store.rules.errors import BadInput
from tui.dialogs.form import Form
from tui.widgets.cells import kept, plain
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import AmountField, DateField, Field, TextField

if TYPE_CHECKING:
    from sqlmodel import Session

    from store.ledger.debts import Details
    from tui.app import AccordApp

YES, NO = "yes", "no"
STAGES = ("none", "notice", "claim", "judgment", "enforcement")
SHOWN = ("name", "reference", "consequence", "others_liable")
"""What stands in one line of the form, made harmless."""

ANY = -(10**15)  # a balance may be in my favour


class RateField(TextField):
    """A rate in per cent a year; its value is a decimal, or None."""

    def parse(self, text: str) -> Decimal:
        """Gives the rate."""
        bare = text.rstrip("% ").strip().replace(",", ".")
        try:
            rate = Decimal(bare)
        except InvalidOperation:
            raise BadInput("Write a rate in per cent, such as 19.9", field=self.key) from None
        if not rate.is_finite() or not 0 <= rate <= 10_000:
            raise BadInput("A rate is between 0 and 10,000 per cent", field=self.key)
        return rate


class DebtForm(Form[str]):
    """What is owed, on what account, and how far it has gone; gives what was done, in words."""

    DRAFT: ClassVar[str] = "debt"

    def __init__(
        self,
        app: "AccordApp",
        creditor_id: int,
        creditor: str,
        currency: str,
        editing: DebtLine | None = None,
        details: "Details | None" = None,
    ) -> None:
        """Of a creditor, by number and name; `editing` is a debt to correct, `details` its own."""
        super().__init__(
            f"Correct {plain(editing.name)}" if editing else f"A debt to {plain(creditor)}"
        )
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.creditor_id, self.creditor, self.currency = creditor_id, creditor, currency
        self.editing, self.details = editing, details

    @property
    def draft_name(self) -> str:
        """One for each creditor; none while correcting."""
        return "" if self.editing else f"debt to {self.creditor_id}"

    def compose_fields(self) -> ComposeResult:
        """The everyday ones first, then what a court or a collector makes of it."""
        was = self.details

        def text(name: str) -> str:
            value = getattr(was, name) if was else None
            return "" if value is None else plain(str(value))

        def amount(name: str) -> str:
            value = getattr(was, name) if was else None
            return "" if value is None else money.format(value, self.currency, self.locale)

        yield TextField(
            "name", "What it is", required=True, hint="Loan, card, rent, tax", value=text("name")
        )
        yield TextField("reference", "Their reference", value=text("reference"))
        yield AmountField(
            "balance",
            "Balance",
            self.currency,
            self.locale,
            lowest=ANY,
            hint="What was owed at the end of the day below, as far as it is known",
            value=amount("balance"),
        )
        yield DateField(
            "balance_on", "on", self.today, self.locale, past=True, value=text("balance_on")
        )
        yield RateField("apr", "Interest, per cent a year", value=text("apr"))
        priority = ChoiceField(
            "priority",
            "Does it come first?",
            [(YES, YES), (NO, NO)],
            required=True,
            hint="Rent, energy, council tax, fines: what you lose otherwise",
        )
        first = was.priority if was else priorities.suggested(self.creditor)
        priority.choose(YES if first else NO)
        yield priority
        yield TextField("consequence", "What happens if unpaid", value=text("consequence"))
        yield AmountField(
            "contractual_payment",
            "Payment by contract, a month",
            self.currency,
            self.locale,
            value=amount("contractual_payment"),
        )
        stage = ChoiceField("stage", "Court stage", [(each, each) for each in STAGES])
        if was and was.stage:
            stage.choose(was.stage)
        yield stage
        for name, label, past in (
            ("answer_by", "A court wants an answer by", False),
            ("judgment_on", "Judgment of", True),
            ("last_paid_on", "Last paid on, as far as known", True),
            ("acknowledged_on", "Acknowledged in writing on", True),
            ("closed_on", "Closed on", True),
        ):
            yield DateField(
                name, label, self.today, self.locale, past=past, ahead=not past, hint="",
                value=text(name),
            )  # fmt: skip
        yield TextField("others_liable", "Who else has to pay it", value=text("others_liable"))

    def changed(self, field: Field) -> None:
        """Suggest whether a new debt comes first, by what it is called, and a balance's day."""
        priority, day = self.field("priority"), self.field("balance_on")
        if self.details is not None:
            return
        if field.key == "name" and not priority.touched:
            assert isinstance(priority, ChoiceField)
            priority.choose(YES if priorities.suggested(self.creditor, field.text) else NO)
        elif field.key == "balance" and not day.touched:
            day.fill("today" if field.text.strip() else "")

    def _typed(self) -> dict[str, str]:
        typed = super()._typed()
        if "balance" in typed:
            # The day that was filled in with it, which is another one tomorrow.
            typed["balance_on"] = self.field("balance_on").lasting
        return typed

    def afresh(self, session: "Session") -> "Callable[[], Form[str]] | None":
        """The same, of the record as it is now."""
        from store.ledger import creditor_queries, debts

        was = self.editing
        there = creditor_queries.debts(session, self.today) if was else ()
        found = next((e for e in there if was and e.debt_id == was.debt_id), None)
        if found is None:
            return None
        details = debts.details(session, found.debt_id)
        of = (found.creditor_id, found.creditor, found.currency)
        return partial(DebtForm, self.accord, *of, found, details)

    def save(self, values: Mapping[str, Any]) -> str:
        """Add or correct it; gives what was done."""
        from store.ledger import debts

        if (was := self.details) is not None:
            values = {**values, **{each: kept(getattr(was, each), values[each]) for each in SHOWN}}
        details = debts.Details(**{**values, "priority": values["priority"] == YES})
        if self.editing is None:
            debts.add(self.ledger, self.creditor_id, details)
            return f"Added {details.name} with {self.creditor} · u takes it back"
        debts.edit(self.ledger, self.editing.debt_id, details, version=self.editing.version)
        return f"Corrected {details.name} · u takes it back"
