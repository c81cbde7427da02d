"""The offers on a debt side by side: what each costs, whether it fits, whether cash carries it."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from store.ledger.offer_views import Compared, Comparison
from store.rules import money
from store.rules.errors import AccordError
from tui.dialogs.dialog import Dialog, Modal
from tui.messages import LedgerChanged, ReadFailed
from tui.widgets.cells import plain
from tui.widgets.compare_lines import COLUMNS, CompareLines
from tui.widgets.record_list import RecordList

if TYPE_CHECKING:
    from tui.app import AccordApp

KEYS = "A accept · R answer · o another offer · esc back"


class Compare(Modal[None]):
    """One row for what goes on now and for each offer; what to know of the chosen one under it."""

    DEFAULT_CSS = """
    Compare {
        align: center middle; background: $background 50%;
        & Dialog { width: 132; }
        & RecordList { height: auto; min-height: 3; max-height: 14; margin: 1 0 0 0; }
        & .whole { height: auto; padding: 1 2; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("A", "accept", "Accept", id="compare.accept"),
        Binding("R", "answer", "Answer", id="compare.answer"),
        Binding("o", "offer", "Another offer", id="compare.offer"),
        Binding("escape,q", "dismiss", "Back", id="compare.back"),
    ]

    class Read(Message):
        """The comparison was read."""

        def __init__(self, view: Comparison) -> None:
            super().__init__()
            self.view = view

    def __init__(self, app: "AccordApp", debt_id: int, offer_id: int | None = None) -> None:
        """`debt_id` is whose offers are compared, `offer_id` the one that is chosen at first."""
        super().__init__()
        assert app.ledger is not None
        self.accord, self.ledger, self.debt_id = app, app.ledger, debt_id
        self.wanted = offer_id
        self.lines: CompareLines | None = None

    def compose(self) -> ComposeResult:
        """Lay out the list, and the text under it."""
        with Dialog() as dialog:
            dialog.border_title = "Offers compared"
            dialog.border_subtitle = KEYS
            yield RecordList(COLUMNS, classes="scrolling", empty="Reading …")
            yield Static(markup=False, classes="whole")

    def on_mount(self) -> None:
        """Read in a thread."""
        self.query_one(RecordList).focus()
        self.refresh_view()

    def on_screen_resume(self) -> None:
        """An offer may have been added or answered meanwhile."""
        self.refresh_view()

    def refresh_view(self) -> None:
        """Read the comparison again."""
        self.run_worker(self._read, thread=True, exclusive=True, group="view")

    def _read(self) -> None:
        from store.ledger import offer_queries

        try:
            with self.ledger.reading() as session:
                view = offer_queries.compare(session, self.accord.today, self.debt_id)
        except AccordError as error:
            self.app.post_message(ReadFailed(error.message))
        else:
            self.post_message(self.Read(view))

    @on(Read)
    def _show(self, message: Read) -> None:
        view = message.view
        self.lines = CompareLines(view, self.accord.locale)
        place = view.place
        owed = (
            ""
            if view.balance is None
            else f", {money.format(view.balance, place.currency, self.accord.locale)} owed"
        )
        title = plain(f"{place.creditor_name} · {place.debt_name}{owed}")
        self.query_one(Dialog).border_title = Content(title)
        listed = self.query_one(RecordList)
        listed.set_rows(self.lines.rows())
        if self.wanted is not None:
            keys = [row.key for row in listed.rows]
            if self.wanted in keys:
                listed.cursor = keys.index(self.wanted)
            self.wanted = None
        self._highlighted()

    @property
    def chosen(self) -> Compared | None:
        """The line that is chosen."""
        row = self.query_one(RecordList).selected
        return None if row is None or self.lines is None else self.lines.find(row.key)

    @on(RecordList.Highlighted)
    def _highlighted(self) -> None:
        if self.lines is not None:
            said = self.lines.detail(self.chosen)
            self.query_one(".whole", Static).update("\n".join(map(plain, said)))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key does something only where there is an offer to do it with."""
        if action in ("accept", "answer"):
            offer = self.chosen.offer if self.is_mounted and self.chosen else None
            return offer is not None and (offer.is_open or action == "answer")
        return True

    @on(RecordList.Opened)
    def _opened(self) -> None:
        self.action_accept()

    def action_accept(self) -> None:
        """Show what the chosen offer would promise, and accept it."""
        from tui.dialogs import agreement

        line = self.chosen
        if line is not None and line.offer is not None and line.offer.is_open:
            self.dismiss()
            agreement.accept(self.accord, line.offer)

    def action_answer(self) -> None:
        """Say what became of the chosen offer."""
        from tui.dialogs.answer_offer import AnswerOffer

        line = self.chosen
        if self.lines is None or line is None or line.offer is None:
            return
        if line.offer.agreement_id is None:
            others = [
                each.offer
                for each in self.lines.view.offers
                if each.offer is not None and each.offer.by != line.offer.by
            ]
            form = AnswerOffer(self.accord, line.offer, others)
            self.app.push_screen(form, partial(_said, self.accord))

    def action_offer(self) -> None:
        """Record another offer on the debt."""
        from tui.dialogs import offer

        offer.begin(self.accord, self.debt_id, compares=False)


def _said(app: "AccordApp", summary: str | None) -> None:
    if summary is not None:
        app.post_message(LedgerChanged(summary))


def begin(app: "AccordApp", debt_id: int, offer_id: int | None = None) -> None:
    """Show the offers on a debt side by side."""
    if app.ledger is not None:
        app.push_screen(Compare(app, debt_id, offer_id))
