"""Asks how and when an agreement ended without new terms."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.widgets import Static

from store.ledger.agreement_views import AgreementLine
from store.rules import dates
from tui.dialogs.form import Form, Question
from tui.dialogs.terms_form import label_of, note
from tui.widgets.agreement_lines import capital, named
from tui.widgets.cells import plain
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import DateField, Field

if TYPE_CHECKING:
    from store.records.database import Ledger
    from tui.app import AccordApp
    from tui.screens.ledger_screen import LedgerScreen

HOW = (
    ("the creditor cancelled it", "creditor"),
    ("I stopped it on advice", "advice"),
    ("insolvency", "insolvency"),
    ("I could not keep it", "broken"),
    ("everything is paid", "completed"),
)

MEANS = {
    "creditor": "What falls due from then on is cancelled and counts for nothing.",
    "advice": "What falls due from then on is cancelled and counts for nothing.",
    "insolvency": "What falls due from then on is cancelled and counts for nothing.",
    "broken": "The next open instalment counts as renegotiated late, those after it as cancelled.",
    "completed": "Nothing may be open for that.",
}


def begin(screen: "LedgerScreen[Any]", line: AgreementLine) -> None:
    """Ask how an agreement ended; of one that has, whether it goes on after all."""
    app = screen.accord
    if app.ledger is None:
        return
    if line.ended_on is None:
        app.push_screen(EndAgreement(app, line), screen.said)
        return
    body = f"{capital(named(line, app.today))} ended on {dates.short(line.ended_on, app.today)}."
    question = Question(
        "Take its end back?",
        plain(f"{body} What was open then is open again."),
        yes="It goes on",
        no="Leave it",
    )
    reopen = partial(_reopen, line)
    app.push_screen(question, lambda yes: screen.write(reopen) if yes else None)


def _reopen(line: AgreementLine, ledger: "Ledger") -> str:
    from store.ledger import agreements

    made = agreements.reopen(ledger, line.agreement_id)
    return f"The agreement with {made.creditor} goes on · u takes it back"


class EndAgreement(Form[str]):
    """How it ended and when; gives what was done, in words."""

    TITLE = "End the agreement"

    def __init__(self, app: "AccordApp", line: AgreementLine) -> None:
        """`line` is the agreement."""
        super().__init__(save_label="End it")
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.line = line

    def compose_fields(self) -> ComposeResult:
        """The agreement in words, how, and when."""
        day = dates.short(self.line.made_on, self.today)
        yield note(f"{label_of(self.line.place)}, agreed {day}. New terms? esc, then r.")
        yield ChoiceField(
            "ended_how", "How it ended", HOW, required=True, hint="down shows the choices"
        )
        yield DateField(
            "ended_on",
            "Ended on",
            self.today,
            self.locale,
            past=True,
            required=True,
            value="today",
        )

    def compose_preview(self) -> ComposeResult:
        """What that means for the instalments."""
        yield Static(markup=False, id="means")

    def changed(self, field: Field) -> None:
        """Say what that means for the instalments."""
        if field.key == "ended_how":
            from store.rules.errors import BadInput

            try:
                means = MEANS.get(field.value(), "")
            except BadInput:
                means = ""
            self.query_one("#means", Static).update(means)

    def save(self, values: Mapping[str, Any]) -> str:
        """Record it; gives what it did."""
        from store.ledger import agreements

        made = agreements.end(
            self.ledger,
            self.line.agreement_id,
            ended_on=values["ended_on"],
            ended_how=values["ended_how"],
            today=self.today,
        )
        return f"Ended: the agreement with {made.creditor} · u takes it back"
