"""What is kept from one reading to the next is what a new reading would give."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from store.exchange import portable
from store.ledger import agreements, by_debt, contacts, debts, facts, payments, settled
from store.ledger.settled import lately
from store.records import backups, revisions, tables
from store.records.database import Ledger
from store.rules.cadence import Cadence, Unit
from store.rules.errors import AccordError, NotFound
from store.rules.terms import Terms
from tests import make
from tests.make import HOUSEHOLD

TODAY = date(2026, 11, 23)
TERMS = Terms(amount=5_000, cadence=Cadence(Unit.MONTH), first_due=date(2026, 10, 1), count=4)


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("household") / "ledger.db"
    with closing(make.ledger(path)) as ledger:
        portable.load(ledger, HOUSEHOLD.read_text())
    return path


@pytest.fixture
def ledger(household: Path, tmp_path: Path) -> Iterator[Ledger]:
    with closing(opened(household, tmp_path)) as found:
        yield found


def opened(household: Path, folder: Path) -> Ledger:
    path = folder / "ledger.db"
    shutil.copy(household, path)
    return make.ledger(path)


def read(ledger: Ledger) -> Any:
    with ledger.viewing() as moment:
        looked_at = lately(TODAY)
        return (
            {id_: vars(each) for id_, each in facts.unsettled(moment, looked_at).items()},
            sorted(map(repr, settled.settled(moment, looked_at))),
        )


def ids(ledger: Ledger, table: Any) -> list[int]:
    with ledger.reading() as session:
        return [row.id for row in session.exec(select(table))]


def do(ledger: Ledger, what: int, which: int) -> None:
    """One of the things that may be done, to one of the records there are."""

    def one(table: Any) -> int:
        found = ids(ledger, table)
        if not found:
            raise NotFound("All of it was taken back.")
        return found[which % len(found)]

    debt = partial(one, tables.Debt)
    agreement = partial(one, tables.Agreement)
    payment = partial(one, tables.Payment)
    day = date(2026, 10 + which % 2, 1 + which % 20)
    doing: list[Callable[[], object]] = [
        lambda: payments.record(ledger, debt_id=debt(), amount=4_000, paid_on=day, today=TODAY),
        lambda: payments.mark_returned(ledger, payment(), TODAY, TODAY),
        lambda: payments.delete(ledger, payment(), TODAY),
        lambda: agreements.make(
            ledger, debt_id=debt(), terms=TERMS, made_on=date(2026, 9, 1), today=TODAY
        ),
        lambda: agreements.renegotiate(ledger, agreement(), made_on=day, terms=TERMS, today=TODAY),
        lambda: agreements.end(ledger, agreement(), ended_on=day, ended_how="broken", today=TODAY),
        lambda: agreements.delete(ledger, agreement()),
        lambda: debts.transfer(
            ledger, debt(), to_creditor_id=one(tables.Creditor), on=day, today=TODAY
        ),
        lambda: debts.pause(ledger, debt(), starts_on=day),
        lambda: debts.delete(ledger, debt()),
        lambda: revisions.undo(ledger),
        lambda: revisions.redo(ledger),
    ]
    try:
        doing[what % len(doing)]()
    except AccordError:
        # What cannot be done changes nothing.
        return


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 40)), max_size=8))
def test_whatever_is_done_a_new_reading_gives_the_same(
    household: Path, tmp_path: Path, done: list[tuple[int, int]]
) -> None:
    with closing(opened(household, tmp_path)) as ledger:
        read(ledger)
        for what, which in done:
            do(ledger, what, which)
            with closing(make.ledger(ledger.path)) as anew:
                assert read(ledger) == read(anew)


def test_only_the_debt_that_changed_is_read_again(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    known = by_debt.known

    def noted(session: Any, name: str, about: Any, read_debts: Any) -> Any:
        def note(wanted: Any) -> Any:
            asked.append(wanted)
            return read_debts(wanted)

        return known(session, name, about, note)

    monkeypatch.setattr(by_debt, "known", noted)
    read(ledger)
    assert asked == [None, None]
    asked.clear()
    payments.record(ledger, debt_id=2, amount=4_000, paid_on=TODAY, today=TODAY)
    read(ledger)
    read(ledger)
    assert asked == [{2}, {2}]
    asked.clear()
    contacts.keep_undertaking(ledger, ids(ledger, tables.Undertaking)[0], done_on=TODAY)
    read(ledger)
    assert asked == []


def test_an_older_moment_is_not_told_what_came_after_it(ledger: Ledger) -> None:
    before = read(ledger)
    with ledger.viewing() as moment:
        # Its moment is that of its first query.
        assert by_debt.changed_since(moment, by_debt.NOTHING)
        payments.record(ledger, debt_id=2, amount=4_000, paid_on=TODAY, today=TODAY)
        after = read(ledger)
        assert after != before
        looked_at = lately(TODAY)
        found = facts.unsettled(moment, looked_at)
        assert {id_: vars(each) for id_, each in found.items()} == before[0]
    assert read(ledger) == after


def test_what_was_altered_outside_stands_in_nobodys_way(ledger: Ledger) -> None:
    read(ledger)
    first = by_debt.Newest(1, ledger.newest())
    payments.record(ledger, debt_id=2, amount=4_000, paid_on=TODAY, today=TODAY)
    with ledger.viewing() as moment:
        assert by_debt.changed_since(moment, first) == {2}
    with closing(sqlite3.connect(ledger.path)) as raw, raw:
        raw.execute("UPDATE revision SET changes = '[[7]]' WHERE id > 1")
    with ledger.viewing() as moment:
        assert by_debt.changed_since(moment, first) is None
    with closing(make.ledger(ledger.path)) as anew:
        assert read(ledger) == read(anew)


@pytest.mark.parametrize(("lost", "written"), [(1, 1), (1, 2), (2, 1)])
def test_a_copy_that_was_put_back_and_written_on_is_not_taken_for_what_it_was(
    ledger: Ledger, lost: int, written: int
) -> None:
    kept = backups.make(ledger, "by hand").path
    for _ in range(lost):
        payments.record(ledger, debt_id=2, amount=1_000, paid_on=TODAY, today=TODAY)
    before = read(ledger)
    backups.restore(ledger.path, kept, ledger.clock, opened=ledger)
    # As many revisions as there were, or more, or fewer; none of them is about that debt.
    for _ in range(written):
        payments.record(ledger, debt_id=1, amount=1_000, paid_on=TODAY, today=TODAY)
    with closing(make.ledger(ledger.path)) as anew:
        assert read(ledger) == read(anew) != before
