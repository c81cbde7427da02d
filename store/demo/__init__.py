"""A made-up household to look around in: two years, six creditors, ending today."""

import json
from datetime import date
from pathlib import Path

from store.demo.household import household
from store.demo.statement import statement
from store.exchange import portable
from store.records.database import Clock, Ledger, open_ledger, write_privately

__all__ = ["household", "open_demo", "statement"]


def open_demo(path: Path, today: date, clock: Clock) -> Ledger:
    """A new ledger at `path` with the household in it, and a bank statement beside it to import."""
    ledger = open_ledger(path, clock)
    portable.load(ledger, json.dumps(household(today)))
    write_privately(path.with_name("statement.csv"), statement(today).encode())
    return ledger
