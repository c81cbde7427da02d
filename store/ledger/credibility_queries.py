"""Makes the Credibility view: the score over time, what moved it, with whom, and what if.

The ledger is read in a fixed number of queries; all else is rules on what was read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from sqlalchemy import select

from store.ledger import cash_queries, queries, scores
from store.ledger.cash_queries import CashAhead
from store.ledger.facts import one, rows
from store.ledger.promise_book import Book
from store.ledger.score_views import (
    Badge,
    CreditorWord,
    Event,
    MoveLine,
    NextPayment,
    Page,
    Shortfall,
    Supposed,
    WhatIf,
    Word,
)
from store.ledger.settled import MONTHS, Lately, lately
from store.ledger.views import Promise as PromiseLine
from store.records import schema
from store.records.database import Reading
from store.rules import credibility, dates, score_history, what_if
from store.rules.credibility import Counted, Promise, Score
from store.rules.forecast import Due
from store.rules.outcome import Agreement, Outcome
from store.rules.score_history import Cause, Move

POINTS = 400
"""How many points a chart has at most."""

AHEAD = timedelta(days=30)
"""How far the cash is looked at for what is to be paid next."""

WRITTEN = frozenset({"received", "signed"})


def page(
    session: Reading,
    today: date,
    since: date | None,
    until: date,
    creditor_id: int | None = None,
) -> Page:
    """How my word stands today, and how it came to it `since` a day (None: the first promise).

    `until` is the day that the what-ifs are about. A creditor that is no longer there is everyone.
    """
    if creditor_id is not None and one(session, schema.creditor, creditor_id) is None:
        creditor_id = None
    # The whole record tells all of what happened in it.
    told_since = date.min if since is None else min(since, today - scores.MONTH)
    looked_at = None if since is None else Lately(today, told_since, tells=True)
    book = Book(session, looked_at)
    shown = (
        queries.promises(session, today)
        if looked_at is None
        else queries.unsettled(session, today, looked_at)
    )
    lines = {each.instalment_id: each for each in shown}
    # What was agreed after today is not known yet: a person may look back.
    everything = list(book.promises(as_of=today))
    mine = [
        each for each in everything if creditor_id in (None, lines[each.instalment.id].creditor_id)
    ]
    besides = book.kept(creditor_id)
    agreements = [each for each in book.agreements(creditor_id) if each.made_on <= today]
    first = min((each.made_on for each in agreements), default=today)
    start = min(first if since is None else max(since, first), today)
    moves = score_history.moves(mine, start, today, besides)
    days = _days(start, today)
    history = score_history.history([*mine, *besides], [*days, today]) if days else []
    standing = scores.of_book(session, book, today, creditor_id)
    purse = _Purse(cash_queries.ahead(session, today, max(until, today + AHEAD)), lines)
    own = {each.instalment.id for each in mine}
    others = [each for each in everything if each.instalment.id not in own]
    payments = _payments(mine, others, purse, today, besides)
    return Page(
        today=today,
        since=start,
        until=until,
        standing=standing,
        badge=Badge(standing.score, book.score(today - scores.MONTH, creditor_id)),
        points=list(zip(days, history, strict=False)),
        events=_events(agreements, moves, start, today),
        moves=_move_lines(moves, score_history.without(mine, today, besides), lines),
        creditors=_creditors(session, book, everything, lines, today),
        written=_written(session, book, mine, today, creditor_id),
        payments=payments,
        what_ifs=_what_ifs(mine, others, purse, payments, today, until, besides),
    )


def word(session: Reading, today: date) -> Word:
    """How my word stands, in brief, and which open promise can be paid when."""
    book = Book(session, lately(today))
    lines = {each.instalment_id: each for each in queries.unsettled(session, today)}
    promises = list(book.promises(as_of=today))
    first = today.replace(day=1)
    ends = [dates.add_months(first, 1 - back) - timedelta(days=1) for back in range(MONTHS, 0, -1)]
    history = score_history.history([*promises, *book.kept()], [*ends, today])
    until = today + AHEAD
    purse = _Purse(cash_queries.ahead(session, today, until), lines)
    waiting = _waiting(promises, purse, today)
    return Word(
        badge=Badge(history[-1], book.score(today - scores.MONTH)),
        months=list(zip([*ends, today], history, strict=True)),
        payments=_payments(promises, [], purse, today, book.kept()),
        is_cash_known=purse.knows(each.instalment.id for each in waiting),
    )


def payable(session: Reading, today: date) -> Mapping[int, date | None] | None:
    """The day on which the cash carries each open promise, by instalment; None: it does not.

    None in all where there is no fresh balance to say so, or a budget line that says no day.
    """
    lines = {each.instalment_id: each for each in queries.unsettled(session, today)}
    book = Book(session, lately(today))
    promises = list(book.promises(as_of=today))
    purse = _Purse(cash_queries.ahead(session, today, today + AHEAD), lines)
    waiting = [each.instalment.id for each in _waiting(promises, purse, today)]
    if not purse.knows(waiting):
        return None
    found = _payments(promises, [], purse, today, book.kept())
    return {each.promise.instalment_id: each.on for each in found}


def _days(start: date, today: date) -> list[date]:
    """Evenly spaced days, the last of them today."""
    between = (today - start).days
    step = max(1, -(-between // POINTS))
    return [today - timedelta(days=back) for back in range(between - between % step, -1, -step)]


def _events(
    agreements: Sequence[Agreement], moves: Iterable[Move], start: date, today: date
) -> list[tuple[date, Event]]:
    replaced = {each.replaced_on for each in agreements if each.replaced_on is not None}
    found = [(day, Event.RENEGOTIATION) for day in replaced]
    found += [
        (each.made_on, Event.AGREEMENT) for each in agreements if each.made_on not in replaced
    ]
    found += [
        (each.on, Event.MISS)
        for each in moves
        if each.cause in (Cause.MISSED, Cause.PARTIAL)
        and each.promise is not None
        and each.on == each.promise.grace_end + timedelta(days=1)
    ]
    return sorted({each for each in found if start <= each[0] <= today})


def _move_lines(
    moves: Sequence[Move], without: Mapping[int, Score], lines: Mapping[int, PromiseLine]
) -> list[MoveLine]:
    found = []
    for each in reversed(moves):
        number = None if each.promise is None else each.promise.instalment.id
        found.append(
            MoveLine(
                each.since,
                each.on,
                each.cause,
                each.points,
                each.days_late,
                None if number is None else lines[number],
                None if number is None else without.get(number),
            )
        )
    return found


def _creditors(
    session: Reading,
    book: Book,
    promises: Iterable[Promise],
    lines: Mapping[int, PromiseLine],
    today: date,
) -> list[CreditorWord]:
    """Each creditor to whom anything was promised, the one with most evidence first."""
    theirs: dict[int, list[Counted]] = defaultdict(list)
    counts: dict[int, Counter[Outcome]] = defaultdict(Counter)
    late: dict[int, list[int]] = defaultdict(list)
    for each in promises:
        line = lines[each.instalment.id]
        theirs[line.creditor_id].append(each)
        counts[line.creditor_id][line.outcome] += 1
        if line.outcome in credibility.RATED and line.days_late:
            late[line.creditor_id].append(line.days_late)
    for id_, kept in book.kept_by_creditor.items():
        theirs[id_] += kept
    for id_, agreement, row in book.settled():
        counts[id_][row.outcome(agreement.grace_days)] += row.count
        late[id_] += [row.days_late(agreement.grace_days)] * row.count
    creditor = schema.creditor.c
    names = {row.id: row for row in rows(session, select(creditor.id, creditor.key, creditor.name))}
    found = []
    for id_, counted in theirs.items():
        days_late = [days for days in late[id_] if days]
        found.append(
            CreditorWord(
                id_,
                names[id_].key,
                names[id_].name,
                credibility.score_of(counted, today),
                counts[id_][Outcome.KEPT],
                sum(counts[id_][each] for each in credibility.RATED),
                round(median(days_late)) if days_late else None,
            )
        )
    return sorted(found, key=lambda each: (-each.score.evidence, each.creditor_name))


def _written(
    session: Reading,
    book: Book,
    promises: Iterable[Promise],
    today: date,
    creditor_id: int | None,
) -> float | None:
    agreement = schema.agreement
    found = rows(session, select(agreement.c.id, agreement.c.writing))
    written = {row.id for row in found if row.writing in WRITTEN}
    evidence: dict[bool, float] = defaultdict(float)
    for each in promises:
        is_on_paper = each.agreement.id in written
        evidence[is_on_paper] += credibility.score_of([each], today).evidence
    for _, made, row in book.settled(creditor_id):
        if row.due_on is not None and row.kept_since is not None:
            weight = book.weight(made, row.amount) * credibility.fade(row.due_on, today)
            evidence[made.id in written] += weight
    whole = sum(evidence.values())
    return evidence[True] / whole if whole else None


@dataclass(frozen=True, slots=True)
class _Purse:
    """What there is in each currency, and what each instalment is in."""

    there: Mapping[str, CashAhead]
    lines: Mapping[int, PromiseLine]

    def knows(self, instalments: Iterable[int]) -> bool:
        """There is a fresh balance in every currency of these, and nothing is missing."""
        needed = {self.lines[each].currency for each in instalments}
        return needed <= {name for name, each in self.there.items() if each.can_tell}

    def paydays(self, until: date) -> list[date]:
        """The days on which something comes in, up to a date."""
        return sorted({day for each in self.there.values() for day in each.paydays if day <= until})

    def carries(self, needs: Iterable[Due], until: date) -> tuple[bool | None, Shortfall | None]:
        """Whether what there is of each currency carries what is needed of it, up to a day."""
        by_currency: dict[str, list[Due]] = defaultdict(list)
        for each in needs:
            by_currency[self.lines[each.instalment_id].currency].append(each)
        short: list[Shortfall] = []
        for currency, dues in by_currency.items():
            there = self.there.get(currency)
            if there is not None and not there.is_stale:
                ahead = there.carries(dues, until)
                if ahead.short_on is not None:
                    short.append(Shortfall(ahead.short_on, ahead.gap, currency))
        if short:
            return False, min(short, key=lambda each: each.on)
        is_known = self.knows(each for dues in by_currency.values() for each in _ids(dues))
        return (True if is_known else None), None


def _ids(dues: Iterable[Due]) -> Iterable[int]:
    return (each.instalment_id for each in dues)


def _waiting(promises: Iterable[Promise], purse: _Purse, today: date) -> list[Promise]:
    """Those that are due by today and still wait for money, as their lines know already."""
    return [
        each
        for each in promises
        if each.instalment.due_on <= today
        and each.instalment.id in purse.lines
        and purse.lines[each.instalment.id].outcome.is_open
    ]


def _payments(
    mine: Sequence[Promise],
    others: Sequence[Promise],
    purse: _Purse,
    today: date,
    besides: Sequence[Counted] = (),
) -> list[NextPayment]:
    """When cash allows each open promise of mine to be paid, in order of these days.

    Those of priority debts get what there is first; the scores are with all before them paid, and
    what counts `besides`. The cash has to carry what falls due in the days ahead too, also of
    `others`. Empty where there is no fresh balance.
    """
    lines, until = purse.lines, today + AHEAD
    waiting = _waiting(mine, purse, today)
    if not purse.knows(each.instalment.id for each in waiting):
        return []
    kept = what_if.kept(mine, today, until)
    needs = what_if.needs([*kept, *what_if.kept(others, today, until)])
    days = [today, *purse.paydays(until)]

    def urgency(promise: Promise) -> tuple[bool, date]:
        return not lines[promise.instalment.id].priority, promise.instalment.due_on

    planned: list[tuple[date, Promise]] = []
    too_little: list[NextPayment] = []
    for each in sorted(waiting, key=urgency):
        paying = ((day, what_if.needs([what_if.paid(each, day)])) for day in days)
        on, due = next(
            ((day, due) for day, due in paying if purse.carries([*needs, *due], until)[0] is True),
            (None, []),
        )
        needs += due
        if on is None:
            too_little.append(NextPayment(lines[each.instalment.id], None, None))
        else:
            planned.append((on, each))
    found, then = [], {each.instalment.id: each for each in kept}
    for on, each in sorted(planned, key=lambda plan: plan[0]):
        then[each.instalment.id] = what_if.paid(each, on)
        score = credibility.score_of([*then.values(), *besides], on)
        found.append(NextPayment(lines[each.instalment.id], on, score))
    return [*found, *too_little]


def _what_ifs(
    mine: Sequence[Promise],
    others: Sequence[Promise],
    purse: _Purse,
    payments: Sequence[NextPayment],
    today: date,
    until: date,
    besides: Sequence[Counted],
) -> list[WhatIf]:
    """What there is to do from today on; the cash has to carry what others are owed too.

    What counts `besides` stays as it is.
    """
    lines = purse.lines
    owed_to_others = what_if.needs(what_if.kept(others, today, until))

    def made(
        supposed: Supposed,
        promises: Sequence[Promise],
        on: date = today,
        *,
        count: int = 0,
        promise: PromiseLine | None = None,
        stops: int = 0,
    ) -> WhatIf:
        carried, short = purse.carries([*what_if.needs(promises), *owed_to_others], until)
        score = credibility.score_of([*promises, *besides], until)
        return WhatIf(supposed, score, count, on, promise, stops, carried, short)

    kept = what_if.kept(mine, today, until)
    found = [made(Supposed.KEEP, kept, until, count=len(what_if.needs(kept)))]
    waiting = _waiting(mine, purse, today)
    if waiting:
        paid = what_if.open_paid(kept, today, today)
        found.append(made(Supposed.PAY_OPEN, paid, today, count=len(waiting)))
    planned = {each.promise.instalment_id: each.on for each in payments if each.on is not None}
    # What cannot all be paid today is proposed for the days that carry it.
    if planned and found[-1].carried is False:
        paid = [
            what_if.paid(each, planned[each.instalment.id])
            if each.instalment.id in planned
            else each
            for each in kept
        ]
        last = max(planned.values())
        found.append(made(Supposed.PAY_AS_CASH_ALLOWS, paid, last, count=len(planned)))
    coming = what_if.coming(mine, today)
    if coming is not None:
        line = lines[coming.instalment.id]
        missed = what_if.missed(kept, coming)
        found.append(made(Supposed.MISS_NEXT, missed, coming.instalment.due_on, promise=line))
    chosen = what_if.in_time(mine, today)
    if chosen is not None:
        line = lines[chosen.instalment.id]
        stops = what_if.stopped(mine, chosen, today, until)
        again = what_if.kept(what_if.renegotiated(mine, chosen, today), today, until)
        found.append(made(Supposed.RENEGOTIATE_NEXT, again, today, promise=line, stops=stops))
    return found
