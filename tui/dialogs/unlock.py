"""What stands before everything while the ledger is locked: the field for its passphrase."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.widgets import Button

from tui.dialogs.form import Form, button_label
from tui.widgets.fields import PassphraseField

if TYPE_CHECKING:
    from store.records.database import Ledger


class Unlock(Form["Ledger"]):
    """Asks for the passphrase until it opens the ledger, which it gives; `esc` leaves Accord."""

    DEFAULT_CSS = """
    Unlock { background: $background; }
    """
    TITLE = "The ledger is locked"
    SAVING = "Opening…"

    def __init__(self, unlock: "Callable[[str], Ledger]") -> None:
        """`unlock` opens the ledger with what is typed, in a thread."""
        super().__init__(save_label="Unlock")
        self.unlock = unlock

    def compose_fields(self) -> ComposeResult:
        """The passphrase."""
        yield PassphraseField("passphrase", "Passphrase", required=True)

    def on_mount(self) -> None:
        """Say what leaving means here."""
        self.query_one("#cancel", Button).label = button_label("Leave Accord", "esc")

    def save(self, values: Mapping[str, Any]) -> "Ledger":
        """Open it."""
        return self.unlock(values["passphrase"])

    def _fail(self, error: BaseException | None) -> None:
        super()._fail(error)
        # What is typed now takes the place of what was wrong.
        self.field("passphrase").input.action_select_all()

    def action_cancel(self) -> None:
        """Leave Accord."""
        self.app.exit()
