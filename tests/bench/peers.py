"""(g) The same of other programs, where they are installed."""

import shutil
from datetime import timedelta
from pathlib import Path
from statistics import median

from tests.bench.ledgers import ON, household, large
from tests.bench.measuring import ACCORD, Line, command_time, environment, in_turns, versus
from tests.bench.starting import first_frame


def peers(folder: Path, times: int, payments: int) -> list[Line]:
    """Bagels' start, and hledger's register, each beside what Accord does of the same."""
    return [*_bagels(folder, times), *_hledger(folder, times, payments)]


def _bagels(folder: Path, times: int) -> list[Line]:
    bagels = shutil.which("bagels")
    if bagels is None:
        return [Line("bagels", "not installed (`pip install bagels`, on Python 3.13)")]
    surroundings = environment(folder)
    accord = (*ACCORD, "--ledger", str(household(folder)))
    theirs = (bagels, "--at", str(folder))
    first_frame(theirs, surroundings, "Accounts")
    own, others = in_turns(
        times,
        lambda: first_frame(accord, surroundings, "Hillview"),
        lambda: first_frame(theirs, surroundings, "Accounts"),
    )
    return [versus("first frame with data", median(own), "bagels", median(others), 1.0)]


def _hledger(folder: Path, times: int, payments: int) -> list[Line]:
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
    path = large(folder, payments)
    accord = (*ACCORD, "--ledger", str(path), "export", "csv", "payments")
    theirs = (hledger, "-f", str(journal), "register")
    own, others = in_turns(
        times,
        lambda: command_time(accord, surroundings),
        lambda: command_time(theirs, surroundings),
    )
    name = f"{payments:,} payments listed"
    return [versus(name, median(own), "`hledger register`", median(others))]
