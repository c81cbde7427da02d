"""The one list of the app: any number of rows, of which only the visible lines are ever drawn.

A screen hands over columns and rows (see `cells`); the list shows them and says what was chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.widgets.cells import GAP, Cell, Column, Lines, Part, Row, fit, plain, spread
from tui.widgets.parts import Parts

SAMPLE = 300  # rows whose width is measured exactly
MADE = 60  # rows that are made to see how wide such rows are
GUTTER = 2  # the cursor's bar and a space: a cursor that can be seen without colour


def _parts(cell: Cell) -> tuple[str, str]:
    """Gives the text of a cell, and the name of its style."""
    return (cell, "") if isinstance(cell, str) else cell


@dataclass
class _ListMessage(Message):
    """What a list has to say."""

    list: RecordList
    """The list that says it."""

    @property
    def control(self) -> RecordList:
        """The list, so that `@on` can select by it."""
        return self.list


class RecordList(ScrollView, Parts, can_focus=True, inherit_bindings=False):
    """A list of records with a cursor, drawn line by line.

    Give it rows with `set_rows`; listen to `Highlighted`, `Opened` and `Left`. It never scrolls
    sideways: columns are laid out anew for every width.
    """

    ALLOW_SELECT = False
    PREFIX = "record-list"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"record-list--{name}"
        for name in (
            *("cursor", "bar", "hover", "header", "heading", "empty"),
            *("title", "muted", "accent", "good", "late", "danger"),
        )
    }
    DEFAULT_CSS = """
    RecordList {
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        & > .record-list--hover { background: $foreground 4%; }
        & > .record-list--cursor { background: $foreground 8%; }
        & > .record-list--bar { color: $foreground 40%; }
        & > .record-list--header { color: $foreground 60%; }
        & > .record-list--heading { color: $foreground 70%; text-style: bold; }
        & > .record-list--empty { color: $foreground 60%; }
        & > .record-list--title { text-style: bold; }
        & > .record-list--muted { color: $foreground 70%; }
        & > .record-list--accent { color: $text-primary; }
        & > .record-list--good { color: $text-success; }
        & > .record-list--late { color: $text-warning; }
        & > .record-list--danger { color: $text-error; text-style: bold; }
        &:focus > .record-list--cursor { background: $primary 18%; }
        &:focus > .record-list--bar { color: $primary; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Row above", show=False, id="list.up"),
        Binding("down", "move(1)", "Row below", show=False, id="list.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="list.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="list.page-down"),
        Binding("home", "first", "First row", show=False, id="list.first"),
        Binding("end", "last", "Last row", show=False, id="list.last"),
        Binding("enter", "open", "Open", show=True, id="list.open"),
    ]

    @dataclass
    class Highlighted(_ListMessage):
        """The cursor is on another row, or its row has changed."""

        row: Row | None
        """The row under the cursor; None when there is none to choose."""

    @dataclass
    class Opened(_ListMessage):
        """A row was opened, with enter or a double click."""

        row: Row
        """The row to open."""

    @dataclass
    class Left(_ListMessage):
        """The cursor was pushed past an end: the focus may go to the next list."""

        direction: int
        """-1 past the first row, +1 past the last."""

    cursor: reactive[int] = reactive(-1, init=False, repaint=False)
    """Index of the chosen row; -1 when there is none to choose."""

    def __init__(
        self,
        columns: Iterable[Column],
        *,
        empty: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.columns = tuple(columns)
        self.empty = empty
        self.rows: Sequence[Row] = ()
        self._natural = [0] * len(self.columns)
        self._hover = -1
        self._spread: tuple[int, list[int]] = (-1, [])

    # What it shows

    @property
    def selected(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    def set_rows(self, rows: Sequence[Row], *, keep: bool = True) -> None:
        """Shows these rows; with `keep` the cursor stays on its key, or else on its index."""
        before, index = self.selected, self.cursor if keep else 0
        self.rows, self._hover, self._spread = rows, -1, (-1, [])
        if keep and before is not None:
            keys = rows.keys() if isinstance(rows, Lines) else (row.key for row in rows)
            index = next((i for i, key in enumerate(keys) if key == before.key), index)
        self._natural = [self._measure(place) for place in range(len(self.columns))]
        self.set_reactive(RecordList.cursor, self.validate_cursor(index))
        self.virtual_size = Size(0, len(rows) + self._top)
        self.refresh()
        self._reveal()
        if self.selected != before:
            self.post_message(self.Highlighted(self, self.selected))

    def _measure(self, place: int) -> int:
        """Gives how wide one column would like to be, over all rows that are made."""
        column, rows = self.columns[place], self.rows
        if isinstance(rows, Lines) and len(rows) > SAMPLE:
            # Where others are wider, the column is widened when they are shown.
            rows = rows[:: len(rows) // MADE + 1]
        return self._wish(column, place, rows)

    def _wish(self, column: Column, place: int, rows: Sequence[Row]) -> int:
        texts = [
            _parts(row.cells[place])[0]
            for row in rows
            if place < len(row.cells) and not row.heading and not (row.spans and place)
        ]
        # The longest by characters, and a sample by cells: to measure all would take seconds.
        texts = [max(texts, key=len, default=""), *texts[:: len(texts) // SAMPLE + 1]]
        widest = max(cell_len(plain(text)) for text in texts)
        if widest == 0:
            return 0  # a column with nothing in it takes no room
        return column.width or min(max(widest, cell_len(column.header)), column.max_width)

    @property
    def _top(self) -> int:
        """Lines above the rows: a header, if there is anything to head."""
        return int(bool(self.rows) and any(column.header for column in self.columns))

    def _empty_lines(self, width: int) -> list[str]:
        return wrap(plain(self.empty), max(1, width - GUTTER - 1)) or [""]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Gives the lines that an automatic height wants: one a row, and at least one."""
        return len(self.rows) + self._top if self.rows else len(self._empty_lines(width))

    # Where the cursor is

    def _seek(self, start: int, step: int) -> int | None:
        """Gives the first row that can be chosen from `start` on, going up (-1) or down (+1)."""
        stop = len(self.rows) if step > 0 else -1
        return next((i for i in range(start, stop, step) if not self.rows[i].heading), None)

    def validate_cursor(self, index: int) -> int:
        """Keeps the cursor on a row that can be chosen: this one, one below, or one above."""
        index = max(0, min(index, len(self.rows) - 1))
        found = self._seek(index, 1)
        if found is None and self.rows:
            found = self._seek(index, -1)
        return -1 if found is None else found

    def watch_cursor(self, before: int, after: int) -> None:
        """Draws the two rows anew and says where the cursor is."""
        for index in (before, after):
            self.refresh_line(index + self._top)
        self._reveal()
        self.post_message(self.Highlighted(self, self.selected))

    def _reveal(self) -> None:
        """Scrolls so that the cursor can be seen, with the headings right above it."""
        height = self.scrollable_content_region.height - self._top
        if self.cursor < 0 or height <= 0:
            return
        first = self.cursor
        while first > 0 and self.rows[first - 1].heading:
            first -= 1
        highest, lowest = self.cursor - height + 1, max(first, self.cursor - height + 1)
        target = min(max(self.scroll_offset.y, highest), lowest)
        if target != self.scroll_offset.y:
            self.scroll_to(y=target, animate=False)

    def _row_at(self, event: events.MouseEvent) -> int:
        """Gives the index of the record under the mouse, -1 for none."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y < self._top:
            return -1
        index = offset.y - self._top + self.scroll_offset.y
        return index if index < len(self.rows) and not self.rows[index].heading else -1

    # What a person does

    def action_move(self, step: int) -> None:
        """Goes one row up (-1) or down (+1), or out of the list."""
        found = self._seek(self.cursor + step, step)
        if found is None:
            self.post_message(self.Left(self, step))
        else:
            self.cursor = found

    def action_page(self, step: int) -> None:
        """Goes one page up (-1) or down (+1)."""
        if not self.rows:
            return
        page = max(1, self.scrollable_content_region.height - self._top - 1)
        target = max(0, min(self.cursor + step * page, len(self.rows) - 1))
        found = self._seek(target, step)
        self.cursor = target if found is None else found

    def action_first(self) -> None:
        """Goes to the first row."""
        self.cursor = 0

    def action_last(self) -> None:
        """Goes to the last row."""
        self.cursor = len(self.rows) - 1

    def action_open(self) -> None:
        """Opens the row under the cursor."""
        if self.selected is not None:
            self.post_message(self.Opened(self, self.selected))

    def on_click(self, event: events.Click) -> None:
        """Puts the cursor on the row; the second click on it opens it."""
        index = self._row_at(event)
        if index < 0:
            return
        # Rows may have moved between the clicks: only what was chosen by the first is opened.
        if event.chain == 2 and index == self.cursor:
            self.action_open()
        self.cursor = index

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Tints the row under the mouse."""
        self._set_hover(self._row_at(event))

    def on_leave(self) -> None:
        """Takes the tint away."""
        self._set_hover(-1)

    def _set_hover(self, index: int) -> None:
        before, self._hover = self._hover, index
        for row in {before, index} - {-1} if before != index else ():
            self.refresh_line(row + self._top)

    def on_resize(self) -> None:
        """Keeps the cursor in sight."""
        self._reveal()

    # How it is drawn

    def render_line(self, y: int) -> Strip:
        """Draws one visible line, every cell of it styled."""
        width = self.scrollable_content_region.width
        index = y - self._top + self.scroll_offset.y
        parts: list[Part] = []
        if not self.rows:
            lines = self._empty_lines(width)
            parts = [(" " * GUTTER + lines[y] if y < len(lines) else "", ("empty",))]
        elif y < self._top:
            cells = tuple(column.header for column in self.columns)
            parts = self._line(Row(None, cells, "header"), width, -1)
        elif index >= len(self.rows):
            pass  # below the last row
        elif self.rows[index].heading:
            text = _parts(next(iter(self.rows[index].cells), ""))[0]
            parts = [(" " + fit(plain(text), width - 2), ("heading",))]
        else:
            parts = self._line(self.rows[index], width, index)
        strip = Strip(Segment(text, self.part(*names)) for text, names in parts if text)
        ground = self.part(*parts[-1][1]) if parts else self.part()
        return strip.adjust_cell_length(width, ground)

    def _widen(self, row: Row) -> None:
        """Widens the columns for a row that was just made, and draws all anew if it is so."""
        wishes = [self._wish(column, place, [row]) for place, column in enumerate(self.columns)]
        natural = [max(pair) for pair in zip(self._natural, wishes, strict=True)]
        if natural != self._natural:
            self._natural, self._spread = natural, (-1, [])
            self.refresh()

    def _line(self, row: Row, width: int, index: int) -> list[Part]:
        """Gives the texts of one row with the names of their styles."""
        if index >= 0 and isinstance(self.rows, Lines):
            self._widen(row)
        if self._spread[0] != width:
            widths = spread(self.columns, self._natural, width - GUTTER - 1)
            self._spread = (width, widths)
        here = index >= 0 and index == self.cursor
        over = ("cursor",) if here else ("hover",) if index >= 0 and index == self._hover else ()
        base = (row.style,) if row.style else ()
        # A slim bar where the focus is elsewhere, so that focus too is seen without colour.
        bar = ("▌" if self.has_focus else "▏") if here else " "
        parts: list[Part] = [(bar, ("bar", *over)), (" ", over)]
        widths, shown = self._spread[1], (*row.cells, *[""] * len(self.columns))
        if row.spans:
            said = [_parts(cell) for cell in row.cells[1:] if _parts(cell)[0]]
            text, name = "  ".join(text for text, _ in said), next((n for _, n in said if n), "")
            rest = width - GUTTER - 1 - widths[0] - GAP
            widths, shown = [widths[0], rest], (row.cells[0], (text, name) if name else text)
        for column, cells, cell in zip(self.columns, widths, shown, strict=False):
            if cells:
                text, name = _parts(cell)
                style = (*base, name) if name else base
                parts.append((fit(plain(text), cells, column.justify), (*style, *over)))
                parts.append((" " * GAP, over))
        return parts
