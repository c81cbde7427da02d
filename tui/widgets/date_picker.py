"""A small month over a form: the arrow keys or the mouse choose one day of it."""

from __future__ import annotations

from calendar import Calendar
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from store.rules import dates

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY_WIDTH = 4
WIDTH = DAY_WIDTH * 7
FIRST_WEEK = 2  # the line of the first week, under the month's name and those of the days


def first_weekday(locale: str) -> int:
    """Gives the day that a week begins with where the locale is at home; 0 is Monday."""
    from babel import Locale

    return Locale.parse(locale).first_week_day


class DatePicker(Widget, can_focus=True):
    """One month in 28 by 8 cells, hidden until `show`; it closes when the focus leaves it."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"date-picker--{name}"
        for name in ("title", "turn", "weekday", "day", "dim", "outside", "today", "chosen")
    }
    DEFAULT_CSS = """
    DatePicker {
        overlay: screen;
        constrain: inside inflect;
        width: 32;
        height: 10;
        padding: 0 1;
        border: round $primary;
        border-subtitle-color: $foreground 60%;
        background: $surface;
        & > .date-picker--title { color: $foreground; text-style: bold; }
        & > .date-picker--turn { color: $text-primary; }
        & > .date-picker--weekday { color: $foreground 60%; }
        & > .date-picker--day { color: $foreground; }
        & > .date-picker--dim { color: $foreground 70%; }
        & > .date-picker--outside { color: $foreground 30%; }
        & > .date-picker--today { color: $text-primary; text-style: bold; }
        & > .date-picker--chosen {
            color: $button-color-foreground; background: $primary; text-style: bold;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Day before", show=False, id="date.left"),
        Binding("right", "step(1)", "Day after", show=False, id="date.right"),
        Binding("up", "step(-7)", "Week before", show=False, id="date.up"),
        Binding("down", "step(7)", "Week after", show=False, id="date.down"),
        Binding("pageup", "turn(-1)", "Month before", show=False, id="date.month_before"),
        Binding("pagedown", "turn(1)", "Month after", show=False, id="date.month_after"),
        Binding("t,home", "today", "Today", show=False, id="date.today"),
        Binding("enter,space", "take", "Take this day", show=False, id="date.take"),
        Binding("escape", "close", "Close", show=False, id="date.close"),
    ]

    @dataclass
    class Chosen(Message):
        """A day was taken, with enter or a click."""

        picker: DatePicker
        """The month that it was taken from."""
        day: date
        """The day."""

        @property
        def control(self) -> DatePicker:
            """The month, so that `@on` can select by it."""
            return self.picker

    @dataclass
    class Closed(Message):
        """No day was taken: the focus may go back to where it came from."""

        picker: DatePicker
        """The month that was left."""

        @property
        def control(self) -> DatePicker:
            """The month, so that `@on` can select by it."""
            return self.picker

    day: reactive[date] = reactive(date(2000, 1, 1), init=False)
    """The day under the cursor; its month is shown."""

    def __init__(self, today: date, *, first_weekday: int = 0, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self.today = today
        self.first_weekday = first_weekday
        """The day that a week begins with; 0 is Monday."""
        self.border_subtitle = "pgup/pgdn month · t today"
        self.set_reactive(DatePicker.day, today)
        self.hide()

    def show(self, day: date) -> None:
        """Opens on a day and takes the focus."""
        self.day = day
        self.display = True
        self.focus()

    def hide(self) -> None:
        """Puts the month away; the focus is the caller's matter."""
        self.display = False

    # What a person does

    def validate_day(self, day: date) -> date:
        """Keeps within the years that a typed date may have."""
        return max(date(dates.FIRST_YEAR, 1, 1), min(day, date(dates.LAST_YEAR, 12, 31)))

    def action_step(self, days: int) -> None:
        """Goes some days on or back."""
        self.day += timedelta(days=days)

    def action_turn(self, months: int) -> None:
        """Goes some months on or back."""
        self.day = dates.add_months(self.day, months)

    def action_today(self) -> None:
        """Goes to today."""
        self.day = self.today

    def action_take(self) -> None:
        """Takes the day under the cursor."""
        self.post_message(self.Chosen(self, self.day))

    def action_close(self) -> None:
        """Closes without taking a day."""
        self.post_message(self.Closed(self))

    def on_blur(self) -> None:
        """Closes when the focus goes elsewhere."""
        self.hide()

    def on_click(self, event: events.Click) -> None:
        """Turns the month, or takes the day under the mouse."""
        event.stop()
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y == 0:
            if offset.x < DAY_WIDTH or offset.x >= WIDTH - DAY_WIDTH:
                self.action_turn(-1 if offset.x < DAY_WIDTH else 1)
        elif offset.y >= FIRST_WEEK:
            with suppress(IndexError):
                self.day = self._weeks()[offset.y - FIRST_WEEK][offset.x // DAY_WIDTH]
                self.action_take()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Turns to the month before."""
        event.stop()
        self.action_turn(-1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Turns to the next month."""
        event.stop()
        self.action_turn(1)

    # How it is drawn

    def _weeks(self) -> list[list[date]]:
        return Calendar(self.first_weekday).monthdatescalendar(self.day.year, self.day.month)

    def render_line(self, y: int) -> Strip:
        """Draws one line of the month, every cell of it styled."""
        weeks = self._weeks()
        if y == 0:
            month = dates.full(self.day).partition(" ")[2]
            middle = self._segment(f"{month:^{WIDTH - 2 * DAY_WIDTH}}", "title")
            segments = [self._segment(" ‹  ", "turn"), middle, self._segment("  › ", "turn")]
        elif y < FIRST_WEEK:
            names = [WEEKDAYS[day.weekday()] for day in weeks[0]]
            segments = [self._segment("".join(f" {name} " for name in names), "weekday")]
        elif y - FIRST_WEEK < len(weeks):
            segments = [self._number(day) for day in weeks[y - FIRST_WEEK]]
        else:
            segments = []
        blank = self.get_visual_style("date-picker--day").rich_style
        return Strip(segments).adjust_cell_length(self.content_size.width, blank)

    def _number(self, day: date) -> Segment:
        # Brackets and a bar say without colour which day is today, and which is chosen.
        today, chosen = day == self.today, day == self.day
        left = "▌" if chosen else "[" if today else " "
        text = f"{left}{day.day:>2}{']' if today else ' '}"
        if chosen:
            return self._segment(text, "chosen")
        if day.month != self.day.month:
            return self._segment(text, "outside")
        return self._segment(text, "today" if today else "dim" if day.weekday() >= 5 else "day")

    def _segment(self, text: str, name: str) -> Segment:
        return Segment(text, self.get_visual_style(f"date-picker--{name}").rich_style)
