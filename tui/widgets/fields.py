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
from textual.content import Content
from textual.css.scalar import Unit
from textual.css.styles import RenderStyles
from textual.dom import DOMNode
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Button, Input, TextArea
from textual.widgets.text_area import Selection

from store.rules import dates, money
from store.rules.errors import BadInput
from tui.widgets.cells import fit, plain
from tui.widgets.date_picker import DatePicker, first_weekday

PART = " · "  # between what is told of a text; the later parts give way where there is no room


OPENER, OPENER_WIDTH = "▾", 3
"""What a click opens a list or a month with, at the right of an input."""


class LineInput(Input):
    """An input whose parts get their styles when they are drawn: most show one of four."""

    _inherit_component_classes = False

    def get_component_styles(self, *names: str) -> RenderStyles:
        """The styles of some parts."""
        for name in names:
            if name not in self._component_styles and name in self.COMPONENT_CLASSES:
                part = DOMNode(classes=name)
                part._attach(self)
                self.app.stylesheet.apply(part)
                self._component_styles[name] = part.styles
        return super().get_component_styles(*names)

    def notify_style_update(self) -> None:
        """Have them worked out anew."""
        self._component_styles.clear()
        super().notify_style_update()


class Field(Widget):
    """One thing to type: its label above, a hint or the error under it.

    All but the input is drawn by the field itself: a form has many, and each widget costs time.
    Subclasses say how a text is read (`parse`), and what is shown beside it (`understood`).
    """

    ALLOW_SELECT = False

    DEFAULT_CSS = """
    Field {
        width: 1fr;
        height: auto;
        overflow: hidden hidden;
        margin-bottom: 1;
        text-wrap: nowrap;
        & Input, & TextArea {
            width: 1fr; padding: 0; margin-top: 1;
            background: $foreground 7%; color: $foreground;
            border: none; border-left: outer $foreground 20%;
            &:focus { border: none; border-left: outer $primary; }
        }
        & Input { height: 1; }
        & TextArea { height: 4; scrollbar-size-vertical: 1; }
        &.-opens Input { margin: 1 3 0 0; }
        &.-narrow Input { width: 24; }
        &.-error Input, &.-error TextArea {
            border-left: outer $error;
            &:focus { border-left: outer $error; }
        }
        & > .popup { margin-bottom: 1; }
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
    has_opener: ClassVar[bool] = False
    """Whether something can be opened under the input."""
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
        self.set_class(self.has_opener, "-opens", update=False)
        self._understood = ""
        self._is_focused = self._is_over = False
        self.set_reactive(Field.hint, hint)
        self.text = value

    # For subclasses

    def make_input(self) -> Input | TextArea:
        """Gives the widget to type in."""
        return LineInput()

    def open_or_close(self) -> None:
        """Opens what a field with an opener has under it, or puts it away."""

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

    # What it is made of

    def compose(self) -> ComposeResult:
        """The input; what opens under it is added when it is first wanted."""
        yield self.input

    def on_mount(self) -> None:
        """Shows how the first text is understood."""
        self.show_understood()

    def show_understood(self) -> None:
        """Says again how the text is understood, after what it depends on has changed."""
        if (said := plain(self.understood())) != self._understood:
            self._understood = said
            self._make_room()
            self.refresh()

    def on_resize(self) -> None:
        """Shares the room anew between the input and what is said beside it."""
        self._make_room()

    def _make_room(self) -> None:
        """Leaves half of the room to what is said beside an input that would take all of it."""
        width = self.input.styles.width
        if width is not None and width.unit is Unit.FRACTION:
            opener = self.opener.width
            room = self.content_size.width - opener
            margin = self.input.styles.margin
            right = opener + (room - room // 2 if self._understood else 0)
            self.input.styles.margin = (margin.top, right, margin.bottom, margin.left)

    def pop_up(self, popup: Widget) -> None:
        """Shows what opens under the input, or over it where room is short."""
        if not popup.is_attached:
            self.mount(popup)
        popup.display = True

    def watch_error(self) -> None:
        """Shows the error, or the hint again."""
        self.set_class(bool(self.error), "-error")
        self.refresh(layout=True)

    watch_hint = watch_error

    # How it is drawn

    @property
    def beside(self) -> str:
        """How the text is read: as many parts as there is room for, the first at any rate."""
        parts = self._understood.split(PART)
        while len(parts) > 1 and 0 < self._room_beside < cell_len(PART.join(parts)):
            parts.pop()
        return PART.join(parts)

    @property
    def below(self) -> str:
        """The error, else the hint."""
        return f"✗ {plain(self.error)}" if self.error else plain(self.hint)

    @property
    def opener(self) -> Region:
        """Where the opener is in the field; nowhere in one that has none."""
        row = self.input.region
        width = OPENER_WIDTH if self.has_opener else 0
        return Region(row.right - self.region.x, row.y - self.region.y, width, 1)

    @property
    def _room_beside(self) -> int:
        return self.content_size.width - self.opener.right - 2

    def _below_in(self, width: int) -> list[Content]:
        """The error or the hint in lines of a width."""
        return Content(self.below).wrap(max(1, width - 2)) or [Content("")]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Gives the height of the input, with the label above it and what stands below."""
        above = super().get_content_height(container, viewport, width)
        return above + len(self._below_in(width))

    def render(self) -> Content:
        """The label, what stands beside the input, and what stands below it."""
        label = "bold $text-primary" if self._is_focused else "$foreground 80%"
        beside = [(" " * self.opener.x, "")]
        if self.has_opener:
            mark, ground = (
                "$text-primary" if self._is_over else "$foreground 60%",
                "on $foreground 7%",
            )
            beside += [(" ", ground), (OPENER, f"{mark} {ground}"), (" ", ground)]
        if said := self.beside:
            beside += [(" ", ""), (fit(said, self._room_beside).rstrip(), "$foreground 80%")]
        below = self._below_in(self.content_size.width)
        style = "$text-error" if self.error else "$foreground 60%"
        return Content("\n").join(
            [
                Content.assemble(" ", (self.label, label)),
                Content.assemble(*beside),
                *[Content("")] * (self.content_size.height - 2 - len(below)),
                *(Content.assemble(" ", (line.plain, style)) for line in below),
            ]
        )

    def _is_opener(self, event: events.MouseEvent) -> bool:
        return self.opener.contains(
            int(event.screen_x) - self.region.x, int(event.screen_y) - self.region.y
        )

    def on_click(self, event: events.Click) -> None:
        """Opens what is under the input, or puts it away."""
        if self._is_opener(event):
            event.stop()
            self.open_or_close()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Marks the opener under the mouse."""
        self._mark(self._is_opener(event))

    def on_leave(self) -> None:
        """Marks nothing."""
        self._mark(False)

    def _mark(self, is_over: bool) -> None:
        if is_over != self._is_over:
            self._is_over = is_over
            self.styles.pointer = "pointer" if is_over else "default"
            self.refresh()

    # How it behaves

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
        self._mark_label(True)

    def on_descendant_blur(self) -> None:
        """Says what is wrong when another field is gone to: not while typing, nor when leaving."""
        now = self.screen.focused
        self._mark_label(now is not None and self in now.ancestors)
        if now is None or isinstance(now, Button) or self in now.ancestors:
            return
        self.left()
        if self.text.strip():
            try:
                self.value()
            except BadInput as error:
                self.error = error.message

    def _mark_label(self, is_focused: bool) -> None:
        if is_focused != self._is_focused:
            self._is_focused = is_focused
            self.refresh()

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
        self.add_class("-narrow", update=False)
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

    has_opener = True
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
        self.add_class("-narrow", update=False)
        self.today, self.locale, self.past, self.ahead = today, locale, past, ahead
        self.picker = DatePicker(today, classes="popup")

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
        self.pop_up(self.picker)
        self.picker.show(day)

    def open_or_close(self) -> None:
        """Opens the small month, or puts it away."""
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
