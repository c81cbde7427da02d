"""A year as a heat map of kept promises: a line a month, a cell a day, the worst of it shown."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.strip import Strip

from store.rules import dates
from tui.widgets.month import DayEntry, MonthGrid

LEFT = 5  # cells for the month's name
RIGHT = 7  # and for how many promises of it were kept
HEAT = ("heat", "heat-more")
"""The styles of a day on which one promise was kept, and more than one."""


@dataclass(frozen=True, slots=True)
class YearDay:
    """What a day of the year shows: the glyph of its worst promise, and how many were kept."""

    glyph: str
    style: str
    kept: int
    rated: int


class YearGrid(MonthGrid):
    """Twelve months, with a chosen day that the arrow keys and the mouse move.

    Give it a year with `set_year`; answer `MonthWanted` with another one and its chosen day.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"month-grid--{name}" for name in HEAT}
    DEFAULT_CSS = """
    YearGrid {
        & > .month-grid--heat { background: $success 18%; }
        & > .month-grid--heat-more { background: $success 36%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "months(-1)", "Month before", show=False, id="year.up"),
        Binding("down", "months(1)", "Month after", show=False, id="year.down"),
    ]

    _days: Mapping[date, YearDay]

    def set_year(self, first: date, days: Mapping[date, YearDay], *, today: date) -> None:
        """Show the year that `first` is in."""
        self.first, self.today, self._days = first.replace(month=1, day=1), today, days
        self._weeks = [
            [date(first.year, month, day + 1) for day in range(monthrange(first.year, month)[1])]
            for month in range(1, 13)
        ]
        if self.chosen == date.min:
            self.chosen = today if self._inside(today) else self.first
        self.refresh()

    def set_month(
        self,
        first_of_month: date,
        entries: Mapping[date, Sequence[DayEntry]],
        *,
        today: date,
        first_weekday: int = 0,
        dim: Collection[date] = (),
    ) -> None:
        """A year has no single month to show."""
        raise NotImplementedError

    def _inside(self, day: date) -> bool:
        return day.year == self.first.year

    def action_months(self, step: int) -> None:
        """Go some months on or back, to the same day."""
        with suppress(OverflowError, ValueError):
            if self._weeks:
                self._go(dates.add_months(self.chosen, step))

    def _day_at(self, x: int, y: int) -> date | None:
        month, number = self._month_at(y), (x - LEFT) // self._cell_width
        if month is None or not 0 <= number < len(self._weeks[month]):
            return None
        return self._weeks[month][number]

    # --- how it is drawn ----------------------------------------------------------------------

    @property
    def _cell_width(self) -> int:
        return max(2, min(3, (self.content_size.width - LEFT - RIGHT) // 31))

    def _month_at(self, y: int) -> int | None:
        """Which month stands on a line, from 0; every second line is blank where there is room."""
        if not self._weeks or y < 1:
            return None
        apart = 2 if self.content_size.height >= 24 else 1
        month, rest = divmod(y - 1, apart)
        return month if month < 12 and not rest else None

    def render_line(self, y: int) -> Strip:
        """Draw one line of the year, every cell of it styled."""
        segments: list[Segment] = []
        month = self._month_at(y)
        if y == 0 and self._weeks:
            numbers = [
                f"{day:>{self._cell_width}}" if day == 1 or not day % 5 else " " * self._cell_width
                for day in range(1, 32)
            ]
            segments = [self._segment(" " * LEFT + "".join(numbers), "weekday")]
        elif month is not None:
            days = self._weeks[month]
            is_now = (days[0].year, days[0].month) == (self.today.year, self.today.month)
            segments.append(
                self._segment(f"{days[0]:%b}".ljust(LEFT), "today" if is_now else "dim")
            )
            for day in days:
                segments += self._day(day)
            segments.append(self._segment(self._rate(days), "muted"))
        width = self.content_size.width
        return Strip(segments).adjust_cell_length(width, self.part())

    def _day(self, day: date) -> list[Segment]:
        shown = self._days.get(day)
        over = ("chosen",) if day == self.chosen else ()
        bar = ("▌" if self.has_focus else "▏") if over else " "
        mark, names = "·", ["outside" if day.weekday() >= 5 else "dim"]
        if shown is not None:
            mark, names = shown.glyph, [shown.style]
            if shown.kept and shown.kept == shown.rated:
                names.append(HEAT[min(shown.kept, len(HEAT)) - 1])
        if day == self.today:
            names.append("today")
        gap = " " * (self._cell_width - 2)
        return [self._segment(gap + bar, "bar", *over), self._segment(mark, *names, *over)]

    def _rate(self, days: Sequence[date]) -> str:
        """How many of a month's promises were kept; blank where none could be."""
        shown = [self._days[day] for day in days if day in self._days]
        rated = sum(each.rated for each in shown)
        kept = sum(each.kept for each in shown)
        blank = " " * (31 - len(days)) * self._cell_width
        return f"{blank}  {kept}/{rated}" if rated else ""
