"""The form for a line of the budget: a new one, or one that changes from a day on."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.widgets import Static

from store.ledger.budget_views import Details, Line
from store.rules import cadence_words, dates, money
from store.rules.errors import BadInput
from tui.dialogs.form import Form
from tui.widgets.cells import kept, plain
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import AmountField, DateField, Field, TextField
from tui.widgets.part_fields import CadenceField
from tui.widgets.terms_fields import WEEKEND, Pair

if TYPE_CHECKING:
    from sqlmodel import Session

    from tui.app import AccordApp

KINDS = (("income", "income"), ("essential", "essential"), ("saving", "saving"))
AT = {"days": "every"}


class BudgetLineForm(Form[str]):
    """What it is for, how much and how often; gives what was recorded, in words."""

    DEFAULT_CSS = """
    BudgetLineForm Dialog { width: 92; }
    """
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 (Textual declares it for instances)
        (0, "-stacked"),
        (72, "-beside"),
    ]
    DRAFT = "budget line"

    def __init__(
        self, app: "AccordApp", currencies: Sequence[str], line: Line | None = None
    ) -> None:
        """`currencies` are those in use, that of the plan first; `line` is one to change."""
        super().__init__("Change a line of the budget" if line else "A line of the budget")
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.currencies, self.line = list(currencies), line

    @property
    def draft_name(self) -> str:
        """What is typed is kept for new lines only."""
        return "" if self.line is not None else self.DRAFT

    def compose_fields(self) -> ComposeResult:
        """What, how much, how often, on which days, and from when to when."""
        line = self.line.details if self.line else None
        currency = line.currency if line else self.currencies[0]
        kind = ChoiceField("kind", "Kind", KINDS, required=True, hint="income, essential, saving")
        if line is not None:
            kind.choose(line.kind)
        name = TextField(
            "name",
            "What it is for",
            required=True,
            hint="Wages, Rent, Food; a saving with a debt's name is put by for it",
            value=plain(line.name) if line else "",
        )
        yield Pair(name, kind)
        yield Pair(
            AmountField(
                "amount",
                "Amount",
                currency,
                self.locale,
                required=True,
                hint="each time",
                value=money.format(line.amount, currency, self.locale) if line else "",
            ),
            CadenceField(
                "every",
                "How often",
                hint=cadence_words.HINT,
                value=cadence_words.typed(line.cadence) if line else "every month",
            ),
        )
        weekend = ChoiceField("weekend", "On a weekend it", WEEKEND, hint="empty: it stays")
        if line is not None and line.weekend is not None:
            weekend.choose(line.weekend)
        yield Pair(
            self._date("next_on", "On", "one day of it: 28 nov", line.next_on if line else None),
            weekend,
        )
        yield Pair(
            self._date(
                "starts_on", "Holds from", "empty: since always", line.starts_on if line else None
            ),
            self._date(
                "ends_on",
                "Last day",
                "empty: it goes on",
                line.ends_on if line else None,
                ahead=True,
            ),
        )
        if line is not None:
            yield Pair(
                DateField(
                    "on",
                    "Changed from",
                    self.today,
                    self.locale,
                    hint="until then it was as before; empty: it was entered wrongly",
                    value="today",
                ),
                Static(),
            )
        elif len(self.currencies) > 1:
            options = [(each, each) for each in self.currencies]
            yield ChoiceField("currency", "Currency", options, required=True, value=currency)

    def _date(
        self, key: str, label: str, hint: str, value: Any, *, ahead: bool = False
    ) -> DateField:
        text = value.isoformat() if value else ""
        return DateField(key, label, self.today, self.locale, ahead=ahead, hint=hint, value=text)

    def changed(self, field: Field) -> None:
        """Read the amount in the currency that is chosen."""
        amount = self.field("amount")
        if field.key == "currency" and isinstance(amount, AmountField):
            amount.currency = self.field("currency").value() or self.currencies[0]

    def afresh(self, session: "Session") -> "Callable[[], Form[str]] | None":
        """The same, of the record as it is now."""
        from store.ledger import budget

        was = self.line
        there = budget.lines(session, self.today) if was else ()
        found = next((e for e in there if was and e.line_id == was.line_id), None)
        return partial(BudgetLineForm, self.accord, self.currencies, found) if found else None

    def save(self, values: Mapping[str, Any]) -> str:
        """Record it; gives what it did."""
        from store.ledger import budget

        before = self.line.details if self.line else None
        currency = before.currency if before else values.get("currency") or self.currencies[0]
        details = Details(
            kept(before.name if before else None, values["name"]) or "",
            values["kind"],
            values["amount"],
            currency,
            values["every"],
            values["next_on"],
            values["starts_on"],
            values["ends_on"],
            values["weekend"],
        )
        try:
            said = self._record(budget, details, values.get("on"))
        except BadInput as error:
            raise BadInput(error.message, field=AT.get(error.field or "", error.field)) from error
        return f"{said} · u takes it back"

    def _record(self, budget: Any, details: Details, on: Any) -> str:
        amount = money.format(details.amount, details.currency, self.locale)
        if self.line is None:
            budget.add(self.ledger, details)
            return f"Budget: {details.name}, {amount}"
        before, version = self.line.details, self.line.version
        promised = ("kind", "amount", "cadence", "next_on", "weekend")
        is_same = all(getattr(before, name) == getattr(details, name) for name in promised)
        if on is None or is_same:
            # A name, a start or an end changes nothing about what was.
            budget.edit(self.ledger, self.line.line_id, details, version=version)
            return f"Budget: {details.name}, {amount}"
        budget.change_from(self.ledger, self.line.line_id, details, version=version, on=on)
        return f"Budget: {details.name}, {amount} from {dates.short(on, self.today)}"
