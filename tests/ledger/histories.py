"""Writes a random history of `credibility_histories` into a ledger, past the use cases."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.rules.credibility_histories import CREDITORS, Book

AT = "2024-01-01 18:30:00.000000"


def write(path: Path, book: Book, *, recorded: bool) -> None:
    """Enter it all; without `recorded`, nobody knows what could be afforded at an agreement."""
    with closing(sqlite3.connect(path)) as raw, raw:
        for id_ in CREDITORS:
            _enter(raw, "creditor", id=id_, key=f"c{id_}", name=f"Creditor {id_}", currency="GBP")
        paid = 0
        for number, debt in enumerate(book.debts, 1):
            history, base = debt.history, 100 * number
            named = {"key": f"d{number}", "name": f"Debt {number}", "priority": False}
            owed = {"balance": 100_000, "balance_on": "2024-01-20"} if number % 2 else {}
            _enter(raw, "debt", id=number, creditor_id=debt.creditor_id, **named, **owed)
            for day, creditor_id in debt.transfers:
                _enter(raw, "transfer", debt_id=number, to_creditor_id=creditor_id, on=day)
            for pause in history.moratoriums:
                ends = pause.ends_on
                _enter(raw, "moratorium", debt_id=number, starts_on=pause.starts_on, ends_on=ends)
            before = None
            for each in history.agreements:
                _enter(
                    raw,
                    "agreement",
                    id=base + each.id,
                    key=f"a{base + each.id}",
                    debt_id=number,
                    made_on=each.made_on,
                    grace_days=each.grace_days,
                    supersedes_id=before,
                    ended_on=each.ended_on,
                    ended_how=each.ended_how and each.ended_how.value,
                    writing="unwritten",
                    capacity=round(debt.capacities[each.id]) if recorded else None,
                )
                before = base + each.id
            for due in history.instalments:
                _enter(
                    raw,
                    "instalment",
                    id=due.id,
                    agreement_id=base + due.agreement_id,
                    number=due.number,
                    due_on=due.due_on,
                    amount=due.amount,
                )
            for sent in history.payments:
                back = sent.returned_on
                _enter(
                    raw,
                    "payment",
                    id=paid + sent.id,
                    debt_id=number,
                    paid_on=sent.paid_on,
                    amount=sent.amount,
                    returned_on=back,
                )
            for part in history.allotments:
                _enter(
                    raw,
                    "allotment",
                    payment_id=paid + part.payment_id,
                    instalment_id=part.instalment_id,
                    amount=part.amount,
                )
            paid += len(history.payments)


def _enter(raw: sqlite3.Connection, table: str, **values: Any) -> None:
    row: Mapping[str, Any] = {"recorded_at": AT, "version": 1, **values}
    columns = ", ".join(f'"{each}"' for each in row)
    marks = ", ".join("?" for _ in row)
    given = [None if each is None else _plain(each) for each in row.values()]
    raw.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', given)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
