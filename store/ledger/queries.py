"""Makes the views: reads the ledger in a fixed number of queries, whatever it holds."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from store.ledger import (
    cash_queries,
    facts,
)
from store.ledger.facts import DebtFacts, rows
from store.ledger.settled import Lately, lately
from store.ledger.views import (
    Days,
    Payable,
    Payday,
    PaymentLine,
    Promise,
)
from store.records import database, schema
from store.records.database import Reading

WEEK = timedelta(days=7)


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
    people = People(session)
    labels = agreement_labels(session)
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
    people = People(session)
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
    people = People(session)
    found = [
        Payable(debt_id, debt.name, holder.name, holder.currency)
        for debt_id, debt in people.debts.items()
        for holder in [people.holder(debt_id, on)]
    ]
    return sorted(found, key=lambda each: (each.creditor_name.casefold(), each.debt_name))


class People:
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


def agreement_labels(session: Reading) -> dict[int, Any]:
    """What the lines of an agreement say of it, by its number."""
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


def _paydays(session: Reading, since: date, until: date) -> list[Payday]:
    """Incomes on their own dates, while their line of the budget holds."""
    return [
        Payday(each.on, each.name, each.amount, each.currency)
        for each in cash_queries.budget_days(session, since, until)
        if each.kind == "income"
    ]
