"""Creditors: whom I owe, what, and all that passed between us."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from store.ledger.creditor_views import CreditorLine, DebtLine, Entry, Event
from tui import commands, views
from tui.dialogs.details import Details
from tui.dialogs.dialog import Question
from tui.screens.ledger_screen import LedgerScreen, Record, style_beside
from tui.views import Whom
from tui.widgets.cells import plain
from tui.widgets.creditor_lines import CREDITOR_COLUMNS, DETAIL_COLUMNS, CreditorLines
from tui.widgets.filter_line import FilterLine, matching
from tui.widgets.record_list import RecordList

if TYPE_CHECKING:
    from store.ledger.debts import Details as DebtDetails
    from store.ledger.documents import Owner, OwnerKind
    from store.records.database import Ledger, Reading

ENTRIES = ("charge", "balance", "moratorium")
"""What was entered on a debt, and can be corrected or taken away on the timeline."""

FILED: "tuple[OwnerKind, ...]" = ("debt", "contact", "agreement", "payment")
"""What files can belong to on the timeline."""

ABOUT = ("step", "address", "notes")
"""What is told of a creditor without being a record of its own."""

LONGER = ("contact", *ABOUT)
"""What may have more to say than its line has room for."""


class CreditorsScreen(LedgerScreen[Whom]):
    """Whom I owe, what, and all that passed between us."""

    NAME = commands.CREDITORS
    DEFAULT_CSS = style_beside(__file__)
    BINDINGS: ClassVar[list[BindingType]] = commands.bindings(commands.CREDITORS)

    words = ""
    """What the list is filtered by."""
    chosen_id: int | None = None
    """The creditor that is shown at the right."""
    _shown_id: int | None = None
    """Whose lines the right has now."""

    class DebtRead(Message):
        """A debt was read whole, to be corrected."""

        def __init__(self, line: DebtLine, details: "DebtDetails") -> None:
            super().__init__()
            self.line = line
            self.details = details

    class EventsRead(Message):
        """What passed with a creditor was read."""

        def __init__(self, creditor_id: int, events: tuple[Event, ...]) -> None:
            super().__init__()
            self.creditor_id = creditor_id
            self.events = events

    class EntryRead(Message):
        """A charge, balance or moratorium was read, to be corrected."""

        def __init__(self, entry: Entry) -> None:
            super().__init__()
            self.entry = entry

    def compose_body(self) -> ComposeResult:
        """The list and its totals, and the chosen creditor beside it."""
        with Horizontal(id="creditors"):
            with Vertical(id="left"):
                yield FilterLine("A name")
                yield RecordList(CREDITOR_COLUMNS, id="list")
                yield Static(markup=False, id="totals")
            with Vertical(id="right"):
                yield Static(markup=False, id="reach")
                yield RecordList(DETAIL_COLUMNS, id="detail")
                yield Static(markup=False, id="about")

    def on_mount(self) -> None:
        """Name the list."""
        self.query_one("#left").border_title = "Creditors"
        self._list.focus()

    def reading(self) -> "Callable[[Reading], Whom]":
        """What reads every creditor, and what passed with the chosen one, else the first."""
        return partial(views.creditors, on=self.accord.today, chosen_id=self.chosen_id)

    def show(self, view: Whom) -> None:
        """Show the list, and the chosen creditor."""
        ids = {each.creditor_id for each in view.creditors.creditors}
        if self.chosen_id not in ids:
            self.chosen_id = view.chosen
        elif self.chosen_id != view.chosen:
            # The cursor went on while it was read.
            self._wish_events()
        self._fill(view)
        lines = self._lines
        totals = [
            lines.amount(total, currency)
            for currency, total in sorted(view.creditors.totals.items())
        ]
        self.query_one("#totals", Static).update(f"In all {' + '.join(totals)}" if totals else "")
        self._show_chosen(view)
        self.refresh_bindings()

    def _fill(self, view: Whom) -> None:
        """Show the list, filtered, with the cursor on the chosen creditor."""
        listed = self._list
        listed.empty = (
            f"Nobody here has “{plain(self.words)}”."
            if self.words
            else "Nobody yet. L enters a letter that came; a adds a creditor."
        )
        rows = [self._lines.row(each) for each in view.creditors.creditors]
        listed.set_rows(matching(rows, self.words))
        self._put_cursor(self.chosen_id)

    def _show_chosen(self, view: Whom) -> None:
        lines, creditor = self._lines, self.creditor
        right, detail = self.query_one("#right"), self._detail
        if creditor is None:
            right.border_title = None
            self.query_one("#reach", Static).update("")
            detail.set_rows([])
        else:
            right.border_title = Content(plain(creditor.name))
            reach = lines.reach(creditor)
            self.query_one("#reach", Static).update("\n".join(reach))
            self.query_one("#reach").display = bool(reach)
            of_it = view.events if view.chosen == creditor.creditor_id else ()
            # Of another creditor, one begins at the top.
            is_same = self._shown_id == creditor.creditor_id
            detail.set_rows(lines.rows(creditor, of_it), keep=is_same)
            self._shown_id = creditor.creditor_id
        self._show_about()

    def choose(self, id_: int) -> None:
        """Choose a creditor, all filters taken away."""
        self.chosen_id, self.words = id_, ""
        if self.is_mounted:
            self.query_one(FilterLine).action_clear()
            self.refresh_view()

    def _put_cursor(self, id_: int | None) -> None:
        listed = self._list
        index = next((i for i, row in enumerate(listed.rows) if row.key == id_), None)
        if index is not None and listed.cursor != index:
            listed.cursor = index

    # --- what is chosen ---------------------------------------------------------------------

    @property
    def _lines(self) -> CreditorLines:
        return CreditorLines(self.accord.today, self.accord.locale)

    @property
    def _list(self) -> RecordList:
        return self.query_one("#list", RecordList)

    @property
    def _detail(self) -> RecordList:
        return self.query_one("#detail", RecordList)

    @property
    def creditor(self) -> CreditorLine | None:
        """The creditor that is chosen."""
        found = () if self.view is None else self.view.creditors.creditors
        return next((each for each in found if each.creditor_id == self.chosen_id), None)

    @property
    def record(self) -> tuple[str, int] | None:
        """What is chosen at the right, by table and number, while that has the focus."""
        row = self._detail.selected
        if self.focused is not self._detail or row is None or not isinstance(row.key, tuple):
            return None
        return row.key

    @property
    def chosen_record(self) -> Record | None:
        """What is chosen at the right, where that is a record; else the creditor."""
        creditor, record = self.creditor, self.record
        if creditor is None:
            return None
        is_record = record is not None and record[0] not in ABOUT
        return record if is_record else ("creditor", creditor.creditor_id)

    @property
    def debt(self) -> DebtLine | None:
        """The debt that is chosen; a creditor's only one needs no choosing."""
        creditor, record = self.creditor, self.record
        if creditor is None:
            return None
        held = [each for each in creditor.debts if each.creditor_id == creditor.creditor_id]
        if record is not None and record[0] == "debt":
            return next((each for each in creditor.debts if each.debt_id == record[1]), None)
        return held[0] if len(held) == 1 else None

    @on(RecordList.Highlighted, "#list")
    def _other(self, message: RecordList.Highlighted) -> None:
        """Show another creditor; what passed with it follows when it is read."""
        key = message.row.key if message.row is not None else None
        if isinstance(key, int) and key != self.chosen_id:
            self.chosen_id = key
            if self.view is not None:
                self._show_chosen(self.view)
            self._wish_events()
        self.refresh_bindings()

    def _wish_events(self) -> None:
        """Read what passed with the chosen creditor: the list itself is as it was."""
        if self.accord.viewing.is_possible and (id_ := self.chosen_id) is not None:
            read = partial(self.try_reading, partial(self._read_events, id_))
            self.run_worker(read, thread=True, group="events", exclusive=True, exit_on_error=False)

    def _read_events(self, creditor_id: int) -> None:
        read = partial(views.events, on=self.accord.today, creditor_id=creditor_id)
        self.post_message(self.EventsRead(creditor_id, self.accord.viewing.read(read)))

    def on_creditors_screen_events_read(self, message: EventsRead) -> None:
        """Show them, unless another creditor was chosen meanwhile."""
        if self.view is not None and message.creditor_id == self.chosen_id:
            self.view = self.view._replace(chosen=message.creditor_id, events=message.events)
            self._show_chosen(self.view)

    @on(RecordList.Highlighted, "#detail")
    @on(events.DescendantFocus)
    def _show_about(self) -> None:
        record, debt = self.record, self.debt
        about: list[str] = []
        if record is not None and record[0] == "debt" and debt is not None:
            about = [plain(each) for each in self._lines.detail(debt)]
        elif record is not None and record[0] in LONGER and self.creditor is not None:
            # What the line has no room for.
            row = self._detail.selected
            cell = row.cells[2] if row is not None else ""
            text = plain(cell if isinstance(cell, str) else cell[0])
            about = [text] if len(text) > self._detail.size.width // 2 else []
        shown = self.query_one("#about", Static)
        shown.update("\n".join(about))
        shown.display = bool(about)
        self.refresh_bindings()

    # --- what can be done -------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key shows only where it does something now."""
        if action in ("entry", "transfer"):
            return self.debt is not None
        if action in ("edit", "delete") and self.creditor is not None and self.record is not None:
            also = ("transfer",) if action == "delete" else ("address", "notes")
            return self.record[0] in ("debt", *ENTRIES, *also)
        if action in ("add_debt", "edit", "delete", "open", "filter"):
            return self.creditor is not None
        return super().check_action(action, parameters)

    @property
    def addressee(self) -> tuple[int, int | None] | None:
        """The chosen creditor, and the debt that is chosen with it."""
        creditor = self.creditor
        if creditor is None:
            return None
        record, debt = self.record, self.debt
        is_chosen = record is not None and record[0] == "debt" and debt is not None
        return creditor.creditor_id, debt.debt_id if is_chosen and debt is not None else None

    @property
    def file_owner(self) -> "tuple[Owner, str] | None":
        """What is chosen on the timeline, else the creditor."""
        creditor = self.creditor
        if creditor is None:
            return None
        record = self.record
        if record is not None:
            for kind in FILED:
                if record[0] == kind:
                    return (kind, record[1]), f"{creditor.name}, {kind}"
        return ("creditor", creditor.creditor_id), creditor.name

    def action_record_payment(self) -> None:
        """Log a payment: of the chosen creditor's first open promise."""
        from tui.dialogs import payment

        self._with_promise(partial(payment.begin, self.accord))

    def _with_promise(self, then: Callable[..., None]) -> None:
        if self.accord.ledger is not None:
            self.open_after(partial(self._find_promise, self.creditor, then))

    def _find_promise(self, creditor: CreditorLine | None, then: Callable[..., None]) -> None:
        held = frozenset(each.debt_id for each in creditor.debts) if creditor else frozenset()
        read = partial(views.next_promise, on=self.accord.today, debts=held)
        self.app.call_from_thread(then, self.accord.viewing.read(read))

    def action_log_contact(self) -> None:
        """Log a contact with the chosen creditor."""
        from tui.dialogs import contact

        debt, creditor = self.debt, self.creditor
        contact.begin(
            self.accord,
            creditor.creditor_id if creditor else None,
            debt.debt_id if debt else None,
        )

    def action_letter(self) -> None:
        """Enter a letter, from the chosen creditor while the focus is on its side."""
        from tui.dialogs import letter

        inside = self.focused is self._detail
        letter.begin(self.accord, self.chosen_id if inside else None)

    def action_add_creditor(self) -> None:
        """Add a creditor."""
        from tui.dialogs.creditor import CreditorForm

        form = CreditorForm(self.accord)

        def added(summary: str | None) -> None:
            if form.added_id is not None:
                # Whoever was just added is whom one goes on with.
                self.chosen_id = form.added_id
                self._list.focus()
            self.said(summary)

        self.app.push_screen(form, added)

    def action_add_debt(self) -> None:
        """Add a debt to the chosen creditor."""
        from tui.dialogs.debt import DebtForm

        if (creditor := self.creditor) is not None:
            form = DebtForm(self.accord, creditor.creditor_id, creditor.name, creditor.currency)
            self.app.push_screen(form, self.said)

    def action_edit(self) -> None:
        """Correct the chosen debt, else the creditor."""
        from tui.dialogs.creditor import CreditorForm

        record, debt, ledger = self.record, self.debt, self.accord.ledger
        if record is not None and record[0] == "debt" and debt is not None and ledger is not None:
            self.open_after(partial(self._read_debt, ledger, debt))
        elif record is not None and record[0] in ENTRIES and ledger is not None:
            self.open_after(partial(self._read_entry, ledger, record))
        elif (creditor := self.creditor) is not None:
            self.app.push_screen(CreditorForm(self.accord, creditor), self.said)

    def _read_debt(self, ledger: "Ledger", line: DebtLine) -> None:
        from store.ledger import debts

        with ledger.reading() as session:
            self.post_message(self.DebtRead(line, debts.details(session, line.debt_id)))

    def _read_entry(self, ledger: "Ledger", record: tuple[str, int]) -> None:
        from store.ledger import entries

        with ledger.reading() as session:
            self.post_message(self.EntryRead(entries.find(session, *record)))

    def on_creditors_screen_entry_read(self, message: EntryRead) -> None:
        """Correct the entry that was read."""
        from tui.dialogs import entries

        entry, creditor = message.entry, self.creditor
        own = () if creditor is None else creditor.debts
        if (debt := next((e for e in own if e.debt_id == entry.debt_id), None)) is not None:
            self.app.push_screen(entries.form(self.accord, entry.table, debt, entry), self.said)

    def on_creditors_screen_debt_read(self, message: DebtRead) -> None:
        """Correct the debt that was read."""
        from tui.dialogs.debt import DebtForm

        line = message.line
        form = DebtForm(
            self.accord, line.creditor_id, line.creditor, line.currency, line, message.details
        )
        self.app.push_screen(form, self.said)

    def action_entry(self) -> None:
        """Ask what is to be added to the chosen debt."""
        from tui.dialogs.menu import Menu

        if (debt := self.debt) is None:
            return
        self.app.push_screen(
            Menu(
                plain(debt.name),
                (
                    ("charge", "Interest, a fee, a refund or a waiver"),
                    ("balance", "What a letter says is owed"),
                    ("moratorium", "Days on which it may not be pursued"),
                    ("transfer", "It went to another creditor"),
                ),
            ),
            partial(self._enter, debt),
        )

    def _enter(self, debt: DebtLine, what: str | None) -> None:
        from tui.dialogs import entries

        if what == "transfer":
            self._transfer(debt)
        elif what is not None:
            self.app.push_screen(entries.form(self.accord, what, debt), self.said)

    def action_transfer(self) -> None:
        """Say that the chosen debt went to another creditor."""
        if (debt := self.debt) is not None:
            self._transfer(debt)

    def _transfer(self, debt: DebtLine) -> None:
        from tui.dialogs.entries import TransferForm

        if self.view is not None:
            others = [
                (each.creditor_id, each.name)
                for each in self.view.creditors.creditors
                if each.creditor_id != debt.creditor_id and each.currency == debt.currency
            ]
            self.app.push_screen(TransferForm(self.accord, debt, others), self.said)

    def action_situations(self) -> None:
        """Show my situation, and who was told."""
        from tui.dialogs.situations import Situations

        if self.accord.ledger is not None:
            self.app.push_screen(Situations(self.accord))

    def action_filter(self) -> None:
        """Keep only the creditors with some words."""
        self.query_one(FilterLine).open()

    @on(FilterLine.Wanted)
    def _wanted(self, message: FilterLine.Wanted) -> None:
        self.words = message.words.strip()
        if self.view is not None:
            self._fill(self.view)

    @on(FilterLine.Done)
    def _filtered(self) -> None:
        self._list.focus()

    @on(RecordList.Opened)
    def _opened(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        """Go into the chosen creditor; from its timeline, to what is chosen there."""
        if self.focused is not self._detail:
            if self._detail.rows:
                self._detail.focus()
            return
        if (record := self.record) is None or self.view is None:
            return
        table, id_ = record
        event = next((each for each in self.view.events if each.record == record), None)
        if table == "contact":
            self.accord.open_record(commands.CONTACTS, id_)
        elif table == "agreement":
            self.accord.open_record(commands.AGREEMENTS, id_)
        elif table == "payment" and event is not None:
            self.accord.open_day(event.on)
        elif table == "debt" and self.debt is not None:
            title, *lines = self._lines.whole(self.debt)
            self.app.push_screen(Details(title, lines))
        elif table in ("address", "notes") and self.creditor is not None:
            text = (self.creditor.address if table == "address" else self.creditor.notes) or ""
            self.app.push_screen(Details(self.creditor.name, text.splitlines()))
        elif (row := self._detail.selected) is not None:
            texts = [cell if isinstance(cell, str) else cell[0] for cell in row.cells]
            name = self.creditor.name if self.creditor is not None else ""
            self.app.push_screen(Details(name, [texts[2], texts[1], texts[3]]))

    def key_escape(self) -> None:
        """Back to the list."""
        self._list.focus()

    # --- deleting ---------------------------------------------------------------------------

    def action_delete(self) -> None:
        """Ask once, naming what goes with it, then delete what is chosen."""
        record, creditor, ledger = self.record, self.creditor, self.accord.ledger
        if creditor is None or ledger is None:
            return
        target = record or ("creditor", creditor.creditor_id)
        if target[0] in ("creditor", "debt"):
            self.open_after(partial(self._find_goes_with, ledger, target))
        elif target[0] in ENTRIES or target[0] == "transfer":
            self._ask(target, f"Delete this {target[0]}?", "")

    def _find_goes_with(self, ledger: "Ledger", target: tuple[str, int]) -> None:
        from store.ledger import creditors, debts

        with ledger.reading() as session:
            if target[0] == "debt":
                found, name = (
                    debts.goes_with(session, target[1]),
                    debts.get(session, target[1]).name,
                )
            else:
                found = creditors.goes_with(session, target[1])
                name = creditors.get(session, target[1]).name
        said = ", ".join(f"{count} {what}" for what, count in found.items())
        body = f"With it go: {said}." if said else "Nothing goes with it."
        self.app.call_from_thread(self._ask, target, f"Delete {name}?", body)

    def _ask(self, target: tuple[str, int], title: str, body: str) -> None:
        self.app.push_screen(
            Question(title, body, yes="Delete", no="Keep it", default=False),
            lambda yes: self.write(partial(_delete, target)) if yes else None,
        )


def _delete(target: tuple[str, int], ledger: "Ledger") -> str:
    from store.ledger import creditors, debts

    table, id_ = target
    if table == "creditor":
        name = creditors.delete(ledger, id_)
    elif table == "debt":
        name = debts.delete(ledger, id_)
    elif table == "transfer":
        debts.take_transfer_back(ledger, id_)
        name = "the transfer"
    else:
        debts.delete_entry(ledger, table, id_)
        name = f"the {table}"
    return f"Deleted {name} · u takes it back"
