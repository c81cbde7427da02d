"""Offers: record what one side put to the other, answer it, accept it, correct it, delete it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from sqlmodel import Session, select

from store.ledger import agreements, balances, instalments, names
from store.ledger import terms as ledger_terms
from store.ledger.agreements import Made
from store.records import revisions, schema, tables
from store.records.database import Ledger
from store.rules import dates
from store.rules import terms as term_rules
from store.rules.errors import BadInput, NotFound, Stale
from store.rules.terms import Terms


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer as it was recorded."""

    offer_id: int
    key: str
    by: str
    on: date
    status: str
    creditor: str
    debt: str
    currency: str


def record(
    ledger: Ledger,
    *,
    debt_id: int,
    by: tables.Side,
    on: date,
    terms: Terms,
    today: date,
    valid_until: date | None = None,
    contact_id: int | None = None,
) -> Offered:
    """Record terms that I (`me`) or the creditor put to the other side.

    Raises `BadInput` for a day to come, and for terms that say nothing or cannot be.
    """
    with revisions.change(ledger, "offers.record") as change:
        session = change.session
        debt = session.get(tables.Debt, debt_id)
        if debt is None:
            raise NotFound("That debt is no longer there.", field="debt")
        _sensible(session, debt_id, by, on, terms, valid_until, today)
        row = tables.Offer(
            key=names.make_key(f"{debt.key} offer {on}", names.keys(session, schema.offer)),
            debt_id=debt_id,
            contact_id=contact_id,
            by=by,
            on=on,
            valid_until=valid_until,
            recorded_at=change.now,
            **ledger_terms.to_columns(terms),
        )
        change.add(row)
        offered = _offered(session, row)
        change.summary = f"Recorded {_said(offered)}"
    return offered


def edit(
    ledger: Ledger,
    offer_id: int,
    *,
    version: int,
    by: tables.Side,
    on: date,
    terms: Terms,
    today: date,
    valid_until: date | None = None,
    contact_id: int | None = None,
) -> Offered:
    """Correct an offer that was read at `version`; what became an agreement stays as it is."""
    with revisions.change(ledger, "offers.edit") as change:
        session = change.session
        row = _get(session, offer_id)
        if row.version != version:
            raise Stale("The offer was changed elsewhere after you opened it. Open it again.")
        _check_free(session, offer_id)
        _sensible(session, row.debt_id, by, on, terms, valid_until, today)
        if row.answered_on is not None and row.answered_on < on:
            raise BadInput("It was answered before that day.", field="on")
        row.by, row.on, row.valid_until, row.contact_id = by, on, valid_until, contact_id
        for name, value in ledger_terms.to_columns(terms).items():
            setattr(row, name, value)
        session.flush()
        offered = _offered(session, row)
        change.summary = f"Corrected {_said(offered)}"
    return offered


def answer(
    ledger: Ledger,
    offer_id: int,
    *,
    status: tables.OfferStatus,
    answered_on: date | None,
    today: date,
    note: str | None = None,
    countered_by_id: int | None = None,
) -> Offered:
    """Say what became of an offer; `open` takes the answer back.

    `countered_by_id` is the offer that the other side made instead. Raises `BadInput` for a day
    before it was made or to come, or when an agreement came of it.
    """
    with revisions.change(ledger, "offers.answer") as change:
        row = _get(change.session, offer_id)
        _check_free(change.session, offer_id)
        _answer(change.session, row, status, answered_on, today)
        if countered_by_id is not None:
            _check_counter(change.session, row, status, countered_by_id)
        row.countered_by_id = countered_by_id
        row.answer_note = note if status != "open" else None
        change.session.flush()
        offered = _offered(change.session, row)
        what = "Open again" if status == "open" else status.capitalize()
        change.summary = f"{what}: {_said(offered)}"
    return offered


def accept(
    ledger: Ledger,
    offer_id: int,
    *,
    made_on: date,
    today: date,
    terms: Terms | None = None,
    contact_id: int | None = None,
    capacity: int | None = None,
    supersedes_id: int | None = None,
    written_by: date | None = None,
) -> Made:
    """Accept an offer and make the agreement of it, with its `terms` unless others are given.

    `supersedes_id` is an agreement on the same debt that it replaces.
    """
    with revisions.change(ledger, "offers.accept") as change:
        row = _get(change.session, offer_id)
        _check_free(change.session, offer_id)
        if row.status not in ("open", "accepted"):
            raise BadInput(f"This offer was {row.status}; take that back first.")
        if made_on < row.on:
            day = dates.short(row.on, today)
            raise BadInput(f"The offer was made on {day}, so not before.", field="made_on")
        made = agreements.enter(
            change,
            debt_id=row.debt_id,
            made_on=made_on,
            terms=terms or ledger_terms.of_record(row),
            today=today,
            offer_id=offer_id,
            contact_id=contact_id if contact_id is not None else row.contact_id,
            capacity=capacity,
            supersedes_id=supersedes_id,
            written_by=written_by,
        )
        row.status = "accepted"
        row.answered_on = row.answered_on or made_on
        change.session.flush()
        change.summary = f"Accepted {_said(_offered(change.session, row))}"
    return made


def countered(session: Session, offer_id: int) -> list[tables.Offer]:
    """The offers that this one answered: deleting it leaves them countered by nothing named."""
    offer = tables.Offer
    return list(session.exec(select(offer).where(offer.countered_by_id == offer_id)))


def delete(ledger: Ledger, offer_id: int) -> Offered:
    """Delete an offer; gives it as it was. Raises `BadInput` when an agreement came of it."""
    with revisions.change(ledger, "offers.delete") as change:
        session = change.session
        row = _get(session, offer_id)
        _check_free(session, offer_id)
        offered = _offered(session, row)
        for other in countered(session, offer_id):
            other.countered_by_id = None
        session.flush()
        instalments.delete_reminders(session, "offer", [offer_id])
        session.delete(row)
        change.summary = f"Deleted {_said(offered)}"
    return offered


# --- what is looked at ----------------------------------------------------------------------


def _get(session: Session, offer_id: int) -> tables.Offer:
    row = session.get(tables.Offer, offer_id)
    if row is None:
        raise NotFound("That offer is no longer there.")
    return row


def _check_free(session: Session, offer_id: int) -> None:
    agreement = tables.Agreement
    found = session.exec(select(agreement).where(agreement.offer_id == offer_id)).first()
    if found is not None:
        raise BadInput(
            f"It became the agreement of {dates.full(found.made_on)}; delete that one first."
        )


def _sensible(
    session: Session,
    debt_id: int,
    by: str,
    on: date,
    terms: Terms,
    valid_until: date | None,
    today: date,
) -> None:
    if by not in get_args(tables.Side):
        raise BadInput("An offer is made by me or by the creditor.", field="by")
    if on > today:
        raise BadInput(
            f"{dates.short(on, today)} is still to come; record an offer once it is made.",
            field="on",
        )
    if valid_until is not None and valid_until < on:
        raise BadInput("It cannot lapse before it was made.", field="valid_until")
    if not term_rules.sentences(terms, "GBP"):
        raise BadInput("Say what is offered: an amount, or a sum up front.", field="amount")
    owed = balances.of_debts(session, today, debt_id).get(debt_id)
    check_possible(session, debt_id, on, terms, owed)


def check_possible(
    session: Session, debt_id: int, on: date, terms: Terms, owed: int | None
) -> None:
    """Raise `BadInput` where what terms of a day say cannot be, when so much is `owed`.

    An offer may leave open what an agreement must say; what it does say has to be possible.
    """
    if terms.upfront is not None or (terms.amount is not None and terms.first_due is not None):
        has_end = terms.count is not None or terms.until is not None or owed is not None
        if has_end or terms.amount is None:
            accrues = ledger_terms.rates(session, debt_id, terms, on)
            agreements.checked(term_rules.schedule(terms, on, owed, accrues), on)


def _answer(
    session: Session, row: tables.Offer, status: str, answered_on: date | None, today: date
) -> None:
    if status not in get_args(tables.OfferStatus):
        raise BadInput(f"“{status}” is no answer to an offer.", field="status")
    if status == "open":
        answered_on = None
    elif answered_on is None:
        raise BadInput("Say when it was answered.", field="answered_on")
    elif answered_on < row.on:
        day = dates.short(row.on, today)
        raise BadInput(f"It was made on {day}, so not answered before.", field="answered_on")
    elif answered_on > today:
        raise BadInput("That day is still to come.", field="answered_on")
    row.status = status  # type: ignore[assignment]
    row.answered_on = answered_on


def _check_counter(session: Session, row: tables.Offer, status: str, other_id: int) -> None:
    other = session.get(tables.Offer, other_id)
    if status != "countered":
        raise BadInput("Only what was countered has a counter-offer.", field="countered_by")
    if other is None:
        raise NotFound("That offer is no longer there.", field="countered_by")
    if other.debt_id != row.debt_id or other.id == row.id:
        raise BadInput("The counter-offer is another one on the same debt.", field="countered_by")
    if other.by == row.by:
        raise BadInput("A counter-offer comes from the other side.", field="countered_by")
    seen: Sequence[int | None] = (row.id,)
    while other is not None:
        if other.countered_by_id in seen:
            raise BadInput("That one was countered by this one.", field="countered_by")
        seen = (*seen, other.id)
        other = other.countered_by_id and session.get(tables.Offer, other.countered_by_id)  # type: ignore[assignment]


def _offered(session: Session, row: tables.Offer) -> Offered:
    debt = session.get_one(tables.Debt, row.debt_id)
    creditor = instalments.holder(session, row.debt_id)
    return Offered(
        row.id or 0,
        row.key,
        row.by,
        row.on,
        row.status,
        creditor.name,
        debt.name,
        creditor.currency,
    )


def _said(offered: Offered) -> str:
    whose = "my offer to" if offered.by == "me" else "offer of"
    return f"{whose} {offered.creditor} ({offered.debt}) of {offered.on:%d %b %Y}"
