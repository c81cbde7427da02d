"""Credibility out of the ledger: the score, on one day or over time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from store.ledger.facts import one, rows
from store.ledger.promise_book import Book
from store.ledger.score_views import Badge, Credibility
from store.ledger.settled import Lately
from store.records import schema
from store.records.database import Reading
from store.rules import credibility, score_history
from store.rules.credibility import Counted, Score
from store.rules.outcome import Outcome

MONTH = timedelta(days=30)
"""Over which the badge's change is told, and before a due date in which it is told in time."""

COUNTED = tuple(each for each in Outcome if each not in (Outcome.UPCOMING, Outcome.DUE))
"""The outcomes that are counted beside the score."""

_TO_TELL = (Outcome.LATE, Outcome.PARTIAL, Outcome.MISSED)


def badge(session: Reading, today: date) -> Badge:
    """The score of all promises today, and 30 days before."""
    book = Book(session, Lately(today))
    return Badge(*(book.score(day) for day in (today, today - MONTH)))


def by_creditor(session: Reading, as_of: date) -> dict[int, Score]:
    """The score with each creditor to whom anything was promised."""
    book = Book(session, Lately(as_of))
    found: dict[int, list[Counted]] = defaultdict(list)
    for debt_id, promise in book.promises_by_debt(as_of):
        found[book.holder(debt_id, promise.due_on)].append(promise)
    for creditor_id, kept in book.kept_by_creditor.items():
        found[creditor_id] += kept
    return {id_: credibility.score_of(promises, as_of) for id_, promises in found.items()}


def standing(session: Reading, as_of: date, creditor_id: int | None = None) -> Credibility:
    """How my word stands on a date, with all creditors or with one."""
    return of_book(session, Book(session), as_of, creditor_id)


def of_book(
    session: Reading, book: Book, as_of: date, creditor_id: int | None = None
) -> Credibility:
    """The same, of promises that have been read already."""
    standings = book.standings(as_of, creditor_id)
    counts = Counter(each.outcome for _, each in standings)
    late = [(debt, each) for debt, each in standings if each.outcome in _TO_TELL]
    told = _told(session)
    creditor = None if creditor_id is None else one(session, schema.creditor, creditor_id)
    return Credibility(
        as_of=as_of,
        creditor=creditor.key if creditor else None,
        creditor_name=creditor.name if creditor else None,
        score=book.score(as_of, creditor_id),
        counts={each: counts[each] for each in COUNTED},
        streak=credibility.streak(
            each.outcome
            for _, each in sorted(
                standings, key=lambda pair: (pair[1].instalment.due_on, pair[1].instalment.id)
            )
        ),
        told=sum(
            any(
                each.instalment.due_on - MONTH <= day <= each.instalment.due_on
                for day in told[book.holder(debt, each.instalment.due_on)]
            )
            for debt, each in late
        ),
        to_tell=len(late),
    )


def history(session: Reading, days: Sequence[date], creditor_id: int | None = None) -> list[Score]:
    """The score on each of some days, which are in order, with all creditors or with one."""
    return score_history.history(Book(session).promises(creditor_id), days)


def _told(session: Reading) -> Mapping[int, Sequence[date]]:
    """The days on which each creditor was contacted by me."""
    contact = schema.contact
    days: dict[int, list[date]] = defaultdict(list)
    for row in rows(
        session,
        select(contact.c.creditor_id, contact.c.at, contact.c.utc_offset).where(
            contact.c.direction == "out"
        ),
    ):
        days[row.creditor_id].append((row.at + timedelta(minutes=row.utc_offset)).date())
    return days
