"""Asks what one side said it would do, other than pay, and by when."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from store.ledger.contact_views import Undertaken
from tui.dialogs.form import Form
from tui.widgets.cells import kept, plain
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import DateField, TextField

if TYPE_CHECKING:
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
