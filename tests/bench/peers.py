"""(g) The same of other programs, where they are installed."""

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from tests.bench.ledgers import ON, household, large
from tests.bench.measuring import ACCORD, Line, command_time, environment, in_turns, versus
from tests.bench.starting import first_frame


def peers(folder: Path, times: int, payments: int) -> list[Line]:
    """Bagels' start, and hledger's register, each beside what Accord does of the same."""
    path = large(folder, payments)
    return [
        *_bagels(folder, times, path, payments),
        *_hledger(folder, times, path, payments),
    ]


def _bagels(folder: Path, times: int, large_one: Path, records: int) -> list[Line]:
    bagels = shutil.which("bagels")
    if bagels is None:
        return [Line("bagels", "not installed (`pip install bagels`, on Python 3.13)")]
    surroundings = environment(folder)
    theirs = (bagels, "--at", str(folder))
    first_frame(theirs, surroundings, "Accounts")

    def line(name: str, path: Path, shows: str, they_show: str) -> Line:
        accord = (*ACCORD, "--ledger", str(path))
        own, others = in_turns(
            times,
            lambda: first_frame(accord, surroundings, shows),
            lambda: first_frame(theirs, surroundings, they_show),
        )
        return versus(name, median(own), "bagels", median(others), 1.0)

    empty = line("first frame with data", household(folder), "Hillview", "Accounts")
    _fill(folder / "db.db", records)
    name = f"the same with {records:,} payments"
    return [empty, line(name, large_one, "Creditor 0", "Coffee")]


def _fill(path: Path, records: int) -> None:
    """Enter records into bagels' database, all of this week, which is what it shows."""
    now = datetime.now().isoformat(" ")
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(
            "INSERT INTO account "
            "(id, name, description, beginningBalance, hidden, createdAt, updatedAt) "
            "VALUES (99, 'Bank', 'Mine', 0, 0, :now, :now)",
            {"now": now},
        )
        raw.executemany(
            "INSERT INTO record (label, amount, date, accountId, categoryId, isInProgress, "
            "isIncome, isTransfer, createdAt, updatedAt) "
            "VALUES ('Coffee', 10, :now, 99, 1, 0, 0, 0, :now, :now)",
            [{"now": now}] * records,
        )


def _hledger(folder: Path, times: int, path: Path, payments: int) -> list[Line]:
    hledger = shutil.which("hledger")
    if hledger is None:
        return [Line("hledger", "not installed (`apt install hledger`)")]
    surroundings = environment(folder)
    journal = folder / "payments.journal"
    journal.write_text(
        "".join(
            f"{ON - timedelta(days=7_200 - n * 7_200 // payments)} Creditor {n % 10}\n"
            f"    debts:d{n % 50}  GBP 10.00\n    assets:bank\n\n"
            for n in range(payments)
        )
    )
    accord = (*ACCORD, "--ledger", str(path), "export", "csv", "payments")
    theirs = (hledger, "-f", str(journal), "register")
    own, others = in_turns(
        times,
        lambda: command_time(accord, surroundings),
        lambda: command_time(theirs, surroundings),
    )
    name = f"{payments:,} payments listed"
    return [versus(name, median(own), "`hledger register`", median(others))]
