"""What became of one record: each revision of it, in words, as `history` makes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Deed = Literal["entered", "changed", "deleted", "unreadable"]


@dataclass(frozen=True, slots=True)
class Line:
    """A field, or a part of the record, before and after; None where there was nothing."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """What one use case did to the record and its parts."""

    revision_id: int
    at: datetime | None
    """When, aware; None where that cannot be read."""
    summary: str
    """What the use case did, as it said itself."""
    deed: Deed
    by: Literal["", "undo", "redo"]
    """Whether an undo or a redo did it."""
    is_as_written: bool
    """Whether the revision still is what its hash was made of."""
    hash: str
    """What is printed on papers of that moment; empty where it cannot be read."""
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class History:
    """A record's revisions, newest first."""

    title: str
    entries: Sequence[Entry]
    altered: tuple[str, ...]
    """What was changed outside Accord, a sentence each."""

    @property
    def is_whole(self) -> bool:
        """Whether every revision of it is as it was written."""
        return all(each.is_as_written for each in self.entries)
