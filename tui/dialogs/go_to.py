"""Asks for a day to go to."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from textual.app import ComposeResult

from tui.dialogs.form import Form
from tui.widgets.fields import DateField


class GoTo(Form[date]):
    """A day in words or numbers."""

    TITLE = "Go to"

    def __init__(self, today: date, locale: str) -> None:
        """`today` and `locale` say how the day is read."""
        super().__init__(save_label="Go")
        self.today, self.locale = today, locale

    def compose_fields(self) -> ComposeResult:
        """The day."""
        yield DateField("day", "Day", self.today, self.locale, required=True)

    def save(self, values: Mapping[str, Any]) -> date:
        """Give the day: there is nothing to record."""
        day: date = values["day"]
        return day
