"""The line at the top of every screen: where one can go, where one is, and what day it is."""

from datetime import date

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static

from store.ledger.score_views import Badge
from store.rules import dates
from tui import formats
from tui.commands import SCREENS

BADGE = len(" 100 ▼10 ")  # cells that are kept free for the score


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
        self.screen_name, self.key, self.title = screen_name, key, title
        self.is_here = is_here

    def text(self, short: bool) -> str:
        """The number alone, or the name too; where one is, the name stays."""
        return self.key if short and not self.is_here else f"{self.key} {self.title}"

    def on_click(self) -> None:
        """Go to the screen."""
        self.post_message(self.Chosen(self.screen_name))


class TopLine(Horizontal):
    """Screen names, what ledger it is if not one's own, today's date, and how my word stands."""

    DEFAULT_CSS = """
    TopLine {
        dock: top; height: 1; background: $panel; color: $foreground;
        & > .tab { width: auto; padding: 0 1; color: $foreground 70%; pointer: pointer; }
        & > .tab:hover { color: $foreground; text-style: underline; }
        & > .tab.-here { background: $primary 35%; color: $foreground; text-style: bold; }
        & > .space { width: 1fr; }
        & > .note { width: auto; padding: 0 1; color: $text-warning; }
        & > .date { width: auto; padding: 0 1; color: $foreground; }
        & > .badge {
            width: auto; padding: 0 1; background: $primary 35%; text-style: bold; display: none;
            &.-up { color: $text-success; }
            &.-down { color: $text-warning; }
        }
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
        yield Static(self._date, markup=False, classes="date")
        yield Static(markup=False, classes="badge")

    def show_badge(self, badge: Badge | None) -> None:
        """Show how my word stands; nothing before it is known."""
        text, style = formats.badge(badge)
        shown = self.query_one(".badge", Static)
        shown.update(text)
        shown.display = bool(text)
        shown.set_classes(["badge", *([style] if style else [])])

    @property
    def _date(self) -> str:
        return f"{dates.short(self.today, self.today)} {self.today.year}"

    def on_resize(self, event: events.Resize) -> None:
        """Keep the score whole and every screen's number in sight: all else gives way first."""
        full, brief = self._date, self._date.split(" ", 1)[1].rsplit(" ", 1)[0]
        tabs = list(self.query(Tab))
        note = len(self.note) + 2 if self.note else 0
        for short, day in ((False, full), (False, brief), (True, full), (True, brief), (True, "")):
            names = sum(len(tab.text(short)) + 2 for tab in tabs)
            if names + note + (len(day) + 2 if day else 0) + BADGE <= event.size.width:
                break
        for tab in tabs:
            tab.update(tab.text(short))
        shown = self.query_one(".date", Static)
        shown.update(day)
        shown.display = bool(day)
