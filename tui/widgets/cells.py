"""What lists and lines are made of: columns, rows, and text that is safe and of exact width.

`plain` and `fit` make any text harmless and exactly as wide as asked; `spread` lays out a line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, overload

from rich.cells import cell_len, set_cell_size

Cell: TypeAlias = str | tuple[str, str]
"""A text, or a text and the name of its style (`danger` means `record-list--danger`)."""

Part: TypeAlias = tuple[str, tuple[str, ...]]  # a piece of a line, and the names of its styles

GAP = 2  # between two columns
FLEX_WISH = 24  # low columns give way until a flexible one has this much
LEAST = 4  # a flexible column keeps this until the others have to be cut


@dataclass(frozen=True, slots=True)
class Column:
    """How one column is laid out."""

    key: str
    width: int = 0
    """In cells; 0 is as wide as its content, up to `max_width`."""
    flex: bool = False
    """Takes the space that the others leave."""
    justify: Literal["left", "right"] = "left"
    low: bool = False
    """Left out first, from the right, when the line is too short."""
    header: str = ""
    max_width: int = 32


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a record, or a heading that the cursor passes over."""

    key: Hashable
    cells: tuple[Cell, ...] = ()
    style: str = ""
    heading: bool = False
    spans: bool = False
    """After its first cell the others run on as one text, whatever the columns."""


class Lines(Sequence[Row]):
    """Rows that are made when they are wanted: of a long record, few ever are shown.

    By what each is known is said before; rows `above` them are there already.
    """

    def __init__(
        self, keys: Sequence[Hashable], make: Callable[[int], Row], above: Sequence[Row] = ()
    ) -> None:
        """`make` gives the row of a key, by its place among them."""
        self._keys, self._make, self._above = keys, make, above
        self._made: dict[int, Row] = {}

    def __len__(self) -> int:
        return len(self._above) + len(self._keys)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        if place < len(self._above):
            return self._above[place]
        if place not in self._made:
            self._made[place] = self._make(place - len(self._above))
        return self._made[place]

    def keys(self) -> Iterator[Hashable]:
        """What the rows are known by."""
        yield from (row.key for row in self._above)
        yield from self._keys


def plain(text: str) -> str:
    """Gives the text as one harmless line: no control, format or invisible characters."""
    if text.isprintable() and "\ufe0f" not in text:
        return text
    return "".join(
        # A line break parts words; joiners, bidi marks and the emoji selector leave nothing
        # behind: terminals disagree about their width.
        " " if kind in ("Cc", "Zl", "Zp") else "" if kind[0] == "C" or mark == "\ufe0f" else mark
        for mark, kind in ((mark, unicodedata.category(mark)) for mark in text)
    )


def kept(before: str | None, typed: str | None) -> str | None:
    """Gives what was typed; what was there before, if that is only how it was shown."""
    return before if typed == (plain(before or "").strip() or None) else typed


def fit(text: str, width: int, justify: Literal["left", "right"] = "left") -> str:
    """Gives a plain text exactly `width` cells: padded, or cut with `…`."""
    if width <= 0:
        return ""
    if cell_len(text) > width:
        text = set_cell_size(text, width - 1).rstrip() + "…"
    space = " " * (width - cell_len(text))
    return space + text if justify == "right" else text + space


def spread(columns: Sequence[Column], natural: Sequence[int], room: int) -> list[int]:
    """Gives each column its width in `room` cells, gaps counted; 0 for one that is not shown.

    `natural` is how wide each would like to be. Low columns go first, then the flexible ones
    shrink, and then whatever is widest, words before numbers.
    """
    widths = [
        min(wish, FLEX_WISH) if column.flex else wish
        for column, wish in zip(columns, natural, strict=True)
    ]

    def over() -> int:
        shown = [width for width in widths if width]
        return sum(shown) + GAP * (len(shown) - 1) - room

    for index in reversed(range(len(columns))):
        if columns[index].low and over() > 0:
            widths[index] = 0
    flexible = [index for index, column in enumerate(columns) if column.flex and widths[index]]
    for place, index in enumerate(flexible):
        # Each takes its share of what is left, so the last one takes the remainder.
        widths[index] = max(LEAST, widths[index] - over() // (len(flexible) - place))
    while over() > 0 and max(widths, default=0) > 1:
        widest = max(
            range(len(columns)),
            key=lambda i: (columns[i].justify == "left" and widths[i] > 1, widths[i]),
        )
        widths[widest] -= 1
    return widths
