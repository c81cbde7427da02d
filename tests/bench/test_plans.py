"""What one does every evening reads what it is about, by an index, and not the whole record."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from store.ledger import contact_queries, facts, payments, queries, settled
from store.ledger.settled import lately
from store.records.database import Ledger, open_ledger, search
from tests.bench import ledgers
from tests.bench.ledgers import ON

LONG = ("instalment", "payment", "allotment", "contact", "revision", "charge", "undertaking")
"""The tables that grow for years; the others stay as long as the list of creditors."""


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Some years of record."""
    opened = open_ledger(ledgers.large(tmp_path_factory.mktemp("plans"), 2_000), ledgers.clock)
    yield opened
    opened.close()


def scanned(ledger: Ledger, read: Callable[[Session], object]) -> set[str]:
    """The long tables that SQLite reads from one end to the other for something."""
    asked: list[tuple[str, Any]] = []
    with ledger.reading() as session:
        connection = session.connection()

        def note(_: object, __: object, statement: str, given: Any, *___: object) -> None:
            asked.append((statement, given))

        event.listen(connection, "before_cursor_execute", note)
        read(session)
        event.remove(connection, "before_cursor_execute", note)
        plans = [
            str(row[3])
            for statement, given in asked
            if statement.startswith("SELECT")
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
        ]
    assert plans
    # A covering index that is read to its end is a scan, too.
    found = {match[1] for plan in plans if (match := re.match(r"SCAN (\w+)", plan))}
    return found & set(LONG)


HOT: dict[str, Callable[[Session], object]] = {
    "a month of the calendar": lambda session: queries.days(
        session, ON, ON.replace(day=1), ON.replace(day=1) + timedelta(days=41)
    ),
    "what a payment can be for": lambda session: payments.book(session, 1, ON),
    "one debt": lambda session: facts.of_debt(session, 1),
    "what can be paid": lambda session: queries.payable(session, ON),
    "a contact": lambda session: contact_queries.contact(session, 7),
    "words of contacts": lambda session: search(session, "contact", "instalment"),
}


@pytest.mark.parametrize("name", HOT)
def test_no_long_table_is_read_from_end_to_end(ledger: Ledger, name: str) -> None:
    assert scanned(ledger, HOT[name]) == set()


def test_after_a_payment_only_what_it_is_about_is_read(ledger: Ledger) -> None:
    def read(session: Session) -> None:
        facts.unsettled(session, lately(ON))
        settled.settled(session, lately(ON))

    scanned(ledger, read)
    payments.record(ledger, debt_id=1, amount=100, paid_on=ON, today=ON)
    # There was one revision when SQLite counted, so that it does not look for an index.
    assert scanned(ledger, read) <= {"revision"}


def test_a_table_that_is_read_from_end_to_end_is_found(ledger: Ledger) -> None:
    def add_up(session: Session) -> None:
        session.connection().exec_driver_sql("SELECT sum(amount) FROM payment").all()

    assert scanned(ledger, add_up) == {"payment"}
