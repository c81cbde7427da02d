"""A paper as its parts, and how they are written: as Markdown, or as plain text.

All that comes from the ledger is only text: no mark of it is taken for Markdown's own, or for a
command to a terminal.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import fill

WIDTH = 78  # characters of a line of plain text


@dataclass(frozen=True, slots=True)
class Heading:
    """A title; `level` 1 is the paper's own."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences; `strong` are those that one must not miss."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header; `right` are the columns of numbers."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines that stay as they are: an address, a sign-off; `right` puts them at the right."""

    lines: Sequence[str]
    right: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """Points, one below the other."""

    items: Sequence[str]


@dataclass(frozen=True, slots=True)
class Signatures:
    """Room for each of the named to sign, with place and date."""

    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Small:
    """A sentence that need not be read at once, like a footnote."""

    text: str


Part = Heading | Paragraph | Table | Lines | Bullets | Signatures | Small

SIGNATURE = "Signature"
PLACE_AND_DATE = "Place, date"


def markdown(parts: Iterable[Part]) -> str:
    """The paper as Markdown."""
    return "\n".join(f"{_markdown(each)}\n" for each in parts)


def text(parts: Iterable[Part]) -> str:
    """The paper as plain text, in lines of at most 78 characters but for tables and `Lines`."""
    return "\n".join(f"{_text(each)}\n" for each in parts)


def line(said: str) -> str:
    """One line, without control and format characters but for those that join letters."""
    spaced = re.sub(r"\s+", " ", said)
    return "".join(filter(_is_text, spaced)).strip()


def lines(part: Lines) -> list[str]:
    """The lines of a block, also where one was given with line breaks inside."""
    return [line(each) for given in part.lines for each in given.split("\n")]


def _markdown(part: Part) -> str:
    match part:
        case Heading(said, level):
            return f"{'#' * level} {_escaped(said)}"
        case Paragraph(said, strong):
            return f"**{_escaped(said)}**" if strong else _escaped(said)
        case Table(header, rows, right):
            marks = ["---:" if place in right else "---" for place in range(len(header))]
            body = [map(_escaped, header), marks, *(map(_escaped, row) for row in rows)]
            return "\n".join(f"| {' | '.join(each)} |" for each in body)
        case Lines():
            return _BREAK.join(map(_escaped, lines(part)))
        case Bullets(items):
            return "\n".join(f"- {_escaped(each)}" for each in items)
        case Signatures(names):
            return "\n\n".join(_BREAK.join((*_BLANKS, _escaped(each))) for each in names)
        case Small(said):
            return _escaped(said)


def _text(part: Part) -> str:
    match part:
        case Heading(said, level):
            title = line(said)
            return f"{title}\n{('=' if level == 1 else '-') * len(title)}"
        case Paragraph(said) | Small(said):
            return fill(line(said), WIDTH, break_long_words=False)
        case Table():
            return _columns(part)
        case Lines():
            kept = lines(part)
            margin = max(0, WIDTH - max(map(len, kept), default=0)) if part.right else 0
            return "\n".join(f"{' ' * margin}{each}".rstrip() for each in kept)
        case Bullets(items):
            return "\n".join(
                fill(
                    line(each),
                    WIDTH,
                    initial_indent="- ",
                    subsequent_indent="  ",
                    break_long_words=False,
                )
                for each in items
            )
        case Signatures(names):
            return "\n\n".join("\n".join((*_BLANKS, line(each))) for each in names)


_BREAK = "\\\n"  # a line break of Markdown
_BLANKS = [
    f"{f'{label}:':{len(PLACE_AND_DATE) + 1}} {'_' * 30}" for label in (SIGNATURE, PLACE_AND_DATE)
]


def _columns(table: Table) -> str:
    cells = [[line(cell) for cell in row] for row in (table.header, *table.rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place in table.right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )


_JOINERS = "\u200c\u200d"  # Persian, Indic scripts and emoji are misspelt without them


def _is_text(mark: str) -> bool:
    return mark in _JOINERS or unicodedata.category(mark) not in ("Cc", "Cf", "Cs")


def _escaped(said: str) -> str:
    marked = re.sub(r"([\\`*_{}\[\]<>#|~!]|&(?=#?\w+;))", r"\\\1", line(said))
    # What would begin a list, a rule or an underlined title.
    return re.sub(r"^(\d*)([-+=.)])(?=[-= ]|$)", r"\1\\\2", marked)
