"""The line at the top of every screen: where one can go, where one is, and what day it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from store.rules import dates
from tui.commands import SCREENS

if TYPE_CHECKING:
    from store.ledger.score_views import Badge

BADGE = len(" 100 ▼10 ")  # cells that are kept free for the score


class TopLine(Widget):
    """Screen names, what ledger it is if not one's own, today's date, and how my word stands.

    Drawn as one line; a click on a name goes there.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *("top-line--tab", "top-line--over", "top-line--here", "top-line--note", "top-line--date"),
        *("top-line--badge", "top-line--up", "top-line--down"),
    }
    DEFAULT_CSS = """
    TopLine {
        dock: top; height: 1; background: $panel; color: $foreground; text-wrap: nowrap;
        & > .top-line--tab { color: $foreground 70%; }
        & > .top-line--over { color: $foreground; text-style: underline; }
        & > .top-line--here { background: $primary 35%; color: $foreground; text-style: bold; }
        & > .top-line--note { color: $text-warning; }
        & > .top-line--date { color: $foreground; }
        & > .top-line--badge { background: $primary 35%; text-style: bold; }
        & > .top-line--up { background: $primary 35%; color: $text-success; text-style: bold; }
        & > .top-line--down { background: $primary 35%; color: $text-warning; text-style: bold; }
    }
    """

    class Chosen(Message):
        """The name of a screen was clicked."""

        def __init__(self, screen_name: str) -> None:
            """`screen_name` is where to go."""
            super().__init__()
            self.screen_name = screen_name

    def __init__(self, here: str, today: date, note: str = "") -> None:
        """`here` is the name of the screen that it stands on."""
        super().__init__()
        self.here = here
        self.today = today
        self.note = note
        self._badge = ("", "")
        self._over: str | None = None
        """The screen whose name the mouse is over."""

    def show_badge(self, badge: Badge | None) -> None:
        """Show how my word stands; nothing before it is known."""
        from tui import formats

        if (found := formats.badge(badge)) != self._badge:
            self._badge = found
            self.refresh()

    def render(self) -> Content:
        """The line."""
        tabs, day = self._laid_out()
        parts = [(_style(name == self.here, name == self._over), text) for _, name, text in tabs]
        text, style = self._badge
        right = [("note", self.note), ("date", day), (style or "badge", text)]
        shown = [(style, f" {text} ") for style, text in right if text]
        used = sum(cell_len(text) for _, text in (*parts, *shown))
        gap = ("tab", " " * max(0, self.size.width - used))
        return Content("").join(
            Content.styled(text, self.get_visual_style(f"top-line--{style}"))
            for style, text in (*parts, gap, *shown)
        )

    def tab_at(self, x: int) -> str | None:
        """The screen whose name stands in a column."""
        tabs, _ = self._laid_out()
        return next((name for at, name, text in tabs if at <= x < at + cell_len(text)), None)

    def on_click(self, event: events.Click) -> None:
        """Go to the screen that was clicked."""
        if (name := self.tab_at(event.x)) is not None:
            self.post_message(self.Chosen(name))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Mark the name that a click would go to."""
        self._mark(self.tab_at(event.x))

    def on_leave(self) -> None:
        """Mark none."""
        self._mark(None)

    def _mark(self, name: str | None) -> None:
        if name != self._over:
            self._over = name
            self.styles.pointer = "default" if name is None else "pointer"
            self.refresh()

    def _laid_out(self) -> tuple[Sequence[tuple[int, str, str]], str]:
        """Where each name stands, with its text, and the day.

        The score stays whole and every screen's number in sight: all else gives way first.
        """
        full = f"{dates.short(self.today, self.today)} {self.today.year}"
        brief = full.split(" ", 1)[1].rsplit(" ", 1)[0]
        note = len(self.note) + 2 if self.note else 0
        for short, day in ((False, full), (False, brief), (True, full), (True, brief), (True, "")):
            tabs = list(self._tabs(short))
            names = sum(cell_len(text) for _, _, text in tabs)
            if names + note + (len(day) + 2 if day else 0) + BADGE <= self.size.width:
                break
        return tabs, day

    def _tabs(self, short: bool) -> Iterator[tuple[int, str, str]]:
        """Each name, or its number alone; where one is, the name stays."""
        at = 0
        for name, key, title in SCREENS:
            text = f" {key} " if short and name != self.here else f" {key} {title} "
            yield at, name, text
            at += cell_len(text)


def _style(is_here: bool, is_over: bool) -> str:
    return "here" if is_here else "over" if is_over else "tab"
