"""A short list of things to do, of which one is chosen."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from tui.dialogs.dialog import Dialog, Modal
from tui.widgets.cells import Column, Row, plain
from tui.widgets.record_list import RecordList


class Menu(Modal[str | None]):
    """Gives the name of what was chosen."""

    DEFAULT_CSS = """
    Menu {
        align: center middle; background: $background 50%;
        & Dialog { width: 56; padding: 1 1; }
        & RecordList { height: auto; max-height: 100%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Close", id="menu.close"),
    ]

    def __init__(self, title: str, choices: Sequence[tuple[str, str]], chosen: str = "") -> None:
        """`choices` by name, and as a person reads them; the cursor begins at `chosen`."""
        super().__init__()
        self.heading, self.choices, self.chosen = title, choices, chosen

    def compose(self) -> ComposeResult:
        """The list."""
        with Dialog() as dialog:
            dialog.border_title = Content(plain(self.heading))
            dialog.border_subtitle = "enter chooses · esc closes"
            yield RecordList((Column("what", flex=True),), classes="scrolling")

    def on_mount(self) -> None:
        """Fill the list."""
        listed = self.query_one(RecordList)
        listed.set_rows([Row(name, (words,)) for name, words in self.choices])
        names = [name for name, _ in self.choices]
        listed.cursor = names.index(self.chosen) if self.chosen in names else 0
        listed.focus()

    def on_record_list_opened(self, message: RecordList.Opened) -> None:
        """Take what was chosen."""
        self.dismiss(str(message.row.key))
