"""One record, whole: for what a line of a list has no room for."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size

from tui.dialogs.dialog import Dialog, Modal, room_for
from tui.widgets.cells import plain
from tui.widgets.long_text import LongText


class DialogText(LongText):
    """The text in a dialog: it scrolls where there is no room for all of it."""

    DEFAULT_CSS = """
    DialogText:focus { scrollbar-color: $primary; }
    """

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As high as its rows, or as the dialog has room."""
        wanted = super().get_content_height(container, viewport, width)
        return max(1, min(wanted, room_for(self, container, viewport, width)))


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
            yield DialogText([*self.lines, ""])
