"""The form that logs a contact, or corrects one, with the call sheet beside it."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.widgets import Static

from store.ledger.contact_views import CallSheet, Choices, ContactLine
from store.rules import dates
from store.rules.errors import BadInput
from tui import views
from tui.dialogs.details import Details
from tui.dialogs.form import Form
from tui.messages import LedgerChanged
from tui.widgets.call_sheet import CallSheetPane
from tui.widgets.cells import kept, plain
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import DateField, Field, NoteField, TextField
from tui.widgets.moment_field import MomentField, text_of
from tui.widgets.path_field import PathsField

if TYPE_CHECKING:
    from sqlmodel import Session

    from tui.app import AccordApp

CHANNELS = ("phone", "letter", "email", "chat", "text", "visit")
DIRECTIONS = (("out: I contacted them", "out"), ("in: they contacted me", "in"))
SIDES = (("me", "What I will do"), ("creditor", "What they will do"))
SHEET_FROM = 112
"""Columns from which the call sheet stands beside the form."""


def begin(app: "AccordApp", creditor_id: int | None = None, debt_id: int | None = None) -> None:
    """Ask for a contact; with a creditor, about a debt, where they are given."""
    if app.ledger is not None:
        form = ContactForm(app, creditor_id=creditor_id, debt_id=debt_id)
        app.push_screen(form, partial(saved, app))


def correct(app: "AccordApp", contact: ContactLine) -> None:
    """Ask what is to be corrected about a contact, which is read whole."""
    if app.ledger is not None:
        app.push_screen(ContactForm(app, editing=contact), partial(saved, app))


def saved(app: "AccordApp", contact: "Saved | None") -> None:
    """Say what was logged, and ask when to come back to it."""
    if contact is None:
        return
    app.post_message(LedgerChanged(contact.summary))
    if contact.may_follow_up:
        from tui.dialogs import follow_up

        follow_up.offer(
            app, contact.creditor_id, contact.contact_id, contact.creditor, contact.back_on
        )


class Saved:
    """What was saved; a new contact without a day to come back to may be followed up."""

    def __init__(
        self,
        contact_id: int,
        creditor_id: int,
        creditor: str,
        summary: str,
        *,
        follow_up: bool,
        back_on: date | None = None,
    ) -> None:
        """`summary` says what was done, `back_on` by when they were asked to answer."""
        self.contact_id, self.creditor_id, self.creditor = contact_id, creditor_id, creditor
        self.summary, self.may_follow_up, self.back_on = summary, follow_up, back_on


class ContactForm(Form[Saved]):
    """With whom, when, how, what was said, and what each side will do."""

    DRAFT: ClassVar[str] = "contact"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "sheet", "Call sheet", id="contact.sheet"),
    ]
    DEFAULT_CSS = """
    ContactForm {
        & CallSheetPane { display: none; }
        &.-sheet { layout: horizontal; }
        &.-sheet CallSheetPane { display: block; }
        &.-sheet #caution { display: none; }
        & #caution { height: auto; color: $text-warning; }
        & Dialog { height: auto; }
    }
    """

    class ChoicesRead(Message):
        """What a contact can be with and about was read."""

        def __init__(self, choices: Choices) -> None:
            super().__init__()
            self.choices = choices

    class SheetRead(Message):
        """The call sheet of a creditor was read."""

        def __init__(self, sheet: CallSheet | None) -> None:
            super().__init__()
            self.sheet = sheet

    def __init__(
        self,
        app: "AccordApp",
        *,
        creditor_id: int | None = None,
        debt_id: int | None = None,
        editing: ContactLine | None = None,
    ) -> None:
        """`creditor_id` and `debt_id` fill the form in; `editing` is a contact to correct."""
        super().__init__("Correct a contact" if editing else "Log a contact")
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.country = app.settings.country
        self.now = app.ledger.now().astimezone()
        self.editing = editing
        self.creditor_id = editing.creditor_id if editing else creditor_id
        self.debt_id = editing.debt_id if editing else debt_id
        self.choices: Choices | None = None

    @property
    def draft_name(self) -> str:
        """A draft for each creditor, so that none fills in another's form."""
        if self.editing is not None:
            return ""
        return f"contact with {self.creditor_id}" if self.creditor_id else self.DRAFT

    # --- fields -----------------------------------------------------------------------------

    def compose_fields(self) -> ComposeResult:
        """What one types while on the telephone comes first."""
        was = self.editing
        creditor = ChoiceField("creditor", "With", [], required=True, hint="A creditor")
        yield creditor
        yield ChoiceField("debt", "About", [], hint="A debt, if it was about one")
        yield NoteField("summary", "What was said", required=True, value=was.summary if was else "")
        if was is None:
            for side, label in SIDES:
                yield TextField(f"{side}_text", label, hint="Call back, send a letter, freeze …")
                yield DateField(f"{side}_due", "by when", self.today, self.locale, ahead=True)
        yield MomentField(
            "at",
            "When",
            self.now,
            self.locale,
            required=True,
            value=text_of(was.at) if was else "now",
        )
        yield ChoiceField(
            "channel",
            "How",
            [(each, each) for each in CHANNELS],
            allow_new_text=True,
            required=True,
            value=plain(was.channel) if was else "phone",
        )
        direction = ChoiceField("direction", "Direction", list(DIRECTIONS), required=True)
        direction.choose(was.direction if was else "out")
        yield direction
        yield TextField("person", "With whom there", value=plain(was.person or "") if was else "")
        yield TextField(
            "reference",
            "Their reference",
            hint="A call id, a case number",
            value=plain(was.reference or "") if was else "",
        )
        yield TextField(
            "hardship",
            "Why it is hard to pay, as I told them",
            value=plain(was.hardship or "") if was else "",
        )
        yield ChoiceField("situation", "Which of my situations they heard", [])
        if was is None:
            yield PathsField("path", "Files", hint="Their letter, a photo: its path, or drag it in")

    def compose_preview(self) -> ComposeResult:
        """What to know before writing about a debt, where the call sheet does not say it."""
        yield Static(markup=False, id="caution")

    def compose(self) -> ComposeResult:
        """The form, and the call sheet where there is room for it."""
        yield from super().compose()
        yield CallSheetPane(self.today, self.locale)

    @property
    def first_field(self) -> str:
        """With whom is known already."""
        return "" if self.creditor_id is None else "summary"

    def on_mount(self) -> None:
        """Read what a contact can be with and about."""
        self.read_later(self._read_choices, "choices")
        self.call_after_refresh(self._wish_sheet)

    def fit_to(self, size: Size) -> None:
        """The call sheet stands beside the form where both fit."""
        super().fit_to(size)
        is_beside = size.width >= SHEET_FROM
        self.set_class(is_beside, "-sheet")
        self._dialog.border_subtitle = None if is_beside else "f3 call sheet"

    def action_sheet(self) -> None:
        """Show the call sheet where there is no room for it beside the form."""
        pane = self.query_one(CallSheetPane)
        if pane.lines:
            self.app.push_screen(Details("Call sheet", pane.lines))
        else:
            self.field("creditor").error = "Choose a creditor, and f3 shows its call sheet."

    # --- reading, in threads ----------------------------------------------------------------

    def _read_choices(self) -> None:
        self.post_message(self.ChoicesRead(self.accord.viewing.read(views.choices)))

    def _wish_sheet(self) -> None:
        if self.creditor_id is not None:
            read = partial(self._read_sheet, self.creditor_id)
            self.run_worker(read, thread=True, group="sheet", exclusive=True, exit_on_error=False)

    def _read_sheet(self, creditor_id: int) -> None:
        wanted = partial(
            views.call_sheet,
            on=self.today,
            creditor_id=creditor_id,
            country=self.country,
            locale=self.locale,
        )
        self.post_message(self.SheetRead(self.accord.viewing.read(wanted)))

    def on_contact_form_choices_read(self, message: ChoicesRead) -> None:
        """Offer creditors, their debts, and my situations by name."""
        self.choices = message.choices
        creditors = self._choice("creditor")
        creditors.set_options([(name, id_) for id_, name in message.choices.creditors])
        known = {id_ for id_, _ in message.choices.creditors}
        if self.creditor_id in known and not creditors.touched:
            creditors.choose(self.creditor_id)
        elif not known:
            creditors.error = "There is no creditor yet; add one first, or enter a letter."
        situation = self._choice("situation")
        situation.set_options([(text, id_) for id_, text in message.choices.situations])
        if self.editing is not None and self.editing.situation_id is not None:
            situation.choose(self.editing.situation_id)
        self._offer_debts()

    def _offer_debts(self) -> None:
        if self.choices is None:
            return
        debts = self._choice("debt")
        own = [
            (name, id_)
            for id_, name, holders in self.choices.debts
            if self.creditor_id is None or self.creditor_id in holders
        ]
        debts.set_options(own)
        if self.debt_id in {id_ for _, id_ in own} and not debts.touched:
            debts.choose(self.debt_id)

    def on_contact_form_sheet_read(self, message: SheetRead) -> None:
        """Show the call sheet."""
        if message.sheet is not None and message.sheet.creditor_id == self.creditor_id:
            self.query_one(CallSheetPane).show(message.sheet)
            cautions = [plain(f"! {each.caution}") for each in message.sheet.debts if each.caution]
            self.query_one("#caution", Static).update("\n".join(cautions))

    def changed(self, field: Field) -> None:
        """Follow another creditor."""
        if field.key != "creditor":
            return
        try:
            creditor_id = field.value()
        except BadInput:
            return
        if creditor_id != self.creditor_id:
            self.creditor_id = creditor_id
            self._offer_debts()
            self._wish_sheet()

    def _choice(self, name: str) -> ChoiceField:
        field = self.field(name)
        assert isinstance(field, ChoiceField)
        return field

    # --- saving -----------------------------------------------------------------------------

    def afresh(self, session: "Session") -> "Callable[[], Form[Saved]] | None":
        """The same, of the record as it is now."""
        from store.ledger import contact_queries

        was = self.editing
        found = contact_queries.contact(session, was.contact_id) if was else None
        return partial(ContactForm, self.accord, editing=found) if found else None

    def save(self, values: Mapping[str, Any]) -> Saved:
        """Log or correct the contact; gives what it did."""
        from store.ledger import contacts, documents

        was = self.editing
        given: dict[str, Any] = {
            "creditor_id": values["creditor"],
            "debt_id": values["debt"],
            "at": was.at if was is not None and not self.field("at").touched else values["at"],
            "channel": kept(was.channel if was else None, values["channel"]),
            "direction": values["direction"],
            "summary": values["summary"],
            "person": kept(was.person if was else None, values["person"]),
            "reference": kept(was.reference if was else None, values["reference"]),
            "hardship": kept(was.hardship if was else None, values["hardship"]),
            "situation_id": values["situation"],
        }
        if self.editing is not None:
            logged = contacts.edit(
                self.ledger, self.editing.contact_id, version=self.editing.version, **given
            )
            said = f"Corrected: contact with {logged.creditor} · u takes it back"
            return Saved(
                logged.contact_id, logged.creditor_id, logged.creditor, said, follow_up=False
            )
        undertakings = []
        for side, _ in SIDES:
            text, due_on = values[f"{side}_text"], values[f"{side}_due"]
            if text:
                undertakings.append(
                    contacts.Said("me" if side == "me" else "creditor", text, due_on)
                )
            elif due_on is not None:
                raise BadInput("Say what is to be done by then", field=f"{side}_text")
        files = [documents.read_file(each) for each in values["path"]]
        logged = contacts.log(self.ledger, undertakings=undertakings, files=files, **given)
        count = logged.undertakings
        rest = f" · {count} to be done" if count else ""
        day = dates.short(logged.at.date(), self.today)
        return Saved(
            logged.contact_id,
            logged.creditor_id,
            logged.creditor,
            f"Contact with {logged.creditor}, {day}{rest} · u takes it back",
            follow_up=not any(each.by == "me" and each.due_on for each in undertakings),
        )
