"""Reads contacts, undertakings and call sheets in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from store.ledger import agreement_queries, balances, facts, limitation_queries, plan_queries
from store.ledger import terms as ledger_terms
from store.ledger.contact_views import (
    CallSheet,
    Choices,
    ContactLine,
    SheetDebt,
    Timeline,
    Undertaken,
)
from store.ledger.facts import rows
from store.ledger.limitation_queries import Where
from store.ledger.picture import Picture
from store.ledger.settled import lately
from store.records import database, schema
from store.records.database import Reading
from store.rules.dates import add_months, local

CHANNELS = ("phone", "letter", "email", "chat", "text", "visit")
"""The usual ones; any other word is kept as it is."""

DIRECTIONS = ("out", "in")

SUMMARY = 4_000
"""How much of a summary a list holds, in characters; a record read by itself has all of it."""


def timeline(
    session: Reading,
    words: str = "",
    *,
    limit: int | None = None,
    done_since: date | None = None,
) -> Timeline:
    """Contacts with all the words, newest first, and what is still to be done.

    A word is looked for as the beginning of a word of the contact, of its undertakings, or in its
    creditor's name; `in` and `out` look at the direction. Of what is to be done, what was done
    since a day is listed too, after what is open, so that it can be opened again.
    """
    contact = schema.contact
    total = int(rows(session, select(func.count()).select_from(contact))[0][0])
    return Timeline(
        contacts(session, words=words, limit=limit),
        open_undertakings(session, done_since),
        words,
        total,
    )


def contacts(
    session: Reading,
    *,
    creditor_id: int | None = None,
    words: str = "",
    limit: int | None = None,
    contact_id: int | None = None,
) -> tuple[ContactLine, ...]:
    """Contacts newest first: with one creditor, with these words, or a single one."""
    contact = schema.contact
    names = _names(session)
    wanted = select(
        contact.c.id,
        contact.c.version,
        contact.c.key,
        contact.c.creditor_id,
        contact.c.debt_id,
        contact.c.at,
        contact.c.utc_offset,
        contact.c.channel,
        contact.c.direction,
        contact.c.person,
        contact.c.reference,
        (contact.c.summary if contact_id else func.substr(contact.c.summary, 1, SUMMARY)).label(
            "summary"
        ),
        contact.c.hardship,
        contact.c.situation_id,
    ).order_by(contact.c.at.desc(), contact.c.id.desc())
    if creditor_id is not None:
        wanted = wanted.where(contact.c.creditor_id == creditor_id)
    if contact_id is not None:
        wanted = wanted.where(contact.c.id == contact_id)
    tests = [_with_word(session, word, names) for word in words.split()]
    sought = [each.only for each in tests if each.only is not None]
    few = set.intersection(*sought) if sought else None
    if few is not None and len(few) <= MANY:
        wanted = wanted.where(contact.c.id.in_(few))
    elif not tests and limit is not None:
        wanted = wanted.limit(limit)
    found = [row for row in rows(session, wanted) if all(each.keeps(row) for each in tests)]
    found = found[:limit]
    shown = {row.id for row in found}
    undertakings = _undertakings(session, names, shown if len(shown) < MANY else None)
    documents = _documents(session)
    debts = _debts(session)
    return tuple(
        ContactLine(
            row.id,
            row.version,
            row.key,
            row.creditor_id,
            *names[row.creditor_id],
            row.debt_id,
            debts[row.debt_id][0] if row.debt_id else None,
            debts[row.debt_id][1] if row.debt_id else None,
            local(row.at, row.utc_offset),
            row.channel,
            row.direction,
            row.person,
            row.reference,
            row.summary,
            row.hardship,
            row.situation_id,
            tuple(undertakings[row.id]),
            tuple(documents[row.id]),
        )
        for row in found
    )


MANY = 500
"""How many numbers a query is given at most; beyond that it reads all."""


def contact(session: Reading, contact_id: int) -> ContactLine | None:
    """One contact, whole; None where it is no longer there."""
    return next(iter(contacts(session, contact_id=contact_id)), None)


def undertaking(session: Reading, undertaking_id: int) -> Undertaken | None:
    """One undertaking; None where it is no longer there."""
    row = facts.one(session, schema.undertaking, undertaking_id)
    return None if row is None else _undertaken(row, _names(session))


def choices(session: Reading) -> Choices:
    """What a contact can be with and about."""
    names = _names(session)
    held: dict[int, set[int]] = defaultdict(set)
    debt, transfer, contact = schema.debt, schema.transfer, schema.contact
    found = rows(session, select(debt.c.id, debt.c.name, debt.c.creditor_id))
    for row in found:
        held[row.id].add(row.creditor_id)
    for row in rows(session, select(transfer.c.debt_id, transfer.c.to_creditor_id)):
        held[row.debt_id].add(row.to_creditor_id)
    situation = schema.situation
    situations = rows(
        session,
        select(situation.c.id, situation.c.on.label("day"), situation.c.text).order_by(
            situation.c.on.desc()
        ),
    )
    persons = rows(
        session, select(contact.c.person).where(contact.c.person.is_not(None)).distinct()
    )
    return Choices(
        tuple(
            (id_, name)
            for id_, (_, name) in sorted(names.items(), key=lambda each: each[1][1].casefold())
        ),
        tuple((row.id, row.name, frozenset(held[row.id])) for row in found),
        tuple(
            (row.id, f"{row.day:%d %b %Y}: {' '.join(row.text[:80].split())}") for row in situations
        ),
        tuple(sorted(str(row[0]) for row in persons)),
    )


def call_sheet(session: Reading, creditor_id: int, today: date, where: Where) -> CallSheet | None:
    """What one needs on a call with a creditor; None where there is none such.

    `where` says whose limitation periods count.
    """
    creditor = facts.one(session, schema.creditor, creditor_id)
    if creditor is None:
        return None
    holders = facts.holders(session)
    owed = balances.of_debts(session, today)
    known = facts.unsettled(session, lately(today))
    near = add_months(today, 1)
    agreements: dict[int, list[Any]] = defaultdict(list)
    for agreement in rows(session, select(schema.agreement)):
        agreements[agreement.debt_id].append(agreement)
    offers: dict[int, list[Any]] = defaultdict(list)
    for offer in rows(session, select(schema.offer)):
        offers[offer.debt_id].append(offer)
    picture = Picture(session, today)
    has_budget = picture.has_budget(creditor.currency)
    shares = plan_queries.pro_rata(picture, creditor.currency)
    cautions = limitation_queries.cautions(session, today, where)
    uncovered = plan_queries.uncovered(picture, creditor.currency)
    debts = []
    for debt in rows(session, select(schema.debt)):
        if holders[debt.id](today) != creditor_id or debt.closed_on is not None:
            continue
        debt_facts = known.get(debt.id, facts.DebtFacts())
        standings = [e for e in debt_facts.standings(today) if e.outcome.is_open]
        in_force = {each.instalment.agreement_id for each in standings}
        debts.append(
            SheetDebt(
                debt.name,
                debt.reference,
                owed.get(debt.id),
                tuple(
                    ledger_terms.of_record(each)
                    for each in agreements[debt.id]
                    if each.id in in_force
                ),
                tuple(
                    (each.instalment.due_on, each.unpaid, each.outcome)
                    for each in standings
                    if each.instalment.due_on <= near
                ),
                tuple(
                    (each.by, each.on, ledger_terms.of_record(each))
                    for each in offers[debt.id]
                    if agreement_queries.status_on(each, today) == "open"
                ),
                _reasons(offers[debt.id]),
                picture.left(creditor.currency, picture.agreed_on(debt.id)) if has_budget else None,
                shares.get(debt.id) if has_budget else None,
                cautions.get(debt.id),
                tuple(each.name for each in uncovered if each.debt_id != debt.id),
            )
        )
    situation = schema.situation.c
    told = rows(
        session,
        select(situation.text)
        .where(situation.on <= today, func.coalesce(situation.until, date.max) >= today)
        .order_by(situation.on.desc(), situation.id.desc())
        .limit(1),
    )
    return CallSheet(
        creditor_id,
        creditor.name,
        creditor.currency,
        creditor.phone,
        creditor.email,
        tuple(debts),
        tuple(each for each in open_undertakings(session) if each.creditor_id == creditor_id),
        next(iter(contacts(session, creditor_id=creditor_id, limit=1)), None),
        told[0].text if told else None,
    )


REASONS = 3
"""How many answers a call sheet tells of for each debt."""


def _reasons(offers: Sequence[Any]) -> tuple[tuple[str, date, str], ...]:
    """Why my offers were not accepted, as far as it was said; the newest first."""
    found = [
        (each.status, each.answered_on or each.on, each.answer_note)
        for each in offers
        if each.by == "me" and each.status in ("declined", "countered") and each.answer_note
    ]
    return tuple(sorted(found, key=lambda each: each[1], reverse=True)[:REASONS])


# --- parts ----------------------------------------------------------------------------------


def _names(session: Reading) -> Mapping[int, tuple[str, str]]:
    creditor = schema.creditor
    found = rows(session, select(creditor.c.id, creditor.c.key, creditor.c.name))
    return {row.id: (row.key, row.name) for row in found}


def _debts(session: Reading) -> Mapping[int, tuple[str, str]]:
    debt = schema.debt
    found = rows(session, select(debt.c.id, debt.c.key, debt.c.name))
    return {row.id: (row.key, row.name) for row in found}


@dataclass(frozen=True, slots=True)
class _Test:
    """Whether a contact's row has a word; `only` are the numbers of those that can have it."""

    keeps: Callable[[Any], bool]
    only: set[int] | None = None


def _with_word(session: Reading, word: str, names: Mapping[int, tuple[str, str]]) -> _Test:
    """Looks for a word in a contact's text, its undertakings, and its creditor's name."""
    plain = word.casefold()
    if plain in DIRECTIONS:
        return _Test(lambda row: row.direction == plain)
    undertaking = schema.undertaking
    said = database.search(session, "undertaking", word)
    found = database.search(session, "contact", word)
    if said:
        of = rows(session, select(undertaking.c.id, undertaking.c.contact_id))
        found |= {row.contact_id for row in of if row.id in said and row.contact_id is not None}
    called = {
        id_
        for id_, (key, name) in names.items()
        if any(part.startswith(folded(word)) for part in folded(f"{key} {name}").split())
    }
    if not called:
        return _Test(lambda row: row.id in found, found)
    return _Test(lambda row: row.id in found or row.creditor_id in called)


def folded(text: str) -> str:
    """A text as a search looks at it: without capitals and accents."""
    import unicodedata

    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(mark for mark in apart if unicodedata.category(mark) != "Mn")


def _undertakings(
    session: Reading, names: Mapping[int, tuple[str, str]], of: set[int] | None
) -> Mapping[int | None, list[Undertaken]]:
    undertaking = schema.undertaking
    wanted = select(undertaking).order_by(undertaking.c.id)
    if of is not None:
        wanted = wanted.where(undertaking.c.contact_id.in_(of))
    found: dict[int | None, list[Undertaken]] = defaultdict(list)
    for row in rows(session, wanted):
        found[row.contact_id].append(_undertaken(row, names))
    return found


def open_undertakings(session: Reading, done_since: date | None = None) -> tuple[Undertaken, ...]:
    """What is still to be done by either side; also what was done since `done_since`."""
    undertaking = schema.undertaking
    done_on = undertaking.c.done_on
    names = _names(session)
    found = rows(
        session,
        select(undertaking)
        .where(done_on.is_(None) | (done_on >= (done_since or date.max)))
        .order_by(
            done_on.is_not(None),
            func.coalesce(undertaking.c.due_on, date.max),
            undertaking.c.id,
        ),
    )
    return tuple(_undertaken(row, names) for row in found)


def _undertaken(row: Any, names: Mapping[int, tuple[str, str]]) -> Undertaken:
    return Undertaken(
        row.id,
        row.version,
        row.contact_id,
        row.creditor_id,
        *names[row.creditor_id],
        row.by,
        row.text,
        row.due_on,
        row.done_on,
    )


def _documents(session: Reading) -> Mapping[int, Sequence[str]]:
    document = schema.document
    found: dict[int, list[str]] = defaultdict(list)
    for row in rows(
        session,
        select(document.c.contact_id, document.c.name).where(document.c.contact_id.is_not(None)),
    ):
        found[row.contact_id].append(row.name)
    return found
