"""What is owed: balances from letters, charges and payments put together."""

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from store.ledger.facts import rows
from store.records import tables
from store.rules.balance import Charge, balance
from store.rules.outcome import Payment


def of_debts(session: Session, as_of: date, debt_id: int | None = None) -> dict[int, int | None]:
    """The balance of each debt (or of one) as of a date; None where none is recorded by then."""
    recorded: dict[int, list[tuple[date, int]]] = defaultdict(list)
    charges: dict[int, list[Charge]] = defaultdict(list)
    payments: dict[int, list[Payment]] = defaultdict(list)
    debt, letter, charge, payment = tables.Debt, tables.Balance, tables.Charge, tables.Payment

    def only(column: Any) -> list[ColumnElement[bool]]:
        return [] if debt_id is None else [col(column) == debt_id]

    for row in rows(
        session,
        select(col(debt.id), col(debt.balance), col(debt.balance_on)).where(*only(debt.id)),
    ):
        opening = [] if row.balance is None else [(row.balance_on, row.balance)]
        recorded[row.id].extend(opening)
    for row in rows(
        session,
        select(col(letter.debt_id), col(letter.on).label("day"), col(letter.amount))
        .where(*only(letter.debt_id))
        # Of two that were entered at once, by one file, the larger holds, whatever their order.
        .order_by(col(letter.recorded_at), col(letter.amount)),
    ):
        recorded[row.debt_id].append((row.day, row.amount))
    for row in rows(
        session,
        select(
            col(charge.debt_id), col(charge.on).label("day"), col(charge.kind), col(charge.amount)
        ).where(*only(charge.debt_id)),
    ):
        charges[row.debt_id].append(Charge(row.day, row.kind, row.amount))
    for row in rows(
        session,
        select(
            col(payment.id),
            col(payment.debt_id),
            col(payment.paid_on),
            col(payment.amount),
            col(payment.returned_on),
        ).where(*only(payment.debt_id)),
    ):
        payments[row.debt_id].append(Payment(row.id, row.paid_on, row.amount, row.returned_on))
    return {key: balance(recorded[key], charges[key], payments[key], as_of) for key in recorded}
