"""Cash ahead: worked examples, and that the days add up."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.rules import cadence
from store.rules.forecast import Due, Flow, first_short, forecast, occurrences
from store.rules.workdays import WeekendRule
from tests.make import on

TODAY = on("11-23")


def due(number: int, day: str, amount: int, grace: int = 0) -> Due:
    return Due(number, on(day), amount, on(day) + timedelta(days=grace))


def test_a_promise_that_income_comes_in_time_for_is_carried() -> None:
    found = forecast(100, TODAY, [Flow(on("11-28"), 500)], [due(1, "11-28", 550)], 10)
    assert found.carries
    assert found.balances == [100] * 5 + [50] * 6


def test_the_first_day_below_zero_is_the_shortfall() -> None:
    found = forecast(
        100, TODAY, [Flow(on("11-25"), -60), Flow(on("11-28"), 500)], [due(1, "11-26", 70, 3)], 30
    )
    assert (found.short_on, found.gap) == (on("11-26"), 30)
    assert [each.instalment_id for each in found.at_risk] == [1]
    assert found.days_to_act == 6


def test_at_risk_are_the_latest_that_cover_the_gap_and_the_first_after_it() -> None:
    promised = [due(1, "11-20", 50), due(2, "11-25", 50), due(3, "11-27", 20), due(4, "12-01", 90)]
    found = forecast(40, TODAY, [Flow(on("11-26"), -20)], promised, 3)
    # Short at once: the overdue one falls on today; the next to come is the one after it.
    assert (found.short_on, found.gap) == (TODAY, 10)
    assert [each.instalment_id for each in found.at_risk] == [2]
    found = forecast(100, TODAY, [Flow(on("11-26"), -30)], promised, 20)
    assert (found.short_on, found.gap) == (on("11-26"), 30)
    assert [each.instalment_id for each in found.at_risk] == [3, 2]


def test_nothing_is_carried_below_the_buffer() -> None:
    assert forecast(100, TODAY, [], [due(1, "11-25", 60)], 5).carries
    assert forecast(100, TODAY, [], [due(1, "11-25", 60)], 5, buffer=50).gap == 10


@given(
    st.integers(-1000, 1000),
    st.lists(st.tuples(st.integers(0, 40), st.integers(-500, 500))),
    st.lists(st.tuples(st.integers(-20, 40), st.integers(1, 300))),
)
def test_each_day_is_the_one_before_and_what_comes_and_goes(
    opening: int, flows: list[tuple[int, int]], promised: list[tuple[int, int]]
) -> None:
    def day(n: int) -> date:
        return TODAY + timedelta(days=n)

    dues = [Due(i, day(n), amount, day(n)) for i, (n, amount) in enumerate(promised)]
    found = forecast(opening, TODAY, [Flow(day(n), a) for n, a in flows], dues, 40)
    assert found.balances[-1] == opening + sum(a for _, a in flows) - sum(a for _, a in promised)
    if found.short_on is not None:
        index = (found.short_on - TODAY).days
        assert found.balances[index] == -found.gap < 0
        assert min(found.balances[:index], default=0) >= 0
        assert found.days_to_act is None or found.days_to_act >= 0


@pytest.mark.parametrize(
    ("every", "days", "anchor"),
    [
        ("week", (), "2026-01-09"),
        ("4 weeks", (), "2026-01-12"),
        ("month", (), "2026-01-31"),
        ("month", (1, 15), "2026-01-15"),
        ("quarter", (), "2020-02-29"),
        ("year", (), "2024-02-29"),
        ("once", (), "2026-12-01"),
    ],
)
def test_a_line_falls_on_the_days_of_its_cadence(
    every: str, days: tuple[int, ...], anchor: str
) -> None:
    given_ = cadence.parse(every, days)
    since, until = on("11-23"), date(2027, 11, 23)
    if every == "once":
        expected = [on("12-01")]
    else:
        found = cadence.due_dates(given_, on(anchor), until=until)
        expected = [day for day in found if day >= since]
    assert occurrences(given_, on(anchor), since, until) == expected


def test_pay_that_falls_on_a_weekend_comes_before_it() -> None:
    found = occurrences(
        cadence.parse("month"), on("01-28"), on("11-23"), on("11-30"), WeekendRule.PRECEDING
    )
    assert found == [on("11-27")]


def test_the_first_day_counts_also_where_its_weekend_rule_moves_it_earlier() -> None:
    first, monthly = on("02-28"), cadence.parse("month")  # a Saturday
    found = occurrences(monthly, first, on("02-20"), on("03-31"), WeekendRule.PRECEDING)
    assert found == [on("02-27"), on("03-27")]
    held = occurrences(
        monthly, first, on("02-20"), on("05-31"), WeekendRule.PRECEDING,
        starts_on=on("02-28"), ends_on=on("03-28"),
    )  # fmt: skip
    assert held == [on("02-27"), on("03-27")]


def test_a_line_counts_up_to_its_last_day_also_where_a_weekend_comes_after_it() -> None:
    found = occurrences(
        cadence.parse("month"), on("01-28"), on("02-01"), on("05-31"), WeekendRule.FOLLOWING,
        ends_on=on("02-28"),
    )  # fmt: skip
    assert found == [on("03-02")]


def test_two_days_a_month_need_no_day_to_be_counted_from() -> None:
    twice = cadence.parse("month", (15, 31))
    assert occurrences(twice, None, on("02-10"), on("03-20")) == [
        on("02-15"), on("02-28"), on("03-15"),
    ]  # fmt: skip
    # A day that is neither of them says from when; nothing fails for it.
    assert occurrences(twice, on("02-20"), on("02-10"), on("03-20")) == [on("02-28"), on("03-15")]
    assert occurrences(cadence.parse("week"), None, on("02-10"), on("03-20")) == []


def test_the_first_day_that_is_short_only_because_of_something() -> None:
    assert first_short([5, -1, 3, 4], [4, -2, 0, -1]) == 3
    assert first_short([5, -1], [0, -9]) is None
