"""The chart of the score: a line, its margin as a band, and marks for what happened.

`plot` works out every cell, without colour; `ScoreChart` draws them. The line is braille dots, two
by four in a cell; the band is told from the ground by a dot of its own, so that it reads without
colour too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip

from store.ledger.score_views import Event
from store.rules.credibility import Confidence, Score
from tui.widgets.parts import Parts

GLYPHS = {Event.MISS: "◌", Event.RENEGOTIATION: "↻", Event.AGREEMENT: "◆"}
"""In order of what is shown where several fall on one cell."""

LEGEND = "◌ missed  ↻ renegotiated  ◆ agreed"

AXIS = 4  # cells for the numbers at the left, a space included
BELOW = 2  # lines under the chart: what happened, and when
BAND = "·"
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of each dot of a braille cell, by row and column."""

Cell = tuple[str, str]  # a character, and the name of its style


@dataclass(frozen=True, slots=True)
class Plot:
    """Every line of the chart, as wide as asked: cells with the names of their styles."""

    lines: Sequence[Sequence[Cell]]


def plot(
    points: Sequence[tuple[date, Score]],
    events: Sequence[tuple[date, Event]],
    width: int,
    height: int,
    chosen: date | None = None,
) -> Plot:
    """Lay out evenly spaced points in `width` × `height` cells; `chosen` is a day to mark."""
    across, up = width - AXIS, height - BELOW
    if len(points) < 2 or across < 8 or up < 3:
        return Plot([])
    low, high = _range(points)
    cells = _band_and_line(points, across, up, low, high)
    if chosen is not None and (column := _column(chosen, points, across)) is not None:
        for line in cells:
            if line[column][1] in ("band", "ground"):
                line[column] = ("│", f"chosen-{line[column][1]}")
    ticks = _ticks(low, high, up)
    lines = [
        [*((mark, "axis") for mark in f"{ticks.get(row, ''):>{AXIS - 1}} "), *line]
        for row, line in enumerate(cells)
    ]
    margin = [(" ", "axis")] * AXIS
    lines.append([*margin, *_marks(points, events, across)])
    lines.append([*margin, *((mark, "axis") for mark in _days(points, across))])
    return Plot(lines)


def _range(points: Sequence[tuple[date, Score]]) -> tuple[int, int]:
    """The tens of points between which the whole band lies, at least twenty apart."""
    lowest = max(0.0, min(each.score - each.margin for _, each in points))
    highest = min(100.0, max(each.score + each.margin for _, each in points))
    low, high = int(lowest // 10) * 10, -int(-highest // 10) * 10
    if high - low < 20:
        low = max(0, high - 20)
    return low, max(high, low + 20)


def _band_and_line(
    points: Sequence[tuple[date, Score]], across: int, up: int, low: int, high: int
) -> list[list[Cell]]:
    last = 4 * up - 1

    def dot(value: float) -> int:
        return round((high - max(low, min(high, value))) / (high - low) * last)

    bits = [[0] * across for _ in range(up)]
    thin = [False] * across
    band = [(last, 0)] * across
    before: int | None = None
    for place in range(2 * across):
        at = place / (2 * across - 1) * (len(points) - 1)
        left = int(at)
        right, part = min(left + 1, len(points) - 1), at - left
        one, other = points[left][1], points[right][1]
        value = one.score + (other.score - one.score) * part
        margin = one.margin + (other.margin - one.margin) * part
        column, here = place // 2, dot(value)
        thin[column] |= one.confidence is Confidence.TOO_LITTLE
        top, bottom = band[column]
        band[column] = (min(top, dot(value + margin)), max(bottom, dot(value - margin)))
        # A step is drawn as a line down or up, so that nothing looks torn.
        reach = here if before is None else before
        for row in range(min(here, reach), max(here, reach) + 1):
            bits[row // 4][column] |= DOTS[row % 4][place % 2]
        before = here
    found: list[list[Cell]] = []
    for row in range(up):
        line: list[Cell] = []
        for column in range(across):
            top, bottom = band[column]
            if mask := bits[row][column]:
                line.append((chr(0x2800 + mask), "thin" if thin[column] else "line"))
            elif top // 4 <= row <= bottom // 4:
                line.append((BAND, "band"))
            else:
                line.append((" ", "ground"))
        found.append(line)
    return found


def _ticks(low: int, high: int, up: int) -> Mapping[int, str]:
    """The numbers beside some lines, as many as have room."""
    step = next(
        (each for each in (5, 10, 20, 25) if (high - low) / each * 1.5 <= up - 1), high - low
    )
    first = -(-low // step) * step
    return {
        round((high - value) / (high - low) * (up - 1)): str(value)
        for value in range(first, high + 1, step)
    }


def _column(day: date, points: Sequence[tuple[date, Score]], across: int) -> int | None:
    first, last = points[0][0], points[-1][0]
    if not first <= day <= last:
        return None
    return round((day - first).days / (last - first).days * (across - 1))


def _marks(
    points: Sequence[tuple[date, Score]], events: Sequence[tuple[date, Event]], across: int
) -> list[Cell]:
    found: dict[int, Event] = {}
    order = list(GLYPHS)
    for day, event in events:
        column = _column(day, points, across)
        if column is not None:
            shown = found.get(column)
            if shown is None or order.index(event) < order.index(shown):
                found[column] = event
    return [
        (GLYPHS[found[column]], found[column].value) if column in found else (" ", "ground")
        for column in range(across)
    ]


def _days(points: Sequence[tuple[date, Score]], across: int) -> str:
    """The months, or the years where there are many, under the days with which they begin."""
    first, last = points[0][0], points[-1][0]
    months = [
        date(number // 12, number % 12 + 1, 1)
        for number in range(first.year * 12 + first.month, last.year * 12 + last.month)
    ]
    text = [" "] * across
    taken = 0
    is_long = len(months) > 30
    for month in months:
        if is_long and month.month != 1:
            continue
        name = f"{month.year}" if is_long or month.month == 1 else f"{month:%b}"
        column = _column(month, points, across)
        if column is not None and column >= taken and column + len(name) <= across:
            text[column : column + len(name)] = name
            taken = column + len(name) + 1
    return "".join(text) if "".join(text).strip() else f"{first.day} {first:%b}".ljust(across)


class ScoreChart(Parts, can_focus=False):
    """The score over time."""

    ALLOW_SELECT = False
    PREFIX = "score-chart"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"score-chart--{name}"
        for name in (
            *("axis", "ground", "line", "thin", "band", "chosen-band", "chosen-ground"),
            *(each.value for each in Event),
        )
    }
    DEFAULT_CSS = """
    ScoreChart {
        height: 1fr;
        & > .score-chart--axis { color: $foreground 60%; }
        & > .score-chart--line { color: $text-primary; background: $primary 14%; text-style: bold; }
        & > .score-chart--thin { color: $foreground 50%; background: $primary 14%; }
        & > .score-chart--band { color: $foreground 25%; background: $primary 14%; }
        & > .score-chart--chosen-band { color: $foreground 60%; background: $primary 14%; }
        & > .score-chart--chosen-ground { color: $foreground 60%; }
        & > .score-chart--miss { color: $text-warning; }
        & > .score-chart--renegotiation { color: $foreground 80%; }
        & > .score-chart--agreement { color: $text-success; }
    }
    """

    def __init__(self, id: str | None = None) -> None:
        """Nothing is drawn before `show`."""
        super().__init__(id=id)
        self._points: Sequence[tuple[date, Score]] = ()
        self._events: Sequence[tuple[date, Event]] = ()
        self._chosen: date | None = None
        self._plot: Plot | None = None

    def show(
        self, points: Sequence[tuple[date, Score]], events: Sequence[tuple[date, Event]]
    ) -> None:
        """Draw these."""
        self._points, self._events, self._plot = points, events, None
        self.refresh()

    def mark(self, day: date | None) -> None:
        """Mark a day, or none."""
        if day != self._chosen:
            self._chosen, self._plot = day, None
            self.refresh()

    def on_resize(self) -> None:
        """Lay it out anew."""
        self._plot = None

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        width, height = self.size
        if self._plot is None:
            self._plot = plot(self._points, self._events, width, height, self._chosen)
        ground = self.part("ground")
        lines = self._plot.lines
        if not lines:
            said = "The line begins with the second day of a promise." if not y else ""
            return Strip([Segment(said[:width], self.part("axis"))]).adjust_cell_length(
                width, ground
            )
        if y >= len(lines):
            return Strip.blank(width, ground)
        parts: list[tuple[str, list[str]]] = []
        for mark, name in lines[y]:
            if parts and parts[-1][0] == name:
                parts[-1][1].append(mark)
            else:
                parts.append((name, [mark]))
        strip = Strip(Segment("".join(marks), self.part(name)) for name, marks in parts)
        return strip.adjust_cell_length(width, ground)
