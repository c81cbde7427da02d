"""One record, whole: for what a line of a list has no room for."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui.dialogs.dialog import Dialog, Modal, Scrolling
from tui.widgets.cells import plain


class Details(Modal[None]):
    """Some lines of text; any of the usual keys closes it."""

    DEFAULT_CSS = """
    Details { align: center middle; background: $background 50%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "dismiss", "Close", id="details.close"),
    ]

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        """`lines` are shown as they are, empty ones left out."""
        super().__init__()
        self.heading = title
        self.lines = [line for line in lines if line] or ["Nothing more is known."]

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        with Dialog() as dialog:
            dialog.border_title = Content(plain(self.heading))
            dialog.border_subtitle = "esc closes"
            with Scrolling():
                # One text: a widget a line would take seconds for a long note.
                yield Static("\n".join(map(plain, self.lines)) + "\n", markup=False)
