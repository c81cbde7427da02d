"""Builders: small valid pieces, of which a test says only what matters to it."""

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from store.exchange import portable
from store.records import database, tables
from store.records.database import Ledger
from store.rules import outcome
from store.rules.allotment import Allotter

HOUSEHOLD = Path(__file__).parent / "data" / "household.json"
NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)

Json = dict[str, Any]

HOSTILE = (
    "[red]Fee[/red] [/x] [@click=app.quit]go[/] \\[b] {0} [",
    "\x1b[2J\x1b[31mred \x07 \x9b31m two\nlines\ttab 👩‍👩‍👧 日本銀行 é̂",
)
"""What somebody may be called."""


def on(text: str) -> date:
    """A day of 2026 as `month-day`, or any day as ISO."""
    return date.fromisoformat(text if len(text) > 5 else f"2026-{text}")


# --- rules ----------------------------------------------------------------------------------


@dataclass
class History:
    """One debt as the rules see it, built in the order in which things were entered."""

    agreements: list[outcome.Agreement] = field(default_factory=list)
    instalments: list[outcome.Instalment] = field(default_factory=list)
    payments: list[outcome.Payment] = field(default_factory=list)
    allotments: list[outcome.Allotment] = field(default_factory=list)
    moratoriums: list[outcome.Moratorium] = field(default_factory=list)

    def agree(self, made_on: str, *dues: str, amount: int = 100, **fields: Any) -> list[int]:
        """An agreement with an instalment of `amount` on each day; gives their ids."""
        made = agreement(len(self.agreements) + 1, made_on, **fields)
        first = len(self.instalments) + 1
        self.agreements.append(made)
        self.instalments += [
            outcome.Instalment(first + n, made.id, on(due), amount) for n, due in enumerate(dues)
        ]
        return list(range(first, first + len(dues)))

    def pay(
        self, paid_on: str, amount: int, *, named: Sequence[int] = (), back: str | None = None
    ) -> dict[int, int]:
        """Enter a payment; gives what the rule says it is for, by instalment."""
        payment = outcome.Payment(
            len(self.payments) + 1, on(paid_on), amount, None if back is None else on(back)
        )
        allotted = self.allotter().allot(payment, named)
        self.payments.append(payment)
        self.allotments += allotted
        return {each.instalment_id: each.amount for each in allotted}

    def pause(self, starts_on: str, ends_on: str | None = None) -> None:
        """A moratorium on the debt."""
        end = None if ends_on is None else on(ends_on)
        self.moratoriums.append(outcome.Moratorium(on(starts_on), end))

    def allotter(self) -> Allotter:
        """What decides about the next payment."""
        return Allotter(self.agreements, self.instalments, self.payments, self.allotments)

    def standings(self, as_of: date) -> list[outcome.Standing]:
        """Every instalment as of a day."""
        return outcome.standings(
            self.agreements,
            self.instalments,
            self.payments,
            self.allotments,
            self.moratoriums,
            as_of,
        )

    def said(self, as_of: str) -> list[str]:
        """Every instalment's outcome in order of due date, with its days late if any."""
        return [
            f"{each.outcome} {each.days_late}" if each.days_late else str(each.outcome)
            for each in self.standings(on(as_of))
        ]


def agreement(id_: int, made_on: str, **fields: Any) -> outcome.Agreement:
    """An agreement; days as text."""
    given: dict[str, Any] = {
        name: on(value) if isinstance(value, str) and name.endswith("_on") else value
        for name, value in fields.items()
    }
    return outcome.Agreement(id_, on(made_on), **given)


# --- records --------------------------------------------------------------------------------


class Clock:
    """A clock that goes on by a minute whenever it is read."""

    def __init__(self, start: datetime = NOW) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def ledger(path: Path, clock: Callable[[], datetime] | None = None) -> Ledger:
    """A ledger, with nothing in it if there was none."""
    return database.open_ledger(path, clock or Clock())


def empty(path: Path, clock: Callable[[], datetime] | None = None) -> Ledger:
    """A new ledger with nothing in it."""
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(_empty())
    return ledger(path, clock)


def loaded(path: Path, document: Json) -> Ledger:
    """A ledger that holds what a document says."""
    made = ledger(path) if path.exists() else empty(path)
    portable.load(made, json.dumps(document))
    return made


@cache
def _empty() -> bytes:
    """A ledger's file with nothing in it: to make one takes longer than what most tests do."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        ledger(path).close()
        return path.read_bytes()


def debt_id(ledger: Ledger, key: str = "card") -> int:
    """The number of a debt."""
    with ledger.reading() as session:
        return session.exec(select(tables.Debt).where(tables.Debt.key == key)).one().id or 0


def payments(session: Session) -> list[tables.Payment]:
    """Every payment, in order of entry."""
    return list(session.exec(select(tables.Payment)))


# --- Accord JSON ----------------------------------------------------------------------------


def household() -> Json:
    """The sample household."""
    found: Json = json.loads(HOUSEHOLD.read_text())
    return found


def document(**lists: Any) -> Json:
    """A file with one creditor and one debt of 1,000.00, and further lists."""
    return {
        "accord": 1,
        "currency": "GBP",
        "creditors": [{"key": "bank", "name": "Bank"}],
        "debts": [debt()],
        **lists,
    }


def debt(key: str = "card", **fields: Any) -> Json:
    """A debt of a file."""
    return {
        "key": key,
        "creditor": "bank",
        "name": key.capitalize(),
        "balance": "1000.00",
        "balance_on": "2026-01-01",
        **fields,
    }


def promise(key: str = "a1", *, amount: str = "100.00", count: int = 4, **fields: Any) -> Json:
    """An agreement of a file: monthly from 1 February 2026."""
    return {
        "key": key,
        "debt": "card",
        "made_on": "2026-01-10",
        "terms": {"amount": amount, "every": "month", "first_due": "2026-02-01", "count": count},
        **fields,
    }


def paid(paid_on: str, amount: str = "100.00", was_for: Any = None, **fields: Any) -> Json:
    """A payment of a file; `was_for` is what the format calls `for`."""
    said = {} if was_for is None else {"for": was_for}
    return {"debt": "card", "paid_on": on(paid_on).isoformat(), "amount": amount, **said, **fields}


def named(*names: str) -> Json:
    """A file in which everything that a person or a file names is called one of these."""
    odd = document(creditors=[], debts=[])
    lists = ("contacts", "undertakings", "agreements", "payments", "situations", "offers")
    odd |= {each: [] for each in lists} | {"charges": []}
    for number, name in enumerate(names):
        creditor, own = {"creditor": f"c{number}"}, Json(debt=f"d{number}")
        odd["creditors"].append({"key": f"c{number}", "name": name, "notes": name})
        made = debt(f"d{number}", name=name, priority=True, consequence=name, **creditor)
        odd["debts"].append(made)
        odd["agreements"].append(promise(f"a{number}", **own))
        promised = {"by": "me", "text": name, "due_on": "2026-04-10"}
        odd["undertakings"].append({**creditor, **promised})
        said = {"method": name, "reference": name, "note": name}
        odd["payments"].append(paid("02-01", "60.00", **own, **said))
        odd["situations"].append({"key": f"s{number}", "on": "2026-01-05", "text": name})
        told = {"at": "2026-01-06T10:15:00+00:00", "channel": name, "direction": "out"}
        words = {"person": name, "reference": name, "summary": name, "hardship": name}
        odd["contacts"].append({"key": f"k{number}", **creditor, **told, **words})
        terms = promise()["terms"]
        offered = {"key": f"o{number}", "by": "me", "on": "2026-03-01", "terms": terms}
        odd["offers"].append({**own, **offered})
        charged = {"on": "2026-02-10", "kind": "fee", "amount": "1.00", "note": name}
        odd["charges"].append({**own, **charged})
    return odd
