"""Calendar: a month of promises and payments, as a grid or a list, or a year; the day beside it."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import ContentSwitcher, Static

from store.ledger.views import PaymentLine, Promise
from store.rules import dates, money
from tui import commands, views
from tui.dialogs import payment
from tui.dialogs.bounced import Bounced
from tui.dialogs.dialog import Question
from tui.dialogs.go_to import GoTo
from tui.screens.ledger_screen import LedgerScreen, Record, style_beside
from tui.views import Month
from tui.widgets.cells import Row, plain
from tui.widgets.day_lines import COLUMNS, DayLines, Line, day_of
from tui.widgets.month import MonthGrid
from tui.widgets.record_list import RecordList
from tui.widgets.year import YearGrid

if TYPE_CHECKING:
    from store.ledger.documents import Owner
    from store.records.database import Ledger, Reading

LONGEST_MONTH = timedelta(days=31)
YEAR_LEGEND = "● kept  ◷ late  ◌ missed  ○ to come"

ON_A_PAYMENT = ("edit_payment", "return_payment", "delete_payment")


class DatedList(RecordList):
    """A list in which the page keys turn months, as they do everywhere on this screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "screen.month(-1)", "Month before", show=False, id="dated.previous"),
        Binding("pagedown", "screen.month(1)", "Month after", show=False, id="dated.next"),
    ]


class CalendarScreen(LedgerScreen[Month]):
    """What falls due when, and what was paid."""

    NAME = commands.CALENDAR
    DEFAULT_CSS = style_beside(__file__)
    BINDINGS: ClassVar[list[BindingType]] = commands.bindings(commands.CALENDAR)

    def __init__(self) -> None:
        """Begin with the month that today is in."""
        super().__init__()
        self.day: date | None = None
        self.is_year = False

    def compose_body(self) -> ComposeResult:
        """The month or the list, and the chosen day."""
        with Horizontal(id="calendar"):
            with ContentSwitcher(initial="month"):
                yield MonthGrid(id="month")
                yield DatedList(COLUMNS, id="agenda", empty="Nothing in this month.")
                yield YearGrid(id="year")
            with Vertical(id="day"):
                yield DatedList(COLUMNS, id="lines", empty="Nothing on this day.")
                yield Static(markup=False, id="detail")

    def on_mount(self) -> None:
        """Show this month, empty until the ledger is read."""
        self.day = self.day or self.accord.today
        self._blank(self.day)
        self._grid.focus()

    def reading(self) -> "Callable[[Reading], Month]":
        """What reads the month, or the year, that the chosen day is in."""
        return partial(
            views.calendar,
            on=self.accord.today,
            day=self.day or self.accord.today,
            is_year=self.is_year,
            country=self.accord.country,
            first_weekday=self.accord.first_weekday,
        )

    def show(self, month: Month) -> None:
        """Show the month."""
        view = month.days
        if view.until - view.since > LONGEST_MONTH:
            year = self.query_one(YearGrid)
            year.set_year(view.since, self._lines.year(view), today=self.accord.today)
        else:
            self.query_one("#month", MonthGrid).set_month(
                view.since,
                self._lines.entries(view),
                today=self.accord.today,
                first_weekday=month.first_weekday,
                dim=month.holidays,
            )
            if self.query_one(ContentSwitcher).current == "agenda":
                was_empty = not self._list("agenda").rows
                self._fill_agenda()
                if was_empty:
                    self._find_day()
        if self.day is not None:
            self._grid.chosen = self.day
        self._show_day()
        self._title()

    # --- moving -----------------------------------------------------------------------------

    def go(self, day: date) -> None:
        """Choose a day, in whatever month."""
        before, self.day = self.day, day
        if not self.is_mounted:
            return
        is_same_year = before is not None and day.year == before.year
        if before is None or not is_same_year or not (self.is_year or day.month == before.month):
            self._blank(day)
            self.refresh_view()
        self._grid.chosen = day
        self._title()

    def _blank(self, day: date) -> None:
        """Show the month or the year of a day, empty until it is read."""
        if self.is_year:
            self.query_one(YearGrid).set_year(day, {}, today=self.accord.today)
        else:
            first = day.replace(day=1)
            self.query_one("#month", MonthGrid).set_month(first, {}, today=self.accord.today)
        self._grid.chosen = day
        self._title()

    def action_month(self, step: int) -> None:
        """Go a month back or on, or a year where one is shown, to the same day of it."""
        if self.day is not None:
            self.go(dates.add_months(self.day, 12 * step if self.is_year else step))

    def action_year(self) -> None:
        """Show the year, or the month of the chosen day again."""
        self._switch("month" if self.is_year else "year")

    def _switch(self, shown: str) -> None:
        """Show the month, its list, or the year; read what that needs."""
        was_year, self.is_year = self.is_year, shown == "year"
        self.query_one(ContentSwitcher).current = shown
        if self.day is not None and was_year != self.is_year:
            self._blank(self.day)
            self.refresh_view()
        self.query_one(f"#{shown}").focus()

    def action_go_today(self) -> None:
        """Go to today."""
        self.go(self.accord.today)

    def action_go_to(self) -> None:
        """Ask for a day and go there."""
        self.app.push_screen(GoTo(self.accord.today, self.accord.locale), self._went)

    def _went(self, day: date | None) -> None:
        if day is not None:
            self.go(day)

    def action_agenda(self) -> None:
        """Show the month as a list, or as a month again."""
        is_listed = self.query_one(ContentSwitcher).current == "agenda"
        if not is_listed:
            self._fill_agenda()
        self._switch("month" if is_listed else "agenda")
        self._find_day()

    def _fill_agenda(self) -> None:
        """Fill the list with the month that was read; with nothing while that is a year."""
        view = None if self.view is None or self.is_year else self.view.days
        self._list("agenda").set_rows(() if view is None else self._lines.agenda(view))

    def _find_day(self) -> None:
        """Choose the first line of the list that is not before the chosen day."""
        listed = self._list("agenda")
        listed.cursor = next(
            (
                index
                for index, row in enumerate(listed.rows)
                if (line := self._line(row)) and self.day and day_of(line) >= self.day
            ),
            len(listed.rows) - 1,
        )

    def action_enter_day(self) -> None:
        """Go into the day's lines; from there, back to the month or list."""
        lines = self._list("lines")
        if self.focused is lines or not lines.rows:
            self.key_escape()
        else:
            lines.focus()

    def key_escape(self) -> None:
        """Leave the day's lines."""
        self.query_one(f"#{self.query_one(ContentSwitcher).current}").focus()

    @on(MonthGrid.DayChosen)
    def _chosen(self, message: MonthGrid.DayChosen) -> None:
        if message.grid is self._grid and message.day == self._grid.chosen:
            self.day = message.day
            self._show_day()

    @on(MonthGrid.MonthWanted)
    def _wanted(self, message: MonthGrid.MonthWanted) -> None:
        self.go(message.day)

    @on(MonthGrid.DayOpened)
    @on(RecordList.Opened)
    def _opened(self) -> None:
        if self.is_year and self.focused is self._grid:
            self._switch("month")
        else:
            self.action_enter_day()

    @on(RecordList.Highlighted)
    def _highlighted(self, message: RecordList.Highlighted) -> None:
        line = self._line(message.row)
        is_listed = self.query_one(ContentSwitcher).current == "agenda"
        if message.list.id == "agenda" and is_listed and line is not None:
            self.day = day_of(line)
            self._grid.chosen = self.day
        elif message.list.id == "lines":
            self._show_detail(line)
        self.refresh_bindings()

    # --- payments ---------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is for a payment shows only on one."""
        if action in ON_A_PAYMENT:
            return isinstance(self._selected, PaymentLine)
        return super().check_action(action, parameters)

    @property
    def file_owner(self) -> "tuple[Owner, str] | None":
        """The chosen payment."""
        line = self._selected
        if not isinstance(line, PaymentLine):
            return None
        day = dates.short(line.paid_on, self.accord.today)
        return ("payment", line.payment_id), f"payment to {line.creditor_name}, {day}"

    def action_record_payment(self) -> None:
        """Log a payment: of the chosen promise, else of the day's first open one."""
        line = self._selected
        if line is None and self.view is not None:
            line = next(
                (e for e in self.view.days.promises if e.due_on == self.day and e.outcome.is_open),
                None,
            )
        payment.begin(self.accord, line if isinstance(line, Promise) else None)

    def action_edit_payment(self) -> None:
        """Correct the chosen payment."""
        if isinstance(line := self._selected, PaymentLine):
            payment.correct(self.accord, line)

    def action_return_payment(self) -> None:
        """Say when the chosen payment came back."""
        line, ledger = self._selected, self.accord.ledger
        if isinstance(line, PaymentLine) and ledger is not None:
            form = Bounced(ledger, line, self.accord.today, self.accord.locale)
            self.app.push_screen(form, self.said)

    def action_delete_payment(self) -> None:
        """Ask once, then delete the chosen payment."""
        if isinstance(line := self._selected, PaymentLine):
            due = ", ".join(dates.short(each, self.accord.today) for each in line.due)
            settles = f"What it settled opens again: {due}." if due else "It settled nothing."
            body = f"{plain(self._amount_to(line))}, paid {self._short(line.paid_on)}.\n{settles}"
            self.app.push_screen(
                Question("Delete this payment?", body, yes="Delete", no="Keep it", default=False),
                partial(self._delete, line),
            )

    def _delete(self, line: PaymentLine, yes: bool | None) -> None:
        if yes:
            self.write(partial(self._delete_now, line))

    def _delete_now(self, line: PaymentLine, ledger: "Ledger") -> str:
        from store.ledger import payments

        payments.delete(ledger, line.payment_id, self.accord.today)
        return f"Deleted: {self._amount_to(line)} · u takes it back"

    # --- what is shown ----------------------------------------------------------------------

    @property
    def _lines(self) -> DayLines:
        return DayLines(self.accord.today, self.accord.locale)

    @property
    def _grid(self) -> MonthGrid:
        """The month, or the year, whichever is read."""
        return self.query_one("#year" if self.is_year else "#month", MonthGrid)

    def _list(self, id_: str) -> RecordList:
        return self.query_one(f"#{id_}", RecordList)

    @property
    def _selected(self) -> Line | None:
        focused = self.focused
        return self._line(focused.selected) if isinstance(focused, RecordList) else None

    @property
    def chosen_record(self) -> Record | None:
        """The chosen payment, or the instalment that was promised."""
        line = self._selected
        if isinstance(line, Promise):
            return line.record
        return ("payment", line.payment_id) if isinstance(line, PaymentLine) else None

    def _line(self, row: Row | None) -> Line | None:
        if row is None or self.view is None:
            return None
        for promise in self.view.days.promises:
            if row.key == ("promise", promise.instalment_id):
                return promise
        for paid in self.view.days.payments:
            if row.key == ("payment", paid.payment_id):
                return paid
        for payday in self.view.days.paydays:
            if row.key == ("payday", payday.on, payday.name):
                return payday
        return None

    def _title(self) -> None:
        if self.day is not None:
            month = f"{self.day:%B} {self.day.year}"
            switcher = self.query_one(ContentSwitcher)
            switcher.border_title = f"{self.day.year}" if self.is_year else month
            switcher.border_subtitle = YEAR_LEGEND if self.is_year else None

    def _show_day(self) -> None:
        if self.day is None:
            return
        self.query_one("#day").border_title = self._short(self.day)
        view = self.view
        rows = [] if view is None else self._lines.of_day(view.days, self.day)
        lines = self._list("lines")
        lines.set_rows(rows)
        self._show_detail(self._line(lines.selected))

    def _show_detail(self, line: Line | None) -> None:
        self.query_one("#detail", Static).update(self._lines.detail(line))

    def _short(self, day: date) -> str:
        return dates.short(day, self.accord.today)

    def _amount_to(self, line: PaymentLine) -> str:
        amount = money.format(line.amount, line.currency, self.accord.locale)
        return f"{amount} to {line.creditor_name}"
