"""Credibility out of the ledger: the score, on one day or over time."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from store.ledger.facts import one, rows
from store.ledger.promise_book import Book
from store.ledger.score_views import Badge, Credibility
from store.ledger.settled import Lately, kept_after, lately
from store.records import schema
from store.records.database import Reading
from store.rules import credibility, score_history
from store.rules.credibility import Counted, Score
from store.rules.outcome import Outcome, Standing

MONTH = timedelta(days=30)
"""Over which the badge's change is told, and before a due date in which it is told in time."""

COUNTED = tuple(each for each in Outcome if each not in (Outcome.UPCOMING, Outcome.DUE))
"""The outcomes that are counted beside the score."""

_TO_TELL = (Outcome.LATE, Outcome.PARTIAL, Outcome.MISSED)


def badge(session: Reading, today: date) -> Badge:
    """The score of all promises today, and 30 days before."""
    book = Book(session, lately(today))
    return Badge(*(book.score(day) for day in (today, today - MONTH)))


def by_creditor(session: Reading, as_of: date) -> dict[int, Score]:
    """The score with each creditor to whom anything was promised."""
    book = Book(session, lately(as_of))
    found: dict[int, list[Counted]] = defaultdict(list)
    for debt_id, promise in book.promises_by_debt(as_of):
        found[book.holder(debt_id, promise.due_on)].append(promise)
    for creditor_id, kept in book.kept_by_creditor.items():
        found[creditor_id] += kept
    return {id_: credibility.score_of(promises, as_of) for id_, promises in found.items()}


def standing(session: Reading, as_of: date, creditor_id: int | None = None) -> Credibility:
    """How my word stands on a date, with all creditors or with one."""
    return of_book(session, Book(session, lately(as_of)), as_of, creditor_id)


def of_book(
    session: Reading, book: Book, as_of: date, creditor_id: int | None = None
) -> Credibility:
    """The same, of promises that have been read already."""
    standings = book.standings(as_of, creditor_id)
    counts = Counter(each.outcome for _, each in standings)
    missed = [
        (book.holder(debt_id, each.instalment.due_on), each.instalment.due_on, 1)
        for debt_id, each in standings
        if each.outcome in _TO_TELL
    ]
    for holder, agreement, row in book.settled(creditor_id):
        became = row.outcome(agreement.grace_days)
        counts[became] += row.count
        if became is Outcome.LATE and row.due_on is not None:
            missed.append((holder, row.due_on, row.count))
    told = _told(session)
    creditor = None if creditor_id is None else one(session, schema.creditor, creditor_id)
    return Credibility(
        as_of=as_of,
        creditor=creditor.key if creditor else None,
        creditor_name=creditor.name if creditor else None,
        score=book.score(as_of, creditor_id),
        counts={each: counts[each] for each in COUNTED},
        streak=_streak(session, book, standings, creditor_id),
        told=sum(
            count
            for holder, due_on, count in missed
            if _any_between(told.get(holder, ()), due_on - MONTH, due_on)
        ),
        to_tell=sum(count for _, _, count in missed),
    )


def _streak(
    session: Reading,
    book: Book,
    standings: Sequence[tuple[int, Standing]],
    creditor_id: int | None,
) -> int:
    """Kept promises in a row, back from the newest, with those that are settled."""
    came = [(each.instalment.due_on, each.instalment.id, each.outcome) for _, each in standings]
    came += [
        (row.due_on, row.newest, Outcome.LATE)
        for _, agreement, row in book.settled(creditor_id)
        if row.due_on is not None and row.outcome(agreement.grace_days) is Outcome.LATE
    ]
    ends = max((each[:2] for each in came if credibility.ends_streak(each[2])), default=None)
    last = ends or (date.min, 0)
    count = sum(each[2] is Outcome.KEPT and each[:2] > last for each in came)
    # Those that were kept within their grace, long ago; of the others `kept_after` tells.
    count += sum(
        row.count
        for _, agreement, row in book.settled(creditor_id)
        if row.paid_on is not None
        and row.due_on is not None
        and row.outcome(agreement.grace_days) is Outcome.KEPT
        and (row.due_on, row.newest) > last
    )
    if book.looked_at is None:
        return count
    return count + sum(
        number
        for agreement_id, due_on, number in kept_after(session, book.looked_at, ends)
        if creditor_id in (None, book.holder_of(agreement_id, due_on))
    )


def history(session: Reading, days: Sequence[date], creditor_id: int | None = None) -> list[Score]:
    """The score on each of some days, which are in order, with all creditors or with one."""
    if not days:
        return []
    book = Book(session, Lately(days[-1], days[0]))
    return score_history.history([*book.promises(creditor_id), *book.kept(creditor_id)], days)


def _told(session: Reading) -> Mapping[int, Sequence[date]]:
    """The days on which each creditor was contacted by me, in order."""
    contact = schema.contact
    days: dict[int, list[date]] = defaultdict(list)
    for row in rows(
        session,
        select(contact.c.creditor_id, contact.c.at, contact.c.utc_offset).where(
            contact.c.direction == "out"
        ),
    ):
        days[row.creditor_id].append((row.at + timedelta(minutes=row.utc_offset)).date())
    return {creditor_id: sorted(found) for creditor_id, found in days.items()}


def _any_between(days: Sequence[date], since: date, until: date) -> bool:
    """Whether one of some days, which are in order, lies between two others or is one of them."""
    place = bisect_left(days, since)
    return place < len(days) and days[place] <= until
