"""A line to type words in: the list above it keeps only the rows that have them all."""

import unicodedata
from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from tui.widgets.cells import Row


class FilterLine(Input):
    """Hidden until `open`; `enter` goes back to the list, `esc` shows everything again."""

    DEFAULT_CSS = """
    FilterLine {
        display: none; height: 1; padding: 0 1; border: none; margin: 0 1;
        background: $foreground 7%;
        &:focus { border: none; background: $primary 18%; }
        &.-open { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear", "All again", show=False, id="filter.clear"),
        Binding("enter,down", "leave", "To the list", show=False, id="filter.leave"),
    ]

    class Wanted(Message):
        """Other words are to be looked for."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    class Done(Message):
        """The focus may go back to the list."""

    def __init__(self, placeholder: str = "Words to look for", id: str | None = None) -> None:
        super().__init__(placeholder=placeholder, id=id)

    def open(self) -> None:
        """Show it and type in it."""
        self.add_class("-open")
        self.focus()

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self.post_message(self.Wanted(self.value))

    def action_leave(self) -> None:
        """Go to the list; what is typed goes on filtering it."""
        self.set_class(bool(self.value.strip()), "-open")
        self.post_message(self.Done())

    def action_clear(self) -> None:
        """Show everything again."""
        self.value = ""
        self.action_leave()


def matching(rows: Sequence[Row], words: str) -> Sequence[Row]:
    """The rows that have every word in some cell; capitals and accents make no difference.

    A heading stays while a row under it does.
    """
    wanted = _folded(words).split()
    if not wanted:
        return rows
    kept: list[Row] = []
    heading: Row | None = None
    for row in rows:
        if row.heading:
            heading = row
            continue
        text = _folded(" ".join(each if isinstance(each, str) else each[0] for each in row.cells))
        if all(word in text for word in wanted):
            if heading is not None:
                kept.append(heading)
                heading = None
            kept.append(row)
    return kept


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(mark for mark in apart if mark < "\x80" or unicodedata.category(mark) != "Mn")
