"""Reads what the rules need, for one debt or for all, in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col

from store.records import database, tables
from store.rules import outcome
from store.rules.allotment import Allotter


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


def of_debt(session: Session, debt_id: int) -> DebtFacts:
    """Everything about one debt."""
    return of_all(session, debt_id=debt_id).get(debt_id, DebtFacts())


def of_all(
    session: Session,
    *,
    debt_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> dict[int, DebtFacts]:
    """Every debt's facts by its id, or one's; instalments due in a window, with their money.

    A broken agreement is read whole, since its next open instalment decides about the others.
    Nobody changes what is given: in one moment it is read once.
    """
    key = ("facts", debt_id, since, until)
    return database.once(session, key, lambda: _read(session, debt_id, since, until))


def _read(
    session: Session, debt_id: int | None, since: date | None, until: date | None
) -> dict[int, DebtFacts]:
    facts: dict[int, DebtFacts] = defaultdict(DebtFacts)
    debt_of: dict[int, int] = {}
    only = [] if debt_id is None else [col(tables.Agreement.debt_id) == debt_id]
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
    wanted = [*only, *_window(since, until)]
    # Sorted here: for the sake of an order, SQLite would read all of them.
    found = rows(session, _instalments(wanted))
    for row in sorted(found, key=lambda row: (row.agreement_id, row.number)):
        facts[debt_of[row.agreement_id]].instalments.append(
            outcome.Instalment(row.id, row.agreement_id, row.due_on, row.amount, row.number)
        )
    seen: set[int] = set()
    for row in rows(session, _money(wanted)):
        here = facts[row.debt_id]
        if row.payment_id not in seen:
            seen.add(row.payment_id)
            here.payments.append(
                outcome.Payment(row.payment_id, row.paid_on, row.paid, row.returned_on)
            )
        here.allotments.append(outcome.Allotment(row.payment_id, row.instalment_id, row.amount))
    moratorium = tables.Moratorium
    for row in rows(
        session,
        select(col(moratorium.debt_id), col(moratorium.starts_on), col(moratorium.ends_on)),
    ):
        facts[row.debt_id].moratoriums.append(outcome.Moratorium(row.starts_on, row.ends_on))
    return facts


def holders(session: Session) -> dict[int, Callable[[date], int]]:
    """For each debt, who holds it on a day."""
    return database.once(session, "holders", lambda: _holders(session))


def _holders(session: Session) -> dict[int, Callable[[date], int]]:
    moved: dict[int, list[tuple[date, int]]] = defaultdict(list)
    transfer = tables.Transfer
    for row in rows(
        session,
        select(
            col(transfer.debt_id), col(transfer.on).label("from_on"), col(transfer.to_creditor_id)
        ).order_by(col(transfer.on)),
    ):
        moved[row.debt_id].append((row.from_on, row.to_creditor_id))
    debts = rows(session, select(col(tables.Debt.id), col(tables.Debt.creditor_id)))
    return {row.id: outcome.holder_of(row.creditor_id, moved.get(row.id, ())) for row in debts}


def rows(session: Session, statement: Select[*tuple[Any, ...]]) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows of a query on columns; cheaper than records where there are many."""
    return session.connection().execute(statement).all()


def whole(table: type[SQLModel]) -> Select[*tuple[Any, ...]]:
    """A query on every column of a table; `rows` of it are cheaper than records."""
    # SQLModel sets it at run time, and says so to nobody.
    return select(table.__table__)  # type: ignore[attr-defined]


def _agreements(only: Sequence[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    agreement, successor = tables.Agreement, aliased(tables.Agreement)
    return (
        select(
            col(agreement.id),
            col(agreement.debt_id),
            col(agreement.made_on),
            col(agreement.grace_days),
            col(successor.made_on).label("replaced_on"),
            col(agreement.ended_on),
            col(agreement.ended_how),
        )
        .outerjoin(successor, col(successor.supersedes_id) == col(agreement.id))
        .where(*only)
    )


def _instalments(wanted: Sequence[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    instalment, agreement = tables.Instalment, tables.Agreement
    return (
        select(
            col(instalment.id),
            col(instalment.agreement_id),
            col(instalment.due_on),
            col(instalment.amount),
            col(instalment.number),
        )
        .join(agreement, col(agreement.id) == col(instalment.agreement_id))
        .where(*wanted)
    )


def _money(wanted: Sequence[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    allotment, payment = tables.Allotment, tables.Payment
    instalment, agreement = tables.Instalment, tables.Agreement
    return (
        select(
            col(allotment.payment_id),
            col(allotment.instalment_id),
            col(allotment.amount),
            col(agreement.debt_id),
            col(payment.paid_on),
            col(payment.amount).label("paid"),
            col(payment.returned_on),
        )
        .join(payment, col(payment.id) == col(allotment.payment_id))
        .join(instalment, col(instalment.id) == col(allotment.instalment_id))
        .join(agreement, col(agreement.id) == col(instalment.agreement_id))
        .where(*wanted)
    )


def _window(since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    instalment, agreement = tables.Instalment, tables.Agreement
    if since is None and until is None:
        return []
    inside = col(instalment.due_on).between(since or date.min, until or date.max)
    broken = select(col(agreement.id)).where(
        col(agreement.ended_how) == outcome.EndedHow.BROKEN.value
    )
    # Both sides are about one table, so that each is found by an index.
    return [or_(inside, col(instalment.agreement_id).in_(broken))]
