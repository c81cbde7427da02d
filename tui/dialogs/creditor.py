"""The form that adds a creditor, or corrects one."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult

from store.ledger.creditor_views import CreditorLine
from tui.dialogs.form import Form
from tui.widgets.cells import kept, plain
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import NoteField, TextField

if TYPE_CHECKING:
    from sqlmodel import Session

    from tui.app import AccordApp

KINDS = ("bank", "card", "utility", "council", "landlord", "collector", "store", "family", "tax")
YES, NO = "yes", "no"

SHOWN = ("name", "kind", "phone", "email", "website")
"""What stands in one line of the form, made harmless."""


class CreditorForm(Form[str]):
    """Who it is, and how to reach them; gives what was done, in words."""

    DRAFT: ClassVar[str] = "creditor"

    def __init__(self, app: "AccordApp", editing: CreditorLine | None = None) -> None:
        """`editing` is a creditor to correct."""
        super().__init__("Correct a creditor" if editing else "Add a creditor")
        assert app.ledger is not None
        self.ledger, self.currency = app.ledger, app.currency
        self.editing = editing
        self.added_id: int | None = None
        """The new creditor's number, once it is saved."""

    @property
    def draft_name(self) -> str:
        """None while correcting."""
        return "" if self.editing else self.DRAFT

    def compose_fields(self) -> ComposeResult:
        """The name first; the rest as far as it is known."""
        was = self.editing
        yield TextField("name", "Name", required=True, value=plain(was.name) if was else "")
        yield TextField(
            "currency",
            "Currency",
            required=True,
            hint="What you owe them in: GBP, EUR, USD",
            value=was.currency if was else self.currency,
        )
        yield ChoiceField(
            "kind",
            "What they are",
            [(each, each) for each in KINDS],
            allow_new_text=True,
            value=plain(was.kind or "") if was else "",
        )
        for name, label in (
            ("phone", "Telephone"),
            ("email", "Email"),
            ("website", "Website"),
        ):
            yield TextField(name, label, value=plain(getattr(was, name) or "") if was else "")
        yield NoteField("address", "Address", value=(was.address or "") if was else "")
        account = ChoiceField(
            "my_account_here",
            "Is your own bank account with them?",
            [(YES, YES), (NO, NO)],
            hint="They could take money from it",
        )
        if was is not None and was.my_account_here is not None:
            account.choose(YES if was.my_account_here else NO)
        yield account
        yield NoteField("notes", "Notes", value=(was.notes or "") if was else "")

    def afresh(self, session: "Session") -> "Callable[[], Form[str]] | None":
        """The same, of the record as it is now."""
        from store.ledger import creditor_queries

        was = self.editing
        there = creditor_queries.creditors(session, self.accord.today).creditors if was else ()
        found = next((e for e in there if was and e.creditor_id == was.creditor_id), None)
        return partial(CreditorForm, self.accord, found) if found else None

    def save(self, values: Mapping[str, Any]) -> str:
        """Add or correct it; gives what was done."""
        from store.ledger import creditors

        account, was = values["my_account_here"], self.editing
        if was is not None:
            values = {**values, **{each: kept(getattr(was, each), values[each]) for each in SHOWN}}
        details = creditors.Details(
            **{
                **values,
                "currency": values["currency"].upper(),
                "my_account_here": None if account is None else account == YES,
            }
        )
        if self.editing is None:
            self.added_id = creditors.add(self.ledger, details)
            return f"Added {details.name} · u takes it back"
        creditors.edit(self.ledger, self.editing.creditor_id, details, version=self.editing.version)
        return f"Corrected {details.name} · u takes it back"
