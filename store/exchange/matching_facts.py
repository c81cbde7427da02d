"""Reads what matching looks at, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import astuple
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col
from sqlmodel import select as select_records

from store.exchange.matching import Facts
from store.exchange.pointing import Holder, Owed
from store.exchange.recognising import Found, Paid
from store.exchange.statements.line import StatementLine
from store.ledger import facts
from store.records import tables

LINE = ("account", "booked_on", "amount", "currency", "payee", "memo", "bank_id")
"""The columns of a `StatementLine`, in its order."""


def collect(
    session: Session,
    everything: Mapping[int, facts.DebtFacts],
    payees: Mapping[str, int | None],
) -> Facts:
    """What matching looks at; `payees` is what the person says of them, over what was learnt."""
    line, payment, payee = tables.StatementLine, tables.Payment, tables.Payee
    left_out = tables.LeftOut
    shown = [col(getattr(line, name)) for name in LINE]
    return Facts(
        _owed(session, everything),
        [
            Paid(row.id, row.debt_id, row.paid_on, row.amount, row.returned_on)
            for row in facts.rows(
                session,
                select(
                    col(payment.id),
                    col(payment.debt_id),
                    col(payment.paid_on),
                    col(payment.amount),
                    col(payment.returned_on),
                ),
            )
        ],
        [
            *(
                Found(StatementLine(*row[1:]), row[0])
                for row in facts.rows(session, select(col(line.payment_id), *shown))
            ),
            *(
                Found(StatementLine(*row), None)
                for row in facts.rows(
                    session, select(*(col(getattr(left_out, name)) for name in LINE))
                )
            ),
        ],
        {
            **{
                row.key: row.debt_id
                for row in facts.rows(session, select(col(payee.key), col(payee.debt_id)))
            },
            **payees,
        },
    )


def columns(line: StatementLine) -> dict[str, Any]:
    """A line as the columns of its record have it."""
    said = astuple(line)
    return dict(zip(LINE, said[: len(LINE)], strict=True))


def said_of(line: StatementLine | tables.LeftOut) -> tuple[Any, ...]:
    """All that a line says, by which it is found again."""
    if isinstance(line, StatementLine):
        return tuple(columns(line).values())
    return tuple(getattr(line, name) for name in LINE)


def _owed(session: Session, everything: Mapping[int, facts.DebtFacts]) -> list[Owed]:
    """Every debt, with whoever held it."""
    creditors = {each.id: each for each in session.exec(select_records(tables.Creditor))}
    moved: dict[int, list[tables.Transfer]] = defaultdict(list)
    for each in session.exec(select_records(tables.Transfer).order_by(col(tables.Transfer.on))):
        moved[each.debt_id].append(each)

    def holder(creditor_id: int, since: date | None) -> Holder:
        row = creditors[creditor_id]
        return Holder(since, row.name, bool(row.my_account_here))

    return [
        Owed(
            row.id or 0,
            row.name,
            row.reference,
            creditors[row.creditor_id].currency,
            (
                holder(row.creditor_id, None),
                *(holder(each.to_creditor_id, each.on) for each in moved[row.id or 0]),
            ),
            everything.get(row.id or 0, facts.DebtFacts()).allotter(),
            row.closed_on,
        )
        for row in session.exec(select_records(tables.Debt).order_by(col(tables.Debt.id)))
    ]
