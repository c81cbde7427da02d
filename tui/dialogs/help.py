"""Help for a screen: its commands and those that work everywhere, from the one registry."""

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui import commands
from tui.dialogs.dialog import Dialog, Modal
from tui.widgets.cells import GAP, Column, Row
from tui.widgets.record_list import GUTTER, RecordList

MOVING = (
    ("↑ ↓", "Move in a list; past its end, into the next one."),
    ("tab", "Go to the next part of the screen."),
    ("esc", "Back."),
)
CLOSES = "esc closes · ctrl+p finds every command"
KEY = 7  # cells of the widest key


class _Lines(RecordList):
    """Commands, whose help runs on in the next lines where one has no room for it."""

    def __init__(self, given: Sequence[Row]) -> None:
        super().__init__(
            (Column("key", width=KEY), Column("title"), Column("help", flex=True)),
            classes="scrolling",
        )
        self.given = given

    def on_resize(self) -> None:
        """Break the lines anew."""
        title = max(len(_text(row, 1)) for row in self.given if not row.heading)
        room = self.scrollable_content_region.width - GUTTER - 1 - KEY - title - 2 * GAP
        lines = [line for row in self.given for line in _broken(row, max(1, room))]
        if lines != self.rows:
            self.set_rows(lines)


def _text(row: Row, place: int) -> str:
    cell = row.cells[place]
    return cell if isinstance(cell, str) else cell[0]


def _broken(row: Row, room: int) -> Iterator[Row]:
    """A row, and what of its help has to go on below it."""
    if row.heading:
        yield row
        return
    first, *rest = wrap(_text(row, 2), room) or [""]
    yield Row(row.key, (*row.cells[:2], first))
    for number, line in enumerate(rest):
        yield Row((row.key, number), ("", "", line))


class Help(Modal[None]):
    """The keys of one screen, with what each does."""

    DEFAULT_CSS = """
    Help {
        align: center middle; background: $background 50%;
        & Dialog { width: 100; }
        & RecordList { height: auto; max-height: 100%; padding: 1 0; }
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
            dialog.border_subtitle = CLOSES
            yield _Lines(list(self._rows()))

    def on_mount(self) -> None:
        """Let the arrows move in the list."""
        self.query_one(_Lines).focus()

    def _rows(self) -> Iterator[Row]:
        title = next(title for name, _, title in commands.SCREENS if name == self.here)
        yield Row("here", (title,), heading=True)
        yield from map(self._row, commands.of_screen(self.here))
        yield Row("everywhere", ("Everywhere",), heading=True)
        for name, key, screen in commands.SCREENS:
            yield Row(name, ((key, "accent"), screen, f"Go to {screen}."))
        yield from map(self._row, commands.everywhere())
        for key, what in MOVING:
            yield Row(key, ((key, "accent"), "", what))

    def on_record_list_highlighted(self, message: RecordList.Highlighted) -> None:
        """Say the name by which the chosen command can be given another key."""
        key = message.row.key if message.row is not None else ""
        id_ = key[0] if isinstance(key, tuple) else key
        is_command = id_ in {each.id for each in commands.COMMANDS}
        self.query_one(Dialog).border_subtitle = f"{id_} · {CLOSES}" if is_command else CLOSES

    def _row(self, command: commands.Command) -> Row:
        key = self.keys.get(command.id, command.key_text)
        return Row(command.id, ((key, "accent"), command.title, command.help))
