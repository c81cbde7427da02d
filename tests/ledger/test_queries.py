"""The views: what Today and the calendar show, in a fixed number of queries."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import event

from store.ledger import queries, today_queries
from store.ledger.views import Days, Promise, Today
from store.records.database import Ledger
from store.rules.outcome import Outcome
from tests import make

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
TODAY = date(2026, 11, 23)


def household(tmp_path: Path) -> Ledger:
    return make.loaded(tmp_path / "household.accord", make.household())


def today(ledger: Ledger, on: date = TODAY, days: int = 30) -> Today:
    with ledger.reading() as session:
        return today_queries.today(session, on, days)


def days(ledger: Ledger, since: date, until: date, on: date = TODAY) -> Days:
    with ledger.reading() as session:
        return queries.days(session, on, since, until)


def said(promises: tuple[Promise, ...]) -> list[tuple[str, date]]:
    return [(each.creditor, each.due_on) for each in promises]


@contextmanager
def counting(ledger: Ledger) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    event.listen(ledger._engine, "before_cursor_execute", note)
    yield statements
    event.remove(ledger._engine, "before_cursor_execute", note)


def test_overdue_promises_come_oldest_first_then_those_that_are_due(tmp_path: Path) -> None:
    view = today(household(tmp_path))
    assert said(view.overdue) == [("hillview", date(2026, 10, 31)), ("marlow", date(2026, 11, 10))]
    assert [each.days_late for each in view.overdue] == [23, 13]
    assert said(view.due) == [("riverside", date(2026, 11, 20))]
    assert view.due[0].last_day == TODAY


def test_upcoming_promises_reach_as_far_as_one_asks(tmp_path: Path) -> None:
    ledger = household(tmp_path)
    assert said(today(ledger, days=8).upcoming) == [("northbank", date(2026, 12, 1))]
    assert said(today(ledger, days=7).upcoming) == []
    next_promise = today(ledger, days=0).next_promise
    assert next_promise is not None
    assert next_promise.due_on == date(2026, 12, 1)


def test_a_promise_knows_its_place_also_in_a_window(tmp_path: Path) -> None:
    ledger = household(tmp_path)
    (first,) = [e for e in days(ledger, *NOVEMBER).promises if e.creditor == "northbank"]
    assert (first.number, first.count) == (10, 37)


def test_a_promise_belongs_to_whoever_held_the_debt_when_it_was_due(tmp_path: Path) -> None:
    ledger = household(tmp_path)
    with ledger.reading() as session:
        loan = [e for e in queries.promises(session, TODAY) if e.debt == "kestrel-loan"]
    assert {each.creditor for each in loan if each.due_on < date(2026, 6, 15)} == {"kestrel"}
    assert {each.creditor for each in loan if each.due_on >= date(2026, 6, 15)} == {"marlow"}


def test_what_is_undone_unwritten_or_lapsing_is_named(tmp_path: Path) -> None:
    view = today(household(tmp_path))
    assert [(each.by, each.due_on) for each in view.undertakings] == [
        ("creditor", date(2026, 1, 30)),
        ("me", date(2026, 11, 26)),
    ]
    assert [each.agreement for each in view.papers] == ["a-hillview", "a-rosa"]
    assert [(each.kind, each.on) for each in view.warnings] == [
        ("offer", date(2026, 12, 10)),
        ("breach", date(2026, 10, 31)),
    ]


def test_an_agreement_that_is_kept_to_the_end_needs_no_paper_any_more(tmp_path: Path) -> None:
    document = make.household()
    document["payments"].append(
        {"debt": "hillview-tax", "paid_on": "2026-11-23", "amount": "70.00"}
    )
    ledger = make.loaded(tmp_path / "kept.accord", document)
    assert [each.agreement for each in today(ledger).papers] == ["a-rosa"]


def test_the_answer_date_of_a_court_letter_is_a_warning_until_the_debt_is_closed(
    tmp_path: Path,
) -> None:
    claim = make.debt(stage="claim", answer_by="2026-12-01")
    ledger = make.loaded(tmp_path / "open.accord", make.document(debts=[claim]))
    assert [(each.kind, each.on) for each in today(ledger).warnings] == [
        ("answer", date(2026, 12, 1))
    ]
    closed = make.document(debts=[claim | {"closed_on": "2026-11-20"}])
    assert today(make.loaded(tmp_path / "closed.accord", closed)).warnings == ()


def test_counts_are_of_what_fell_due_or_was_settled(tmp_path: Path) -> None:
    counts = today(household(tmp_path)).counts
    assert counts[Outcome.KEPT] == 36
    assert counts[Outcome.LATE] == 3
    assert counts[Outcome.MISSED] == 2
    assert counts[Outcome.DUE] == 1
    assert Outcome.UPCOMING not in counts


def test_what_is_owed_is_the_newest_balance_less_what_was_paid_since(tmp_path: Path) -> None:
    owed = {each.debt: each for each in today(household(tmp_path)).owed}
    assert owed["northbank-card"].balance == 142_140 - 5_000
    assert owed["kestrel-loan"].balance == 298_000 + 2_980 - 3 * 8_000 - 4 * 6_000
    assert owed["hillview-tax"].paid == 8 * 6_500 + 6_500
    assert owed["hillview-tax"].priority


def test_the_month_has_what_fell_due_what_was_paid_and_the_paydays(tmp_path: Path) -> None:
    view = days(household(tmp_path), *NOVEMBER)
    assert [each.paid_on for each in view.payments] == [date(2026, 11, 1)]
    assert view.payments[0].due == (date(2026, 11, 1),)
    assert [(each.name, each.on.day) for each in view.paydays] == [
        ("Child benefit", 16),
        ("Wages", 28),
    ]


def test_an_income_counts_only_while_its_line_of_the_budget_holds(tmp_path: Path) -> None:
    line = {"name": "Wages", "kind": "income", "amount": "900.00", "every": "month"}
    document = make.document(
        budget=[
            line | {"next_on": "2026-01-28", "ends_on": "2026-11-27"},
            line | {"next_on": "2026-11-28", "starts_on": "2026-11-28", "amount": "950.00"},
        ]
    )
    view = days(make.loaded(tmp_path / "x.accord", document), *NOVEMBER)
    assert [(each.on.day, each.amount) for each in view.paydays] == [(28, 95_000)]


def test_views_take_as_many_queries_for_much_as_for_little(tmp_path: Path) -> None:
    small = make.loaded(
        tmp_path / "small.accord", make.document(debts=[make.debt()], agreements=[make.promise()])
    )
    large = household(tmp_path)
    for view in (today, lambda ledger: days(ledger, *NOVEMBER)):
        with counting(small) as few:
            view(small)
        with counting(large) as many:
            view(large)
        assert len(few) == len(many) > 0


def test_an_empty_ledger_says_so(tmp_path: Path) -> None:
    view = today(make.empty(tmp_path / "empty.accord"))
    assert view.is_empty
    assert (view.overdue, view.due, view.upcoming, view.owed) == ((), (), (), ())
