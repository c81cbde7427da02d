"""What of a statement's file became no line: where it stands, and why."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from store.exchange.statements.line import Remark
from tui.dialogs.dialog import Dialog, Modal
from tui.widgets.cells import Column, Row, plain
from tui.widgets.record_list import RecordList


class Remarks(Modal[None]):
    """One row a remark; the chosen one in full under the list."""

    DEFAULT_CSS = """
    Remarks {
        align: center middle; background: $background 50%;
        & Dialog { width: 96; padding: 1 1; }
        & RecordList { height: auto; max-height: 12; }
        & #whole { height: auto; max-height: 5; padding: 1 1 0 1; color: $foreground 80%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,r,enter", "dismiss", "Close", id="remarks.close"),
    ]

    def __init__(self, remarks: Sequence[Remark]) -> None:
        """`remarks` in the order of the file."""
        super().__init__()
        self.remarks = remarks

    def compose(self) -> ComposeResult:
        """The list, and the chosen remark."""
        with Dialog() as dialog:
            dialog.border_title = "Rows of the file that are no lines of the account"
            dialog.border_subtitle = "esc closes"
            yield RecordList((Column("place"), Column("text", flex=True)), classes="scrolling")
            yield Static(markup=False, id="whole")

    def on_mount(self) -> None:
        """Fill the list."""
        listed = self.query_one(RecordList)
        listed.set_rows(
            [Row(n, ((each.place, "muted"), each.text)) for n, each in enumerate(self.remarks)]
        )
        listed.focus()

    @on(RecordList.Highlighted)
    def _highlighted(self, message: RecordList.Highlighted) -> None:
        if message.row is not None and isinstance(message.row.key, int):
            self.query_one("#whole", Static).update(plain(self.remarks[message.row.key].text))

    @on(RecordList.Opened)
    def _opened(self) -> None:
        self.dismiss(None)
