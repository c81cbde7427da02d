"""A field for one of some names, completed while it is typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Mapping, Sequence
from typing import ClassVar, TypeAlias

from textual import on
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from store.rules.errors import BadInput
from tui.widgets.cells import plain
from tui.widgets.fields import Field

Choice: TypeAlias = tuple[str, Hashable]
"""What a person reads and types, and what it stands for."""

MOST_OFFERED = 50  # options that the list under a field holds at once


def matching(text: str, labels: Sequence[str]) -> list[int]:
    """Gives the indices of the labels that a text may mean, the likeliest first.

    First those that begin with it, then those whose words begin with its words, then those that
    have it inside. Capitals and accents make no difference; nothing typed means all of them.
    """
    wanted = _folded(text)
    words = wanted.split()
    ranked: list[tuple[int, int]] = []
    for index, label in enumerate(map(_folded, labels)):
        starts = re.split(r"\W+", label)
        if label.startswith(wanted):
            ranked.append((0, index))
        elif all(any(start.startswith(word) for start in starts) for word in words):
            ranked.append((1, index))
        elif wanted in label:
            ranked.append((2, index))
    return [index for _, index in sorted(ranked)]


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in apart if unicodedata.category(letter) != "Mn")
    return " ".join(bare.split())


class _Offers(OptionList, can_focus=False):
    """What a text may be completed to; the keys stay with the input."""

    DEFAULT_CSS = """
    _Offers {
        overlay: screen;
        constrain: none inflect;
        width: 100%;
        height: auto;
        max-height: 9;
        padding: 0;
        border: round $primary;
        background: $surface;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        &:focus { border: round $primary; }
        & > .option-list--option { padding: 0; }
        & > .option-list--option-highlighted {
            color: $button-color-foreground; background: $primary; text-style: bold;
        }
    }
    """


class ChoiceField(Field):
    """One of some names, completed while it is typed; its value is what the name stands for.

    With `allow_new_text` any other text is its own value, and nothing is taken unasked.
    """

    has_opener = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Next", show=False, id="field.next"),
        Binding("up", "move(-1)", "Previous", show=False, id="field.previous"),
        Binding("tab", "take_and_leave", "Take it", show=False, id="field.take"),
        Binding("escape", "close", "Close", show=False, id="field.close"),
    ]

    def __init__(
        self,
        name: str,
        label: str,
        options: Sequence[Choice],
        *,
        allow_new_text: bool = False,
        hint: str = "",
        required: bool = False,
        value: str = "",
    ) -> None:
        super().__init__(name, label, hint=hint, required=required, value=value)
        self.allow_new_text = allow_new_text
        self.offers = _Offers(classes="popup", markup=False)
        self.also: Mapping[str, Hashable] = {}
        """Other words that are understood, but not offered."""
        self._offered: list[int] = []
        self._taken: int | None = None
        self.set_options(options)

    # What there is to choose from

    def set_options(self, options: Sequence[Choice]) -> None:
        """Gives it other names to choose from; what is typed stays."""
        self.options = [(plain(label), value) for label, value in options]
        self._labels = [label for label, _ in self.options]
        self._taken = None
        self.close()
        if isinstance(self.input, Input):
            self.input.suggester = SuggestFromList(self._labels, case_sensitive=False)

    def choose(self, value: Hashable) -> None:
        """Puts in the name of a value; it does not count as typed."""
        index = [each for _, each in self.options].index(value)
        self.fill(self._labels[index])
        self._taken = index

    def parse(self, text: str) -> Hashable:
        """Gives what the name stands for; raises BadInput that says what it could be."""
        if self._taken is not None and self._labels[self._taken].strip() == text:
            return self.options[self._taken][1]
        same = [
            index for index, label in enumerate(self._labels) if _folded(label) == _folded(text)
        ]
        if text and len(same) == 1:
            return self.options[same[0]][1]
        if text and not same and self.allow_new_text:
            return text
        could_be = same or matching(text, self._labels)
        understood = {
            value for word, value in self.also.items() if _folded(word).startswith(_folded(text))
        }
        if text and not could_be and len(understood) == 1:
            return understood.pop()
        names = ", ".join(self._labels[index] for index in could_be[:3])
        more = f" and {len(could_be) - 3} more" if len(could_be) > 3 else ""
        if len(same) > 1:
            message = f"There are {len(same)} called {text}: choose one with down and enter"
        elif not text:
            message = f"Choose one: {names}{more}" if names else f"{self.label} is needed"
        elif could_be:
            message = f"Which one is it: {names}{more}?"
        else:
            all_names = ", ".join(self._labels[:3])
            rest = f" and {len(self._labels) - 3} more" if len(self._labels) > 3 else ""
            known = f"there is {all_names}{rest}" if all_names else "there is none yet"
            message = f"There is no {text!r}; {known}"
        raise BadInput(message, field=self.key)

    # The list under it

    @property
    def is_open(self) -> bool:
        """Whether the list of names is shown."""
        return bool(self.offers.display and self._offered)

    def open(self, text: str) -> None:
        """Shows the names that a text may mean; without one, the list stays shut."""
        self._offered = matching(text, self._labels)[:MOST_OFFERED]
        if not self._offered:
            self.close()
            return
        self.offers.set_options(
            [Option(self._marked(self._labels[index], text)) for index in self._offered]
        )
        self.offers.highlighted = None if self.allow_new_text else 0
        self.pop_up(self.offers)

    def close(self) -> None:
        """Puts the list away."""
        self.offers.display = False
        self._offered = []

    def _marked(self, label: str, text: str) -> Content:
        start = label.casefold().find(text.casefold()) if text else -1
        content = Content(label)
        return content.stylize("underline", start, start + len(text)) if start >= 0 else content

    def typed(self) -> None:
        """Offers names while a person types; a whole name needs no more of them."""
        text = self.text.strip()
        self._taken = None
        found = matching(text, self._labels)
        whole = len(found) == 1 and _folded(self._labels[found[0]]) == _folded(text)
        if text and not whole:
            self.open(text)
        else:
            self.close()

    def left(self) -> None:
        """Puts the list away with the focus."""
        self.close()

    def take(self, row: int) -> None:
        """Takes a name from the list."""
        self._taken = self._offered[row]
        self.close()
        self.text = self._labels[self._taken]

    def action_move(self, rows: int) -> None:
        """Opens the list, or goes to another name in it."""
        if self.is_open:
            if rows > 0:
                self.offers.action_cursor_down()
            else:
                self.offers.action_cursor_up()
        elif rows > 0:
            text = self.text.strip()
            whole = any(_folded(label) == _folded(text) for label in self._labels)
            self.open("" if whole else text)
            if self.is_open:
                self.offers.highlighted = 0
        else:
            raise SkipAction

    def action_take_and_leave(self) -> None:
        """Takes the chosen name, and lets tab go on to the next field."""
        if self.is_open and self.offers.highlighted is not None:
            self.take(self.offers.highlighted)
        raise SkipAction

    def action_close(self) -> None:
        """Puts the list away, and keeps what is typed."""
        if not self.is_open:
            raise SkipAction
        self.close()

    @on(Input.Submitted)
    def _enter(self, message: Input.Submitted) -> None:
        if self.is_open:
            message.stop()
            if self.offers.highlighted is None:
                self.close()
            else:
                self.take(self.offers.highlighted)

    @on(OptionList.OptionSelected)
    def _click(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.take(message.option_index)
        self.input.focus()

    @on(OptionList.OptionHighlighted)
    def _quiet(self, message: OptionList.OptionHighlighted) -> None:
        message.stop()

    def open_or_close(self) -> None:
        """Opens the list, or puts it away."""
        self.input.focus()
        if self.is_open:
            self.close()
        else:
            self.action_move(1)
