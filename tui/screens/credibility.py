"""Credibility: how my word stands over time, what moved it, and what would move it next."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from store.ledger.score_views import MoveLine, Page
from store.rules import dates
from tui import commands, views
from tui.screens.ledger_screen import LedgerScreen, style_beside
from tui.widgets import credibility_lines
from tui.widgets.cells import plain
from tui.widgets.chart import LEGEND, ScoreChart
from tui.widgets.credibility_lines import EVERYONE, CredibilityLines, WhatIfCard
from tui.widgets.record_list import RecordList

if TYPE_CHECKING:
    from store.records.database import Reading
RANGES = (("3 months", 3), ("1 year", 12), ("all", 0))
"""What the chart shows, in months; 0 is all there is."""

AHEAD = 4  # months: three whole ones, so that "until March" is asked in November


class CredibilityScreen(LedgerScreen[Page]):
    """How my word stands, with everyone or with one creditor."""

    NAME = commands.CREDIBILITY
    DEFAULT_CSS = style_beside(__file__)
    BINDINGS: ClassVar[list[BindingType]] = commands.bindings(commands.CREDIBILITY)

    range = 1
    creditor_id: int | None = None
    until: date | None = None

    def compose_body(self) -> ComposeResult:
        """The chart over what moved it; beside them numbers, creditors and what if."""
        yield Static(markup=False, id="headline")
        with Horizontal(id="panes"):
            with Vertical(id="over-time"):
                with Vertical(id="chart"):
                    yield ScoreChart()
                yield RecordList(
                    credibility_lines.MOVES, id="moves", empty="Nothing moved it in this time."
                )
                yield Static(markup=False, id="detail")
            with VerticalScroll(id="beside", can_focus=False):
                yield Static(markup=False, id="summary", classes="card")
                yield RecordList(
                    credibility_lines.CREDITORS, id="creditors", empty="Nothing promised yet."
                )
                yield WhatIfCard(id="what-ifs")

    def on_mount(self) -> None:
        """Name the parts."""
        self.query_one("#moves").border_title = "What moved it"
        self.query_one("#summary").border_title = "My word"
        self.query_one("#creditors").border_title = "By creditor"
        self.query_one("#chart").border_subtitle = LEGEND
        self._list("moves").focus()

    def reading(self) -> "Callable[[Reading], Page]":
        """What reads all of it."""
        today = self.accord.today
        months = RANGES[self.range][1]
        since = dates.add_months(today, -months) if months else None
        return partial(
            views.credibility,
            on=today,
            since=since,
            until=self._until,
            creditor_id=self.creditor_id,
        )

    @property
    def _until(self) -> date:
        """The day that the what-ifs are about: the chosen one, while it is ahead."""
        today = self.accord.today
        if self.until is not None and self.until > today:
            return self.until
        return dates.add_months(today.replace(day=1), AHEAD)

    def show(self, page: Page) -> None:
        """Show it."""
        lines = self._lines
        assert lines is not None
        self.query_one("#headline", Static).update(plain(lines.headline()))
        self.query_one(ScoreChart).show(page.points, page.events)
        who = f" with {page.standing.creditor_name}" if page.standing.creditor_name else ""
        chart = self.query_one("#chart")
        ranges = credibility_lines.titles([name for name, _ in RANGES], self.range)
        chart.border_title = Content(plain(f"Score{who}   {ranges}"))
        moves = self._list("moves")
        moves.border_subtitle = lines.moved()
        moves.set_rows(lines.moves())
        self._list("creditors").set_rows(lines.creditors())
        self.query_one("#summary", Static).update(lines.summary())
        self.query_one(WhatIfCard).show(lines)
        self._highlighted()

    @property
    def _lines(self) -> CredibilityLines | None:
        return None if self.view is None else CredibilityLines(self.view, self.accord.locale)

    def _list(self, id_: str) -> RecordList:
        return self.query_one(f"#{id_}", RecordList)

    @property
    def _move(self) -> MoveLine | None:
        lines = self._lines
        found = None if lines is None else lines.move_of(self._list("moves").selected)
        return found if isinstance(found, MoveLine) else None

    # --- what can be done -------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key shows only where it does something now."""
        if action == "toggle_pane":
            return self.has_class("-narrow")
        if action == "everyone":
            return self.creditor_id is not None
        return True

    def action_range(self) -> None:
        """Show the next range."""
        self.range = (self.range + 1) % len(RANGES)
        self.refresh_view()

    def action_what_if(self) -> None:
        """Ask on which day."""
        from tui.dialogs.until import Until

        form = Until(self.accord.today, self.accord.locale, self._until)
        self.app.push_screen(form, self._wanted)

    def _wanted(self, day: date | None) -> None:
        if day is not None:
            self.until = day
            self.refresh_view()

    def action_everyone(self) -> None:
        """Show my word with everyone again."""
        self._show_creditor(None)

    def choose(self, id_: int) -> None:
        """Show my word with one creditor."""
        self._show_creditor(id_)

    def _show_creditor(self, id_: int | None) -> None:
        self.creditor_id = id_
        self.refresh_view()
        self.refresh_bindings()

    def action_open(self) -> None:
        """Open the day of what moved the score, or show the chosen creditor alone."""
        if self.focused is self._list("creditors"):
            row = self._list("creditors").selected
            if row is not None:
                is_same = row.key in (EVERYONE, self.creditor_id)
                self._show_creditor(None if is_same else row.key)  # type: ignore[arg-type]
        elif (move := self._move) is not None and move.promise is not None:
            self.accord.open_day(move.promise.due_on)

    def action_write_record(self) -> None:
        """Ask where the payment record is to be written."""
        from tui.dialogs.payment_record import PaymentRecordForm

        if self.view is not None and self.accord.ledger is not None:
            creditors = [(each.creditor_name, each.creditor_id) for each in self.view.creditors]
            form = PaymentRecordForm(self.accord, creditors, self.creditor_id)
            self.app.push_screen(form, self.said)

    def action_toggle_pane(self) -> None:
        """Show what stands beside the chart instead of it, or the chart again."""
        self.toggle_class("-beside")
        shown = self._list("creditors" if self.has_class("-beside") else "moves")
        # From its top: the numbers stand above the list.
        self.call_after_refresh(shown.focus, scroll_visible=False)

    def action_log_contact(self) -> None:
        """Log a contact: with the creditor of what is chosen."""
        from tui.dialogs import contact

        if self.creditor_id is not None:
            contact.begin(self.accord, self.creditor_id)
        elif (move := self._move) is not None and move.promise is not None:
            contact.begin(self.accord, move.promise.creditor_id, move.promise.debt_id)
        else:
            contact.begin(self.accord)

    @on(RecordList.Opened)
    def _opened(self) -> None:
        self.action_open()

    @on(RecordList.Left)
    def _left(self, message: RecordList.Left) -> None:
        """Past the end of one list goes on in the other; where only one is shown, further down."""
        other = self._list("creditors" if message.list.id == "moves" else "moves")
        if self.has_class("-narrow"):
            self.query_one("#beside").scroll_relative(y=5 * message.direction, animate=False)
        elif other.rows:
            other.focus()

    @on(RecordList.Highlighted)
    @on(events.DescendantFocus)
    def _highlighted(self) -> None:
        """Say what the chosen line has no room for, and mark its day on the chart."""
        lines = self._lines
        if lines is not None:
            found = lines.move_of(self._list("moves").selected)
            self.query_one("#detail", Static).update(lines.detail(found))
            is_there = isinstance(found, MoveLine) and self.focused is self._list("moves")
            day = found.on if is_there and isinstance(found, MoveLine) else None
            self.query_one(ScoreChart).mark(day)
