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


Part = Heading | Paragraph | Table


def markdown(parts: Iterable[Part]) -> str:
    """The paper as Markdown."""
    return "\n".join(f"{_markdown(each)}\n" for each in parts)


def text(parts: Iterable[Part]) -> str:
    """The paper as plain text, in lines of at most 78 characters but for tables."""
    return "\n".join(f"{_text(each)}\n" for each in parts)


def _markdown(part: Part) -> str:
    if isinstance(part, Heading):
        return f"{'#' * part.level} {_escaped(part.text)}"
    if isinstance(part, Paragraph):
        said = _escaped(part.text)
        return f"**{said}**" if part.strong else said
    marks = ["---:" if place in part.right else "---" for place in range(len(part.header))]
    lines = [map(_escaped, part.header), marks, *(map(_escaped, row) for row in part.rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _text(part: Part) -> str:
    if isinstance(part, Heading):
        title = _harmless(part.text)
        return f"{title}\n{('=' if part.level == 1 else '-') * len(title)}"
    if isinstance(part, Paragraph):
        return fill(_harmless(part.text), WIDTH, break_long_words=False)
    lines = [[_harmless(cell) for cell in row] for row in (part.header, *part.rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place in part.right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _harmless(said: str) -> str:
    """One line, without control and format characters."""
    spaced = re.sub(r"\s+", " ", said)
    return "".join(mark for mark in spaced if unicodedata.category(mark)[0] != "C").strip()


def _escaped(said: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|~!])", r"\\\1", _harmless(said))
