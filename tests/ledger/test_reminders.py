"""Putting off, catching up and half-typed forms, as the ledger keeps them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.exchange import portable
from store.ledger import drafts, payments, queries, reminders, today_queries
from store.ledger.payments import CaughtUp
from store.ledger.views import Today
from store.records import backups, checking, database, revisions, tables
from store.records.database import Ledger
from store.rules.errors import BadInput, NotFound
from store.rules.outcome import Outcome
from tests import make

TODAY = make.on("05-20")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Four promises of 100.00 on the 1st of February to May, none of them paid."""
    opened = make.loaded(tmp_path / "my.accord", make.document(agreements=[make.promise()]))
    yield opened
    with opened.reading() as session:
        assert list(checking.damage(session)) == []
    opened.close()


def today(ledger: Ledger) -> Today:
    with ledger.reading() as session:
        return today_queries.today(session, TODAY)


def instalments(ledger: Ledger) -> list[int]:
    with ledger.reading() as session:
        return [each.instalment_id for each in queries.promises(session, TODAY)]


def put_off(ledger: Ledger, until: str, record_id: int) -> None:
    reminders.put_off(
        ledger, "instalment", record_id, until=make.on(until), today=TODAY, name="Bank"
    )


def test_what_is_put_off_comes_back_on_its_day(ledger: Ledger) -> None:
    first = instalments(ledger)[0]
    put_off(ledger, "05-22", first)
    record = ("instalment", first)
    assert today(ledger).is_put_off(record)
    with ledger.reading() as session:
        assert not today_queries.today(session, make.on("05-22")).is_put_off(record)


def test_putting_off_again_takes_the_place_of_the_day_before(ledger: Ledger) -> None:
    first = instalments(ledger)[0]
    put_off(ledger, "05-22", first)
    put_off(ledger, "06-30", first)
    assert today(ledger).put_off == {("instalment", first): make.on("06-30")}
    assert revisions.undo(ledger).summary == "Put off until Tue 30 Jun: Bank"
    assert today(ledger).put_off == {("instalment", first): make.on("05-22")}


@pytest.mark.parametrize("day", ["05-20", "05-19"])
def test_a_day_that_is_not_to_come_is_refused(ledger: Ledger, day: str) -> None:
    with pytest.raises(BadInput) as error:
        put_off(ledger, day, instalments(ledger)[0])
    assert error.value.field == "until"
    assert today(ledger).put_off == {}


def test_putting_off_is_no_part_of_what_is_dumped(ledger: Ledger) -> None:
    before = portable.dump(ledger)
    put_off(ledger, "05-22", instalments(ledger)[0])
    assert portable.dump(ledger) == before


# --- catching up -----------------------------------------------------------------------------


def test_catching_up_logs_everything_as_one_use_case(ledger: Ledger) -> None:
    first, second, third, fourth = instalments(ledger)
    said = [
        CaughtUp(third, None),
        CaughtUp(second, make.on("03-04")),
        CaughtUp(first, make.on("02-01")),
    ]
    logged = payments.catch_up(ledger, said, TODAY)
    assert [(each.paid_on, each.amount) for each in logged] == [
        (make.on("02-01"), 10_000),
        (make.on("03-04"), 10_000),
    ]
    view = today(ledger)
    assert [each.instalment_id for each in view.overdue] == [third, fourth]
    assert view.counts[Outcome.KEPT] == 1
    assert view.counts[Outcome.LATE] == 1
    # What was said not to be paid is not asked again; the other is.
    assert [each.instalment_id for each in view.unlogged] == [fourth]
    assert revisions.undo(ledger).summary == "Caught up: 2 payments, 1 not paid"
    assert len(today(ledger).unlogged) == 4


def test_a_part_that_was_paid_before_is_not_paid_twice(ledger: Ledger) -> None:
    first = instalments(ledger)[0]
    debt_id = make.debt_id(ledger)
    payments.record(
        ledger, debt_id=debt_id, amount=4_000, paid_on=make.on("02-01"), today=TODAY, named=[first]
    )
    (logged,) = payments.catch_up(ledger, [CaughtUp(first, make.on("02-05"))], TODAY)
    assert logged.amount == 6_000


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ([CaughtUp(1, make.on("05-21"))], BadInput),
        ([CaughtUp(1, make.on("01-09"))], BadInput),
        ([CaughtUp(1, make.on("02-01")), CaughtUp(1, make.on("02-02"))], BadInput),
        ([CaughtUp(1, make.on("02-01")), CaughtUp(99, make.on("02-02"))], NotFound),
    ],
)
def test_what_cannot_have_been_paid_is_refused_and_nothing_is_logged(
    ledger: Ledger, said: list[CaughtUp], error: type[Exception]
) -> None:
    with pytest.raises(error):
        payments.catch_up(ledger, said, TODAY)
    with ledger.reading() as session:
        assert make.payments(session) == []


def test_it_is_proposed_after_a_week_of_silence_or_for_three_that_are_overdue(
    tmp_path: Path,
) -> None:
    document = make.document(agreements=[make.promise(count=1)])
    one = make.loaded(tmp_path / "one.accord", document)
    entered = make.NOW.date()
    for days, proposed in ((6, False), (7, True)):
        with one.reading() as session:
            view = today_queries.today(session, entered.replace(day=entered.day + days))
        assert view.wants_catching_up is proposed
        assert view.to_catch_up == (view.unlogged if proposed else ())
    one.close()
    three = make.document(agreements=[make.promise(count=3)])
    many = make.loaded(tmp_path / "three.accord", three)
    with many.reading() as session:
        assert today_queries.today(session, entered).wants_catching_up
        assert not today_queries.today(session, make.on("03-15")).wants_catching_up
    many.close()


# --- half-typed forms ------------------------------------------------------------------------


def test_a_draft_is_kept_replaced_and_dropped_without_a_revision(ledger: Ledger) -> None:
    before, newest = portable.dump(ledger), ledger.newest()
    assert drafts.find(ledger, "contact") == {}
    drafts.keep(ledger, "contact", {"summary": "They said “no”\n…"})
    drafts.keep(ledger, "contact", {"summary": "They said yes", "person": "Ann 🙂"})
    drafts.keep(ledger, "payment", {"amount": "5"})
    assert drafts.find(ledger, "contact") == {"summary": "They said yes", "person": "Ann 🙂"}
    drafts.drop(ledger, "contact")
    drafts.drop(ledger, "contact")
    assert drafts.find(ledger, "contact") == {}
    assert drafts.find(ledger, "payment") == {"amount": "5"}
    assert (portable.dump(ledger), ledger.newest()) == (before, newest)


def test_an_old_ledger_gets_its_search_and_keeps_its_record(tmp_path: Path) -> None:
    # What migration 0002 found: the tables of 0001, with a contact in them.
    contact = {
        "key": "c1", "creditor": "bank", "at": "2026-01-05T10:00:00+00:00",
        "channel": "phone", "direction": "out", "summary": "Told them of my écharpe",
    }  # fmt: skip
    made = make.loaded(tmp_path / "old.accord", make.document(contacts=[contact]))
    text = portable.dump(made)
    with made.writing() as session:
        run = session.connection().exec_driver_sql
        for table in ("contact", "undertaking"):
            for name in ("entered", "left", "changed"):
                run(f"DROP TRIGGER {table}_words_{name}")
            run(f"DROP TABLE {table}_words")
        for later in (
            *("draft", "postponement", "person"),
            *("statement_line", "left_out", "payee", "layout"),
        ):
            run(f"DROP TABLE {later}")
        run("UPDATE alembic_version SET version_num = '0001'")
    made.close()
    again = make.ledger(tmp_path / "old.accord")
    assert portable.dump(again) == text
    (kept,) = backups.kept(tmp_path / "old.accord")
    assert kept.why == f"before {database.HEAD}"
    with again.reading() as session:
        assert database.search(session, "contact", "echar") == {1}
        assert database.search(session, "contact", 'no"such') == set()
        assert database.search(session, "contact", "(") == set()
        assert session.get(tables.Contact, 1) is not None
    again.close()
