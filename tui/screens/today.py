"""Today: what needs me now, what comes next, and how my word stands."""

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from store.ledger.views import PaperLine, Promise, Today, UndertakingLine, Warning
from store.rules import dates
from tui import commands, formats
from tui.dialogs import payment
from tui.dialogs.details import Details
from tui.screens.ledger_screen import LedgerScreen
from tui.widgets.cells import Column, Row, plain
from tui.widgets.first_run import FirstRun
from tui.widgets.owed import OwedCard
from tui.widgets.record_list import RecordList
from tui.widgets.word import WordCard

if TYPE_CHECKING:
    from sqlmodel import Session

AHEAD = 30
"""How many days ahead the second list looks."""

COLUMNS = (
    Column("glyph", width=1),
    Column("who", max_width=26),
    Column("amount", justify="right"),
    Column("on", low=True),
    Column("what", flex=True),
)


class TodayScreen(LedgerScreen[Today]):
    """What needs me now, and what comes next."""

    NAME = commands.TODAY
    BINDINGS: ClassVar[list[BindingType]] = commands.bindings(commands.TODAY)

    def compose_body(self) -> ComposeResult:
        """A sentence, two lists, and two cards beside them."""
        yield Static("Opening your ledger…", markup=False, id="headline")
        yield FirstRun()
        with Horizontal(id="panes"):
            with Vertical(id="lists"):
                yield RecordList(COLUMNS, id="needs")
                yield RecordList(COLUMNS, id="next")
                yield Static(markup=False, id="detail")
            with VerticalScroll(id="cards", can_focus=False):
                yield WordCard()
                yield OwedCard()

    def on_mount(self) -> None:
        """Name the lists."""
        self.query_one("#needs").border_title = "Needs you"
        self.query_one("#next").border_title = f"Next {AHEAD} days"

    def read(self, session: "Session") -> Today:
        """Read today's view."""
        from store.ledger import queries

        return queries.today(session, self.accord.today, AHEAD)

    def show(self, view: Today) -> None:
        """Show the view; the first row that needs something has the focus."""
        was_nothing = not self.has_class("-ready") or self.has_class("-empty")
        self.add_class("-ready")
        self.set_class(view.is_empty, "-empty")
        needs, upcoming = self._needs(view), [self._promise(each) for each in view.upcoming]
        headline = formats.headline(
            len(view.overdue), len(view.due), view.next_promise, self.accord.today
        )
        self.query_one("#headline", Static).update(headline)
        self._list("needs").empty = "Nothing needs you. Enjoy the evening."
        self._list("next").empty = f"Nothing falls due in the next {AHEAD} days."
        self._list("needs").set_rows(needs)
        self._list("next").set_rows(upcoming)
        self.query_one(WordCard).show(view.counts, view.months)
        self.query_one(OwedCard).show(view.owed, self.accord.locale)
        if view.is_empty:
            self.query_one(FirstRun).focus()
        elif was_nothing or self.focused is None:
            self._focus_first()
        # A row may look the same and its record have changed.
        self._highlighted()

    def _focus_first(self) -> None:
        self._list("needs" if self._list("needs").rows else "next").focus()

    @property
    def chosen(self) -> Promise | None:
        """The promise that is chosen, if a list has the focus and a promise is chosen in it."""
        found = self._chosen_line()
        return found if isinstance(found, Promise) else None

    def action_record_payment(self) -> None:
        """Log a payment: of the chosen promise, else of any debt."""
        payment.begin(self.accord, self.chosen)

    def action_open(self) -> None:
        """Open the chosen line."""
        line = self._chosen_line()
        if isinstance(line, Promise):
            self.accord.open_day(line.due_on)
        elif line is not None:
            title, *said = self._detail(line)
            self.app.push_screen(Details(title, said))

    def action_toggle_pane(self) -> None:
        """Show the cards instead of the lists, or the lists again."""
        self.toggle_class("-cards")
        if not self.has_class("-cards"):
            self.call_after_refresh(self._focus_first)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The pane has a key only where there is no room for it."""
        if action == "toggle_pane":
            return self.has_class("-narrow")
        if action == "open":
            return self.view is not None and not self.view.is_empty
        return True

    @on(RecordList.Opened)
    def _opened(self) -> None:
        self.action_open()

    @on(RecordList.Highlighted)
    @on(events.DescendantFocus)
    def _highlighted(self) -> None:
        """Say what the chosen line has no room for."""
        said = map(plain, self._detail(self._chosen_line()))
        self.query_one("#detail", Static).update("\n".join(said))

    @on(RecordList.Left)
    def _left(self, message: RecordList.Left) -> None:
        """Going past the end of one list goes on in the other."""
        other = self._list("next" if message.list.id == "needs" else "needs")
        wanted = 1 if message.list.id == "needs" else -1
        if message.direction == wanted and other.rows:
            other.cursor = 0 if wanted == 1 else len(other.rows) - 1
            other.focus()

    def _chosen_line(self) -> object:
        focused = self.focused
        if self.view is None or not isinstance(focused, RecordList) or focused.selected is None:
            return None
        return self._lines(self.view).get(focused.selected.key)

    def _detail(self, line: object) -> list[str]:
        """A line in full: who it is about, then what there is to know."""
        if isinstance(line, Promise):
            return [
                f"{line.creditor_name} · {line.debt_name}, instalment {formats.place(line)}",
                *formats.promise_details(line, self.accord.today, self.accord.locale),
            ]
        if isinstance(line, UndertakingLine):
            whose = "I said I would" if line.by == "me" else "They said they would"
            return [line.creditor_name, f"{whose}: {line.text}", *self._by(line.due_on)]
        if isinstance(line, Warning):
            return [line.creditor_name, line.text, *self._by(line.on)]
        if isinstance(line, PaperLine):
            made = f"Agreed on {_day(line.made_on, self.accord.today)}"
            state = (
                "asked for in writing, not here yet"
                if line.writing == "requested"
                else ("not in writing: ask for a letter that says what was agreed")
            )
            return [f"{line.creditor_name} · {line.debt_name}", f"{made}; {state}."]
        return []

    @staticmethod
    def _lines(view: Today) -> dict[object, object]:
        lines: dict[object, object] = {
            ("promise", each.instalment_id): each
            for each in (*view.overdue, *view.due, *view.upcoming)
        }
        lines.update((("undertaking", each.undertaking_id), each) for each in view.undertakings)
        lines.update((("warning", each.kind, each.debt), each) for each in view.warnings)
        lines.update((("paper", each.agreement), each) for each in view.papers)
        return lines

    def _list(self, id_: str) -> RecordList:
        return self.query_one(f"#{id_}", RecordList)

    # --- rows -------------------------------------------------------------------------------

    def _needs(self, view: Today) -> list[Row]:
        """Promises first, then what has a date, then what lacks a paper."""
        today = self.accord.today
        promises = [self._promise(each) for each in (*view.overdue, *view.due)]
        undertakings = [
            Row(
                ("undertaking", each.undertaking_id),
                (
                    ("✉" if each.by == "me" else "←", "accent"),
                    (each.creditor_name, "title"),
                    "",
                    _day(each.due_on, self.accord.today) if each.due_on else "",
                    _undertaking(each),
                ),
            )
            for each in view.undertakings
        ]
        warnings = [
            Row(
                ("warning", each.kind, each.debt),
                (
                    ("!", "late"),
                    (each.creditor_name, "title"),
                    "",
                    _day(each.on, self.accord.today),
                    f"{each.text} {dates.relative(each.on, today)}",
                ),
            )
            for each in view.warnings
        ]
        papers = [
            Row(
                ("paper", each.agreement),
                (
                    ("✎", "muted"),
                    (each.creditor_name, "title"),
                    "",
                    ("", "muted"),
                    f"{each.debt_name}: not in writing yet",
                ),
            )
            for each in view.papers
        ]
        return [*promises, *undertakings, *warnings, *papers]

    def _promise(self, promise: Promise) -> Row:
        style = formats.style(promise)
        what = formats.when(promise, self.accord.today)
        if promise.outcome.is_open and promise.due_on > self.accord.today:
            what = f"{what} · {formats.place(promise)}"
        elif promise.priority:
            what = f"{what} · priority"
        if promise.pays_itself:
            what = f"{what} · {promise.paid_by}"
        return Row(
            ("promise", promise.instalment_id),
            (
                (formats.glyph(promise), style),
                (promise.creditor_name, "title"),
                formats.amount(promise, self.accord.locale),
                _day(promise.due_on, self.accord.today),
                (what, style),
            ),
        )

    def _by(self, day: date | None) -> list[str]:
        """A last day in words, where there is one."""
        today = self.accord.today
        return [f"By {_day(day, today)}, {dates.relative(day, today)}"] if day else []


def _undertaking(line: UndertakingLine) -> str:
    return line.text if line.by == "me" else f"they said: {line.text}"


def _day(day: date, today: date) -> str:
    return dates.short(day, today)
