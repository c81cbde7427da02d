"""Reads what the rules need, for one debt or for all, in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, TableClause, func, or_, select

from store.ledger import by_debt, settled
from store.ledger.settled import Lately
from store.records import database, schema
from store.records.database import Reading
from store.rules import outcome
from store.rules.allotment import Allotter

MANY = 10_000
"""How many numbers a query is given at most; beyond that it looks for them again."""


@dataclass
class DebtFacts:
    """One debt as the rules see it."""

    agreements: list[outcome.Agreement] = field(default_factory=list)
    instalments: list[outcome.Instalment] = field(default_factory=list)
    payments: list[outcome.Payment] = field(default_factory=list)
    allotments: list[outcome.Allotment] = field(default_factory=list)
    moratoriums: list[outcome.Moratorium] = field(default_factory=list)
    _standings: dict[date, list[outcome.Standing]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def standings(self, as_of: date) -> list[outcome.Standing]:
        """Every instalment as of a date, in order of due date."""
        if as_of not in self._standings:
            self._standings[as_of] = outcome.standings(
                self.agreements,
                self.instalments,
                self.payments,
                self.allotments,
                self.moratoriums,
                as_of,
            )
        return self._standings[as_of]

    def numbers(self) -> dict[int, tuple[int, int]]:
        """For each instalment, which one it is of how many in its agreement."""
        count = Counter(each.agreement_id for each in self.instalments)
        return {each.id: (each.number, count[each.agreement_id]) for each in self.instalments}

    def allotter(self, without_payment: int | None = None) -> Allotter:
        """Decides what the next payment is for; `without_payment` forgets one that is edited."""
        return Allotter(
            self.agreements,
            self.instalments,
            self.payments,
            [each for each in self.allotments if each.payment_id != without_payment],
        )


def of_debt(session: Reading, debt_id: int) -> DebtFacts:
    """Everything about one debt."""
    return of_all(session, debt_id=debt_id).get(debt_id, DebtFacts())


def of_all(
    session: Reading,
    *,
    debt_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> dict[int, DebtFacts]:
    """Every debt's facts by its id, or one's; instalments due in a window, with their money.

    A broken agreement is read whole, since its next open instalment decides about the others.
    Nobody changes what is given: in one moment it is read once.
    """
    only = None if debt_id is None else [debt_id]
    key = ("facts", debt_id, since, until)
    return database.once(session, key, lambda: _read(session, only, _window(since, until)))


def of_agreements(session: Reading, ids: Collection[int]) -> Mapping[int, DebtFacts]:
    """The facts of every debt by its id, with the instalments of some agreements only."""
    return _read(session, None, [schema.instalment.c.agreement_id.in_(ids)])


def unsettled(session: Reading, looked_at: Lately) -> Mapping[int, DebtFacts]:
    """Every debt's facts by its id, without what is `settled` as it is `looked_at`."""
    is_open = ~settled.is_settled(looked_at)

    def read(debts: Collection[int] | None) -> dict[int, DebtFacts]:
        return _read(session, debts, [is_open])

    return database.once(
        session,
        ("unsettled facts", looked_at),
        lambda: by_debt.known(session, ("facts", looked_at.tells), looked_at, read),
    )


def _read(
    session: Reading, debts: Collection[int] | None, wanted: Sequence[ColumnElement[bool]]
) -> dict[int, DebtFacts]:
    facts: dict[int, DebtFacts] = defaultdict(DebtFacts)
    debt_of: dict[int, int] = {}
    only = [] if debts is None else [schema.agreement.c.debt_id.in_(debts)]
    for row in rows(session, _agreements(only)):
        debt_of[row.id] = row.debt_id
        facts[row.debt_id].agreements.append(
            outcome.Agreement(
                row.id,
                row.made_on,
                row.grace_days or 0,
                row.replaced_on,
                row.ended_on,
                outcome.EndedHow(row.ended_how) if row.ended_how else None,
            )
        )
    wanted = [*only, *wanted]
    # Sorted here: for the sake of an order, SQLite would read all of them.
    found = rows(session, _instalments(wanted))
    for row in sorted(found, key=lambda row: (row.agreement_id, row.number)):
        facts[debt_of[row.agreement_id]].instalments.append(
            outcome.Instalment(row.id, row.agreement_id, row.due_on, row.amount, row.number)
        )
    seen: set[int] = set()
    if len(found) <= MANY:
        wanted = [schema.allotment.c.instalment_id.in_([row.id for row in found])]
    for row in rows(session, _money(wanted)):
        here = facts[row.debt_id]
        if row.payment_id not in seen:
            seen.add(row.payment_id)
            here.payments.append(
                outcome.Payment(row.payment_id, row.paid_on, row.paid, row.returned_on)
            )
        here.allotments.append(outcome.Allotment(row.payment_id, row.instalment_id, row.amount))
    moratorium = schema.moratorium
    for row in rows(
        session,
        select(moratorium.c.debt_id, moratorium.c.starts_on, moratorium.c.ends_on).where(
            *([] if debts is None else [moratorium.c.debt_id.in_(debts)])
        ),
    ):
        facts[row.debt_id].moratoriums.append(outcome.Moratorium(row.starts_on, row.ends_on))
    return facts


@dataclass(frozen=True, slots=True)
class Promised:
    """All that an agreement promised: the amounts together, and the last due date."""

    amount: int
    last_due_on: date


def promised(session: Reading) -> dict[int, Promised]:
    """What each agreement with any instalment promised, by its number."""
    instalment = schema.instalment.c
    found = select(
        instalment.agreement_id, func.sum(instalment.amount), func.max(instalment.due_on)
    ).group_by(instalment.agreement_id)
    return database.once(
        session,
        "promised",
        lambda: {id_: Promised(amount, last) for id_, amount, last in rows(session, found)},
    )


def holders(session: Reading) -> dict[int, Callable[[date], int]]:
    """For each debt, who holds it on a day."""
    return database.once(session, "holders", lambda: _holders(session))


def _holders(session: Reading) -> dict[int, Callable[[date], int]]:
    moved: dict[int, list[tuple[date, int]]] = defaultdict(list)
    transfer = schema.transfer
    for row in rows(
        session,
        select(
            transfer.c.debt_id, transfer.c.on.label("from_on"), transfer.c.to_creditor_id
        ).order_by(transfer.c.on),
    ):
        moved[row.debt_id].append((row.from_on, row.to_creditor_id))
    debts = rows(session, select(schema.debt.c.id, schema.debt.c.creditor_id))
    return {row.id: outcome.holder_of(row.creditor_id, moved.get(row.id, ())) for row in debts}


def rows(session: Reading, statement: Select[*tuple[Any, ...]]) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows of a query on columns; cheaper than records where there are many."""
    return session.connection().execute(statement).all()


def one(session: Reading, table: TableClause, id_: int | None) -> Any:
    """The row of a table that has a number; None where it is not there, or no more."""
    return session.connection().execute(select(table).where(table.c.id == id_)).first()


def _agreements(only: Sequence[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    agreement, successor = schema.agreement, schema.agreement.alias()
    return (
        select(
            agreement.c.id,
            agreement.c.debt_id,
            agreement.c.made_on,
            agreement.c.grace_days,
            successor.c.made_on.label("replaced_on"),
            agreement.c.ended_on,
            agreement.c.ended_how,
        )
        .outerjoin(successor, successor.c.supersedes_id == agreement.c.id)
        .where(*only)
    )


def _instalments(wanted: Sequence[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    instalment, agreement = schema.instalment, schema.agreement
    return (
        select(
            instalment.c.id,
            instalment.c.agreement_id,
            instalment.c.due_on,
            instalment.c.amount,
            instalment.c.number,
        )
        .join(agreement, agreement.c.id == instalment.c.agreement_id)
        .where(*wanted)
    )


def _money(wanted: Sequence[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    allotment, payment = schema.allotment, schema.payment
    instalment, agreement = schema.instalment, schema.agreement
    return (
        select(
            allotment.c.payment_id,
            allotment.c.instalment_id,
            allotment.c.amount,
            agreement.c.debt_id,
            payment.c.paid_on,
            payment.c.amount.label("paid"),
            payment.c.returned_on,
        )
        .join(payment, payment.c.id == allotment.c.payment_id)
        .join(instalment, instalment.c.id == allotment.c.instalment_id)
        .join(agreement, agreement.c.id == instalment.c.agreement_id)
        .where(*wanted)
    )


def _window(since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    instalment, agreement = schema.instalment, schema.agreement
    if since is None and until is None:
        return []
    inside = instalment.c.due_on.between(since or date.min, until or date.max)
    broken = select(agreement.c.id).where(agreement.c.ended_how == outcome.EndedHow.BROKEN.value)
    # Both sides are about one table, so that each is found by an index.
    return [or_(inside, instalment.c.agreement_id.in_(broken))]
