"""Cash: what there is, what came since, and whether it carries what was promised."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from store.exchange import portable
from store.ledger import cash, cash_queries
from store.ledger.cash_queries import CashAhead
from store.records.database import Ledger
from store.rules.errors import BadInput
from store.rules.forecast import Due
from tests import make
from tests.make import on

TODAY = on("06-10")

WAGES = {
    "kind": "income", "name": "Wages", "amount": "500.00", "every": "month",
    "starts_on": "2026-01-15", "next_on": "2026-01-15",
}  # fmt: skip
RENT = {
    "kind": "essential", "name": "Rent", "amount": "300.00", "every": "month",
    "starts_on": "2026-01-12", "next_on": "2026-01-12",
}  # fmt: skip


def opened(path: Path, **lists: Any) -> Ledger:
    return make.loaded(path / "ledger.db", make.document(**lists))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """100.00 counted on 1 June; wages on the 15th, rent on the 12th; 40.00 paid on the 5th."""
    made = opened(
        tmp_path,
        agreements=[make.promise()],
        payments=[make.paid("06-05", "40.00"), make.paid("05-30", "7.00")],
        budget=[WAGES, RENT],
        cash=[{"on": "2026-06-01", "amount": "100.00"}],
    )
    yield made
    made.close()


def ahead(ledger: Ledger, today: date = TODAY, days: str = "07-10") -> dict[str, CashAhead]:
    with ledger.reading() as session:
        return cash_queries.ahead(session, today, on(days))


def test_it_opens_with_the_balance_less_what_was_paid_since(ledger: Ledger) -> None:
    (found,) = ahead(ledger).values()
    assert (found.counted_on, found.opening) == (on("06-01"), 60_00)
    assert [(each.on, each.amount) for each in found.flows] == [
        (on("06-12"), -300_00),
        (on("06-15"), 500_00),
    ]
    assert found.paydays == [on("06-15")]


def test_what_the_budget_had_since_the_balance_counts(ledger: Ledger) -> None:
    (found,) = ahead(ledger, on("06-16")).values()
    assert found.opening == 60_00 - 300_00 + 500_00


def test_it_says_when_and_by_how_much_it_is_short(ledger: Ledger) -> None:
    (found,) = ahead(ledger).values()
    short = found.carries([], on("06-30"))
    assert (short.short_on, short.gap) == (on("06-12"), 240_00)
    due = Due(1, on("06-15"), 30_00, on("06-15"))
    cash_now = cash_queries.CashAhead("GBP", TODAY, TODAY, 300_00, found.flows)
    assert cash_now.carries([due], on("06-30")).balances[5] == 300_00 - 300_00 + 500_00 - 30_00


def test_a_payment_that_came_back_is_there_again(tmp_path: Path) -> None:
    made = opened(
        tmp_path,
        agreements=[make.promise()],
        payments=[make.paid("05-28", "40.00", returned_on="2026-06-03")],
        cash=[{"on": "2026-06-01", "amount": "100.00"}],
    )
    (found,) = ahead(made).values()
    assert found.opening == 140_00
    made.close()


def test_on_one_day_the_balance_that_was_entered_last_counts(ledger: Ledger) -> None:
    cash.record(ledger, 50_00, "GBP", on=TODAY, today=TODAY)
    cash.record(ledger, -20_00, "GBP", on=TODAY, today=TODAY)
    (found,) = ahead(ledger).values()
    assert (found.counted_on, found.opening) == (TODAY, -20_00)


def test_each_currency_has_its_own(ledger: Ledger) -> None:
    cash.record(ledger, 50_00, "EUR", on=TODAY, today=TODAY)
    found = ahead(ledger)
    assert {key: each.opening for key, each in found.items()} == {"GBP": 60_00, "EUR": 50_00}
    assert found["EUR"].flows == []


@pytest.mark.parametrize(("today", "is_stale"), [("06-15", False), ("06-16", True)])
def test_after_two_weeks_a_balance_says_nothing(ledger: Ledger, today: str, is_stale: bool) -> None:
    (found,) = ahead(ledger, on(today)).values()
    assert found.is_stale is is_stale


def test_without_a_balance_there_is_nothing_to_say(tmp_path: Path) -> None:
    made = opened(tmp_path, budget=[WAGES])
    assert ahead(made) == {}
    made.close()


@pytest.mark.parametrize(
    ("amount", "currency", "day", "words"),
    [
        (1, "GBP", "06-11", "still to come"),
        (1, "ZZZ", "06-10", "not a currency"),
        (10**30, "GBP", "06-10", "more than any ledger"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_recorded(
    ledger: Ledger, amount: int, currency: str, day: str, words: str
) -> None:
    before = ledger.newest()
    with pytest.raises(BadInput, match=words):
        cash.record(ledger, amount, currency, on=on(day), today=TODAY)
    assert ledger.newest() == before


def test_a_line_that_ended_says_nothing_more(tmp_path: Path) -> None:
    made = opened(tmp_path, budget=[{**WAGES, "ends_on": "2026-03-31"}])
    with made.reading() as session:
        found = cash_queries.budget_days(session, on("01-01"), on("12-31"))
    assert [each.on for each in found] == [on("01-15"), on("02-15"), on("03-15")]
    made.close()


def test_payday_is_the_next_day_of_the_largest_income(tmp_path: Path) -> None:
    benefit = {**WAGES, "name": "Benefit", "amount": "100.00", "next_on": "2026-01-12"}
    ledger = opened(tmp_path, budget=[WAGES, benefit, RENT])
    with ledger.reading() as session:
        assert cash_queries.next_payday(session, on("06-10"), "GBP") == on("06-15")
        assert cash_queries.next_payday(session, on("06-16"), "GBP") == on("07-15")
    ledger.close()


def test_without_income_there_is_no_payday(tmp_path: Path) -> None:
    ledger = opened(tmp_path, budget=[RENT])
    with ledger.reading() as session:
        assert cash_queries.next_payday(session, TODAY, "GBP") is None
    ledger.close()


def test_each_currency_has_its_own_payday(tmp_path: Path) -> None:
    yen = {**WAGES, "name": "Royalties", "amount": "3000", "currency": "JPY",
           "next_on": "2026-01-20"}  # fmt: skip
    ledger = opened(tmp_path, budget=[WAGES, yen])
    with ledger.reading() as session:
        assert cash_queries.next_payday(session, on("06-10"), "GBP") == on("06-15")
        assert cash_queries.next_payday(session, on("06-10"), "JPY") == on("06-20")
    ledger.close()


def test_of_currencies_that_are_as_frequent_the_first_by_its_code_is_taken(tmp_path: Path) -> None:
    ledger = make.empty(tmp_path / "ledger.db")
    creditors = [
        {"key": each, "name": each, "currency": each.upper()} for each in ("usd", "gbp", "eur")
    ]
    portable.load(ledger, json.dumps({"accord": 1, "creditors": creditors}))
    with ledger.reading() as session:
        assert cash_queries.currencies(session) == ["EUR", "GBP", "USD"]
    ledger.close()


def test_of_one_file_the_cash_counts_as_taken_after_the_payments_of_its_day(tmp_path: Path) -> None:
    ledger = opened(
        tmp_path,
        agreements=[make.promise()],
        payments=[make.paid("06-01", "40.00"), make.paid("06-02", "1.00")],
        cash=[{"on": "2026-06-01", "amount": "100.00"}],
    )
    assert ahead(ledger)["GBP"].opening == 99_00
    ledger.close()
