"""What Creditors shows: the days of contacts where they took place, and the cost of reading."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from store.ledger import creditor_queries, creditors, debts
from store.records.database import Ledger
from tests import make

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        # Where it was evening, London had the next day; where it was morning, the one before.
        ("2026-11-19T21:00:00-05:00", "11-19"),
        ("2026-11-20T08:00:00+13:00", "11-20"),
    ],
)
def test_a_contact_is_of_the_day_that_its_place_had(tmp_path: Path, at: str, day: str) -> None:
    said = {"key": "c1", "creditor": "bank", "channel": "phone", "direction": "out"}
    ledger = make.loaded(
        tmp_path / "far.accord",
        make.document(
            situations=[{"key": "s1", "on": "2026-01-01", "text": "Fewer hours"}],
            contacts=[said | {"at": at, "summary": "Told them", "situation": "s1"}],
        ),
    )
    with ledger.reading() as session:
        (line,) = creditor_queries.creditors(session, TODAY).creditors
        (told,) = creditor_queries.situations(session, TODAY)
        (spoken,) = creditor_queries.timeline(session, line.creditor_id, TODAY)
    assert line.last_contact == spoken.on == make.on(day)
    assert told.told == (("Bank", make.on(day)),)
    ledger.close()


def test_an_adjustment_downwards_looks_like_one(tmp_path: Path) -> None:
    ledger = make.empty(tmp_path / "my.accord")
    id_ = creditors.add(ledger, creditors.Details("Bank", "GBP"))
    debt_id = debts.add(ledger, id_, debts.Details("Card"))
    for amount in (500, -300):
        debts.charge(ledger, debt_id, kind="adjustment", amount=amount, on=TODAY, today=TODAY)
    with ledger.reading() as session:
        found = creditor_queries.timeline(session, id_, TODAY)
    assert {(each.glyph, each.amount) for each in found} == {("+", 500), ("−", -300)}
    ledger.close()


def queries_of(ledger: Ledger) -> tuple[int, int]:
    """How many queries the list takes, and the timeline."""
    count = 0

    def counted(*_: Any) -> None:
        nonlocal count
        count += 1

    with ledger.reading() as session:
        event.listen(session.get_bind(), "before_cursor_execute", counted)
        creditor_queries.creditors(session, TODAY)
        listed, count = count, 0
        creditor_queries.timeline(session, 1, TODAY)
        event.remove(session.get_bind(), "before_cursor_execute", counted)
    return listed, count


def test_reading_takes_as_many_queries_whatever_the_ledger_holds(household: Path) -> None:
    ledger = make.ledger(household)
    before = queries_of(make.ledger(household))
    for number in range(5):
        id_ = creditors.add(ledger, creditors.Details(f"More {number}", "GBP"))
        for name in ("Card", "Loan"):
            debt_id = debts.add(ledger, id_, debts.Details(name))
            debts.charge(ledger, debt_id, kind="fee", amount=100, on=TODAY, today=TODAY)
    assert queries_of(make.ledger(household)) == before
    ledger.close()
