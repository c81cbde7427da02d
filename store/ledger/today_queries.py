"""Makes the view of today: what needs me now, and what comes next."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from store.ledger import balances, breach_queries, clock_queries, queries, settled
from store.ledger.facts import rows
from store.ledger.limitation_queries import Where
from store.ledger.settled import lately
from store.ledger.views import Key, Owed, PaperLine, Promise, Today, UndertakingLine, Warning
from store.records import database, schema
from store.records.database import Reading
from store.rules.outcome import Outcome

Came = tuple[date | None, Outcome, int]
"""When some instalments fell due (None: long ago), what became of them, and how many they are."""


def today(session: Reading, on: date, days: int = 30, country: str = "", locale: str = "") -> Today:
    """What needs me on a day, and what comes in the `days` after it.

    `country` (an ISO code, else that of the `locale`) says whose limitation periods count.
    """
    everything = queries.unsettled(session, on)
    people = queries.People(session)
    horizon = on + timedelta(days=days)
    upcoming = [each for each in everything if each.outcome is Outcome.UPCOMING]
    counted = [each for each in everything if each.due_on <= on or each.outcome in _SETTLED]
    came: list[Came] = [(each.due_on, each.outcome, 1) for each in counted]
    came += _settled(session, on)
    return Today(
        on=on,
        overdue=tuple(each for each in everything if each.outcome.is_overdue),
        due=tuple(
            sorted(
                (each for each in everything if each.outcome is Outcome.DUE),
                key=lambda each: (each.last_day, each.due_on),
            )
        ),
        upcoming=tuple(each for each in upcoming if each.due_on <= horizon),
        undertakings=_undertakings(session, people, horizon),
        papers=_papers(session, people, everything, on),
        warnings=(
            *_warnings(session, people, on, horizon),
            *_breaches(session, on, everything),
            *clock_queries.warnings(
                session,
                on,
                horizon,
                everything,
                people.holder,
                Where(country, locale),
            ),
        ),
        counts=_counted(came),
        months=_months(came, on),
        owed=_owed(session, people, on),
        is_empty=not people.creditors,
        next_promise=upcoming[0] if upcoming else None,
        put_off={(row.record, row.record_id): row.until for row in _postponements(session)},
        last_entry=_last_entry(session),
    )


def whole(session: Reading, on: date, days: int, country: str, locale: str) -> Today:
    """The same, with how my word stands and the cash of those days."""
    from store.ledger import credibility_queries, forecast_queries

    view = today(session, on, days, country, locale)
    return replace(
        view,
        word=credibility_queries.word(session, on),
        outlooks=forecast_queries.of_today(session, view, days),
    )


_SETTLED = frozenset({Outcome.KEPT, Outcome.LATE, Outcome.RENEGOTIATED_LATE})


def _settled(session: Reading, on: date) -> list[Came]:
    """What became of all that is settled."""
    agreement = schema.agreement.c
    found = rows(session, select(agreement.id, agreement.grace_days))
    grace = {row.id: row.grace_days or 0 for row in found}
    return [
        (each.due_on, each.outcome(grace[each.agreement_id]), each.count)
        for each in settled.settled(session, lately(on))
    ]


def _counted(came: Iterable[Came]) -> Counter[Outcome]:
    counts: Counter[Outcome] = Counter()
    for _, outcome, count in came:
        counts[outcome] += count
    return counts


def _months(came: Iterable[Came], on: date) -> tuple[tuple[date, Mapping[Outcome, int]], ...]:
    """The last twelve months, oldest first, with the outcomes of what fell due in each."""
    ends = on.year * 12 + on.month - 1
    firsts = [date(n // 12, n % 12 + 1, 1) for n in range(ends - 11, ends + 1)]
    found: dict[date, Counter[Outcome]] = {first: Counter() for first in firsts}
    for due_on, outcome, count in came:
        if due_on is not None and due_on >= firsts[0] and (first := due_on.replace(day=1)) in found:
            found[first][outcome] += count
    return tuple(found.items())


def _postponements(session: Reading) -> Sequence[Any]:
    put_off = schema.postponement
    return rows(session, select(put_off.c.record, put_off.c.record_id, put_off.c.until))


def _last_entry(session: Reading) -> date | None:
    at = database.last_written(session)
    return None if at is None else at.astimezone().date()


def _undertakings(
    session: Reading, people: queries.People, until: date
) -> tuple[UndertakingLine, ...]:
    undertaking, contact = schema.undertaking, schema.contact
    found = rows(
        session,
        select(
            undertaking.c.id,
            undertaking.c.creditor_id,
            undertaking.c.contact_id,
            contact.c.key.label("contact"),
            undertaking.c.by.label("side"),
            undertaking.c.text,
            undertaking.c.due_on,
        )
        .outerjoin(contact, contact.c.id == undertaking.c.contact_id)
        .where(undertaking.c.done_on.is_(None))
        .where(func.coalesce(undertaking.c.due_on, date.min) <= until)
        .order_by(undertaking.c.due_on, undertaking.c.id),
    )
    return tuple(
        UndertakingLine(
            row.id,
            row.creditor_id,
            people.creditors[row.creditor_id].key,
            people.creditors[row.creditor_id].name,
            row.contact_id,
            row.contact,
            row.side,
            row.text,
            row.due_on,
        )
        for row in found
    )


def _papers(
    session: Reading, people: queries.People, everything: list[Promise], on: date
) -> tuple[PaperLine, ...]:
    """Agreements in force without a paper: those with an instalment still to come or open."""
    labels = queries.agreement_labels(session)
    in_force = {each.agreement_id: each for each in everything if each.outcome.is_open}
    found = []
    for agreement_id, each in in_force.items():
        label = labels[agreement_id]
        if label.writing in ("unwritten", "requested"):
            holder = people.holder(each.debt_id, on)
            found.append(
                PaperLine(
                    agreement_id,
                    label.key,
                    each.debt,
                    each.debt_name,
                    holder.id,
                    holder.key,
                    holder.name,
                    label.made_on,
                    label.writing,
                )
            )
    return tuple(sorted(found, key=lambda each: (each.made_on, each.agreement)))


def _warnings(
    session: Reading, people: queries.People, on: date, until: date
) -> tuple[Warning, ...]:
    found = []
    for debt_id, debt in people.debts.items():
        if debt.answer_by is not None and debt.closed_on is None:
            who = people.holder(debt_id, on)
            stage = "letter" if debt.stage in (None, "none") else debt.stage
            text = f"Answer the {stage} about {debt.name}"
            found.append(_warning("answer", ("debt", debt_id), debt.answer_by, who, debt, text))
    offer = schema.offer
    for row in rows(
        session,
        select(
            offer.c.id,
            offer.c.debt_id,
            offer.c.valid_until,
            offer.c.by.label("side"),
        ).where(offer.c.status == "open", offer.c.valid_until.between(on, until)),
    ):
        who, debt = people.holder(row.debt_id, on), people.debts[row.debt_id]
        whose = "My offer" if row.side == "me" else "Their offer"
        text = f"{whose} on {debt.name} lapses"
        found.append(_warning("offer", ("offer", row.id), row.valid_until, who, debt, text))
    return tuple(sorted(found, key=lambda each: (each.kind, each.on, each.debt)))


def _breaches(session: Reading, on: date, everything: list[Promise]) -> list[Warning]:
    """What creditors charged against their word, and have not put right."""
    return [
        Warning(
            (f"breach {each.breach.kind.name}", each.breach.record_id),
            "breach",
            each.breach.on,
            each.creditor_id,
            each.creditor,
            each.creditor_name,
            each.debt,
            each.text(),
        )
        for each in breach_queries.open_charges(session, on, everything)
    ]


def _warning(kind: str, record: Key, on: date, who: Any, debt: Any, text: str) -> Warning:
    return Warning(record, kind, on, who.id, who.key, who.name, debt.key, text)


def _owed(session: Reading, people: queries.People, on: date) -> tuple[Owed, ...]:
    payment = schema.payment
    returned = func.coalesce(payment.c.returned_on, date.max)
    paid = {
        row.debt_id: row.paid
        for row in rows(
            session,
            select(payment.c.debt_id, func.sum(payment.c.amount).label("paid"))
            .where(payment.c.paid_on <= on, returned > on)
            .group_by(payment.c.debt_id),
        )
    }
    owed = balances.of_debts(session, on)
    found = [
        Owed(
            debt_id,
            debt.key,
            debt.name,
            holder.key,
            holder.name,
            owed[debt_id],
            paid.get(debt_id, 0),
            holder.currency,
            debt.priority,
        )
        for debt_id, debt in people.debts.items()
        if debt.closed_on is None or debt.closed_on > on
        for holder in [people.holder(debt_id, on)]
    ]
    return tuple(sorted(found, key=lambda each: (not each.priority, each.creditor_name, each.debt)))
