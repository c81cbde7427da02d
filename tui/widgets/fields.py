"""The fields of a form: a label, what a person types, how it is understood, a hint or an error.

`TextField`, `AmountField`, `DateField` and `NoteField` are all a `Field`, as is `ChoiceField`.
Each keeps what was typed as it is; `value` reads it, or raises BadInput with a sentence that helps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Button, Input, Static, TextArea
from textual.widgets.text_area import Selection

from store.rules import dates, money
from store.rules.errors import BadInput
from tui.widgets.cells import plain
from tui.widgets.date_picker import DatePicker, first_weekday

PART = " · "  # between what is told of a text; the later parts give way where there is no room


class Understood(Static):
    """How a text is read: as many parts of it as there is room for, the first at any rate."""

    def __init__(self) -> None:
        super().__init__(markup=False, classes="understood")
        self._whole = ""

    def say(self, text: str) -> None:
        """Shows a text, or nothing."""
        self._whole = text
        self.display = bool(text)
        self._fit()

    def on_resize(self) -> None:
        """Shows what there is room for now."""
        self._fit()

    def _fit(self) -> None:
        parts = self._whole.split(PART)
        while len(parts) > 1 and 0 < self.content_size.width < cell_len(PART.join(parts)):
            parts.pop()
        self.update(PART.join(parts))


class Field(Vertical):
    """One thing to type: its label above, a hint or the error under it.

    Subclasses say how a text is read (`parse`), and what is shown beside it (`understood`).
    """

    DEFAULT_CSS = """
    Field {
        height: auto;
        margin-bottom: 1;
        & > .label { padding: 0 1; color: $foreground 80%; }
        &.-focused > .label { color: $text-primary; text-style: bold; }
        & > .row { height: auto; }
        & > .under { padding: 0 1; min-height: 1; color: $foreground 60%; }
        & .understood {
            width: 1fr; height: 1; padding: 0 1; color: $foreground 80%;
            text-wrap: nowrap; text-overflow: ellipsis;
        }
        & .opener {
            width: 3; height: 1; text-align: center; color: $foreground 60%;
            background: $foreground 7%; pointer: pointer;
            &:hover { color: $text-primary; }
        }
        & Input, & TextArea {
            width: 1fr; padding: 0; background: $foreground 7%; color: $foreground;
            border: none; border-left: outer $foreground 20%;
            &:focus { border: none; border-left: outer $primary; }
        }
        & Input { height: 1; }
        & TextArea { height: 4; scrollbar-size-vertical: 1; }
        &.-narrow Input { width: 24; }
        &.-error > .under { color: $text-error; }
        &.-error Input, &.-error TextArea {
            border-left: outer $error;
            &:focus { border-left: outer $error; }
        }
        & > .popup { offset: 0 -1; margin-bottom: 1; }
        &.-dense { margin-bottom: 0; }
        &.-dense TextArea { height: 3; }
    }
    """

    @dataclass
    class Changed(Message):
        """What is typed in a field changed."""

        field: Field
        """The field."""

        @property
        def control(self) -> Field:
            """The field, so that `@on` can select by it."""
            return self.field

    error: reactive[str] = reactive("", init=False)
    """What is wrong with it; shown instead of the hint until the next edit."""
    hint: reactive[str] = reactive("", init=False)
    """What may be typed, in a few words."""
    from_the_top: ClassVar[bool] = False
    """Whether lines that are filled in are to be read first; else one writes on at their end."""

    def __init__(
        self, name: str, label: str, *, hint: str = "", required: bool = False, value: str = ""
    ) -> None:
        super().__init__(name=name)
        self.key = name
        """The name it goes by in its form's values and in the field of an error."""
        self.label, self.required = label, required
        self.initial = value
        """The text that is there without anybody's typing."""
        self.input = self.make_input()
        self._understood = Understood()
        self._under = Static(plain(hint), markup=False, classes="under")
        self.set_reactive(Field.hint, hint)
        self.text = value

    # For subclasses

    def make_input(self) -> Input | TextArea:
        """Gives the widget to type in."""
        return Input()

    def compose_popup(self) -> ComposeResult:
        """Gives what may open under the input, with the class `popup`."""
        yield from ()

    def compose_beside(self) -> ComposeResult:
        """Gives what stands at the right of the input."""
        yield from ()

    def parse(self, text: str) -> Any:
        """Gives what a text, bare of outer spaces, means; raises BadInput."""
        if not text:
            raise BadInput(f"{self.label} is needed", field=self.key)
        return text

    def understood(self) -> str:
        """Gives what to show beside the text: how it is read, as long as it can be."""
        return ""

    # What is typed, and what it means

    @property
    def text(self) -> str:
        """What is typed, as it is."""
        return self.input.value if isinstance(self.input, Input) else self.input.text

    @text.setter
    def text(self, text: str) -> None:
        if isinstance(self.input, TextArea):
            self.input.text = text
            if not self.from_the_top:
                self.input.selection = Selection.cursor(self.input.document.end)
        elif self.is_mounted:
            self.input.value = text
            self.input.cursor_position = len(text)
        else:
            self.input.set_reactive(Input.value, text)
        self._accept()

    @property
    def touched(self) -> bool:
        """Whether a person would lose something that was typed here."""
        return self.text != self.initial

    @property
    def lasting(self) -> str:
        """What is typed, in words that mean the same on another day."""
        return self.text

    def fill(self, text: str) -> None:
        """Puts in a text that does not count as typed."""
        self.initial = self.text = text

    def value(self) -> Any:
        """Gives what is typed as a value, None where nothing is; raises BadInput."""
        text = self.text.strip()
        return self.parse(text) if text or self.required else None

    # How it looks and behaves

    def compose(self) -> ComposeResult:
        """Lays it out; what pops up starts under the row, or flips over it where room is short."""
        yield Static(self.label, markup=False, classes="label")
        with Horizontal(classes="row"):
            yield self.input
            yield from self.compose_beside()
            yield self._understood
        yield self._under
        yield from self.compose_popup()

    def on_mount(self) -> None:
        """Shows how the first text is understood."""
        self.show_understood()

    def show_understood(self) -> None:
        """Says again how the text is understood, after what it depends on has changed."""
        self._understood.say(plain(self.understood()))

    def watch_error(self) -> None:
        """Shows the error, or the hint again."""
        self.set_class(bool(self.error), "-error")
        self._under.update(f"✗ {plain(self.error)}" if self.error else plain(self.hint))

    watch_hint = watch_error

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _read(self, message: Input.Changed | TextArea.Changed) -> None:
        message.stop()
        # What the program puts in was accepted when it did.
        if self.text != self._seen:
            self._accept()
            self.typed()

    def _accept(self) -> None:
        """Takes note of another text."""
        self._seen = self.text
        self.error = ""
        if self.is_mounted:
            self.show_understood()
            self.post_message(self.Changed(self))

    def typed(self) -> None:
        """Is called after each edit by a person."""

    def on_descendant_focus(self) -> None:
        """Marks the label."""
        self.add_class("-focused")

    def on_descendant_blur(self) -> None:
        """Says what is wrong when another field is gone to: not while typing, nor when leaving."""
        now = self.screen.focused
        self.set_class(now is not None and self in now.ancestors, "-focused")
        if now is None or isinstance(now, Button) or self in now.ancestors:
            return
        self.left()
        if self.text.strip():
            try:
                self.value()
            except BadInput as error:
                self.error = error.message

    def left(self) -> None:
        """Is called when the focus goes to another field."""

    def focus(self, scroll_visible: bool = True) -> Field:
        """Puts the focus where it is typed in."""
        self.input.focus(scroll_visible)
        return self


class TextField(Field):
    """One line of words; its value is the text, or None."""


class PassphraseField(Field):
    """A passphrase, typed unseen; its value is all of it, outer spaces too."""

    def make_input(self) -> Input:
        """Gives the line to type in."""
        return Input(password=True)

    def value(self) -> str:
        """Gives what is typed; raises BadInput for nothing."""
        if not self.text:
            raise BadInput(f"{self.label} is needed", field=self.key)
        return self.text


class NoteField(Field):
    """Some lines of words: enter makes a new one, tab leaves it; its value is the text, or None."""

    def make_input(self) -> TextArea:
        """Gives the lines to write in."""
        return TextArea(highlight_cursor_line=False)


class AmountField(Field):
    """An amount of money; its value is in minor units, or None."""

    def __init__(
        self,
        name: str,
        label: str,
        currency: str,
        locale: str,
        *,
        lowest: int = 1,
        hint: str = "",
        required: bool = False,
        value: str = "",
    ) -> None:
        super().__init__(name, label, hint=hint, required=required, value=value)
        self.add_class("-narrow")
        self._currency, self.locale, self.lowest = currency, locale, lowest

    @property
    def currency(self) -> str:
        """The ISO 4217 code that a bare number is in."""
        return self._currency

    @currency.setter
    def currency(self, currency: str) -> None:
        self._currency = currency
        self.error = ""
        self.show_understood()

    def parse(self, text: str) -> int:
        """Gives the minor units."""
        return money.parse(text, self.currency, self.locale, lowest=self.lowest, field=self.key)

    def understood(self) -> str:
        """Gives the amount as the locale writes it; the currency alone before one is typed."""
        text = self.text.strip()
        if not text:
            return self.currency
        try:
            return f"= {money.format(self.parse(text), self.currency, self.locale)}"
        except BadInput:
            return ""


class DateField(Field):
    """A day, in words or numbers, or from the small month that `down` opens; or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "open", "Calendar", show=False, id="field.calendar"),
    ]

    def __init__(
        self,
        name: str,
        label: str,
        today: date,
        locale: str,
        *,
        past: bool = False,
        ahead: bool = False,
        hint: str = "today, fri, 27 Nov, +3d · down for a calendar",
        required: bool = False,
        value: str = "",
    ) -> None:
        super().__init__(name, label, hint=hint, required=required, value=value)
        self.add_class("-narrow")
        self.today, self.locale, self.past, self.ahead = today, locale, past, ahead
        self.picker = DatePicker(today)
        self.picker.add_class("popup")

    def compose_popup(self) -> ComposeResult:
        """Gives the small month."""
        yield self.picker

    def compose_beside(self) -> ComposeResult:
        """Gives what a click opens the month with."""
        yield Static("▾", classes="opener")

    def parse(self, text: str) -> date:
        """Gives the day, as seen from today."""
        return dates.parse(
            text, self.today, self.locale, past=self.past, ahead=self.ahead, field=self.key
        )

    @property
    def lasting(self) -> str:
        """The day itself, where `yesterday` would be another one tomorrow."""
        try:
            return self.parse(self.text.strip()).isoformat()
        except BadInput:
            return self.text

    def understood(self) -> str:
        """Gives the day as people say it, and how far off it is."""
        try:
            day = self.parse(self.text.strip())
        except BadInput:
            return ""
        return f"{dates.short(day, self.today)}{PART}{dates.relative(day, self.today)}"

    def action_open(self) -> None:
        """Opens the small month on the day that is typed, else on today."""
        try:
            day = self.parse(self.text.strip())
        except BadInput:
            day = self.today
        chosen = getattr(self.app, "first_weekday", None)
        self.picker.first_weekday = first_weekday(self.locale) if chosen is None else chosen
        self.picker.show(day)

    @on(events.Click, ".opener")
    def _open(self, event: events.Click) -> None:
        event.stop()
        if self.picker.display:
            self.input.focus()
        else:
            self.action_open()

    @on(DatePicker.Chosen)
    def _take(self, message: DatePicker.Chosen) -> None:
        message.stop()
        self.text = message.day.isoformat()
        self.input.focus()

    @on(DatePicker.Closed)
    def _close(self, message: DatePicker.Closed) -> None:
        message.stop()
        self.input.focus()
