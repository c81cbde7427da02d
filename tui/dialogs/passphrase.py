"""Asks for a passphrase for the ledger, or another one; or takes it away."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.widgets import Static

from store.rules.errors import BadInput, LedgerError
from tui.dialogs.form import Form
from tui.widgets.cells import plain
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import Field, PassphraseField

if TYPE_CHECKING:
    from store.records.database import Ledger
    from tui.app import AccordApp

CHANGE, REMOVE = "change it", "remove it"
MEANS = (
    "Without it nobody can open the ledger or its backups: not even you, and nobody can help. "
    "Copies that you made elsewhere stay readable."
)


def begin(app: "AccordApp") -> None:
    """Ask, and say what was done."""
    if app.ledger is None:
        return
    if app.is_demo:
        app.notify("The demo needs no passphrase; your own ledger can have one.", markup=False)
        return
    from store.records import encryption

    try:
        encryption.check_cipher()
    except LedgerError as error:
        # Before anybody thinks of one.
        app.notify(plain(error.message), severity="warning", markup=False, timeout=15)
        return
    app.push_screen(PassphraseForm(app.ledger, app.settings.calendar_feed), app.said)


class PassphraseForm(Form[str]):
    """A new passphrase, twice; the old one where there is one. Gives what was done, in words."""

    TITLE = "Passphrase"

    def __init__(self, ledger: "Ledger", feed: str) -> None:
        """`feed` is the file that the settings name for a calendar; empty for none."""
        super().__init__()
        self.ledger = ledger
        self.feed = feed

    def compose_fields(self) -> ComposeResult:
        """What is there and what is to be."""
        from store.records.encryption import SHORTEST

        if self.ledger.has_passphrase:
            yield PassphraseField("current", "Passphrase now", required=True)
            does = ChoiceField("does", "What to do", [(each, each) for each in (CHANGE, REMOVE)])
            does.choose(CHANGE)
            yield does
        yield PassphraseField(
            "passphrase",
            "New passphrase",
            required=True,
            hint=f"At least {SHORTEST} characters; four or five words are good",
        )
        yield PassphraseField("again", "The same again", required=True)

    def compose_preview(self) -> ComposeResult:
        """What it means."""
        feed = f" So does the calendar feed, {plain(self.feed)} (f9 turns it off)." * bool(
            self.feed
        )
        yield Static(MEANS + feed, markup=False)

    def changed(self, field: Field) -> None:
        """Ask for a new one only where there is to be one."""
        if field.key == "does":
            for name in ("passphrase", "again"):
                self.field(name).display = field.text != REMOVE

    def lacking(self, values: Mapping[str, Any]) -> Iterable[BadInput]:
        """The two must be the same."""
        if "again" in values and values["again"] != values.get("passphrase"):
            yield BadInput("It is not the same as above", field="again")

    def save(self, values: Mapping[str, Any]) -> str:
        """Lock the ledger with it, and its copies."""
        from store.records import passphrases

        if self.ledger.has_passphrase:
            passphrases.check(self.ledger, values["current"])
        new = None if values.get("does") == REMOVE else values["passphrase"]
        with self.accord.viewing.alone():
            left = passphrases.give(self.ledger, new)
        if left:
            return f"Done, but {len(left)} backups could not follow and are as they were"
        if new is None:
            return "The ledger and its backups have no passphrase any more"
        return "The ledger and its backups have this passphrase from now on"
