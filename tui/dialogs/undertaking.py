"""Asks what one side said it would do, other than pay, and by when."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from store.ledger.contact_views import Undertaken
from tui.dialogs.form import Form
from tui.widgets.cells import kept, plain
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import DateField, TextField

if TYPE_CHECKING:
    from sqlmodel import Session

    from tui.app import AccordApp

SIDES = (("I", "me"), ("they", "creditor"))


class UndertakingForm(Form[str]):
    """Who, what, by when; gives what was recorded, in words."""

    def __init__(
        self,
        app: "AccordApp",
        creditor_id: int,
        contact_id: int | None = None,
        *,
        editing: Undertaken | None = None,
    ) -> None:
        """Of a creditor, in a contact; `editing` is one to correct."""
        super().__init__("Correct an undertaking" if editing else "What will be done?")
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.creditor_id, self.contact_id, self.editing = creditor_id, contact_id, editing

    @property
    def draft_name(self) -> str:
        """One for each contact."""
        return "" if self.editing else f"undertaking with {self.creditor_id} {self.contact_id}"

    def compose_fields(self) -> ComposeResult:
        """Who, what, by when."""
        was = self.editing
        side = ChoiceField("by", "Who will do it", list(SIDES), required=True)
        side.choose(was.by if was else "me")
        text = TextField("text", "What", required=True, value=plain(was.text) if was else "")
        yield text
        yield side
        yield DateField(
            "due_on",
            "By when",
            self.today,
            self.locale,
            ahead=True,
            value=was.due_on.isoformat() if was and was.due_on else "",
        )

    def afresh(self, session: "Session") -> "Callable[[], Form[str]] | None":
        """The same, of the record as it is now."""
        from store.ledger import contact_queries

        was = self.editing
        found = contact_queries.undertaking(session, was.undertaking_id) if was else None
        of = (self.creditor_id, self.contact_id)
        return partial(UndertakingForm, self.accord, *of, editing=found) if found else None

    def save(self, values: Mapping[str, Any]) -> str:
        """Record it; gives what it did."""
        from store.ledger import contacts

        text = kept(self.editing.text if self.editing else None, values["text"]) or ""
        said = contacts.Said(values["by"], text, values["due_on"])
        if self.editing is not None:
            contacts.edit_undertaking(
                self.ledger, self.editing.undertaking_id, said, version=self.editing.version
            )
            return f"Corrected: {said.text} · u takes it back"
        contacts.add_undertaking(
            self.ledger, said, creditor_id=self.creditor_id, contact_id=self.contact_id
        )
        return f"Recorded: {said.text} · u takes it back"
