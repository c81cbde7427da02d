"""What a creditor adds to a debt or says of it: charges, balances, moratoriums, transfers."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from store.ledger.creditor_views import DebtLine, Entry
from store.rules import dates, money
from tui.dialogs.form import Form
from tui.widgets.cells import plain
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import AmountField, DateField, TextField

if TYPE_CHECKING:
    from sqlmodel import Session

    from tui.app import AccordApp

CHARGES = (
    ("interest they added", "interest"),
    ("a fee they added", "fee"),
    ("a refund to me", "refund"),
    ("something they waived", "waiver"),
    ("an adjustment, up or down", "adjustment"),
)


class _OfDebt(Form[str]):
    """A form about one debt; `editing` is an entry to correct."""

    def __init__(
        self, app: "AccordApp", debt: DebtLine, title: str, editing: Entry | None = None
    ) -> None:
        super().__init__(f"{title}: {plain(debt.name)}")
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.debt, self.editing = debt, editing

    @property
    def draft_name(self) -> str:
        """One for each kind of entry and debt; none while correcting."""
        return "" if self.editing else f"{type(self).__name__} of {self.debt.debt_id}"

    def afresh(self, session: "Session") -> "Callable[[], Form[str]] | None":
        """The same, of the record as it is now."""
        from store.ledger import entries

        if (was := self.editing) is None:
            return None
        found = entries.find(session, was.table, was.entry_id)
        return partial(form, self.accord, was.table, self.debt, found)

    def _day(self, name: str, label: str, *, required: bool = True) -> DateField:
        return DateField(
            name,
            label,
            self.today,
            self.locale,
            past=True,
            required=required,
            value=self.editing.on.isoformat() if self.editing else "today" if required else "",
        )

    def _amount(self, *, any_sign: bool = False) -> AmountField:
        was = self.editing.amount if self.editing else None
        return AmountField(
            "amount",
            "Amount",
            self.debt.currency,
            self.locale,
            required=True,
            lowest=-(10**15) if any_sign else 1,
            value="" if was is None else self._said(was),
        )

    def _note(self, name: str, label: str, usual: str = "") -> TextField:
        value = plain(self.editing.note or "") if self.editing else usual
        return TextField(name, label, value=value)

    def _said(self, amount: int) -> str:
        return money.format(amount, self.debt.currency, self.locale)


class ChargeForm(_OfDebt):
    """What was added or taken off."""

    def __init__(self, app: "AccordApp", debt: DebtLine, editing: Entry | None = None) -> None:
        """`debt` is charged; `editing` is a charge to correct."""
        super().__init__(app, debt, "Charge or refund", editing)

    def compose_fields(self) -> ComposeResult:
        """What, how much, when."""
        kind = ChoiceField("kind", "What it was", list(CHARGES), required=True)
        kind.choose(self.editing.kind if self.editing else "interest")
        yield kind
        yield self._amount(any_sign=True)
        yield self._day("on", "On")
        yield self._note("note", "Note")

    def save(self, values: Mapping[str, Any]) -> str:
        """Record it."""
        from store.ledger import debts

        if (was := self.editing) is not None:
            given = {**values, "version": was.version, "today": self.today}
            debts.edit_charge(self.ledger, was.entry_id, **given)
        else:
            debts.charge(self.ledger, self.debt.debt_id, today=self.today, **values)
        return f"{values['kind'].capitalize()} of {self._said(values['amount'])} · u takes it back"


class BalanceForm(_OfDebt):
    """What a letter says is owed."""

    def __init__(self, app: "AccordApp", debt: DebtLine, editing: Entry | None = None) -> None:
        """`debt` is what the letter is about; `editing` is a balance to correct."""
        super().__init__(app, debt, "What they say you owe", editing)

    def compose_fields(self) -> ComposeResult:
        """How much, of which day, by which letter."""
        yield self._amount(any_sign=True)
        yield self._day("on", "As of the end of")
        yield self._note("source", "Where it says so", "letter")

    def save(self, values: Mapping[str, Any]) -> str:
        """Record it."""
        from store.ledger import debts

        if (was := self.editing) is not None:
            given = {**values, "version": was.version, "today": self.today}
            debts.edit_balance(self.ledger, was.entry_id, **given)
        else:
            debts.letter_balance(self.ledger, self.debt.debt_id, today=self.today, **values)
        return f"{self.debt.name}: {self._said(values['amount'])} owed · u takes it back"


class MoratoriumForm(_OfDebt):
    """Days on which the debt may not be pursued."""

    def __init__(self, app: "AccordApp", debt: DebtLine, editing: Entry | None = None) -> None:
        """`debt` rests; `editing` is a moratorium to correct."""
        super().__init__(app, debt, "Moratorium", editing)

    def compose_fields(self) -> ComposeResult:
        """From when to when, and why."""
        yield self._day("starts_on", "From")
        until = self.editing.until if self.editing else None
        yield DateField(
            "ends_on",
            "To",
            self.today,
            self.locale,
            ahead=True,
            hint="Empty: until further notice",
            value=until.isoformat() if until else "",
        )
        yield self._note("note", "Note")

    def save(self, values: Mapping[str, Any]) -> str:
        """Record it."""
        from store.ledger import debts

        if (was := self.editing) is not None:
            debts.edit_pause(self.ledger, was.entry_id, version=was.version, **values)
        else:
            debts.pause(self.ledger, self.debt.debt_id, **values)
        since = dates.short(values["starts_on"], self.today)
        return f"{self.debt.name} rests from {since} · u takes it back"


def form(app: "AccordApp", table: str, debt: DebtLine, editing: Entry | None = None) -> Form[str]:
    """The form of a charge, balance or moratorium on a debt; `editing` is one to correct."""
    forms: dict[str, type[ChargeForm | BalanceForm | MoratoriumForm]] = {
        "charge": ChargeForm,
        "balance": BalanceForm,
        "moratorium": MoratoriumForm,
    }
    return forms[table](app, debt, editing)


class TransferForm(_OfDebt):
    """To whom the debt went, and when."""

    def __init__(
        self, app: "AccordApp", debt: DebtLine, creditors: Sequence[tuple[int, str]]
    ) -> None:
        """`creditors` by number and name: those to whom it can have gone."""
        super().__init__(app, debt, "Transfer")
        self.creditors = creditors

    def compose_fields(self) -> ComposeResult:
        """The chain so far, to whom, when."""
        yield ChoiceField(
            "to",
            "It went to",
            [(name, id_) for id_, name in self.creditors],
            required=True,
            hint="A collector is a creditor: add it first (a)",
        )
        yield self._day("on", "On")
        yield TextField("note", "Note")

    def save(self, values: Mapping[str, Any]) -> str:
        """Record it."""
        from store.ledger import debts

        debts.transfer(
            self.ledger,
            self.debt.debt_id,
            to_creditor_id=values["to"],
            on=values["on"],
            today=self.today,
            note=values["note"],
        )
        to = next(name for id_, name in self.creditors if id_ == values["to"])
        return f"{self.debt.name} went to {to} · u takes it back"
