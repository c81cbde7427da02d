"""What if: each thing one could do, on a small history."""

from datetime import date

import pytest

from store.rules import what_if
from store.rules.credibility import Promise, slices
from store.rules.outcome import Outcome
from tests.make import History, on
from tests.rules.test_credibility import promises

TODAY = on("06-05")


@pytest.fixture
def book() -> list[Promise]:
    """One missed in May, one due since the first of June, with a week of grace, and two to come."""
    history = History()
    history.agree(
        "2026-04-01", "2026-05-01", "2026-06-01", "2026-07-01", "2026-08-01", grace_days=7
    )
    return promises(history)


def outcomes(found: list[Promise], as_of: date) -> list[str]:
    return [each.standing(as_of).outcome.value for each in found]


def test_paying_what_is_open_settles_it_today(book: list[Promise]) -> None:
    found = what_if.open_paid(book, TODAY, TODAY)
    assert outcomes(found, TODAY) == ["late", "kept", "upcoming", "upcoming"]
    assert outcomes(book, TODAY) == ["missed", "due", "upcoming", "upcoming"]


def test_only_what_a_part_payment_left_open_is_paid() -> None:
    history = History()
    history.agree("2026-04-01", "2026-05-01", amount=100)
    history.pay("2026-05-01", 30)
    (found,) = what_if.open_paid(promises(history), TODAY, TODAY)
    assert [part for _, part in found.money] == [30, 70]


def test_keeping_all_until_a_date_leaves_what_is_open_as_it_is(book: list[Promise]) -> None:
    found = what_if.kept(book, TODAY, on("07-15"))
    assert outcomes(found, on("08-20")) == ["missed", "missed", "kept", "missed"]


def test_the_next_is_the_earliest_that_can_still_be_kept(book: list[Promise]) -> None:
    chosen = what_if.in_time(book, TODAY)
    assert chosen is not None
    assert chosen.instalment.due_on == on("06-01")
    after = what_if.in_time(what_if.open_paid(book, TODAY, TODAY), TODAY)
    assert after is not None
    assert after.instalment.due_on == on("07-01")
    settled = what_if.kept(what_if.open_paid(book, TODAY, TODAY), TODAY, on("09-01"))
    assert what_if.in_time(settled, on("09-01")) is None


def test_what_is_supposed_needs_its_money_on_its_day(book: list[Promise]) -> None:
    found = what_if.open_paid(what_if.kept(book, TODAY, on("07-15")), TODAY, on("06-09"))
    assert [(each.on, each.amount) for each in what_if.needs(found)] == [
        (on("06-09"), 100),
        (on("06-09"), 100),
        (on("07-01"), 100),
    ]
    assert what_if.needs(book) == []


def test_missing_the_next_is_to_keep_all_others(book: list[Promise]) -> None:
    paid = what_if.open_paid(book, TODAY, TODAY)
    chosen = what_if.coming(book, TODAY)
    assert chosen is not None
    found = what_if.missed(what_if.kept(paid, TODAY, on("08-31")), chosen)
    assert outcomes(found, on("08-31")) == ["late", "kept", "missed", "kept"]


def test_renegotiating_today_stops_what_is_not_yet_missed_from_counting(
    book: list[Promise],
) -> None:
    chosen = what_if.in_time(book, TODAY)
    assert chosen is not None
    found = what_if.renegotiated(book, chosen, TODAY)
    assert [each.standing(on("07-31")).outcome for each in found] == [
        Outcome.RENEGOTIATED_LATE,
        *[Outcome.RENEGOTIATED] * 3,
    ]
    assert what_if.stopped(book, chosen, TODAY, on("07-31")) == 2
    assert sum(bool(slices(each, on("07-31"))) for each in found) == 1


def test_what_was_not_yet_agreed_today_is_left_alone(book: list[Promise]) -> None:
    before = on("03-01")
    assert what_if.open_paid(book, before, before) == book
    assert what_if.kept(book, before, on("08-31")) == book
    assert what_if.in_time(book, before) is None
