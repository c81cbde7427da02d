"""My situation: what happened, in my own words, who was told which, and who has heard none."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from store.ledger.creditor_views import Told
from store.rules import dates
from store.rules.errors import AccordError
from tui.dialogs.dialog import Dialog, Modal, Question, Scrolling
from tui.dialogs.form import Form
from tui.messages import LedgerChanged
from tui.widgets.cells import Column, Row, plain
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import DateField, NoteField
from tui.widgets.record_list import RecordList

if TYPE_CHECKING:
    from sqlmodel import Session

    from tui.app import AccordApp

YES, NO = "yes", "no"


class Situations(Modal[None]):
    """The statements, newest first; `a` tells a new one, `e` corrects, `d` deletes."""

    DEFAULT_CSS = """
    Situations {
        align: center middle; background: $background 50%;
        & Dialog { width: 96; }
        & RecordList { height: auto; max-height: 8; margin: 1 0; }
        & .whole { height: auto; padding: 0 1 1 1; color: $foreground; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "tell", "Tell", id="situation.tell"),
        Binding("e,enter", "edit", "Edit", id="situation.edit"),
        Binding("d", "delete", "Delete", id="situation.delete"),
        Binding("escape,q,s", "dismiss", "Close", id="situation.close"),
    ]

    class Found(Message):
        """The statements were read."""

        def __init__(self, told: Sequence[Told]) -> None:
            super().__init__()
            self.told = told

    def __init__(self, app: "AccordApp") -> None:
        """`app` has the ledger."""
        super().__init__()
        assert app.ledger is not None
        self.accord, self.ledger, self.today = app, app.ledger, app.today
        self.told: Sequence[Told] = ()

    def compose(self) -> ComposeResult:
        """The list, and the chosen statement in full."""
        with Dialog() as dialog:
            dialog.border_title = "My situation"
            dialog.border_subtitle = "a tell · e edit · d delete · esc closes"
            yield RecordList(
                (Column("on"), Column("text", flex=True), Column("told", low=True)),
                empty="Nothing yet. a: say in your own words what happened, and since when.",
                classes="scrolling",
            )
            with Scrolling():
                yield Static(markup=False, classes="whole")

    def on_mount(self) -> None:
        """Read the statements."""
        self.query_one(RecordList).focus()
        self._read()

    def _read(self) -> None:
        self.run_worker(self._find, thread=True, exclusive=True, exit_on_error=False)

    def _find(self) -> None:
        from store.ledger import creditor_queries

        with self.ledger.reading() as session:
            self.post_message(self.Found(creditor_queries.situations(session, self.today)))

    def on_situations_found(self, message: Found) -> None:
        """Show them."""
        self.told = message.told
        self.query_one(RecordList).set_rows([self._row(each) for each in self.told])
        self.on_record_list_highlighted()

    def _row(self, each: Told) -> Row:
        count = len(each.told)
        told = "told nobody yet" if not count else f"told {count}"
        since = dates.short(each.on, self.today)
        return Row(each.situation_id, (since, " ".join(each.text.split()), (told, "muted")))

    @property
    def chosen(self) -> Told | None:
        """The statement under the cursor."""
        row = self.query_one(RecordList).selected
        if row is None:
            return None
        return next((each for each in self.told if each.situation_id == row.key), None)

    def on_record_list_highlighted(self) -> None:
        """Say the chosen one in full, and who heard it."""
        shown, each = self.query_one(".whole", Static), self.chosen
        if each is None:
            shown.update("")
            return
        lines = [plain(line) for line in each.text.splitlines()]
        if each.until is not None:
            lines.append(f"Until {dates.short(each.until, self.today)}.")
        if each.private:
            lines.append("Private: it goes into no letter.")
        told = ", ".join(f"{name} ({dates.short(on, self.today)})" for name, on in each.told)
        lines += ["", f"Told: {plain(told) or 'nobody yet'}"]
        if each.untold:
            lines.append(f"Not told yet: {plain(', '.join(each.untold))}")
        shown.update("\n".join(lines))

    def on_record_list_opened(self) -> None:
        """Enter corrects."""
        self.action_edit()

    def action_tell(self) -> None:
        """Write a new statement."""
        self.app.push_screen(SituationForm(self.accord), self._saved)

    def action_edit(self) -> None:
        """Correct the chosen one."""
        if self.chosen is not None:
            self.app.push_screen(SituationForm(self.accord, self.chosen), self._saved)

    def _saved(self, summary: str | None) -> None:
        if summary is not None:
            self.app.post_message(LedgerChanged(summary))
            self._read()

    def action_delete(self) -> None:
        """Ask once, then delete the chosen one."""
        if (chosen := self.chosen) is not None:
            self.app.push_screen(
                Question(
                    "Delete this statement?",
                    plain(chosen.text[:300]),
                    yes="Delete",
                    no="Keep it",
                    default=False,
                ),
                partial(self._delete, chosen),
            )

    def _delete(self, chosen: Told, yes: bool | None) -> None:
        if yes:
            self.run_worker(partial(self._delete_now, chosen), thread=True, exit_on_error=False)

    def _delete_now(self, chosen: Told) -> None:
        from store.ledger import situations

        try:
            situations.delete(self.ledger, chosen.situation_id)
        except AccordError as error:
            self.accord.call_from_thread(
                self.accord.notify, plain(error.message), severity="error", markup=False
            )
        else:
            self.accord.call_from_thread(self._saved, "Deleted · u takes it back")


class SituationForm(Form[str]):
    """What happened, since when, and for how long."""

    DRAFT: ClassVar[str] = "situation"

    def __init__(self, app: "AccordApp", editing: Told | None = None) -> None:
        """`editing` is a statement to correct."""
        super().__init__("Correct my situation" if editing else "My situation")
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.editing = editing

    @property
    def draft_name(self) -> str:
        """None while correcting."""
        return "" if self.editing else self.DRAFT

    def compose_fields(self) -> ComposeResult:
        """Since when, in my own words, until when, and for whose eyes."""
        was = self.editing
        yield NoteField("text", "In your own words", required=True, value=was.text if was else "")
        yield DateField(
            "on", "Since", self.today, self.locale, past=True, required=True,
            value=was.on.isoformat() if was else "today",
        )  # fmt: skip
        yield DateField(
            "until", "Until, if it ends", self.today, self.locale, ahead=True,
            value=was.until.isoformat() if was and was.until else "",
        )  # fmt: skip
        private = ChoiceField(
            "private", "Private?", [(YES, YES), (NO, NO)], required=True,
            hint="yes: it never goes into a letter by itself",
        )  # fmt: skip
        private.choose(YES if was and was.private else NO)
        yield private

    def afresh(self, session: "Session") -> "Callable[[], Form[str]] | None":
        """The same, of the record as it is now."""
        from store.ledger import creditor_queries

        was = self.editing
        there = creditor_queries.situations(session, self.today) if was else ()
        found = next((e for e in there if was and e.situation_id == was.situation_id), None)
        return partial(SituationForm, self.accord, found) if found else None

    def save(self, values: Mapping[str, Any]) -> str:
        """Record it; gives what was done."""
        from store.ledger import situations

        given = {**values, "private": values["private"] == YES, "today": self.today}
        if self.editing is None:
            situations.tell(self.ledger, **given)
            return "Written down · u takes it back"
        situations.edit(
            self.ledger, self.editing.situation_id, version=self.editing.version, **given
        )
        return "Corrected · u takes it back"
