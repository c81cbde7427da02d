"""Asks until when a line of Today is put off."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.widgets import Static

from store.rules import dates
from tui.dialogs.form import Form
from tui.widgets import need_lines
from tui.widgets.cells import plain
from tui.widgets.fields import DateField
from tui.widgets.need_lines import Line

if TYPE_CHECKING:
    from tui.app import AccordApp

USUAL = timedelta(days=3)


class PutOff(Form[str]):
    """The day on which it comes back; gives what was put off, in words."""

    TITLE = "Not today"

    def __init__(self, app: "AccordApp", line: Line) -> None:
        """`line` is what cannot be done now."""
        super().__init__(save_label="Put off")
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.line = line

    def compose_fields(self) -> ComposeResult:
        """What it is about, and the day."""
        yield Static(f"{plain(need_lines.name(self.line))}\n", markup=False)
        yield DateField(
            "until",
            "Ask me again on",
            self.today,
            self.locale,
            ahead=True,
            required=True,
            value=(self.today + USUAL).isoformat(),
        )

    def save(self, values: Mapping[str, Any]) -> str:
        """Record it; gives what it did."""
        from store.ledger import reminders

        until, (record, record_id) = values["until"], self.line.record
        name = need_lines.name(self.line)
        reminders.put_off(self.ledger, record, record_id, until=until, today=self.today, name=name)
        return f"Put off until {dates.short(until, self.today)}: {name} · u takes it back"
