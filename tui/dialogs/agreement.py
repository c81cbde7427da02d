"""The form for an agreement: a new one, one that accepts an offer, or one to correct."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Static

from store.ledger.agreement_views import AgreementLine, OfferLine
from store.rules import dates, money
from store.rules.terms import Promised, Terms
from tui.dialogs import renegotiate
from tui.dialogs.terms_form import Asked, TermsForm, ask, at_fields, note, said, written_by
from tui.widgets import terms_fields
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import DateField, Field
from tui.widgets.terms_fields import Pair

if TYPE_CHECKING:
    from sqlmodel import Session

    from tui.app import AccordApp


def begin(app: "AccordApp", debt_id: int | None = None, offer_id: int | None = None) -> None:
    """Ask what was agreed: on a debt, or by accepting an offer, where they are given."""
    if app.ledger is not None:
        ask(app, AgreementForm(app, debt_id=debt_id, offer_id=offer_id))


def accept(app: "AccordApp", offer: OfferLine) -> None:
    """Show what an offer would promise, and ask for the day on which it is agreed."""
    if app.ledger is not None:
        ask(app, AgreementForm(app, offer=offer))


def correct(app: "AccordApp", line: AgreementLine) -> None:
    """Ask what is to be corrected about an agreement."""
    if app.ledger is not None:
        ask(app, AgreementForm(app, editing=line))


class AgreementForm(TermsForm):
    """Debt, day and terms, with the schedule that they make; gives what it did, in words."""

    class OfferRead(Message):
        """The offer that is to be accepted was read; None where it is gone."""

        def __init__(self, offer: OfferLine | None) -> None:
            super().__init__()
            self.offer = offer

    class InForce(Message):
        """The agreements in force were read: number and day of each, by debt."""

        def __init__(self, found: Mapping[int, Sequence[tuple[int, date]]]) -> None:
            super().__init__()
            self.found = found

    def __init__(
        self,
        app: "AccordApp",
        *,
        debt_id: int | None = None,
        offer_id: int | None = None,
        offer: OfferLine | None = None,
        editing: AgreementLine | None = None,
    ) -> None:
        """`offer` (or `offer_id`, which is then read) is accepted, `editing` is corrected."""
        start = editing or offer
        title = "Correct an agreement" if editing else "A new agreement"
        if offer is not None or offer_id is not None:
            title = "Accept the offer"
        capacity = editing.capacity if editing else None
        super().__init__(
            app,
            title,
            place=start.place if start else None,
            debt_id=debt_id,
            terms=start.terms if start else None,
            texts=None
            if capacity is None or editing is None
            else {"capacity": money.format(capacity, editing.place.currency, app.locale)},
            save_label="Accept" if offer or offer_id else "Save",
        )
        self.offer, self.editing = offer, editing
        self.proposes = self.proposes and editing is None and (offer is not None or not offer_id)
        self.in_force: Mapping[int, Sequence[tuple[int, date]]] = {}
        self.offer_id = offer.offer_id if offer else offer_id
        self.is_fixed = editing is not None and bool(
            editing.paid or editing.after or editing.ended_on
        )

    @property
    def draft_name(self) -> str:
        """A draft for each offer or debt that it begins with, and one for what has neither."""
        if self.editing is not None:
            return ""
        if self.offer_id is not None:
            return f"agreement by offer {self.offer_id}"
        return f"agreement on {self.begun_with}" if self.begun_with else "agreement"

    @property
    def is_correction(self) -> bool:
        """Whether it corrects what was recorded."""
        return self.editing is not None

    # --- fields -----------------------------------------------------------------------------

    def compose_fields(self) -> ComposeResult:
        """Who and when, then the terms."""
        if self.is_fixed:
            yield note(
                "What it promised stays as it is, since money or a later agreement rests on it. "
                "Who pays, interest and what I can afford may be corrected; for other terms, "
                "renegotiate (r)."
            )
        day = self.editing.made_on if self.editing else self.today
        yield Pair(
            self.debt_field(),
            DateField(
                "made_on",
                "Agreed on",
                self.today,
                self.locale,
                past=True,
                required=True,
                hint="today, mon, 3 nov",
                value="today" if day == self.today else day.isoformat(),
            ),
        )
        yield from self.fields_of_terms.everyday()
        replaces = ChoiceField(
            "replaces",
            "In place of",
            [],
            hint="empty: it goes on beside what was agreed before",
        )
        if self.editing is None:
            yield Pair(written_by(self.today, self.locale), Static())
        # After what everybody types, since it comes up when what is in force has been read.
        with Pair(id="in-place") as pair:
            pair.display = False
            yield replaces
            yield Static()
        yield from self.compose_rarer(capacity=True)

    def on_mount(self) -> None:
        """Read the offer; leave what may not change out of reach."""
        if self.is_fixed:
            from store.ledger.agreements import FREE

            for field in self.query(Field):
                field.disabled = field.key not in (*FREE, "capacity")
        if self.editing is None:
            self.read_later(self._read_in_force, "force")
        if self.offer is None and self.offer_id is not None:
            read = partial(self._read_offer, self.offer_id)
            self.run_worker(read, thread=True, group="offer", exit_on_error=False)

    def _read_offer(self, offer_id: int) -> None:
        from store.ledger import agreement_queries

        with self.ledger.reading() as session:
            found = agreement_queries.offers(session, self.today)
        self.post_message(
            self.OfferRead(next((each for each in found if each.offer_id == offer_id), None))
        )

    @on(OfferRead)
    def _fill_offer(self, message: OfferRead) -> None:
        offer = message.offer
        if offer is None:
            self.tell("That offer is no longer there.")
            return
        self.offer, self.place = offer, offer.place
        self.currencies[offer.place.debt_id] = self.currency = offer.place.currency
        debt = self.field("debt")
        assert isinstance(debt, ChoiceField)
        self.debt_id = offer.place.debt_id
        if self.debt_id in {value for _, value in debt.options}:
            debt.choose(self.debt_id)
        debt.disabled = True
        self._offer_to_replace()
        filled = terms_fields.texts(offer.terms, self.currency, self.locale)
        for name, text in filled.items():
            field = self.field(name)
            if not field.touched:
                field.fill(text)
        if filled.get("upfront"):
            self.query_one(terms_fields.More).set_open(True)
        if offer.terms.amount is not None and offer.terms.first_due is None:
            self.propose_first_due()
        self.preview()

    # --- what it says -----------------------------------------------------------------------

    def _read_in_force(self) -> None:
        from store.ledger import agreement_queries

        with self.ledger.reading() as session:
            found = agreement_queries.agreements(session, self.today)
        there: dict[int, list[tuple[int, date]]] = {}
        for each in found:
            if each.state == "in force":
                known = there.setdefault(each.place.debt_id, [])
                known.append((each.agreement_id, each.made_on))
        self.post_message(self.InForce(there))

    @on(InForce)
    def _know_in_force(self, message: InForce) -> None:
        self.in_force = message.found
        self._offer_to_replace()
        self.preview()

    def follow_debt(self) -> None:
        """Offer to replace what is in force on the debt that is chosen now."""
        super().follow_debt()
        self._offer_to_replace()

    def _offer_to_replace(self) -> None:
        there = self.in_force.get(self.debt_id or 0, [])
        field = self.field("replaces")
        assert isinstance(field, ChoiceField)
        options = [
            (f"the agreement of {dates.short(made_on, self.today)}", id_) for id_, made_on in there
        ]
        if field.options != options:
            field.set_options(options)
            if len(options) == 1 and self.offer_id is not None and not field.touched:
                # New terms for a debt nearly always take the place of the old ones.
                field.choose(options[0][1])
            elif field.text not in [label for label, _ in options]:
                field.fill("")
        self.query_one("#in-place").display = bool(options)

    def promised(self, asked: Asked) -> Sequence[Promised]:
        """The instalments that terms make; as they are recorded, where they are the same terms."""
        line = self.editing
        if line is not None and _is_same(line, asked):
            return [Promised(each.due_on, each.amount) for each in line.promises]
        return super().promised(asked)

    def weighed(self, asked: Asked) -> list[str]:
        """Whether it fits; what is agreed already is weighed again where it changes."""
        line = self.editing
        is_promised = line is not None and (self.is_fixed or _is_same(line, asked))
        return [] if is_promised else super().weighed(asked)

    def takes_place_of(self, asked: Asked) -> Collection[int]:
        """The agreement that is corrected or replaced; others on the debt go on beside it."""
        replaced = asked.replaces if self.editing is None else self.editing.agreement_id
        return () if replaced is None else (replaced,)

    def notes(self, asked: Asked) -> list[str]:
        """Say what becomes of what is in force on the debt already."""
        line = self.editing
        if line is not None:
            if self.is_fixed or _is_same(line, asked):
                return []
            count = "instalment is" if line.count == 1 else f"{line.count} instalments are"
            return [f"! Its {count} made anew from these terms."]
        there = self.in_force.get(asked.debt_id or 0, [])
        if not there:
            return []
        if asked.replaces is None:
            day = dates.short(there[0][1], self.today)
            return [f"! The agreement of {day} on this debt goes on beside it."]
        from store.ledger import agreement_effects

        with self.ledger.reading() as session:
            seen = agreement_effects.foresee(session, asked.replaces, asked.day, self.today)
            effect = agreement_effects.score_effect(session, asked.replaces, asked.day, self.today)
        return [*renegotiate.foreseen(seen, self.today), *renegotiate.moved(effect, self.today)]

    def afresh(self, session: "Session") -> "Callable[[], TermsForm] | None":
        """The same, of the record as it is now."""
        from store.ledger import agreement_queries

        was = self.editing
        there = agreement_queries.agreements(session, self.today) if was else ()
        found = next((e for e in there if was and e.agreement_id == was.agreement_id), None)
        return partial(AgreementForm, self.accord, editing=found) if found else None

    def save(self, values: Mapping[str, Any]) -> str:
        """Record, accept or correct it; gives what it did."""
        from store.ledger import agreements, offers

        terms, capacity = terms_fields.read(values), values["capacity"]
        with at_fields():
            if self.editing is not None:
                made = agreements.edit(
                    self.ledger,
                    self.editing.agreement_id,
                    version=self.editing.version,
                    made_on=values["made_on"],
                    # As it is recorded, where only what may change at any time was in reach.
                    terms=_freed(self.editing, terms) if self.is_fixed else terms,
                    today=self.today,
                    capacity=capacity,
                )
            elif self.offer_id is not None:
                made = offers.accept(
                    self.ledger,
                    self.offer_id,
                    made_on=values["made_on"],
                    today=self.today,
                    terms=terms,
                    capacity=capacity,
                    supersedes_id=values["replaces"],
                    written_by=values["written_by"],
                )
            else:
                made = agreements.make(
                    self.ledger,
                    debt_id=values["debt"],
                    made_on=values["made_on"],
                    terms=terms,
                    today=self.today,
                    capacity=capacity,
                    supersedes_id=values["replaces"],
                    written_by=values["written_by"],
                )
        return said("Corrected" if self.editing else "Agreed with", made, self)


def _is_same(line: AgreementLine, asked: Asked) -> bool:
    """Whether what is typed is what was agreed."""
    return (asked.terms, asked.day) == (line.terms, line.made_on)


def _freed(line: AgreementLine, typed: Terms) -> Terms:
    """The terms of an agreement with what may be corrected at any time as it was typed."""
    from store.ledger.agreements import FREE

    return replace(line.terms, **{name: getattr(typed, name) for name in FREE})
