"""Contacts: every call, letter and visit, and what each side said it would do."""

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

from store.ledger.contact_views import ContactLine, Timeline, Undertaken
from store.rules import dates
from tui import commands, views
from tui.dialogs.details import Details
from tui.dialogs.dialog import Question
from tui.messages import ReadFailed
from tui.screens.ledger_screen import LedgerScreen, Record, style_beside
from tui.widgets.cells import Column, Row, plain
from tui.widgets.filter_line import FilterLine
from tui.widgets.record_list import RecordList

if TYPE_CHECKING:
    from store.ledger.documents import Owner
    from store.records.database import Ledger, Reading


CHANNELS = {"phone": "☎", "letter": "✉", "email": "@", "chat": "◫", "text": "◫", "visit": "⌂"}
ARROWS = {"out": "→", "in": "←"}
STATES = {"open": "○", "overdue": "◌", "done": "●", "done late": "◷"}
STYLES = {"overdue": "late", "done": "good", "done late": "muted"}

CONTACT_COLUMNS = (
    Column("arrow", width=1),
    Column("channel", width=1),
    Column("day"),
    Column("who", max_width=22),
    Column("summary", flex=True),
)
OPEN_COLUMNS = (
    Column("state", width=1),
    Column("who", max_width=18),
    Column("text", flex=True),
    Column("due"),
)


class ContactsScreen(LedgerScreen[Timeline]):
    """Every call, letter and visit, and what each side said it would do."""

    NAME = commands.CONTACTS
    DEFAULT_CSS = style_beside(__file__)
    BINDINGS: ClassVar[list[BindingType]] = commands.bindings(commands.CONTACTS)

    words = ""
    """What the timeline is filtered by."""
    wanted: int | None = None
    """The contact to choose as soon as it is there."""

    def compose_body(self) -> ComposeResult:
        """The timeline, the chosen contact, and what is to be done."""
        with Horizontal(id="contacts"):
            with Vertical(id="left"):
                with Vertical(id="found"):
                    yield FilterLine("Words of a contact; phone, letter, in, out", id="words")
                    yield RecordList(CONTACT_COLUMNS, id="timeline")
                yield RecordList(OPEN_COLUMNS, id="open", empty="Nothing is to be done.")
            with VerticalScroll(id="chosen", can_focus=False):
                yield Static(markup=False, id="whole")

    def on_mount(self) -> None:
        """Name the panes."""
        self.query_one("#found").border_title = "Contacts"
        self.query_one("#chosen").border_title = "What was said"
        self._list("open").border_title = "To be done"
        self._list("timeline").focus()

    def reading(self) -> "Callable[[Reading], Timeline]":
        """What reads the timeline, filtered."""
        return partial(views.contacts, on=self.accord.today, words=self.words)

    def show(self, view: Timeline) -> None:
        """Show the timeline; what was chosen stays chosen."""
        today = self.accord.today
        timeline = self._list("timeline")
        timeline.empty = (
            f"No contact has “{plain(view.words)}”; esc shows all."
            if view.words
            else "No contact yet. c logs a call, a letter, an email or a visit."
        )
        timeline.set_rows([_contact_row(each, self.accord.today) for each in view.contacts])
        self._list("open").set_rows([_open_row(each, today) for each in view.open])
        shown = len(view.contacts)
        count = f"{shown} of {view.of}" if shown < view.of else f"{view.of}"
        self.query_one("#found").border_subtitle = count if view.of else None
        if self.wanted is not None:
            self._choose_now(self.wanted)
        if self.wanted is not None and not view.words:
            # It is older than what is listed.
            self._with_whole(self.wanted, self._read_it)
            self.wanted = None
        self._show_chosen()
        self.refresh_bindings()

    def choose(self, id_: int) -> None:
        """Choose a contact, all filters taken away."""
        self.wanted = id_
        if self.is_mounted and self.words:
            self.query_one(FilterLine).action_clear()
        elif self.is_mounted:
            self._choose_now(id_)
            # Not listed: new, so that it comes with the next read, or older than the list goes.
            self.refresh_view()

    def _choose_now(self, id_: int) -> None:
        timeline = self._list("timeline")
        index = next((i for i, row in enumerate(timeline.rows) if row.key == id_), None)
        if index is not None:
            timeline.cursor = index
            timeline.focus()
            self.wanted = None

    # --- what is chosen ---------------------------------------------------------------------

    def _list(self, id_: str) -> RecordList:
        return self.query_one(f"#{id_}", RecordList)

    @property
    def contact(self) -> ContactLine | None:
        """The contact under the cursor of the timeline."""
        row = self._list("timeline").selected
        if self.view is None or row is None:
            return None
        return next((each for each in self.view.contacts if each.contact_id == row.key), None)

    @property
    def undertaking(self) -> Undertaken | None:
        """The undertaking under the cursor, if its list has the focus."""
        listed = self._list("open")
        if self.view is None or self.focused is not listed or listed.selected is None:
            return None
        key = listed.selected.key
        return next((each for each in self.view.open if each.undertaking_id == key), None)

    @property
    def chosen_record(self) -> Record | None:
        """The chosen undertaking, else the contact."""
        if self.undertaking is not None:
            return "undertaking", self.undertaking.undertaking_id
        return None if self.contact is None else ("contact", self.contact.contact_id)

    @on(RecordList.Highlighted)
    @on(events.DescendantFocus)
    def _highlighted(self) -> None:
        self._show_chosen()
        self.refresh_bindings()

    def _show_chosen(self) -> None:
        undertaking = self.undertaking
        contact = self.contact
        if undertaking is not None and self.view is not None:
            of = undertaking.contact_id
            contact = next((each for each in self.view.contacts if each.contact_id == of), None)
        lines = [] if contact is None else contact_lines(contact, self.accord.today)
        self.query_one("#whole", Static).update(Content("\n").join(lines))

    # --- what can be done -------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key shows only where it does something now."""
        if action == "toggle_done":
            return self.undertaking is not None
        if action in ("edit", "delete", "open"):
            return self.undertaking is not None or self.contact is not None
        if action in ("add_undertaking", "follow_up", "open_creditor"):
            return self.contact is not None and self.undertaking is None
        return super().check_action(action, parameters)

    @property
    def addressee(self) -> tuple[int, int | None] | None:
        """With whom the chosen contact was, and about which debt."""
        if (undertaking := self.undertaking) is not None:
            return undertaking.creditor_id, None
        contact = self.contact
        return None if contact is None else (contact.creditor_id, contact.debt_id)

    @property
    def file_owner(self) -> "tuple[Owner, str] | None":
        """The chosen contact."""
        contact = self.contact
        if contact is None or self.undertaking is not None:
            return None
        day = dates.short(contact.at.date(), self.accord.today)
        return ("contact", contact.contact_id), f"{contact.creditor_name}, {day}"

    def action_write_letter(self) -> None:
        """Write a letter; what I said I would do, if it is chosen, is done by it."""
        from tui.dialogs import write_letter

        mine = self.undertaking
        if (to := self.addressee) is not None:
            done = mine.undertaking_id if mine is not None and mine.by == "me" else None
            write_letter.begin(self.accord, *to, done)

    def action_log_contact(self) -> None:
        """Log a contact with the creditor of the chosen one."""
        from tui.dialogs import contact

        chosen = self.contact
        if chosen is None:
            contact.begin(self.accord)
        else:
            contact.begin(self.accord, chosen.creditor_id, chosen.debt_id)

    def action_add_contact(self) -> None:
        """Log a contact with anybody."""
        from tui.dialogs import contact

        contact.begin(self.accord)

    def action_filter(self) -> None:
        """Find contacts by their words."""
        self.query_one(FilterLine).open()

    @on(FilterLine.Wanted)
    def _wanted(self, message: FilterLine.Wanted) -> None:
        self.words = message.words.strip()
        self.refresh_view()

    @on(FilterLine.Done)
    def _filtered(self) -> None:
        self._list("timeline").focus()

    @on(RecordList.Left)
    def _left(self, message: RecordList.Left) -> None:
        """Going past the end of one list goes on in the other."""
        other = self._list("open" if message.list.id == "timeline" else "timeline")
        wanted = 1 if message.list.id == "timeline" else -1
        if message.direction == wanted and other.rows:
            other.cursor = 0 if wanted == 1 else len(other.rows) - 1
            other.focus()

    @on(RecordList.Opened)
    def _opened(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        """Read the chosen contact whole; from an undertaking, go to its contact."""
        undertaking = self.undertaking
        if undertaking is not None:
            if undertaking.contact_id is not None:
                self.choose(undertaking.contact_id)
        elif self.contact is not None:
            self._with_whole(self.contact.contact_id, self._read_it)

    def _read_it(self, contact: ContactLine) -> None:
        title, *lines = (each.plain for each in contact_lines(contact, self.accord.today))
        self.app.push_screen(Details(title, lines))

    def _with_whole(self, contact_id: int, then: Callable[[ContactLine], None]) -> None:
        """Read one contact whole, in a thread, and go on with it."""
        if self.accord.viewing.is_possible:
            read = partial(self._read_whole, contact_id, then)
            self.run_worker(partial(self.try_reading, read), thread=True, exit_on_error=False)

    def _read_whole(self, contact_id: int, then: Callable[[ContactLine], None]) -> None:
        found = self.accord.viewing.read(partial(views.contact, contact_id=contact_id))
        if found is None:
            self.app.post_message(ReadFailed("That contact is no longer there."))
        else:
            self.app.call_from_thread(then, found)

    def action_edit(self) -> None:
        """Correct the chosen contact or undertaking."""
        from tui.dialogs import contact
        from tui.dialogs.undertaking import UndertakingForm

        undertaking = self.undertaking
        if undertaking is not None:
            form = UndertakingForm(
                self.accord, undertaking.creditor_id, undertaking.contact_id, editing=undertaking
            )
            self.app.push_screen(form, self.said)
        elif self.contact is not None:
            self._with_whole(self.contact.contact_id, partial(contact.correct, self.accord))

    def action_add_undertaking(self) -> None:
        """Record what one side said it would do in the chosen contact."""
        from tui.dialogs.undertaking import UndertakingForm

        if (chosen := self.contact) is not None:
            form = UndertakingForm(self.accord, chosen.creditor_id, chosen.contact_id)
            self.app.push_screen(form, self.said)

    def action_follow_up(self) -> None:
        """Choose a day to come back to the chosen contact."""
        from tui.dialogs import follow_up

        if (chosen := self.contact) is not None:
            follow_up.offer(
                self.accord, chosen.creditor_id, chosen.contact_id, chosen.creditor_name
            )

    def action_open_creditor(self) -> None:
        """Go to the creditor of the chosen contact."""
        if (chosen := self.contact) is not None:
            self.accord.open_record(commands.CREDITORS, chosen.creditor_id)

    def action_toggle_done(self) -> None:
        """Say that the chosen undertaking was done today, or is open after all."""
        if (chosen := self.undertaking) is not None:
            self.write(partial(self._toggle, chosen))

    def _toggle(self, chosen: Undertaken, ledger: "Ledger") -> str:
        from store.ledger import contacts

        done_on = None if chosen.done_on else self.accord.today
        contacts.keep_undertaking(ledger, chosen.undertaking_id, done_on=done_on)
        return f"{'Done' if done_on else 'Open again'}: {chosen.text} · u takes it back"

    def action_delete(self) -> None:
        """Ask once, naming what goes with it, then delete."""
        undertaking, chosen = self.undertaking, self.contact
        if undertaking is not None:
            title, body = "Delete this undertaking?", [undertaking.text]
            delete: Callable[[Ledger], str] = partial(self._delete_undertaking, undertaking)
        elif chosen is not None:
            title, body = "Delete this contact?", [chosen.summary[:200]]
            if chosen.undertakings:
                body.append("With it go: " + "; ".join(e.text for e in chosen.undertakings))
            if chosen.documents:
                body.append("and the files: " + ", ".join(chosen.documents))
            delete = partial(self._delete_contact, chosen)
        else:
            return
        self.app.push_screen(
            Question(title, "\n".join(map(plain, body)), yes="Delete", no="Keep it", default=False),
            lambda yes: self.write(delete) if yes else None,
        )

    def _delete_undertaking(self, chosen: Undertaken, ledger: "Ledger") -> str:
        from store.ledger import contacts

        contacts.delete_undertaking(ledger, chosen.undertaking_id)
        return f"Deleted: {chosen.text} · u takes it back"

    def _delete_contact(self, chosen: ContactLine, ledger: "Ledger") -> str:
        from store.ledger import contacts

        contacts.delete(ledger, chosen.contact_id)
        return f"Deleted: contact with {chosen.creditor_name} · u takes it back"


def _contact_row(contact: ContactLine, today: date) -> Row:
    return Row(
        contact.contact_id,
        (
            ARROWS[contact.direction],
            (CHANNELS.get(contact.channel, "·"), "accent"),
            dates.short(contact.at.date(), today),
            (contact.creditor_name, "title"),
            " ".join(contact.summary[:300].split()),
        ),
    )


def _open_row(each: Undertaken, today: date) -> Row:
    state = each.state(today)
    style = STYLES.get(state, "")
    who = each.creditor_name if each.by == "me" else f"← {each.creditor_name}"
    due = dates.relative(each.due_on, today) if each.due_on else ""
    return Row(
        each.undertaking_id, ((STATES[state], style), (who, "title"), each.text, (due, style))
    )


def contact_lines(contact: ContactLine, today: date) -> list[Content]:
    """A contact in full: with whom and when, what was said, and what came of it."""
    day = dates.short(contact.at.date(), today)
    how = f"{CHANNELS.get(contact.channel, '·')} {contact.channel}"
    whose = "I contacted them" if contact.direction == "out" else "they contacted me"
    lines = [
        Content.styled(plain(f"{contact.creditor_name} · {day} {contact.at:%H:%M}"), "bold"),
        Content(plain(f"{how}, {whose}")),
    ]
    for label, text in (
        ("about", contact.debt_name),
        ("with", contact.person),
        ("reference", contact.reference),
        ("why it is hard", contact.hardship),
        ("files", ", ".join(contact.documents)),
    ):
        if text:
            lines.append(Content(plain(f"{label}: {text}")))
    lines.append(Content(""))
    lines += [Content(plain(line)) for line in contact.summary.splitlines()]
    if contact.undertakings:
        lines.append(Content(""))
    for each in contact.undertakings:
        who = "I will" if each.by == "me" else "they will"
        state = each.state(today)
        said = f" · by {dates.short(each.due_on, today)}" if each.due_on else ""
        done = f" · {state} {dates.short(each.done_on, today)}" if each.done_on else f" · {state}"
        lines.append(Content(plain(f"{STATES[state]} {who}: {each.text}{said}{done}")))
    return lines
