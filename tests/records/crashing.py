"""A program that is killed: it works on a ledger at random, and says what was confirmed.

    python -m tests.records.crashing

For each line that it reads, `[ledger, seed]` or `[ledger, seed, copy, copy]` as JSON, it begins a
process that does any use case, or puts one copy back after the other. That one says `ready PID`,
and after each use case `number hash step` of the newest revision, so that whoever reads it knows
what must be there after a kill. After its death `dead` is said.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from sqlmodel import col, select

from store.exchange import importing, portable
from store.exchange.statements.line import Statement, StatementLine
from store.ledger import agreements, contacts, creditors, debts, documents, offers, payments
from store.ledger.creditors import Details
from store.records import backups, database, revisions
from store.records.database import Ledger
from store.records.tables import Agreement, Creditor, Debt, Offer, Payment, Recorded, Revision
from store.rules.cadence import Cadence, Unit
from store.rules.errors import BadInput, NotFound
from store.rules.terms import Terms

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)


class Hand:
    """Somebody who does anything at all, by a seed."""

    def __init__(self, ledger: Ledger, seed: int) -> None:
        self.ledger, self.dice, self.count = ledger, Random(seed), 0
        self.steps: tuple[Callable[[], object], ...] = (
            *(self.pay, self.pay, self.pay, self.correct, self.delete, self.bounce),
            *(self.call, self.call, self.agree, self.renegotiate, self.offer, self.answer),
            *(self.undo, self.redo, self.undo, self.attach, self.load, self.statement),
            *(self.back_up, self.export, self.add_creditor, self.add_debt, self.delete_creditor),
        )

    def act(self) -> str:
        """Do one thing; gives which. What cannot be done is left."""
        self.count += 1
        step = self.dice.choice(self.steps)
        with suppress(BadInput, NotFound):
            step()
        return step.__name__

    def any(self, table: type[Recorded]) -> Any:
        """Some record of a table."""
        with self.ledger.reading() as session:
            found = session.exec(select(table)).all()
        return self.dice.choice(found) if found else table(id=0, recorded_at=NOW)

    def day(self) -> date:
        """Some day of this year up to today."""
        return TODAY - timedelta(days=self.dice.randrange(300))

    def amount(self) -> int:
        """Up to 200.00."""
        return self.dice.randrange(1, 20_000)

    def terms(self) -> Terms:
        """So much a month, for up to two years."""
        return Terms(
            amount=self.amount(),
            cadence=Cadence(Unit.MONTH),
            first_due=self.day(),
            count=self.dice.randrange(1, 24),
        )

    def pay(self) -> None:
        payments.record(
            self.ledger,
            debt_id=self.any(Debt).id,
            amount=self.amount(),
            paid_on=self.day(),
            today=TODAY,
        )

    def correct(self) -> None:
        was = self.any(Payment)
        payments.edit(
            self.ledger,
            was.id,
            version=was.version,
            amount=self.amount(),
            paid_on=self.day(),
            today=TODAY,
        )

    def delete(self) -> None:
        payments.delete(self.ledger, self.any(Payment).id, TODAY)

    def bounce(self) -> None:
        payments.mark_returned(self.ledger, self.any(Payment).id, TODAY, TODAY)

    def call(self) -> None:
        contacts.log(
            self.ledger,
            creditor_id=self.any(Creditor).id,
            at=NOW - timedelta(hours=self.dice.randrange(5_000)),
            channel="phone",
            direction="out",
            summary=f"They freeze interest. {'What was said. ' * self.dice.randrange(200)}",
            undertakings=[contacts.Said("creditor", "send it in writing", TODAY)],
        )

    def agree(self) -> None:
        agreements.make(
            self.ledger,
            debt_id=self.any(Debt).id,
            made_on=self.day(),
            terms=self.terms(),
            today=TODAY,
        )

    def renegotiate(self) -> None:
        agreements.renegotiate(
            self.ledger,
            self.any(Agreement).id,
            made_on=self.day(),
            terms=self.terms(),
            today=TODAY,
        )

    def offer(self) -> None:
        offers.record(
            self.ledger,
            debt_id=self.any(Debt).id,
            by="me",
            on=self.day(),
            terms=self.terms(),
            today=TODAY,
        )

    def answer(self) -> None:
        offers.accept(self.ledger, self.any(Offer).id, made_on=self.day(), today=TODAY)

    def undo(self) -> None:
        revisions.undo(self.ledger)

    def redo(self) -> None:
        revisions.redo(self.ledger)

    def attach(self) -> None:
        file = documents.File(f"{self.count}.bin", self.dice.randbytes(100_000))
        documents.attach(self.ledger, [file], ("debt", self.any(Debt).id))

    def load(self) -> None:
        key = f"loaded-{self.dice.randrange(10**9)}"
        document = {
            "accord": 1,
            "currency": "GBP",
            "creditors": [{"key": key, "name": key}],
            "debts": [{"key": key, "creditor": key, "name": "Card", "balance": "900.00"}],
            "payments": [
                {"debt": key, "paid_on": f"2026-0{month}-01", "amount": "10.00"}
                for month in range(1, 10)
            ],
        }
        portable.load(self.ledger, json.dumps(document))

    def statement(self) -> None:
        lines = [
            StatementLine("1", self.day(), -self.amount(), "GBP", self.any(Creditor).name, "", "")
            for _ in range(5)
        ]
        with self.ledger.reading() as session:
            found = importing.review(session, Statement("ofx", tuple(lines)), TODAY)
        importing.record(self.ledger, found, TODAY)

    def back_up(self) -> None:
        backups.make(self.ledger)

    def export(self) -> None:
        path = self.ledger.path.with_name("dump.json")
        database.write_privately(path, portable.dump(self.ledger).encode())

    def add_creditor(self) -> None:
        creditors.add(self.ledger, Details(f"Bank {self.dice.randrange(10**9)}", "GBP"))

    def add_debt(self) -> None:
        name = f"Loan {self.dice.randrange(10**9)}"
        debts.add(self.ledger, self.any(Creditor).id, debts.Details(name, balance=100_000))

    def delete_creditor(self) -> None:
        with self.ledger.reading() as session:
            newest = session.exec(select(Creditor.id).order_by(col(Creditor.id).desc())).first()
        creditors.delete(self.ledger, newest or 0)


def say(*words: object) -> None:
    """Tell whoever listens, before anything else is done, in one write: a line is never half."""
    os.write(sys.stdout.fileno(), f"{' '.join(map(str, words))}\n".encode())


def work(path: Path, seed: int) -> None:
    """Do one thing after the other, and say what was confirmed."""
    # A second goes by whenever the clock is read, so that copies have names of their own.
    seconds = iter(range(10**9))
    ledger = database.open_ledger(path, lambda: NOW + timedelta(seconds=next(seconds)))
    hand = Hand(ledger, seed)
    say("ready", os.getpid())
    while True:
        step = hand.act()
        with ledger.reading() as session:
            newest = select(Revision.id, Revision.hash).order_by(col(Revision.id).desc()).limit(1)
            say(*session.exec(newest).one(), step)


def put_back(path: Path, copies: Sequence[Path]) -> None:
    """Put one copy in the ledger's place after the other."""
    seconds = iter(range(10**9))
    say("ready", os.getpid())
    for each in cycle(copies):
        backups.restore(path, each, lambda: NOW + timedelta(seconds=next(seconds)))
        say("restored", each.name, "restore")


def warm_up() -> None:
    """Do everything once, so that each process is at work at once."""
    with TemporaryDirectory() as folder:
        ledger = database.open_ledger(Path(folder) / "ledger.db", lambda: NOW)
        hand = Hand(ledger, 0)
        for step in (hand.load, *hand.steps):
            with suppress(BadInput, NotFound):
                step()
        ledger.close()


def main() -> None:
    """Begin a process for each line; every one starts as fresh as the last."""
    warm_up()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            path, seed, *copies = json.loads(line)
            if copies:
                put_back(Path(path), [Path(each) for each in copies])
            work(Path(path), seed)
        os.waitpid(child, 0)
        say("dead")


if __name__ == "__main__":
    main()
