"""Creditors: whom I owe, what, and all that passed between us."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from tui import commands
from tui.screens.ledger_screen import LedgerScreen
from tui.widgets.cells import Column
from tui.widgets.record_list import RecordList

if TYPE_CHECKING:
    from sqlmodel import Session


class CreditorsScreen(LedgerScreen[int]):
    """Whom I owe, what, and all that passed between us."""

    NAME = commands.CREDITORS
    BINDINGS: ClassVar[list[BindingType]] = commands.bindings(commands.CREDITORS)

    def compose_body(self) -> ComposeResult:
        """The list."""
        yield RecordList((Column("name", flex=True),), id="creditors", empty="Nothing here yet.")

    def read(self, session: "Session") -> int:
        """Read the view."""
        return 0

    def show(self, view: int) -> None:
        """Show the view."""
