"""How a paper leaves the program: as text, Markdown or PDF, with the mark of the ledger on it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import PurePath

from store.ledger.documents import File
from store.papers import paper
from store.papers.paper import Part
from store.rules.errors import BadInput

FORMATS = ("text", "markdown", "pdf")

ENDINGS = {"text": "txt", "markdown": "md", "pdf": "pdf", "eml": "eml"}


def format_of(name: str) -> str:
    """The format that the ending of a file's name asks for; text where it has none.

    Raises `BadInput` for an ending that nothing is written in.
    """
    ending = PurePath(name).suffix.casefold().removeprefix(".")
    if not ending:
        return "text"
    found = next((each for each, known in ENDINGS.items() if known == ending), None)
    if found is None:
        known = ", ".join(f".{each}" for each in ENDINGS.values())
        raise BadInput(f"It cannot be written as .{ending}; take {known}.", field="path")
    return found


def mark(newest: tuple[datetime, str] | None) -> str:
    """The newest entry of the ledger in words: a copy in other hands dates the record by it."""
    if newest is None:
        return ""
    at, hash_ = newest
    return (
        f"Made from a ledger whose newest entry is of {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC; "
        f"its hash is {hash_}."
    )


def content(parts: Iterable[Part], format: str, title: str, author: str, on: date) -> bytes:
    """A paper in one of `FORMATS`."""
    if format == "pdf":
        from store.papers.pdf import pdf

        return pdf(parts, title=title, author=author, on=on)
    return (paper.markdown(parts) if format == "markdown" else paper.text(parts)).encode()


def record(parts: Sequence[Part], format: str, title: str, author: str, on: date) -> bytes:
    """A record in one of `FORMATS`: other than a letter, it is made whatever is written in it."""
    if format != "pdf":
        return content(parts, format, title, author, on)
    from store.papers.pdf import whatever

    as_written = "as text or Markdown, the record has it as it is written."
    return whatever(parts, as_written, title=title, author=author, on=on)[0]


def file(parts: Iterable[Part], format: str, stem: str, title: str, author: str, on: date) -> File:
    """A paper as a file that is called `stem` with the ending of its format."""
    return File(f"{stem}.{ENDINGS[format]}", content(parts, format, title, author, on))
