"""Offers to come back to a contact: one key declines, one takes the day that is proposed."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from store.rules import dates
from tui.dialogs.form import Form
from tui.messages import LedgerChanged
from tui.widgets.fields import DateField, TextField

if TYPE_CHECKING:
    from tui.app import AccordApp

AHEAD = timedelta(days=7)


def offer(
    app: "AccordApp",
    creditor_id: int,
    contact_id: int | None,
    creditor: str,
    day: date | None = None,
) -> None:
    """Ask whether and when to follow a contact up; a week from now, unless a day is given."""

    def saved(summary: str | None) -> None:
        if summary is not None:
            app.post_message(LedgerChanged(summary))

    app.push_screen(FollowUp(app, creditor_id, contact_id, creditor, day), saved)


class FollowUp(Form[str]):
    """What to do, and on which day; `esc` lets it be."""

    def __init__(
        self,
        app: "AccordApp",
        creditor_id: int,
        contact_id: int | None,
        creditor: str,
        day: date | None = None,
    ) -> None:
        """`creditor` is the name; `contact_id` is the contact that is followed up."""
        self.day = day or app.today + AHEAD
        super().__init__(
            f"Follow up on {dates.short(self.day, app.today)}?", save_label="Follow up"
        )
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.creditor_id, self.contact_id, self.creditor = creditor_id, contact_id, creditor

    def compose_fields(self) -> ComposeResult:
        """The day first: it is what one may want to change."""
        yield DateField(
            "due_on",
            "On",
            self.today,
            self.locale,
            ahead=True,
            required=True,
            value=self.day.isoformat(),
        )
        yield TextField("text", "What to do", required=True, value=f"Ask {self.creditor} again")

    def save(self, values: Mapping[str, Any]) -> str:
        """Record it as an undertaking of mine."""
        from store.ledger import contacts

        said = contacts.Said("me", values["text"], values["due_on"])
        contacts.add_undertaking(
            self.ledger, said, creditor_id=self.creditor_id, contact_id=self.contact_id
        )
        return f"By {dates.short(values['due_on'], self.today)}: {values['text']}"
