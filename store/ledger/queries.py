"""Makes the views: reads the ledger in a fixed number of queries, whatever it holds."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from store.ledger import (
    balances,
    breach_queries,
    cash_queries,
    clock_queries,
    facts,
    settled,
)
from store.ledger.facts import DebtFacts, rows
from store.ledger.limitation_queries import Where
from store.ledger.settled import Lately, lately
from store.ledger.views import (
    Days,
    Key,
    Owed,
    PaperLine,
    Payable,
    Payday,
    PaymentLine,
    Promise,
    Today,
    UndertakingLine,
    Warning,
)
from store.records import database, schema
from store.records.database import Reading
from store.rules.outcome import Outcome

WEEK = timedelta(days=7)

Came = tuple[date | None, Outcome, int]
"""When some instalments fell due (None: long ago), what became of them, and how many they are."""


def promises(
    session: Reading,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    creditor_id: int | None = None,
) -> list[Promise]:
    """Instalments as of a date, by due date; those of one creditor are held by it when due."""

    def read() -> list[Promise]:
        known = facts.of_all(session, since=since, until=until)
        return _promises(session, known, as_of, since, until, creditor_id)

    return database.once(session, ("promises", as_of, since, until, creditor_id), read)


def unsettled(session: Reading, today: date, looked_at: Lately | None = None) -> list[Promise]:
    """The instalments that are not `settled` for good, as of today, by due date.

    As today is looked at without more ado, or as it is `looked_at`.
    """
    known = looked_at or lately(today)

    def read() -> list[Promise]:
        return _promises(session, facts.unsettled(session, known), today)

    return database.once(session, ("unsettled", today, known), read)


def of_agreements(session: Reading, today: date, ids: Collection[int]) -> list[Promise]:
    """The instalments of some agreements, by due date."""
    return _promises(session, facts.of_agreements(session, ids), today) if ids else []


def _promises(
    session: Reading,
    known: Mapping[int, DebtFacts],
    as_of: date,
    since: date | None = None,
    until: date | None = None,
    creditor_id: int | None = None,
) -> list[Promise]:
    people = _People(session)
    labels = _labels(session)
    count_of = counts(session)
    found = []
    for debt_id, debt_facts in known.items():
        grace = {each.id: each.grace_days for each in debt_facts.agreements}
        for standing in debt_facts.standings(as_of):
            instalment = standing.instalment
            due_on = instalment.due_on
            holder = people.holder(debt_id, due_on)
            outside = (since and due_on < since) or (until and due_on > until)
            if outside or (creditor_id is not None and holder.id != creditor_id):
                continue
            label = labels[instalment.agreement_id]
            debt = people.debts[debt_id]
            found.append(
                Promise(
                    instalment_id=instalment.id,
                    agreement_id=instalment.agreement_id,
                    agreement=label.key,
                    debt_id=debt_id,
                    debt=debt.key,
                    debt_name=debt.name,
                    creditor_id=holder.id,
                    creditor=holder.key,
                    creditor_name=holder.name,
                    due_on=due_on,
                    amount=instalment.amount,
                    currency=holder.currency,
                    outcome=standing.outcome,
                    paid=standing.paid,
                    paid_on=standing.paid_on,
                    days_late=standing.days_late,
                    grace_days=grace[instalment.agreement_id],
                    number=instalment.number,
                    count=count_of[instalment.agreement_id],
                    priority=debt.priority,
                    consequence=debt.consequence,
                    paid_by=label.paid_by,
                )
            )
    return sorted(found, key=lambda each: (each.due_on, each.creditor_name, each.instalment_id))


def today(session: Reading, on: date, days: int = 30, country: str = "", locale: str = "") -> Today:
    """What needs me on a day, and what comes in the `days` after it.

    `country` (an ISO code, else that of the `locale`) says whose limitation periods count.
    """
    everything = unsettled(session, on)
    people = _People(session)
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


def days(session: Reading, as_of: date, since: date, until: date) -> Days:
    """What falls due and what was paid from one day to another, both included."""
    return Days(
        since,
        until,
        tuple(promises(session, as_of, since=since, until=until)),
        tuple(payments(session, since=since, until=until)),
        tuple(_paydays(session, since, until)),
    )


def payments(session: Reading, *, since: date, until: date) -> list[PaymentLine]:
    """Payments made in a span of days, by day."""
    people = _People(session)
    payment, allotment, instalment = schema.payment, schema.allotment, schema.instalment
    wanted = payment.c.paid_on.between(since, until)
    due: dict[int, list[date]] = defaultdict(list)
    for row in rows(
        session,
        select(allotment.c.payment_id, instalment.c.due_on)
        .join(instalment, instalment.c.id == allotment.c.instalment_id)
        .join(payment, payment.c.id == allotment.c.payment_id)
        .where(wanted)
        .order_by(instalment.c.due_on),
    ):
        due[row.payment_id].append(row.due_on)
    found = []
    for row in rows(
        session,
        select(payment).where(wanted).order_by(payment.c.paid_on),
    ):
        debt, holder = people.debts[row.debt_id], people.holder(row.debt_id, row.paid_on)
        found.append(
            PaymentLine(
                row.id,
                row.version,
                row.debt_id,
                debt.key,
                debt.name,
                holder.key,
                holder.name,
                row.paid_on,
                row.amount,
                holder.currency,
                row.method,
                row.reference,
                row.note,
                row.returned_on,
                tuple(due[row.id]),
            )
        )
    return found


def payment(session: Reading, payment_id: int) -> PaymentLine | None:
    """One payment; None where it is no longer there."""
    row = facts.one(session, schema.payment, payment_id)
    there = payments(session, since=row.paid_on, until=row.paid_on) if row else []
    return next((each for each in there if each.payment_id == payment_id), None)


def payable(session: Reading, on: date) -> list[Payable]:
    """The debts that can be paid on a day, by who holds them."""
    people = _People(session)
    found = [
        Payable(debt_id, debt.name, holder.name, holder.currency)
        for debt_id, debt in people.debts.items()
        for holder in [people.holder(debt_id, on)]
    ]
    return sorted(found, key=lambda each: (each.creditor_name.casefold(), each.debt_name))


_SETTLED = frozenset({Outcome.KEPT, Outcome.LATE, Outcome.RENEGOTIATED_LATE})


class _People:
    """Creditors and debts by number, and who holds a debt when."""

    def __init__(self, session: Reading) -> None:
        creditor, debt = schema.creditor, schema.debt
        self.creditors = {
            row.id: row
            for row in rows(
                session,
                select(
                    creditor.c.id,
                    creditor.c.key,
                    creditor.c.name,
                    creditor.c.currency,
                    creditor.c.kind,
                ),
            )
        }
        self.debts = {
            row.id: row
            for row in rows(
                session,
                select(
                    debt.c.id,
                    debt.c.key,
                    debt.c.name,
                    debt.c.priority,
                    debt.c.consequence,
                    debt.c.stage,
                    debt.c.answer_by,
                    debt.c.closed_on,
                ),
            )
        }
        self._holders = facts.holders(session)

    def holder(self, debt_id: int, on: date) -> Any:
        """The creditor who holds a debt on a day."""
        return self.creditors[self._holders[debt_id](on)]


def _labels(session: Reading) -> dict[int, Any]:
    agreement = schema.agreement
    found = rows(
        session,
        select(
            agreement.c.id,
            agreement.c.key,
            agreement.c.paid_by,
            agreement.c.writing,
            agreement.c.made_on,
        ),
    )
    return {row.id: row for row in found}


def counts(session: Reading) -> dict[int, int]:
    """How many instalments each agreement has, by its number; it may be None for none."""
    agreement, instalment = schema.agreement, schema.instalment
    # They are numbered from 1 without a gap; the last one is found without reading the others.
    last = (
        select(func.max(instalment.c.number))
        .where(instalment.c.agreement_id == agreement.c.id)
        .scalar_subquery()
    )
    return {row[0]: row[1] for row in rows(session, select(agreement.c.id, last))}


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


def _paydays(session: Reading, since: date, until: date) -> list[Payday]:
    """Incomes on their own dates, while their line of the budget holds."""
    return [
        Payday(each.on, each.name, each.amount, each.currency)
        for each in cash_queries.budget_days(session, since, until)
        if each.kind == "income"
    ]


def _postponements(session: Reading) -> Sequence[Any]:
    put_off = schema.postponement
    return rows(session, select(put_off.c.record, put_off.c.record_id, put_off.c.until))


def _last_entry(session: Reading) -> date | None:
    at = database.last_written(session)
    return None if at is None else at.astimezone().date()


def _undertakings(session: Reading, people: _People, until: date) -> tuple[UndertakingLine, ...]:
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
    session: Reading, people: _People, everything: list[Promise], on: date
) -> tuple[PaperLine, ...]:
    """Agreements in force without a paper: those with an instalment still to come or open."""
    labels = _labels(session)
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


def _warnings(session: Reading, people: _People, on: date, until: date) -> tuple[Warning, ...]:
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


def _owed(session: Reading, people: _People, on: date) -> tuple[Owed, ...]:
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
