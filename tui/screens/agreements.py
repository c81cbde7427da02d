"""Agreements: what was offered and agreed, debt by debt, and what became of it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from store.ledger.agreement_views import AgreementLine, Agreements, Line, OfferLine, identity
from store.ledger.views import Promise
from tui import commands, formats, views
from tui.dialogs import delete_agreement, payment
from tui.dialogs.delete_agreement import ToDelete
from tui.dialogs.details import Details
from tui.screens.ledger_screen import LedgerScreen, Record, style_beside
from tui.widgets.agreement_lines import (
    CELLS,
    COLUMNS,
    SCHEDULE,
    AgreementLines,
    counters,
    named,
)
from tui.widgets.cells import Row, plain
from tui.widgets.filter_line import FilterLine
from tui.widgets.record_list import RecordList

if TYPE_CHECKING:
    from store.ledger.documents import Owner
    from store.records.database import Reading


NOTHING = "Nothing agreed yet: a records an agreement, o an offer."

BESIDE = 112
"""Columns from which on the chosen one stands beside the list."""

ROOMY = 72
"""Columns from which on bars of progress have their full length."""


class WholeRead(Message):
    """All the instalments of an agreement were read."""

    def __init__(self, line: AgreementLine, edition: int | None) -> None:
        """`edition` is that of the list which it belongs to."""
        super().__init__()
        self.line, self.edition = line, edition


class AgreementsScreen(LedgerScreen[Agreements]):
    """What was offered and agreed, debt by debt, and what became of it."""

    NAME = commands.AGREEMENTS
    DEFAULT_CSS = style_beside(__file__)
    BINDINGS: ClassVar[list[BindingType]] = commands.bindings(commands.AGREEMENTS)

    words = ""
    """What the list is filtered by."""
    wanted: int | None = None
    """An agreement to choose as soon as it is read."""

    def __init__(self) -> None:
        """Begin with nothing shown."""
        super().__init__()
        self._schedules: dict[int, Sequence[Row]] = {}
        self._shown: Line | None = None

    def compose_body(self) -> ComposeResult:
        """The list, and the chosen one beside it."""
        with Horizontal(id="panes"):
            with Vertical(id="lists"):
                yield RecordList(COLUMNS, id="agreements", empty="Opening your ledger…")
                yield FilterLine()
                yield Static(markup=False, id="brief")
            with Vertical(id="chosen"):
                with VerticalScroll(id="about", can_focus=False):
                    yield Static(markup=False, id="detail")
                yield RecordList(SCHEDULE, id="schedule")

    def on_mount(self) -> None:
        """Name the list, and be in it."""
        self._list.border_title = "Offers and agreements"
        self._list.focus()

    def reading(self) -> "Callable[[Reading], Agreements]":
        """What reads everything that was offered and agreed."""
        shown = self._shown
        chosen = shown.agreement_id if isinstance(shown, AgreementLine) else self.wanted
        return partial(views.agreements, on=self.accord.today, chosen_id=chosen)

    def show(self, view: Agreements) -> None:
        """Show the list, and the chosen one beside it."""
        self._schedules.clear()
        self._shown = None
        self._fill()
        self._choose_wanted()
        self._show_chosen()
        self.refresh_bindings()

    def choose(self, id_: int) -> None:
        """Choose an agreement, now or as soon as it is read."""
        self.wanted = id_
        if self.view is not None and self.is_mounted:
            self._choose_wanted()

    def _choose_wanted(self) -> None:
        if self.wanted is None or self.view is None:
            return
        key = ("agreement", self.wanted)
        if self.view.find(*key) is None:
            return
        if self.words and all(row.key != key for row in self._list.rows):
            self.query_one(FilterLine).value = self.words = ""
            self.query_one(FilterLine).remove_class("-open")
            self._fill()
        found = next((i for i, row in enumerate(self._list.rows) if row.key == key), None)
        if found is not None:
            self._list.cursor = found
            self.wanted = None
        self._list.focus()

    def _fill(self) -> None:
        if self.view is None:
            return
        self._list.empty = f"Nothing here has “{plain(self.words)}”." if self.words else NOTHING
        cells = CELLS if self.size.width >= ROOMY else CELLS // 2
        lines = AgreementLines(self.view, self.accord.locale, cells)
        self._list.set_rows(lines.rows(self.words))

    def on_resize(self) -> None:
        """Where there is no room for both, show the list alone; make its bars shorter."""
        self.set_class(self.size.width < BESIDE, "-single")
        self._fill()

    # --- what is chosen ---------------------------------------------------------------------

    @property
    def _list(self) -> RecordList:
        return self.query_one("#agreements", RecordList)

    @property
    def _schedule(self) -> RecordList:
        return self.query_one("#schedule", RecordList)

    @property
    def chosen(self) -> Line | None:
        """The offer or agreement that is chosen."""
        row = self._list.selected if self.is_mounted else None
        if row is None or self.view is None or not isinstance(row.key, tuple):
            return None
        kind, id_ = row.key
        return self.view.find(str(kind), int(id_))

    @property
    def agreement(self) -> AgreementLine | None:
        """The agreement that is chosen."""
        line = self.chosen
        return line if isinstance(line, AgreementLine) else None

    @property
    def offer(self) -> OfferLine | None:
        """The offer that is chosen."""
        line = self.chosen
        return line if isinstance(line, OfferLine) else None

    @property
    def promise(self) -> Promise | None:
        """The instalment that is chosen, while the schedule has the focus."""
        line, row = self.agreement, self._schedule.selected if self.is_mounted else None
        if line is None or row is None or self.focused is not self._schedule:
            return None
        return next((each for each in line.promises if each.instalment_id == row.key), None)

    @property
    def chosen_record(self) -> Record | None:
        """The chosen instalment, agreement or offer."""
        if self.promise is not None:
            return self.promise.record
        return None if self.chosen is None else identity(self.chosen)

    @property
    def _goes_on(self) -> bool:
        """Whether the chosen agreement may still be renegotiated, ended or adjusted."""
        line = self.agreement
        return line is not None and not line.after and line.ended_on is None

    @on(RecordList.Highlighted, "#agreements")
    def _highlighted(self) -> None:
        self._show_chosen()
        self.refresh_bindings()

    @on(RecordList.Highlighted, "#schedule")
    @on(events.DescendantFocus)
    def _moved(self) -> None:
        self.refresh_bindings()

    def _show_chosen(self) -> None:
        """Show the chosen one in full, if it is not shown already."""
        line = self.chosen
        if line is self._shown and line is not None:
            return
        before, self._shown = self._shown, line
        detail, brief = self.query_one("#detail", Static), self.query_one("#brief", Static)
        pane = self.query_one("#chosen")
        if line is None or self.view is None:
            detail.update("")
            brief.update("")
            pane.border_title = ""
            self._schedule.set_rows([])
            return
        lines = AgreementLines(self.view, self.accord.locale)
        heading, *said = lines.detail(line)
        pane.border_title = Content(plain(heading))
        if isinstance(line, AgreementLine) and not line.is_whole:
            read = partial(self._read_whole, line.agreement_id, self._edition)
            self.run_worker(read, thread=True, group="whole", exclusive=True, exit_on_error=False)
        detail.update("\n".join(map(plain, said)))
        brief.update("\n".join(plain(each) for each in said if each)[:400])
        key = id(line)
        if key not in self._schedules:
            self._schedules[key] = lines.schedule(line)
        self._schedule.display = isinstance(line, AgreementLine)
        is_other = before is not None or self.focused is not self._schedule
        self._schedule.set_rows(self._schedules[key], keep=not is_other)
        if is_other and isinstance(line, AgreementLine) and (upcoming := line.next_open):
            # Where the eye belongs: what is to be paid next.
            place = next(
                i for i, e in enumerate(line.promises) if e.instalment_id == upcoming.instalment_id
            )
            self._schedule.cursor = place

    def _read_whole(self, agreement_id: int, edition: int | None) -> None:
        """Read all the instalments of the chosen agreement, where the list leaves some out."""
        wanted = partial(views.agreement, on=self.accord.today, agreement_id=agreement_id)

        def read() -> None:
            line = self.accord.viewing.read(wanted)
            if line is not None:
                self.post_message(WholeRead(line, edition))

        self.try_reading(read)

    @on(WholeRead)
    def _tell_whole(self, message: WholeRead) -> None:
        # An older one would take back what the list was read anew for.
        if self.view is not None and message.edition == self._edition:
            self.view = self.view.with_line(message.line)
            self._show_chosen()
            self.refresh_bindings()

    # --- moving -----------------------------------------------------------------------------

    def action_open(self) -> None:
        """Go into the chosen agreement's schedule; there, see the instalment whole."""
        promise, line = self.promise, self.chosen
        if promise is not None:
            lines = formats.promise_details(promise, self.accord.today, self.accord.locale)
            title = f"{promise.creditor_name}, instalment {formats.place(promise)}"
            self.app.push_screen(Details(title, lines))
        elif line is not None:
            self.add_class("-detail")
            if isinstance(line, AgreementLine):
                self._schedule.focus()
            else:
                self.query_one("#about").can_focus = True
                self.query_one("#about").focus()
            self.refresh_bindings()

    def key_escape(self) -> None:
        """Go back to the list; from there, show everything again."""
        words = self.query_one(FilterLine)
        if words.has_focus or (self.focused is self._list and self.words):
            words.action_clear()
        self.remove_class("-detail")
        self.query_one("#about").can_focus = False
        self._list.focus()
        self.refresh_bindings()

    @on(RecordList.Opened)
    def _opened(self) -> None:
        self.action_open()

    def action_filter(self) -> None:
        """Look for words."""
        self.key_escape()
        self.query_one(FilterLine).open()

    @on(FilterLine.Wanted)
    def _wanted_words(self, message: FilterLine.Wanted) -> None:
        self.words = message.words.strip()
        self._fill()

    @on(FilterLine.Done)
    def _filtered(self) -> None:
        self._list.focus()

    # --- what can be done -------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key shows only where it does something now."""
        if not self.is_mounted:
            return True
        line = self.chosen
        if action in ("open", "delete", "compare"):
            return line is not None
        if action == "edit":
            return line is not None and (self.offer is None or self.offer.agreement_id is None)
        if action == "filter":
            return self.view is not None and bool(self.view.groups)
        if action == "accept":
            return self.offer is not None and self.offer.is_open
        if action == "answer":
            return self.offer is not None and self.offer.agreement_id is None
        if action in ("renegotiate", "add_instalment"):
            return self._goes_on
        if action == "end":
            return self.agreement is not None and not self.agreement.after
        if action in ("writing", "paper"):
            return self.agreement is not None
        if action == "adjust":
            return self._goes_on and self.promise is not None
        return super().check_action(action, parameters)

    @property
    def addressee(self) -> tuple[int, int | None] | None:
        """The creditor and debt of what is chosen."""
        line = self.chosen
        return None if line is None else (line.place.creditor_id, line.place.debt_id)

    @property
    def file_owner(self) -> "tuple[Owner, str] | None":
        """The chosen agreement."""
        line = self.agreement
        if line is None:
            return None
        return ("agreement", line.agreement_id), named(line, self.accord.today)

    @property
    def _debt_id(self) -> int | None:
        return self.chosen.place.debt_id if self.chosen is not None else None

    def action_make(self) -> None:
        """Record an agreement, on the chosen one's debt unless another is named."""
        from tui.dialogs import agreement

        agreement.begin(self.accord, self._debt_id)

    def action_offer(self) -> None:
        """Record an offer, on the chosen one's debt unless another is named."""
        from tui.dialogs import offer

        offer.begin(self.accord, self._debt_id)

    def action_compare(self) -> None:
        """Show the offers on the chosen one's debt side by side."""
        from tui.dialogs import compare

        if self._debt_id is not None:
            offer_id = self.offer.offer_id if self.offer is not None else None
            compare.begin(self.accord, self._debt_id, offer_id)

    def action_renegotiate(self) -> None:
        """Ask for the new terms of the chosen agreement."""
        from tui.dialogs import renegotiate

        if self.agreement is not None and self._goes_on:
            renegotiate.begin(self.accord, self.agreement)

    def action_accept(self) -> None:
        """Show what the chosen offer would promise, and accept it."""
        from tui.dialogs import agreement

        if self.offer is not None:
            agreement.accept(self.accord, self.offer)

    def action_answer(self) -> None:
        """Say what became of the chosen offer."""
        from tui.dialogs.answer_offer import AnswerOffer

        if self.offer is not None and self.view is not None and self.accord.ledger is not None:
            others = counters(self.view, self.offer)
            self.app.push_screen(AnswerOffer(self.accord, self.offer, others), self.said)

    def action_writing(self) -> None:
        """Say how far the paper of the chosen agreement is, and what it says."""
        from tui.dialogs import writing

        if self.agreement is not None:
            writing.begin(self.accord, self.agreement)

    def action_paper(self) -> None:
        """Write the chosen agreement as a paper for both to sign."""
        from tui.dialogs.agreement_paper import AgreementPaperForm

        if self.agreement is not None and self.accord.ledger is not None:
            self.app.push_screen(AgreementPaperForm(self.accord, self.agreement), self.said)

    def action_adjust(self) -> None:
        """Change the chosen instalment."""
        from tui.dialogs.instalment import InstalmentForm

        if self.agreement is not None and self.promise is not None and self._goes_on:
            form = InstalmentForm(self.accord, self.agreement, self.promise)
            self.app.push_screen(form, self.said)

    def action_add_instalment(self) -> None:
        """Add an instalment to the chosen agreement."""
        from tui.dialogs.instalment import InstalmentForm

        if self.agreement is not None and self._goes_on:
            self.app.push_screen(InstalmentForm(self.accord, self.agreement), self.said)

    def action_end(self) -> None:
        """End the chosen agreement, or take its end back."""
        from tui.dialogs import end_agreement

        if self.agreement is not None and not self.agreement.after:
            end_agreement.begin(self, self.agreement)

    def action_edit(self) -> None:
        """Correct what is chosen."""
        from tui.dialogs import agreement, offer

        if self.promise is not None and self._goes_on:
            self.action_adjust()
        elif self.agreement is not None and self.agreement.is_whole:
            agreement.correct(self.accord, self.agreement)
        elif self.offer is not None:
            offer.correct(self.accord, self.offer)

    def action_record_payment(self) -> None:
        """Log a payment: of the chosen instalment, else of the agreement's next open one."""
        promise = self.promise or (self.agreement.next_open if self.agreement else None)
        payment.begin(self.accord, promise)

    def action_log_contact(self) -> None:
        """Log a contact with the creditor of what is chosen."""
        from tui.dialogs import contact

        line = self.chosen
        if line is None:
            contact.begin(self.accord)
        else:
            contact.begin(self.accord, line.place.creditor_id, line.place.debt_id)

    def action_delete(self) -> None:
        """Ask once, naming what goes with it; then delete what is chosen."""
        promise, line = self.promise, self.chosen
        if promise is not None:
            delete_agreement.ask_instalment(self, promise)
        elif isinstance(line, OfferLine):
            delete_agreement.ask_offer(self, line)
        elif isinstance(line, AgreementLine) and self.accord.ledger is not None:
            read = partial(delete_agreement.read, self, line, self.accord.ledger)
            self.run_worker(read, thread=True, group="gone", exclusive=True, exit_on_error=False)

    @on(ToDelete)
    def _ask_delete(self, message: ToDelete) -> None:
        delete_agreement.ask_agreement(self, message.line, message.gone)
