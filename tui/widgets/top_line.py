"""The line at the top of every screen: where one can go, where one is, and what day it is."""

from datetime import date

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static

from store.rules import dates
from tui.commands import SCREENS


class Tab(Static):
    """The name of a screen; a click goes there."""

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, screen_name: str) -> None:
            """`screen_name` is where to go."""
            super().__init__()
            self.screen_name = screen_name

    def __init__(self, screen_name: str, key: str, title: str, *, is_here: bool) -> None:
        """`is_here` marks the screen that is shown."""
        super().__init__(f"{key} {title}", markup=False, classes="tab -here" if is_here else "tab")
        self.screen_name = screen_name

    def on_click(self) -> None:
        """Go to the screen."""
        self.post_message(self.Chosen(self.screen_name))


class TopLine(Horizontal):
    """Screen names, then what ledger it is if not one's own, then today's date."""

    DEFAULT_CSS = """
    TopLine {
        dock: top; height: 1; background: $panel; color: $foreground;
        & > .tab { width: auto; padding: 0 1; color: $foreground 70%; pointer: pointer; }
        & > .tab:hover { color: $foreground; text-style: underline; }
        & > .tab.-here { background: $primary 35%; color: $foreground; text-style: bold; }
        & > .space { width: 1fr; }
        & > .note { width: auto; padding: 0 1; color: $text-warning; }
        & > .date { width: auto; padding: 0 1; color: $foreground; }
    }
    """

    def __init__(self, here: str, today: date, note: str = "") -> None:
        """`here` is the name of the screen that it stands on."""
        super().__init__()
        self.here = here
        self.today = today
        self.note = note

    def compose(self) -> ComposeResult:
        """Lay out the line."""
        for name, key, title in SCREENS:
            yield Tab(name, key, title, is_here=name == self.here)
        yield Static(classes="space")
        yield Static(self.note, markup=False, classes="note")
        yield Static(
            f"{dates.short(self.today, self.today)} {self.today.year}", markup=False, classes="date"
        )
