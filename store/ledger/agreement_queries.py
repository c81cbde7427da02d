"""Reads offers and agreements for the screen and the command line, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import select

from store.ledger import facts, queries
from store.ledger import terms as ledger_terms
from store.ledger.agreement_views import (
    SETTLED,
    AgreementLine,
    Agreements,
    Group,
    LeftOut,
    Line,
    Link,
    OfferLine,
    Place,
    State,
    newest_first,
)
from store.ledger.facts import rows
from store.ledger.settled import lately
from store.ledger.settled import settled as settled_of
from store.ledger.views import Promise
from store.records import schema
from store.records.database import Reading
from store.rules.outcome import Outcome

MOST = 3_000
"""How many instalments of agreements that nobody chose are read one by one."""

EVERY = 10**9
"""As many as there are."""


def view(session: Reading, today: date, chosen: int | None = None, most: int = MOST) -> Agreements:
    """What was offered and agreed, debt by debt, as of a day: the Agreements screen.

    The `chosen` agreement has all its instalments; so have the newest others, up to so many.
    """
    known = places(session, today)
    counts = queries.counts(session)
    whole = {chosen} if chosen in counts else set()
    left = most
    for id_ in sorted(counts.keys() - whole, reverse=True):
        left -= counts[id_] or 0
        if left < 0:
            break
        whole.add(id_)
    lines: list[Line] = [
        *_offers(session, today, known),
        *_agreements(session, today, known, whole),
    ]
    return Agreements(
        today,
        _by_debt(lines, known),
        tuple(place for place in known.values() if not place.is_closed),
    )


def agreements(session: Reading, today: date, *, whole: bool = True) -> list[AgreementLine]:
    """Every agreement as of a day, debt by debt, newest first; `whole` with all instalments."""
    known = places(session, today)
    lines = _agreements(session, today, known, queries.counts(session) if whole else ())
    groups = _by_debt(lines, known)
    return [each for group in groups for each in group.lines if isinstance(each, AgreementLine)]


def agreement(session: Reading, today: date, agreement_id: int) -> AgreementLine | None:
    """One agreement with all its instalments; None where it is no longer there."""
    lines = _agreements(session, today, places(session, today), [agreement_id])
    return next((each for each in lines if each.agreement_id == agreement_id), None)


def offers(session: Reading, today: date) -> list[OfferLine]:
    """Every offer, debt by debt, newest first."""
    known = places(session, today)
    groups = _by_debt(_offers(session, today, known), known)
    return [each for group in groups for each in group.lines if isinstance(each, OfferLine)]


def _by_debt(lines: Iterable[Line], known: Mapping[int, Place]) -> tuple[Group, ...]:
    grouped: dict[int, list[Line]] = defaultdict(list)
    for each in lines:
        grouped[each.place.debt_id].append(each)
    return tuple(
        Group(place, newest_first(grouped[place.debt_id]))
        for place in known.values()
        if grouped[place.debt_id]
    )


def places(session: Reading, today: date) -> dict[int, Place]:
    """Every debt with who holds it today, by creditor and name."""
    creditor, debt = schema.creditor, schema.debt
    creditors = {
        row.id: row
        for row in rows(
            session,
            select(creditor.c.id, creditor.c.key, creditor.c.name, creditor.c.currency),
        )
    }
    held_by = facts.holders(session)
    found = [
        Place(
            row.id,
            row.key,
            row.name,
            holder.id,
            holder.key,
            holder.name,
            holder.currency,
            row.priority,
            row.closed_on is not None and row.closed_on <= today,
        )
        for row in rows(
            session,
            select(debt.c.id, debt.c.key, debt.c.name, debt.c.priority, debt.c.closed_on),
        )
        for holder in [creditors[held_by[row.id](today)]]
    ]
    found.sort(key=lambda each: (each.creditor_name.casefold(), each.debt_name.casefold()))
    return {each.debt_id: each for each in found}


def _offers(session: Reading, today: date, known: Mapping[int, Place]) -> list[OfferLine]:
    offer, agreement = schema.offer, schema.agreement
    became = {
        row.offer_id: row.id
        for row in rows(
            session,
            select(agreement.c.id, agreement.c.offer_id).where(agreement.c.offer_id.is_not(None)),
        )
    }
    found = rows(session, select(offer))
    keys = {row.id: row.key for row in found}
    return [
        OfferLine(
            row.id,
            row.version,
            row.key,
            known[row.debt_id],
            row.by,
            row.on,
            ledger_terms.of_record(row),
            status_on(row, today),
            row.valid_until,
            row.answered_on,
            row.answer_note,
            keys.get(row.countered_by_id),
            row.countered_by_id,
            row.contact_id,
            became.get(row.id),
        )
        for row in found
    ]


def status_on(row: Any, today: date) -> str:
    """What became of an offer: one that nobody answered lapses after its last day."""
    if row.status == "open" and row.valid_until is not None and row.valid_until < today:
        return "lapsed"
    return str(row.status)


def _agreements(
    session: Reading, today: date, known: Mapping[int, Place], whole: Collection[int]
) -> list[AgreementLine]:
    """Every agreement, those of `whole` (by number) with all of their instalments."""
    agreement, contact, document = schema.agreement, schema.contact, schema.document
    found = rows(session, select(agreement))
    by_id = {row.id: row for row in found}
    forebears = {row.id: row.supersedes_id for row in found}
    successors = {row.supersedes_id: row.id for row in found if row.supersedes_id is not None}
    promises: dict[int, list[Promise]] = defaultdict(list)
    for promise in queries.of_agreements(session, today, whole):
        promises[promise.agreement_id].append(promise)
    left_out: dict[int, LeftOut] = {}
    if not by_id.keys() <= set(whole):
        for promise in queries.unsettled(session, today):
            if promise.agreement_id not in whole:
                promises[promise.agreement_id].append(promise)
        for settled in settled_of(session, lately(today)):
            if (id_ := settled.agreement_id) not in whole:
                left_out[id_] = left_out.get(id_, LeftOut()).with_these(settled)
    contacts = {
        row.id: row
        for row in rows(
            session,
            select(contact.c.id, contact.c.at, contact.c.utc_offset, contact.c.person).where(
                contact.c.id.in_(select(agreement.c.contact_id))
            ),
        )
    }
    documents: dict[int, list[str]] = defaultdict(list)
    for row in rows(
        session,
        select(document.c.agreement_id, document.c.name)
        .where(document.c.agreement_id.is_not(None))
        .order_by(document.c.name),
    ):
        documents[row.agreement_id].append(row.name)

    def link(id_: int) -> Link:
        return Link(id_, by_id[id_].key, by_id[id_].made_on)

    lines = []
    for row in found:
        # By number: an agreement's own promises come in the order in which it counts them.
        own = sorted(promises[row.id], key=lambda each: each.number)
        before = _walk(row.id, forebears)
        after = _walk(row.id, successors)
        about = contacts.get(row.contact_id)
        lines.append(
            AgreementLine(
                row.id,
                row.version,
                row.key,
                known[row.debt_id],
                row.made_on,
                ledger_terms.of_record(row),
                _state(row, own, after and by_id[after[0]].made_on, today, row.id in left_out),
                row.writing,
                row.written_on,
                row.ended_on,
                row.ended_how,
                row.capacity,
                row.offer_id,
                row.contact_id,
                None if about is None else _day_there(about.at, about.utc_offset),
                None if about is None else about.person,
                tuple(link(id_) for id_ in reversed(before)),
                tuple(link(id_) for id_ in after),
                tuple(documents[row.id]),
                tuple(own),
                left_out.get(row.id, LeftOut()),
            )
        )
    return lines


def _walk(id_: int, leads_to: Mapping[int, int | None]) -> list[int]:
    """The numbers that follow one another from `id_` on, itself left out."""
    found: list[int] = []
    current = leads_to.get(id_)
    while current is not None and current not in found:
        found.append(current)
        current = leads_to.get(current)
    return found


def _day_there(at: datetime, utc_offset: int) -> date:
    """The day of a contact at its own place."""
    return at.astimezone(timezone(timedelta(minutes=utc_offset))).date()


def _state(
    row: Any,
    promises: list[Promise],
    replaced_on: date | list[int],
    today: date,
    has_settled: bool,
) -> State:
    if row.made_on > today:
        return "to come"
    if isinstance(replaced_on, date) and replaced_on <= today:
        return "replaced"
    if row.ended_on is not None and row.ended_on <= today:
        return "completed" if row.ended_how == "completed" else "ended"
    is_settled = all(each.outcome in SETTLED for each in promises)
    if (promises or has_settled) and is_settled:
        return "completed"
    waits = any(each.outcome.is_open or each.outcome is Outcome.SUSPENDED for each in promises)
    return "in force" if waits or not (promises or has_settled) else "ended"
