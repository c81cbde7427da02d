"""Asks how far the paper of an agreement is."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from store.ledger.agreement_views import AgreementLine
from store.rules import dates
from tui.dialogs.form import Form
from tui.dialogs.terms_form import label_of, note
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import DateField

if TYPE_CHECKING:
    from tui.app import AccordApp

STATES = (
    ("not in writing", "unwritten"),
    ("asked for it", "requested"),
    ("their letter is here", "received"),
    ("signed by both", "signed"),
)

NEXT = {"unwritten": "requested", "requested": "received", "received": "signed"}
"""What usually comes after each state."""


class WritingForm(Form[str]):
    """How far it is, and the paper's day; gives what was done, in words."""

    TITLE = "In writing"

    def __init__(self, app: "AccordApp", line: AgreementLine) -> None:
        """`line` is the agreement."""
        super().__init__()
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.line = line

    def compose_fields(self) -> ComposeResult:
        """The agreement in words, how far it is, and the paper's day."""
        day = dates.short(self.line.made_on, self.today)
        now = next(label for label, value in STATES if value == self.line.writing)
        yield note(f"{label_of(self.line.place)}, agreed {day}. Now: {now}.")
        state = ChoiceField("writing", "Now", STATES, required=True, hint="down shows the choices")
        state.choose(NEXT.get(self.line.writing, self.line.writing))
        yield state
        written = self.line.written_on
        yield DateField(
            "on",
            "The paper is of",
            self.today,
            self.locale,
            past=True,
            hint="kept once there is a paper",
            value=written.isoformat() if written else "today",
        )

    def save(self, values: Mapping[str, Any]) -> str:
        """Record it; gives what it did."""
        from store.ledger import agreements

        made = agreements.set_writing(
            self.ledger,
            self.line.agreement_id,
            writing=values["writing"],
            on=values["on"],
            today=self.today,
        )
        state = next(label for label, value in STATES if value == values["writing"])
        return f"{made.creditor}, {made.debt}: {state} · u takes it back"
