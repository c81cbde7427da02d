"""A field for a day and a time: `now`, `yesterday 15:30`, `3 Nov 9:15`."""

from __future__ import annotations

from datetime import datetime

from store.rules import dates
from store.rules.errors import BadInput
from tui.widgets.fields import Field


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
        self.add_class("-narrow", update=False)
        self.now, self.locale = now, locale

    def parse(self, text: str) -> datetime:
        """Gives the moment; a day alone is taken at noon, or now if it is today."""
        return dates.moment(text, self.now, self.locale, field=self.key)

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
