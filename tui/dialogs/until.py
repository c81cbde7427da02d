"""Asks for the day on which one wants to know how one's word would stand."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from textual.app import ComposeResult

from store.rules import dates
from store.rules.errors import BadInput
from tui.dialogs.form import Form
from tui.widgets.fields import DateField

FARTHEST = 60  # months: a score further ahead would say nothing


class Until(Form[date]):
    """A day after today."""

    TITLE = "What if, until"

    def __init__(self, today: date, locale: str, value: date) -> None:
        """`today` and `locale` say how the day is read; `value` is the day that stands there."""
        super().__init__(save_label="Show")
        self.today, self.locale, self.value = today, locale, value

    def compose_fields(self) -> ComposeResult:
        """The day."""
        yield DateField(
            "day", "Day", self.today, self.locale, ahead=True, required=True,
            value=self.value.isoformat(),
        )  # fmt: skip

    def save(self, values: Mapping[str, Any]) -> date:
        """Give the day: there is nothing to record."""
        day: date = values["day"]
        last = dates.add_months(self.today, FARTHEST)
        if not self.today < day <= last:
            raise BadInput(
                f"{dates.full(day)} is not ahead: give a day after today, up to {last.year}.",
                field="day",
            )
        return day
