"""What the forms for agreements, new terms and offers share: terms, and a live schedule."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Static

from store.ledger.agreement_views import Place
from store.rules import dates, money
from store.rules import terms as term_rules
from store.rules.errors import AccordError, BadInput
from store.rules.terms import Promised, Terms
from tui import commands, views
from tui.dialogs.form import Form
from tui.messages import LedgerChanged
from tui.screens.ledger_screen import LedgerScreen
from tui.widgets import terms_fields
from tui.widgets.cells import plain
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import AmountField, DateField, Field
from tui.widgets.schedule_preview import SchedulePreview
from tui.widgets.terms_fields import More, TermsFields

if TYPE_CHECKING:
    from store.ledger.agreements import Made
    from tui.app import AccordApp

UNREAD = "The schedule follows when every field can be read."
NO_AMOUNT = "Say how much: an amount, or a sum up front under More terms"
NOTHING = "What it promises is shown here as you type."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a preview is to be made of."""

    debt_id: int | None
    day: date
    terms: Terms
    replaces: int | None = None
    """The agreement in whose place it is to come."""


class TermsForm(Form[str]):
    """Fields for terms, the rarer ones behind `More`, and the schedule that they make."""

    DEFAULT_CSS = """
    TermsForm {
        & Dialog { width: 100; }
        & .note { height: auto; padding: 0 1; margin-bottom: 1; color: $foreground 80%; }
        & #caution { height: auto; color: $text-warning; display: none; }
        & .rarer { display: none; }
        & Dialog.-more .rarer { display: block; }
    }
    """
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 (Textual declares it for instances)
        (0, "-stacked"),
        (72, "-beside"),
    ]
    DAY: ClassVar[str] = "made_on"
    """The field with the day that the terms are of."""

    class PlacesRead(Message):
        """The debts that something can be agreed on were read."""

        def __init__(self, places: Sequence[Place]) -> None:
            super().__init__()
            self.places = places

    class PaydayRead(Message):
        """The next payday in a currency was read; None where none is known."""

        def __init__(self, payday: date | None, currency: str) -> None:
            super().__init__()
            self.payday, self.currency = payday, currency

    class CautionsRead(Message):
        """What to know before something is agreed on some debts was read, by their numbers."""

        def __init__(self, cautions: Mapping[int, str]) -> None:
            super().__init__()
            self.cautions = cautions

    class Previewed(Message):
        """A schedule was worked out, or why there is none."""

        def __init__(self, promised: Sequence[Promised], reason: str, notes: Sequence[str]) -> None:
            super().__init__()
            self.promised, self.reason, self.notes = promised, reason, notes

    def __init__(
        self,
        app: AccordApp,
        title: str,
        *,
        place: Place | None = None,
        debt_id: int | None = None,
        currency: str = "",
        terms: Terms | None = None,
        texts: Mapping[str, str] | None = None,
        save_label: str = "Save",
    ) -> None:
        """`place` is a debt that is fixed, `debt_id` one that is chosen at first, in a `currency`.

        `terms` fill the form in, `texts` say what else stands in its fields.
        """
        super().__init__(title, save_label=save_label)
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.place = place
        self.made_id: int | None = None
        """The agreement that was recorded."""
        self.debt_id = place.debt_id if place else debt_id
        self.begun_with = self.debt_id
        """The debt that it was opened with: what is kept of it is for that one."""
        self.currencies = {place.debt_id: place.currency} if place else {}
        self.names = {place.debt_id: place.creditor_name} if place else {}
        self.currency = place.currency if place else currency or app.currency
        self.country = app.settings.country
        self.cautions: Mapping[int, str] = {}
        self.proposes = terms is None or terms.amount is not None
        """Whether a first due date is proposed where none is there yet."""
        self.proposed = ""
        filled = terms_fields.texts(terms, self.currency, self.locale) if terms else {}
        self.texts = {"every": "every month", **filled, **(texts or {})}

    # --- fields -----------------------------------------------------------------------------

    @property
    def fields_of_terms(self) -> TermsFields:
        """What makes the fields."""
        return TermsFields(self.currency, self.today, self.locale, self.texts)

    def debt_field(self) -> ChoiceField:
        """Which debt it is on; fixed where it is known."""
        options = [(label_of(self.place), self.place.debt_id)] if self.place else []
        field = ChoiceField("debt", "Debt", options, required=True, hint="A creditor or debt")
        if self.place is not None:
            field.choose(self.place.debt_id)
            field.disabled = True
        return field

    def compose_rarer(self, *, capacity: bool) -> ComposeResult:
        """Give the line that opens the rarer fields, and these."""
        yield More(sum(bool(self.texts.get(name)) for name in terms_fields.RARER))
        for pair in self.fields_of_terms.rarer(capacity=capacity):
            pair.add_class("rarer")
            yield pair

    def compose_preview(self) -> ComposeResult:
        """Give what to know before anything is agreed, and the schedule."""
        yield Static(markup=False, id="caution")
        yield SchedulePreview(self.today, self.locale)

    # --- reading, in threads ----------------------------------------------------------------

    def on_mount(self) -> None:
        """Read the debts; show the schedule of what is filled in already."""
        if self.texts.get("upfront"):
            # A sum up front is what such terms are about.
            self.query_one(More).set_open(True)
        if self.place is None:
            self.read_later(self._read_places, "places")
        if self.proposes and not self.texts.get("first_due"):
            self.propose_first_due()
        if not self.is_correction:
            self.read_later(self._read_cautions, "cautions")
        self.preview()

    @property
    def is_correction(self) -> bool:
        """Whether it corrects what was recorded, and nothing is offered or agreed anew."""
        return False

    def _read_cautions(self) -> None:
        wanted = partial(views.cautions, on=self.today, country=self.country, locale=self.locale)
        self.post_message(self.CautionsRead(self.accord.viewing.read(wanted)))

    @on(CautionsRead)
    def _know_cautions(self, message: CautionsRead) -> None:
        self.cautions = message.cautions
        self._caution()

    def _caution(self) -> None:
        """Say what to know before anything is agreed on the debt that is chosen now."""
        said = self.cautions.get(self.debt_id or 0, "")
        shown = self.query_one("#caution", Static)
        shown.update(plain(f"! {said}"))
        shown.display = bool(said)

    def propose_first_due(self) -> None:
        """Propose a first due date, once payday is read."""
        read = partial(self._read_payday, self.currency)
        self.run_worker(read, thread=True, group="payday", exclusive=True, exit_on_error=False)

    def _read_payday(self, currency: str) -> None:
        wanted = partial(views.next_payday, on=self.today, currency=currency)
        self.post_message(self.PaydayRead(self.accord.viewing.read(wanted), currency))

    @on(PaydayRead)
    def _propose_first_due(self, message: PaydayRead) -> None:
        """Propose the day after payday, while nothing is typed there."""
        field = self.field("first_due")
        if field.touched or field.text != self.proposed or message.currency != self.currency:
            return
        payday = message.payday
        self.proposed = "" if payday is None else (payday + timedelta(days=1)).isoformat()
        field.fill(self.proposed)
        field.hint = (
            terms_fields.DAY_HINT
            if payday is None
            else f"the day after payday, {dates.short(payday, self.today)}"
        )
        self.preview()

    def _read_places(self) -> None:
        self.post_message(
            self.PlacesRead(self.accord.viewing.read(partial(views.places, on=self.today)))
        )

    @on(PlacesRead)
    def _offer_places(self, message: PlacesRead) -> None:
        self.currencies.update({each.debt_id: each.currency for each in message.places})
        self.names.update({each.debt_id: each.creditor_name for each in message.places})
        field = self.field("debt")
        assert isinstance(field, ChoiceField)
        field.set_options([(label_of(each), each.debt_id) for each in message.places])
        if self.debt_id in self.currencies and not field.touched:
            field.choose(self.debt_id)
        if not message.places:
            field.error = "There is no debt yet to agree on; add one under Creditors first."
        self.follow_debt()
        self.preview()

    # --- while one types --------------------------------------------------------------------

    def changed(self, field: Field) -> None:
        """Follow another debt; show the schedule."""
        if field.key == "debt":
            self.follow_debt()
        if field.key in terms_fields.RARER and field.touched:
            self.query_one(More).set_open(True)
        self.preview()

    def follow_debt(self) -> None:
        """Take the currency of the debt that is chosen now."""
        self.debt_id = self.value_of("debt")
        currency = self.currencies.get(self.debt_id or 0)
        if currency is not None and currency != self.currency:
            self.currency = currency
            for field in self.query(AmountField):
                field.currency = currency
            if self.proposes:
                self.propose_first_due()

    @on(More.Toggled)
    def _open_more(self, message: More.Toggled) -> None:
        message.stop()
        self.query_one("Dialog").set_class(message.is_open, "-more")

    def _go_to(self, field: Field) -> None:
        if field.key in terms_fields.RARER:
            self.query_one(More).set_open(True)
        super()._go_to(field)

    def preview(self) -> None:
        """Work the schedule out in a thread: it may have thousands of instalments."""
        self._caution()
        values, unread = self._values()
        first_due = self.field("first_due")
        is_sum_alone = values.get("amount") is None and values.get("upfront") is not None
        if is_sum_alone and self.proposed and first_due.text == self.proposed:
            first_due.fill("")
            values["first_due"] = None
        shown = self.query_one(SchedulePreview)
        day = values.get(self.DAY)
        if unread or day is None:
            # What is shown would be of other terms than are typed.
            self.workers.cancel_group(self, "preview")
            shown.say(UNREAD if unread else NOTHING)
        elif values.get("amount") is None and values.get("upfront") is None:
            self.workers.cancel_group(self, "preview")
            shown.say(NOTHING)
        else:
            asked = Asked(self.debt_id, day, terms_fields.read(values), values.get("replaces"))
            self.run_worker(
                partial(self._work_out, asked),
                thread=True,
                group="preview",
                exclusive=True,
                exit_on_error=False,
            )

    def _work_out(self, asked: Asked) -> None:
        from textual.worker import get_current_worker

        promised: Sequence[Promised] = ()
        reason, notes = "", []
        try:
            promised = self.promised(asked)
            notes = [
                *self._told(asked, promised),
                *self.notes(asked),
                *self.weighed(asked),
            ]
        except AccordError as error:
            reason = error.message
        if not get_current_worker().is_cancelled:
            self.post_message(self.Previewed(promised, reason, notes))

    def promised(self, asked: Asked) -> Sequence[Promised]:
        """The instalments that terms make, in a thread."""
        from store.ledger import agreements

        if asked.debt_id is None:
            return term_rules.schedule(asked.terms, asked.day)
        with self.ledger.reading() as session:
            return agreements.promised_by(
                session, asked.debt_id, asked.day, asked.terms, self.today
            )

    def notes(self, asked: Asked) -> list[str]:
        """What else is worth saying under the schedule, read in a thread."""
        return []

    def weighed(self, asked: Asked) -> list[str]:
        """What is to be known before this is promised: whether it fits, and how it ends."""
        from store.ledger import offer_queries
        from tui import verdicts

        if asked.debt_id is None:
            return []
        with self.ledger.reading() as session:
            found = offer_queries.weigh_terms(
                session,
                self.today,
                asked.debt_id,
                asked.terms,
                asked.day,
                without=self.takes_place_of(asked),
            )
        return verdicts.before_promising(found, self.currency, self.locale)

    def takes_place_of(self, asked: Asked) -> Collection[int] | None:
        """The agreements, by number, in whose place it comes; None: all that are on the debt."""
        return None

    def _told(self, asked: Asked, promised: Sequence[Promised]) -> list[str]:
        said = []
        before = sum(each.due_on < asked.day for each in promised)
        if before:
            are = "instalment falls" if before == 1 else "instalments fall"
            said.append(f"! {before} {are} due before the day of the agreement: is that right?")
        until = asked.terms.apr_until
        if asked.terms.apr is not None and until is not None and until < promised[0].due_on:
            day = dates.short(until, self.today)
            said.append(f"! The interest agreed ends on {day}, before the first payment.")
        return said

    @on(Previewed)
    def _show_preview(self, message: Previewed) -> None:
        shown = self.query_one(SchedulePreview)
        if message.promised:
            shown.show(message.promised, self.currency, message.notes)
        else:
            shown.say(message.reason)

    def _values(self) -> tuple[dict[str, Any], bool]:
        """What can be read now, and whether something of the terms cannot."""
        values: dict[str, Any] = {}
        unread = False
        for field in self.query(Field):
            try:
                values[field.key] = field.value()
            except BadInput:
                unread = unread or field.key not in ("debt", "replaces")
        return values, unread

    def lacking(self, values: Mapping[str, Any]) -> Iterator[BadInput]:
        """An amount or a sum up front, and with an amount its first day."""
        if "amount" in values and values["amount"] is None and values.get("upfront") is None:
            yield BadInput(NO_AMOUNT, field="amount")
        elif values.get("amount") is not None and values.get("first_due", True) is None:
            yield BadInput("Say when the first instalment is due", field="first_due")

    def value_of(self, name: str) -> Any:
        """A field's value, None while it cannot be read."""
        try:
            return self.field(name).value()
        except BadInput:
            return None


@contextmanager
def at_fields() -> Iterator[None]:
    """Show what the rules refuse at the field where it was typed."""
    try:
        yield
    except BadInput as error:
        raise terms_fields.field_of(error) from error


def label_of(place: Place) -> str:
    """A debt as people name it."""
    return plain(f"{place.creditor_name} · {place.debt_name}")


def note(text: str) -> Static:
    """A sentence between the fields."""
    return Static(plain(text), markup=False, classes="note")


def written_by(today: date, locale: str) -> DateField:
    """By when they said that they would send it in writing."""
    return DateField(
        "written_by",
        "They send it in writing by",
        today,
        locale,
        ahead=True,
        hint="empty: they have not said so",
    )


def ask(app: AccordApp, form: TermsForm) -> None:
    """Show a form, and say what it did."""
    app.push_screen(form, partial(_saved, app, form))


def _saved(app: AccordApp, form: TermsForm, summary: str | None) -> None:
    """Say what a form did, if it did anything, and choose what it made."""
    if summary is None:
        return
    app.post_message(LedgerChanged(summary))
    screen = app.screen
    if isinstance(screen, LedgerScreen) and screen.NAME == commands.AGREEMENTS and form.made_id:
        screen.choose(form.made_id)


def said(what: str, made: Made, form: TermsForm) -> str:
    """An agreement in one line, as a short note says it; it is chosen when the form closes."""
    form.made_id = made.agreement_id
    total = money.format(made.total, made.currency, form.locale)
    count = "1 instalment" if made.count == 1 else f"{made.count} instalments"
    first = dates.short(made.first_on, form.today)
    return f"{what} {made.creditor}: {count}, {total}, from {first} · u takes it back"
