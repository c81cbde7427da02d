"""The form for an offer: terms that I or the creditor put to the other side."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Static

from store.ledger.agreement_views import OfferLine
from store.ledger.contact_views import ContactLine
from store.rules import dates
from store.rules.differences import differences
from store.rules.errors import BadInput
from store.rules.terms import Terms, sentences
from tui.dialogs import compare
from tui.dialogs.terms_form import NO_AMOUNT, Asked, TermsForm, ask, at_fields
from tui.messages import LedgerChanged
from tui.widgets import terms_fields
from tui.widgets.cells import plain
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import DateField
from tui.widgets.terms_fields import Pair

if TYPE_CHECKING:
    from sqlmodel import Session

    from tui.app import AccordApp

SIDES = (("me", "me"), ("the creditor", "creditor"))
ALSO = {"I": "me", "mine": "me", "myself": "me", "them": "creditor", "they": "creditor"}
"""Other words for the two sides."""


def begin(
    app: "AccordApp",
    debt_id: int | None = None,
    *,
    terms: Terms | None = None,
    currency: str = "",
    compares: bool = True,
) -> None:
    """Ask for an offer, on a debt and with terms where they are given; then compare it.

    `currency` is that of the terms.
    """
    if app.ledger is None:
        return
    form = OfferForm(app, debt_id=debt_id, terms=terms, currency=currency)

    def saved(summary: str | None) -> None:
        if summary is not None:
            app.post_message(LedgerChanged(summary))
            if compares and form.recorded_on is not None:
                compare.begin(app, form.recorded_on, form.offer_id)

    app.push_screen(form, saved)


def correct(app: "AccordApp", line: OfferLine) -> None:
    """Ask what is to be corrected about an offer."""
    if app.ledger is not None:
        ask(app, OfferForm(app, editing=line))


class OfferForm(TermsForm):
    """Whose offer, of when, until when, and its terms; gives what it did, in words."""

    DRAFT = "offer"
    DAY = "on"

    class EarlierRead(Message):
        """The offers so far, the newest contacts, and who holds each debt were read."""

        def __init__(
            self,
            offers: Sequence[OfferLine],
            contacts: Sequence[ContactLine],
            holders: Mapping[int, int],
        ) -> None:
            super().__init__()
            self.offers, self.contacts, self.holders = offers, contacts, holders

    def __init__(
        self,
        app: "AccordApp",
        *,
        debt_id: int | None = None,
        terms: Terms | None = None,
        currency: str = "",
        editing: OfferLine | None = None,
    ) -> None:
        """`terms` in a `currency` fill a new one in, `editing` is an offer to correct."""
        super().__init__(
            app,
            "Correct an offer" if editing else "A new offer",
            place=editing.place if editing else None,
            debt_id=debt_id,
            currency=currency,
            terms=editing.terms if editing else terms,
        )
        self.editing = editing
        self.is_filled_in = terms is not None
        self.proposes = self.proposes and editing is None
        self.recorded_on: int | None = None
        """The debt that an offer was recorded on."""
        self.offer_id: int | None = None
        self.earlier: Sequence[OfferLine] = ()
        self.contacts: Sequence[ContactLine] = ()
        self.holders: Mapping[int, int] = {}

    @property
    def draft_name(self) -> str:
        """What is typed is kept for new offers only."""
        if self.editing is not None or self.is_filled_in:
            return ""
        return f"{self.DRAFT} on {self.begun_with}" if self.begun_with else self.DRAFT

    @property
    def is_correction(self) -> bool:
        """Whether it corrects what was recorded."""
        return self.editing is not None

    def compose_fields(self) -> ComposeResult:
        """Whose and when, then the terms."""
        line = self.editing
        by = ChoiceField("by", "Offered by", SIDES, required=True, hint="me, or the creditor")
        by.choose(line.by if line else "me")
        yield Pair(self.debt_field(), by)
        day = line.on if line else self.today
        until = line.valid_until if line else None
        yield Pair(
            DateField(
                "on",
                "Offered on",
                self.today,
                self.locale,
                past=True,
                required=True,
                hint="today, mon, 3 nov",
                value="today" if day == self.today else day.isoformat(),
            ),
            DateField(
                "valid_until",
                "Valid until",
                self.today,
                self.locale,
                ahead=True,
                hint="the last day to answer it",
                value=until.isoformat() if until else "",
            ),
        )
        yield from self.fields_of_terms.everyday()
        contact = ChoiceField(
            "contact", "It came in the contact of", [], hint="the call or letter it was made in"
        )
        with Pair(id="came-in") as pair:
            pair.display = False
            yield contact
            yield Static()
        yield from self.compose_rarer(capacity=False)

    def on_mount(self) -> None:
        """Read what it can be compared with, and the contacts that it may have come in."""
        self.read_later(self._read_earlier, "earlier")

    def _read_earlier(self) -> None:
        from store.ledger import agreement_queries, contact_queries

        with self.ledger.reading() as session:
            offers = agreement_queries.offers(session, self.today)
            contacts = contact_queries.contacts(session, limit=200)
            holders = {
                id_: each.creditor_id
                for id_, each in agreement_queries.places(session, self.today).items()
            }
        self.post_message(self.EarlierRead(offers, contacts, holders))

    @on(EarlierRead)
    def _know_earlier(self, message: EarlierRead) -> None:
        self.earlier, self.contacts = message.offers, message.contacts
        self.holders = message.holders
        self._offer_contacts()
        self._name_sides()
        self.preview()

    def follow_debt(self) -> None:
        """Offer the contacts with the creditor of the debt that is chosen now."""
        super().follow_debt()
        self._offer_contacts()
        self._name_sides()

    def _name_sides(self) -> None:
        """Understand the creditor's name as whose offer it is, too."""
        by = self.field("by")
        assert isinstance(by, ChoiceField)
        name = self.names.get(self.debt_id or 0)
        by.also = {**ALSO, **({} if name is None else {name: "creditor"})}

    def _offer_contacts(self) -> None:
        holder = self.holders.get(self.debt_id or 0)
        field = self.field("contact")
        assert isinstance(field, ChoiceField)
        options = [
            (
                plain(f"{dates.short(each.at.date(), self.today)} {each.summary}")[:60],
                each.contact_id,
            )
            for each in self.contacts
            if each.creditor_id == holder
        ]
        if field.options != options:
            field.set_options(options)
            known = self.editing.contact_id if self.editing else None
            if known in {id_ for _, id_ in options} and not field.touched:
                field.choose(known)
        self.query_one("#came-in").display = bool(options)

    def notes(self, asked: Asked) -> list[str]:
        """Say in what it differs from the last offer on the debt."""
        editing = self.editing.offer_id if self.editing else None
        before = [
            each
            for each in self.earlier
            if each.place.debt_id == asked.debt_id
            and each.offer_id != editing
            and each.on <= asked.day
        ]
        if not before:
            return []
        last = max(before, key=lambda each: (each.on, each.offer_id))
        found = differences(last.terms, asked.terms, self.currency, self.locale)
        day = dates.short(last.on, self.today)
        if not found:
            return [f"The same terms as in the last offer, of {day}."]
        return [f"Differs from the last offer, of {day}, in: {'; '.join(found)}."]

    def lacking(self, values: Mapping[str, Any]) -> Iterator[BadInput]:
        """Anything at all: an offer may leave open what an agreement must say."""
        if self.proposed and self.field("first_due").text == self.proposed:
            # A day that the form proposed says nothing yet.
            values = {**values, "first_due": None}
        if "amount" in values and not sentences(terms_fields.read(values), self.currency):
            yield BadInput(NO_AMOUNT, field="amount")

    def afresh(self, session: "Session") -> "Callable[[], TermsForm] | None":
        """The same, of the record as it is now."""
        from store.ledger import agreement_queries

        was = self.editing
        there = agreement_queries.offers(session, self.today) if was else ()
        found = next((e for e in there if was and e.offer_id == was.offer_id), None)
        return partial(OfferForm, self.accord, editing=found) if found else None

    def save(self, values: Mapping[str, Any]) -> str:
        """Record or correct it; gives what it did."""
        from store.ledger import offers

        said: dict[str, Any] = {
            "by": values["by"],
            "on": values["on"],
            "valid_until": values["valid_until"],
            "terms": terms_fields.read(values),
            "contact_id": values["contact"],
            "today": self.today,
        }
        with at_fields():
            if self.editing is None:
                offered = offers.record(self.ledger, debt_id=values["debt"], **said)
                self.recorded_on, self.offer_id = values["debt"], offered.offer_id
            else:
                offered = offers.edit(
                    self.ledger, self.editing.offer_id, version=self.editing.version, **said
                )
        whose = "my offer to" if offered.by == "me" else "the offer of"
        what = "Corrected" if self.editing else "Recorded"
        day = dates.short(offered.on, self.today)
        return f"{what} {whose} {offered.creditor} of {day} · u takes it back"
