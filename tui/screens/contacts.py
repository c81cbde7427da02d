"""Contacts: every call, letter and visit, and what each side said it would do."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from tui import commands
from tui.screens.ledger_screen import LedgerScreen
from tui.widgets.cells import Column
from tui.widgets.record_list import RecordList

if TYPE_CHECKING:
    from sqlmodel import Session


class ContactsScreen(LedgerScreen[int]):
    """Every call, letter and visit, and what each side said it would do."""

    NAME = commands.CONTACTS
    BINDINGS: ClassVar[list[BindingType]] = commands.bindings(commands.CONTACTS)

    def compose_body(self) -> ComposeResult:
        """The list."""
        yield RecordList((Column("name", flex=True),), id="contacts", empty="Nothing here yet.")

    def read(self, session: "Session") -> int:
        """Read the view."""
        return 0

    def show(self, view: int) -> None:
        """Show the view."""
