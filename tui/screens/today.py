"""Today: what needs me now, what comes next, and how my word stands."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from store.ledger.views import PaperLine, Promise, Today, UndertakingLine, Warning
from tui import commands, formats, views
from tui.messages import BadgeRead
from tui.screens.ledger_screen import LedgerScreen, Record, style_beside
from tui.widgets import need_lines
from tui.widgets.cash import CashCard
from tui.widgets.cells import plain
from tui.widgets.filter_line import FilterLine, matching
from tui.widgets.first_run import FirstRun
from tui.widgets.need_lines import COLUMNS, Line, NeedLines
from tui.widgets.owed import OwedCard
from tui.widgets.record_list import RecordList
from tui.widgets.word import WordCard

if TYPE_CHECKING:
    from store.records.database import Ledger, Reading


class TodayScreen(LedgerScreen[Today]):
    """What needs me now, and what comes next."""

    NAME = commands.TODAY
    TELLS_BADGE = True
    DEFAULT_CSS = style_beside(__file__)
    BINDINGS: ClassVar[list[BindingType]] = commands.bindings(commands.TODAY)

    _lines: NeedLines | None = None
    """Writes what is shown."""
    words = ""
    """What the lists are filtered by."""
    shows_put_off = False

    def compose_body(self) -> ComposeResult:
        """A sentence, two lists, and two cards beside them."""
        yield Static(markup=False, id="headline")
        yield Static(markup=False, id="proposal")
        yield FirstRun()
        with Horizontal(id="panes"):
            with Vertical(id="lists"):
                yield RecordList(COLUMNS, id="needs")
                yield RecordList(COLUMNS, id="next")
                yield FilterLine()
                yield Static(markup=False, id="detail")
            with VerticalScroll(id="cards", can_focus=False):
                yield WordCard()
                yield CashCard()
                yield OwedCard()

    def on_mount(self) -> None:
        """Name the lists."""
        self.query_one("#needs").border_title = "Needs you"
        self.query_one("#next").border_title = f"Next {views.AHEAD} days"

    def reading(self) -> "Callable[[Reading], Today]":
        """What reads today's view."""
        return self.accord.viewing.first

    def show(self, view: Today) -> None:
        """Show the view; the first row that needs something has the focus."""
        was_nothing = not self.has_class("-ready") or self.has_class("-empty")
        self.add_class("-ready")
        self.set_class(view.is_empty, "-empty")
        lines = self._lines = NeedLines(view, self.accord.locale)
        self.query_one("#headline", Static).update(plain(lines.headline()))
        proposal = self.query_one("#proposal", Static)
        proposal.update(lines.proposal())
        proposal.display = bool(lines.proposal())
        self._fill()
        if view.word is not None:
            self.app.post_message(BadgeRead(view.word.badge))
            self.query_one(WordCard).show(view.word, view.counts, view.on)
        payments = view.word.payments if view.word is not None else ()
        self.query_one(CashCard).show(view.outlooks, self.accord.locale, payments)
        self.query_one(OwedCard).show(view.owed, self.accord.locale)
        if view.is_empty:
            self.query_one(FirstRun).focus()
        elif was_nothing or self.focused is None or self._is_nothing_here:
            self._focus_first()
        # A row may look the same and its record have changed.
        self._highlighted()
        self.refresh_bindings()

    def _fill(self) -> None:
        """Show the lists, filtered, with or without what was put off."""
        if (lines := self._lines) is None:
            return
        needs, upcoming = self._list("needs"), self._list("next")
        sought = f"Nothing here has “{plain(self.words)}”."
        calm = "" if formats.is_unplanned(lines.view) else "Nothing needs you. Enjoy the evening."
        needs.empty = sought if self.words else calm or formats.NOTHING_PROMISED
        upcoming.empty = (
            sought if self.words else f"Nothing falls due in the next {views.AHEAD} days."
        )
        needs.set_rows(matching(lines.needs(put_off=self.shows_put_off), self.words))
        upcoming.set_rows(matching(lines.upcoming(), self.words))
        later = self._put_off_count
        said = f"{later} put off · Z shows {'fewer' if self.shows_put_off else 'all'}"
        needs.border_subtitle = said if later else None

    @property
    def _put_off_count(self) -> int:
        view = self.view
        return 0 if view is None else sum(map(view.is_put_off, need_lines.of(view)))

    @property
    def _is_nothing_here(self) -> bool:
        """Whether the list that has the focus has no rows left, or never had."""
        return isinstance(self.focused, RecordList) and not self.focused.rows

    def _focus_first(self) -> None:
        self._list("needs" if self._list("needs").rows else "next").focus()

    @property
    def chosen(self) -> Line | None:
        """The line that is chosen, if a list has the focus."""
        focused = self.focused
        if self.view is None or not isinstance(focused, RecordList) or focused.selected is None:
            return None
        return need_lines.of(self.view).get(focused.selected.key)  # type: ignore[call-overload, no-any-return]

    @property
    def chosen_record(self) -> Record | None:
        """The record that the chosen line is about."""
        return None if self.chosen is None else self.chosen.record

    # --- what can be done -------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key shows only where it does something now."""
        view = self.view
        if action == "toggle_pane":
            return self.has_class("-narrow")
        if action in ("open", "filter"):
            return view is not None and not view.is_empty
        if action == "put_off":
            return self.chosen is not None and not _is_before_a_court(self.chosen)
        if action == "show_put_off":
            return self._put_off_count > 0
        if action == "done":
            return isinstance(self.chosen, UndertakingLine)
        if action == "catch_up":
            return view is not None and bool(view.unlogged)
        return super().check_action(action, parameters)

    @property
    def addressee(self) -> tuple[int, int | None] | None:
        """The creditor of the chosen line, and its debt where it is about one."""
        line = self.chosen
        if line is None or self.view is None:
            return None
        if isinstance(line, Warning):
            # Where another holds the debt by now, a letter to this one is not about it.
            held = {(each.debt, each.creditor): each.debt_id for each in self.view.owed}
            return line.creditor_id, held.get((line.debt, line.creditor))
        return line.creditor_id, line.debt_id if isinstance(line, Promise) else None

    def action_write_letter(self) -> None:
        """Write a letter about the chosen line; what I said I would do is done by it."""
        from tui.dialogs import write_letter

        line, to = self.chosen, self.addressee
        if to is not None:
            is_mine = isinstance(line, UndertakingLine) and line.by == "me"
            done = line.undertaking_id if is_mine and isinstance(line, UndertakingLine) else None
            write_letter.begin(self.accord, *to, done)

    def action_record_payment(self) -> None:
        """Log a payment: of the chosen promise, else of any debt."""
        from tui.dialogs import payment

        line = self.chosen
        payment.begin(self.accord, line if isinstance(line, Promise) else None)

    def action_log_contact(self) -> None:
        """Log a contact: with the creditor of the chosen line, if one is chosen."""
        from tui.dialogs import contact

        line = self.chosen
        if isinstance(line, Promise):
            contact.begin(self.accord, line.creditor_id, line.debt_id)
        else:
            contact.begin(self.accord, None if line is None else line.creditor_id)

    def action_letter(self) -> None:
        """Enter a letter that came."""
        from tui.dialogs import letter

        letter.begin(self.accord)

    def action_cash(self) -> None:
        """Ask what cash there is."""
        from tui.dialogs.cash import CashForm

        if self.view is not None:
            counted = Counter(each.currency for each in self.view.owed)
            currencies = [currency for currency, _ in counted.most_common()]
            self.app.push_screen(CashForm(self.accord, currencies), self.said)

    def action_catch_up(self) -> None:
        """Go through what fell due and was not logged."""
        from tui.dialogs.catch_up import CatchUp

        if self.view is not None and self.view.unlogged:
            self.app.push_screen(CatchUp(self.accord, self.view.unlogged), self.said)

    def action_put_off(self) -> None:
        """Ask until when the chosen line is put off."""
        from tui.dialogs.put_off import PutOff

        if self.chosen is not None:
            self.app.push_screen(PutOff(self.accord, self.chosen), self.said)

    def action_show_put_off(self) -> None:
        """Show what was put off too, or hide it again."""
        self.shows_put_off = not self.shows_put_off
        self._fill()

    def action_done(self) -> None:
        """Say that the chosen undertaking was done today."""
        if isinstance(line := self.chosen, UndertakingLine):
            self.write(partial(self._done, line))

    def _done(self, line: UndertakingLine, ledger: "Ledger") -> str:
        from store.ledger import contacts

        contacts.keep_undertaking(ledger, line.undertaking_id, done_on=self.accord.today)
        return f"Done: {line.text} · u takes it back"

    def action_open(self) -> None:
        """Open the chosen line where it belongs."""
        line = self.chosen
        if isinstance(line, Promise):
            self.accord.open_day(line.due_on)
        elif isinstance(line, PaperLine):
            self.accord.open_record(commands.AGREEMENTS, line.agreement_id)
        elif isinstance(line, Warning):
            self.accord.open_record(commands.CREDITORS, line.creditor_id)
        elif isinstance(line, UndertakingLine) and line.contact_id is not None:
            self.accord.open_record(commands.CONTACTS, line.contact_id)
        elif line is not None:
            from tui.dialogs.details import Details

            title, *said = self._detail(line)
            self.app.push_screen(Details(title, said))

    def action_filter(self) -> None:
        """Look for words in both lists."""
        self.query_one(FilterLine).open()

    def action_toggle_pane(self) -> None:
        """Show the cards instead of the lists, or the lists again."""
        self.toggle_class("-cards")
        if not self.has_class("-cards"):
            self.call_after_refresh(self._focus_first)

    @on(FilterLine.Wanted)
    def _wanted(self, message: FilterLine.Wanted) -> None:
        self.words = message.words.strip()
        self._fill()

    @on(FilterLine.Done)
    def _filtered(self) -> None:
        self._focus_first()

    @on(RecordList.Opened)
    def _opened(self) -> None:
        self.action_open()

    @on(RecordList.Highlighted)
    @on(events.DescendantFocus)
    def _highlighted(self) -> None:
        """Say what the chosen line has no room for."""
        said = map(plain, self._detail(self.chosen))
        self.query_one("#detail", Static).update("\n".join(said))
        self.refresh_bindings()

    def _detail(self, line: Line | None) -> list[str]:
        return [] if self._lines is None else self._lines.detail(line)

    @on(RecordList.Left)
    def _left(self, message: RecordList.Left) -> None:
        """Going past the end of one list goes on in the other."""
        other = self._list("next" if message.list.id == "needs" else "needs")
        wanted = 1 if message.list.id == "needs" else -1
        if message.direction == wanted and other.rows:
            other.cursor = 0 if wanted == 1 else len(other.rows) - 1
            other.focus()

    def _list(self, id_: str) -> RecordList:
        return self.query_one(f"#{id_}", RecordList)


def _is_before_a_court(line: Line) -> bool:
    return isinstance(line, Warning) and line.kind == "answer"
