"""A month that fills its space: every day with what happens on it, as far as there is room.

`DayEntry` is one thing on a day; `MonthGrid` shows the month in one widget, line by line.
"""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import ClassVar, TypeAlias

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from tui.widgets.cells import fit, plain
from tui.widgets.parts import Parts

Part: TypeAlias = tuple[str, str]
"""A text and the name of its style (`rule` means `month-grid--rule`)."""

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SHORTEST_NAME = 5  # with less than this of the name left, the amount gives way to it
AIRY = 10  # cells of a day from which on a blank one parts it from the next


@dataclass(frozen=True, slots=True)
class DayEntry:
    """One thing on a day: `● Northbank £50.00`."""

    glyph: str
    text: str
    amount: str
    style: str
    """The name of a style: title, muted, accent, good, late, danger, or nothing."""


def entry_parts(entry: DayEntry, width: int) -> list[Part]:
    """Gives an entry in `width` cells: its name is cut first, then its amount left out."""
    glyph, name, amount = plain(entry.glyph), plain(entry.text), plain(entry.amount)
    room = width - cell_len(glyph) - 1
    beside = room - cell_len(amount) - 1
    if not amount or beside < min(SHORTEST_NAME, cell_len(name)):
        return [(glyph + " ", entry.style), (fit(name, room), _words(entry))]
    return [
        (glyph + " ", entry.style),
        (fit(name, beside) + " ", _words(entry)),
        (amount, entry.style),
    ]


def entry_lines(entries: Sequence[DayEntry], width: int, room: int) -> list[list[Part]]:
    """Gives entries as lines: amounts below their names, if they do not fit beside and all fit."""
    lines: list[list[Part]] = []
    for entry in entries:
        parts = entry_parts(entry, width)
        lines.append(parts)
        if entry.amount and len(parts) == 2:
            indent = " " * (cell_len(plain(entry.glyph)) + 1)
            lines.append([(indent + fit(plain(entry.amount), width - len(indent)), entry.style)])
    return lines if len(lines) <= room else [entry_parts(each, width) for each in entries]


def _words(entry: DayEntry) -> str:
    """Gives the style of an entry's name: only what is played down plays down its name."""
    return "muted" if entry.style == "muted" else ""


def badge_parts(entries: Sequence[DayEntry], width: int) -> list[Part]:
    """Gives entries as glyphs and a count of those that find no room: `✗●● +2`."""
    for shown in range(len(entries), -1, -1):
        parts = [(plain(entry.glyph), entry.style) for entry in entries[:shown]]
        if shown < len(entries):
            parts.append((f"{' ' if shown else ''}+{len(entries) - shown}", "muted"))
        if sum(cell_len(text) for text, _ in parts) <= width:
            return parts
    return []


@dataclass
class _GridMessage(Message):
    """What a month has to say about a day."""

    grid: MonthGrid
    """The month that says it."""
    day: date
    """The day it is about."""

    @property
    def control(self) -> MonthGrid:
        """The month, so that `@on` can select by it."""
        return self.grid


class MonthGrid(Parts, can_focus=True):
    """One month, with a chosen day that the arrow keys and the mouse move.

    Give it a month with `set_month`; answer `MonthWanted` with another one and its chosen day.
    """

    ALLOW_SELECT = False
    PREFIX = "month-grid"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"month-grid--{name}"
        for name in (
            *("weekday", "day", "dim", "outside", "today", "rule", "chosen", "bar"),
            *("title", "muted", "accent", "good", "late", "danger"),
        )
    }
    DEFAULT_CSS = """
    MonthGrid {
        height: 1fr;
        & > .month-grid--weekday { color: $foreground 60%; }
        & > .month-grid--day { color: $foreground; }
        & > .month-grid--dim { color: $foreground 60%; }
        & > .month-grid--outside { color: $foreground 25%; }
        & > .month-grid--today { color: $text-primary; text-style: bold; }
        & > .month-grid--rule { color: $foreground 12%; }
        & > .month-grid--chosen { background: $foreground 8%; }
        & > .month-grid--bar { color: $foreground 40%; }
        & > .month-grid--title { text-style: bold; }
        & > .month-grid--muted { color: $foreground 70%; }
        & > .month-grid--accent { color: $text-primary; }
        & > .month-grid--good { color: $text-success; }
        & > .month-grid--late { color: $text-warning; }
        & > .month-grid--danger { color: $text-error; text-style: bold; }
        &:focus > .month-grid--chosen { background: $primary 18%; }
        &:focus > .month-grid--bar { color: $primary; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Day before", show=False, id="month.left"),
        Binding("right", "step(1)", "Day after", show=False, id="month.right"),
        Binding("up", "step(-7)", "Week before", show=False, id="month.up"),
        Binding("down", "step(7)", "Week after", show=False, id="month.down"),
        Binding("enter", "open", "Open day", show=True, id="month.open"),
    ]

    @dataclass
    class DayChosen(_GridMessage):
        """Another day of this month was chosen."""

    @dataclass
    class MonthWanted(_GridMessage):
        """A day outside this month was asked for: show its month, and choose it."""

    @dataclass
    class DayOpened(_GridMessage):
        """A day was opened, with enter or a double click."""

    chosen: reactive[date] = reactive(date.min, init=False)
    """The chosen day; until one is chosen, `set_month` takes today or the first."""

    def __init__(
        self,
        *,
        weekdays: Sequence[str] = WEEKDAYS,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.weekdays = tuple(weekdays)
        """The names over the columns, from Monday on, in the person's language."""
        self.first = self.today = date.min
        self._entries: Mapping[date, Sequence[DayEntry]] = {}
        self._dim: Collection[date] = ()
        self._weeks: list[list[date]] = []

    # What it shows

    def set_month(
        self,
        first_of_month: date,
        entries: Mapping[date, Sequence[DayEntry]],
        *,
        today: date,
        first_weekday: int = 0,
        dim: Collection[date] = (),
    ) -> None:
        """Shows a month; `first_weekday` 0 is Monday, `dim` days are as quiet as weekends."""
        self.first, self.today, self._entries, self._dim = first_of_month, today, entries, dim
        calendar = Calendar(first_weekday)
        self._weeks = calendar.monthdatescalendar(first_of_month.year, first_of_month.month)
        if self.chosen == date.min:
            self.chosen = today if self._inside(today) else first_of_month
        self.refresh()

    def _inside(self, day: date) -> bool:
        return (day.year, day.month) == (self.first.year, self.first.month)

    # What a person does

    def watch_chosen(self) -> None:
        """Says which day is chosen now."""
        self.post_message(self.DayChosen(self, self.chosen))

    def _go(self, day: date) -> None:
        if self._inside(day):
            self.chosen = day
        else:
            self.post_message(self.MonthWanted(self, day))

    def action_step(self, days: int) -> None:
        """Goes some days on or back."""
        # There is nowhere to go before a month is given, or where the calendar itself ends.
        with suppress(OverflowError):
            if self._weeks:
                self._go(self.chosen + timedelta(days=days))

    def action_open(self) -> None:
        """Opens the chosen day."""
        if self._weeks:
            self.post_message(self.DayOpened(self, self.chosen))

    def on_click(self, event: events.Click) -> None:
        """Chooses the day; the second click on it opens it."""
        offset = event.get_content_offset(self)
        if offset is None or (day := self._day_at(offset.x, offset.y)) is None:
            return
        # The first click may have changed the month: only the day that it chose is opened.
        if event.chain == 2 and day == self.chosen:
            self.action_open()
        else:
            self._go(day)

    def _day_at(self, x: int, y: int) -> date | None:
        """Gives the day that stands on a cell."""
        if (place := self._line_at(y)) is None:
            return None
        edges = self._edges()
        return place[0][max(column for column in range(7) if edges[column] <= x)]

    # How it is drawn

    def _edges(self) -> list[int]:
        """Gives where each column starts, and where the last one ends."""
        return [self.content_size.width * column // 7 for column in range(8)]

    def _line_at(self, y: int) -> tuple[list[date], int, int] | None:
        """Gives the week on a line, which of its lines it is, and how many it has."""
        lines, count = self.content_size.height - 1, len(self._weeks)
        for index, week in enumerate(self._weeks):
            start, end = 1 + lines * index // count, 1 + lines * (index + 1) // count
            if start <= y < end:
                return week, y - start, end - start
        return None

    def render_line(self, y: int) -> Strip:
        """Draws one line of the month, every cell of it styled."""
        edges, place = self._edges(), self._line_at(y)
        widths = [end - start for start, end in pairwise(edges)]
        segments: list[Segment] = []
        for column, width in enumerate(widths):
            if place is not None:
                week, line, height = place
                segments += self._cell(week[column], line, height, width)
            elif y == 0 and self._weeks:
                name = self.weekdays[self._weeks[0][column].weekday()]
                segments.append(self._segment(" " + fit(plain(name), width - 1), "weekday"))
        return Strip(segments).adjust_cell_length(edges[-1], self.part())

    def _cell(self, day: date, line: int, height: int, width: int) -> list[Segment]:
        """Draws one line of one day in exactly `width` cells."""
        gap = int(width >= AIRY)
        room = max(0, width - 1 - gap)
        entries = self._entries.get(day, ()) if self._inside(day) else ()
        over: tuple[str, ...] = ("chosen",) if day == self.chosen else ()
        if line == 0:
            parts = self._number(day, entries[height - 1 :], room)
        else:
            lines = entry_lines(entries, room, height - 1)
            parts = lines[line - 1] if line <= len(lines) else []
        # A slim bar where the focus is elsewhere, so that focus too is seen without colour.
        bar = ("▌" if self.has_focus else "▏") if over else " "
        if not parts:
            # Most lines of most days.
            return [self._segment(bar, "bar", *over), self._segment(" " * (room + gap), *over)]
        inner = Strip(self._segment(text, name, *over) for text, name in parts if text)
        return [
            self._segment(bar, "bar", *over),
            *inner.adjust_cell_length(room, self.part(*over)),
            self._segment(" " * gap, *over),
        ]

    def _number(self, day: date, rest: Sequence[DayEntry], room: int) -> list[Part]:
        """Gives a day's first line: its number, a thin line, and what finds no room below."""
        quiet = day in self._dim or day.weekday() >= 5
        style = "dim" if quiet else "day"
        number = str(day.day)
        if not self._inside(day):
            style = "outside"
        elif day == self.today:
            number, style = f"[{number}]", "today"
        badge = badge_parts(rest, room - len(number) - 1)
        space = room - len(number) - 1 - sum(cell_len(text) for text, _ in badge)
        rule = "─" * (space - 1) + " " if badge and space else "─" * space
        return [(number + " ", style), (rule, "rule"), *badge]

    def _segment(self, text: str, *names: str) -> Segment:
        return Segment(text, self.part(*names))
