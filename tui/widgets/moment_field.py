"""A field for a day and a time: `now`, `yesterday 15:30`, `3 Nov 9:15`."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from store.rules import dates
from store.rules.errors import BadInput
from tui.widgets.fields import Field

NOON = time(12)
"""The time of a day that is said without one."""


class MomentField(Field):
    """A moment as the clock on the wall has it; its value is an aware datetime."""

    def __init__(
        self,
        name: str,
        label: str,
        now: datetime,
        locale: str,
        *,
        required: bool = False,
        value: str = "now",
    ) -> None:
        """`now` is the present moment, aware; its offset is that of the place."""
        super().__init__(
            name,
            label,
            hint="now, yesterday 15:30, 3 Nov 9:15",
            required=required,
            value=value,
        )
        self.add_class("-narrow")
        self.now, self.locale = now, locale

    def parse(self, text: str) -> datetime:
        """Gives the moment; a day alone is taken at noon, or now if it is today."""
        if text.casefold() == "now":
            return self.now
        day_text, at = _apart(text, self.key)
        today = self.now.date()
        day = dates.parse(day_text, today, self.locale, past=True, field=self.key)
        if at is None:
            return self.now if day == today else _here(day, NOON)
        return _here(day, at)

    @property
    def lasting(self) -> str:
        """The moment itself, where `now` would be another one tomorrow."""
        try:
            return f"{self.parse(self.text.strip()):%Y-%m-%d %H:%M}"
        except BadInput:
            return self.text

    def understood(self) -> str:
        """Gives the moment as people say it."""
        try:
            moment = self.parse(self.text.strip())
        except BadInput:
            return ""
        today = self.now.date()
        return f"{dates.short(moment.date(), today)} {moment:%H:%M}"


def text_of(moment: datetime) -> str:
    """A moment as the field reads it again, to the minute."""
    return f"{moment:%Y-%m-%d %H:%M}"


def _apart(text: str, field: str) -> tuple[str, time | None]:
    """The day of a text, and its time if it has one."""
    found = re.search(r"(?:^|\s)(\d{1,2})[:.](\d{2})\s*$", text)
    if found is None:
        return text, None
    hour, minute = int(found[1]), int(found[2])
    if hour > 23 or minute > 59:
        raise BadInput(f"There is no time {found[0].strip()}; write it as 15:30", field=field)
    return text[: found.start()].strip() or "today", time(hour, minute)


def _here(day: date, at: time) -> datetime:
    """A moment by this computer's clock; another season may have another offset."""
    return datetime.combine(day, at).astimezone()
