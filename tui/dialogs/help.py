"""Help for a screen: its commands and those that work everywhere, from the one registry."""

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

from tui import commands
from tui.dialogs.dialog import Dialog
from tui.widgets.cells import Column, Row
from tui.widgets.record_list import RecordList

MOVING = (
    ("↑ ↓", "Move in a list; past its end, into the next one."),
    ("tab", "Go to the next part of the screen."),
    ("esc", "Back."),
)


class Help(ModalScreen[None]):
    """The keys of one screen, with what each does."""

    DEFAULT_CSS = """
    Help {
        align: center middle; background: $background 50%;
        & Dialog { width: 100; }
        & RecordList { height: auto; max-height: 100%; padding: 1 0; }
        & .whole { height: auto; padding: 0 1 1 1; color: $foreground 80%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q", "dismiss", "Close", id="help.close"),
    ]

    def __init__(self, name: str, keys: Mapping[str, str]) -> None:
        """`name` is the screen that it speaks of, `keys` what the person changed."""
        super().__init__()
        self.here, self.keys = name, keys

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Dialog() as dialog:
            dialog.border_title = "Help"
            dialog.border_subtitle = "esc closes · ctrl+p finds every command"
            yield RecordList(
                (Column("key", width=7), Column("title"), Column("help", flex=True)),
                classes="scrolling",
            )
            yield Static(markup=False, classes="whole")

    def on_mount(self) -> None:
        """Fill the list."""
        title = next(title for name, _, title in commands.SCREENS if name == self.here)
        rows = [
            Row("here", (title,), heading=True),
            *(self._row(each) for each in commands.of_screen(self.here)),
            Row("everywhere", ("Everywhere",), heading=True),
            *(
                Row(name, ((key, "accent"), screen, f"Go to {screen}."))
                for name, key, screen in commands.SCREENS
            ),
            *(self._row(each) for each in commands.everywhere()),
            *(Row(key, ((key, "accent"), "", what)) for key, what in MOVING),
        ]
        listed = self.query_one(RecordList)
        listed.set_rows(rows)
        listed.focus()

    def on_record_list_highlighted(self, message: RecordList.Highlighted) -> None:
        """Say in full what the chosen command does."""
        cell = message.row.cells[2] if message.row is not None else ""
        said = cell if isinstance(cell, str) else cell[0]
        ids = {each.id for each in commands.COMMANDS}
        key = message.row.key if message.row is not None else ""
        self.query_one(".whole", Static).update(f"{said}  ({key})" if key in ids else said)

    def _row(self, command: commands.Command) -> Row:
        key = self.keys.get(command.id, command.key_text)
        return Row(command.id, ((key, "accent"), command.title, command.help))
