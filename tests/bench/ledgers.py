"""Ledgers of any size, made quickly: what stands in them is plausible, and the same each time."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from store.exchange import portable
from store.records.database import open_ledger
from tests.bench.measuring import TODAY
from tests.make import HOUSEHOLD

ON = date.fromisoformat(TODAY)
AT = "2026-11-22 18:30:00.000000"


def clock() -> datetime:
    """The evening on which everything is measured."""
    return datetime(ON.year, ON.month, ON.day, 18, 30, tzinfo=UTC)


def household(folder: Path) -> Path:
    """The household's ledger."""
    path = folder / "household.db"
    ledger = open_ledger(path, clock)
    portable.load(ledger, HOUSEHOLD.read_text())
    ledger.close()
    return path


def large(folder: Path, promises: int, *, debts: int = 50) -> Path:
    """Twenty years of so many promises, as many payments, and half as many contacts.

    Written past the use cases, since these take minutes for as many; one revision stands for all.
    """
    path = folder / f"large-{promises}.db"
    ledger = open_ledger(path, clock)
    people = [
        {"key": f"c{n}", "name": f"Creditor {n}", "currency": "GBP"} for n in range(debts // 5)
    ]
    owed = [
        {
            "key": f"d{n}",
            "creditor": f"c{n % len(people)}",
            "name": f"Debt {n}",
            "balance": "9000.00",
            "balance_on": "2006-01-01",
        }
        for n in range(debts)
    ]
    portable.load(ledger, json.dumps({"accord": 1, "creditors": people, "debts": owed}))
    ledger.close()
    each = promises // debts
    with closing(sqlite3.connect(path)) as raw, raw:
        _enter(raw, "agreement", _agreements(debts))
        _enter(raw, "instalment", _instalments(debts, each))
        _enter(raw, "payment", _payments(debts, each))
        _enter(raw, "allotment", _allotments(debts, each))
        _enter(raw, "contact", _contacts(debts, promises // 2))
        raw.execute("ANALYZE")
    return path


def _enter(raw: sqlite3.Connection, name: str, rows: Iterator[dict[str, Any]]) -> None:
    first = next(rows)
    names = ["recorded_at", "version", *first]
    marks = ", ".join("?" for _ in names)
    columns = ", ".join(f'"{each}"' for each in names)
    statement = f'INSERT INTO "{name}" ({columns}) VALUES ({marks})'
    raw.execute(statement, (AT, 1, *first.values()))
    raw.executemany(statement, ((AT, 1, *row.values()) for row in rows))


def _due(number: int, each: int) -> date:
    """The days lie evenly in twenty years, the last a month ahead."""
    return ON + timedelta(days=30 - (each - 1 - number) * 7_300 // each)


def _agreements(debts: int) -> Iterator[dict[str, Any]]:
    for debt in range(1, debts + 1):
        yield {
            "id": debt,
            "key": f"a{debt}",
            "debt_id": debt,
            "made_on": "2006-01-01",
            "writing": "signed",
            "amount": 1_000,
            "every": "week",
            "first_due": "2006-12-01",
            "grace_days": 0,
        }


def _instalments(debts: int, each: int) -> Iterator[dict[str, Any]]:
    for debt in range(1, debts + 1):
        for number in range(each):
            yield {
                "agreement_id": debt,
                "number": number + 1,
                "due_on": _due(number, each).isoformat(),
                "amount": 1_000,
            }


def _payments(debts: int, each: int) -> Iterator[dict[str, Any]]:
    for debt in range(1, debts + 1):
        for number in range(each):
            if _is_paid(number, each):
                # Every ninth comes late.
                paid_on = _due(number, each) + timedelta(days=6 if number % 9 == 0 else 0)
                yield {
                    "id": (debt - 1) * each + number + 1,
                    "debt_id": debt,
                    "paid_on": paid_on.isoformat(),
                    "amount": 1_000,
                }


def _is_paid(number: int, each: int) -> bool:
    """What falls due from a week ago on is still open."""
    return _due(number, each) < ON - timedelta(days=7)


def _allotments(debts: int, each: int) -> Iterator[dict[str, Any]]:
    for number in range(debts * each):
        if _is_paid(number % each, each):
            yield {"payment_id": number + 1, "instalment_id": number + 1, "amount": 1_000}


def _contacts(debts: int, count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        day = ON - timedelta(days=1 + number * 7_200 // count)
        yield {
            "key": f"k{number}",
            "creditor_id": 1 + number % (debts // 5),
            "direction": "out" if number % 3 else "in",
            "channel": "phone",
            "at": f"{day} 10:00:00.000000",
            "utc_offset": 0,
            "summary": f"They asked about instalment {number}, and I said when it comes",
        }
