"""Cadences: how they are written, and the dates they give."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from store.rules.cadence import (
    ONCE,
    Cadence,
    Unit,
    describe,
    due_dates,
    monthly_factor,
    parse,
    to_text,
    unadjusted,
)
from store.rules.dates import add_months
from store.rules.errors import BadInput
from store.rules.workdays import WeekendRule, is_workday

WEEK, MONTH, QUARTER, YEAR = (parse(text) for text in ("week", "month", "quarter", "year"))
FIRST = st.dates(date(2000, 1, 1), date(2050, 12, 31))
REPEATING = st.builds(
    Cadence, st.sampled_from([Unit.WEEK, Unit.MONTH, Unit.YEAR]), st.integers(1, 9)
)
TWO_DAYS = st.sets(st.integers(1, 31), min_size=2, max_size=2).map(sorted)


@pytest.mark.parametrize(
    ("text", "cadence", "canonical"),
    [
        ("once", ONCE, "once"),
        ("week", Cadence(Unit.WEEK), "week"),
        ("1 week", Cadence(Unit.WEEK), "week"),
        ("4 weeks", Cadence(Unit.WEEK, 4), "4 weeks"),
        ("month", Cadence(Unit.MONTH), "month"),
        (" 3  Months ", Cadence(Unit.MONTH, 3), "quarter"),
        ("quarter", Cadence(Unit.MONTH, 3), "quarter"),
        ("year", Cadence(Unit.YEAR), "year"),
        ("2 years", Cadence(Unit.YEAR, 2), "2 years"),
    ],
)
def test_a_cadence_is_read_and_written(text: str, cadence: Cadence, canonical: str) -> None:
    assert parse(text) == cadence
    assert to_text(cadence) == canonical


@given(cadence=REPEATING)
def test_a_written_cadence_is_read_back(cadence: Cadence) -> None:
    assert parse(to_text(cadence)) == cadence


@pytest.mark.parametrize(
    "text",
    [
        "",
        "daily",
        "0 weeks",
        "-1 week",
        "1.5 months",
        "weekly",
        "2 quarters",
        "٢ weeks",
        "2once",
        "1000 weeks",
    ],
)
def test_what_is_no_cadence_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse(text)
    assert caught.value.field == "every"


@given(text=st.text())
def test_any_other_text_is_refused_clearly(text: str) -> None:
    assume(
        not any(word in text.casefold() for word in ("once", "week", "month", "quarter", "year"))
    )
    with pytest.raises(BadInput):
        parse(text)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("week", [1, 15]),
        ("2 months", [1, 15]),
        ("quarter", [1, 15]),
        ("once", [1, 15]),
        ("month", [1]),
        ("month", [1, 1]),
        ("month", [1, 1, 15]),
        ("month", [0, 15]),
        ("month", [1, 32]),
        ("month", [1, 10, 20]),
    ],
)
def test_days_are_two_different_ones_with_month_alone(text: str, days: list[int]) -> None:
    with pytest.raises(BadInput) as caught:
        parse(text, days)
    assert caught.value.field == "days"


def test_once_has_no_number() -> None:
    with pytest.raises(BadInput):
        Cadence(Unit.ONCE, 2)


@pytest.mark.parametrize(
    ("cadence", "words"),
    [
        (ONCE, "once"),
        (MONTH, "every month"),
        (parse("4 weeks"), "every 4 weeks"),
        (QUARTER, "every quarter"),
        (parse("2 years"), "every 2 years"),
        (parse("month", [15, 1]), "twice a month, on the 1st and 15th"),
        (parse("month", [22, 13]), "twice a month, on the 13th and 22nd"),
        (parse("month", [3, 31]), "twice a month, on the 3rd and 31st"),
    ],
)
def test_a_cadence_is_described_for_people(cadence: Cadence, words: str) -> None:
    assert describe(cadence) == words


def test_the_last_day_of_a_month_stays_the_last_day() -> None:
    assert due_dates(MONTH, date(2026, 1, 31), count=4) == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]


def test_a_leap_day_comes_back_in_the_next_leap_year() -> None:
    dues = due_dates(YEAR, date(2024, 2, 29), count=5)
    assert [(day.month, day.day) for day in dues] == [(2, 29), (2, 28), (2, 28), (2, 28), (2, 29)]


def test_weeks_and_quarters_count_on() -> None:
    assert due_dates(parse("2 weeks"), date(2026, 1, 1), count=3)[-1] == date(2026, 1, 29)
    assert due_dates(QUARTER, date(2026, 1, 1), count=3)[-1] == date(2026, 7, 1)


def test_twice_a_month_goes_on_from_either_day() -> None:
    twice = parse("month", [1, 15])
    first, fifteenth, next_first = date(2026, 1, 1), date(2026, 1, 15), date(2026, 2, 1)
    assert due_dates(twice, first, count=3) == [first, fifteenth, next_first]
    assert due_dates(twice, fifteenth, count=2) == [fifteenth, next_first]


def test_twice_a_month_is_clamped_to_the_months_end() -> None:
    dues = due_dates(parse("month", [15, 31]), date(2026, 1, 31), count=4)
    assert dues == [date(2026, 1, 31), date(2026, 2, 15), date(2026, 2, 28), date(2026, 3, 15)]
    clamped = due_dates(parse("month", [15, 31]), date(2026, 2, 28), count=3)
    assert clamped == [date(2026, 2, 28), date(2026, 3, 15), date(2026, 3, 31)]


def test_twice_a_month_begins_on_one_of_its_days() -> None:
    with pytest.raises(BadInput) as caught:
        due_dates(parse("month", [1, 15]), date(2026, 1, 2), count=3)
    assert caught.value.field == "first_due"


@given(first=FIRST, n=st.integers(1, 12), k=st.integers(0, 50))
def test_months_never_drift(first: date, n: int, k: int) -> None:
    due = unadjusted(Cadence(Unit.MONTH, n), first, k)
    assert (due.year - first.year) * 12 + due.month - first.month == k * n
    assert due.day == min(first.day, calendar.monthrange(due.year, due.month)[1])


@given(cadence=REPEATING, first=FIRST, count=st.integers(2, 5))
def test_a_due_date_depends_on_nothing_but_its_number(
    cadence: Cadence, first: date, count: int
) -> None:
    dues = due_dates(cadence, first, count=count)
    assert dues == [unadjusted(cadence, first, k) for k in range(count)]
    assert dues[:-1] == due_dates(cadence, first, count=count - 1)
    assert dues == due_dates(cadence, first, until=dues[-1])
    assert dues[:-1] == due_dates(cadence, first, until=dues[-1] - timedelta(days=1))
    assert dues[0] == first


@given(days=TWO_DAYS, start=FIRST, half=st.integers(0, 1), count=st.integers(1, 30))
def test_twice_a_month_gives_two_in_every_full_month(
    days: list[int], start: date, half: int, count: int
) -> None:
    length = calendar.monthrange(start.year, start.month)[1]
    dues = due_dates(parse("month", days), start.replace(day=min(days[half], length)), count=count)
    assert dues == sorted(dues)
    months = [(day.year, day.month) for day in dues]
    assert all(months.count(month) == 2 for month in set(months) - {months[0], months[-1]})
    assert all(due.day in days or (due + timedelta(days=1)).day == 1 for due in dues)


@given(cadence=REPEATING, first=FIRST, count=st.integers(1, 5), rule=st.sampled_from(WeekendRule))
def test_adjusted_dates_are_working_days_counted_from_the_first(
    cadence: Cadence, first: date, count: int, rule: WeekendRule
) -> None:
    dues = due_dates(cadence, first, count=count, weekend=rule)
    plain = due_dates(cadence, first, count=count)
    assert rule is WeekendRule.NONE or all(is_workday(day, None) for day in dues)
    # A weekend is two days: further would mean that an adjusted date was counted from.
    assert all(abs(moved - day).days <= 2 for moved, day in zip(dues, plain, strict=True))


def test_public_holidays_move_due_dates() -> None:
    dues = due_dates(
        MONTH, date(2026, 11, 25), count=2, weekend=WeekendRule.FOLLOWING, country="GB"
    )
    assert dues == [date(2026, 11, 25), date(2026, 12, 29)]


def test_until_bounds_the_dates_before_they_are_adjusted() -> None:
    saturday = date(2026, 11, 28)
    dues = due_dates(WEEK, saturday, until=saturday, weekend=WeekendRule.FOLLOWING)
    assert dues == [date(2026, 11, 30)]


def test_count_and_until_end_it_whichever_comes_first() -> None:
    first = date(2026, 1, 1)
    assert len(due_dates(MONTH, first, count=3, until=date(2026, 12, 31))) == 3
    assert len(due_dates(MONTH, first, count=12, until=date(2026, 3, 1))) == 3


def test_once_is_one_date() -> None:
    assert due_dates(ONCE, date(2026, 1, 1)) == [date(2026, 1, 1)]
    assert due_dates(ONCE, date(2026, 1, 1), count=1) == [date(2026, 1, 1)]


@pytest.mark.parametrize(
    ("cadence", "count", "until", "field"),
    [
        (MONTH, None, None, "count"),
        (MONTH, 0, None, "count"),
        (MONTH, -1, None, "count"),
        (WEEK, 10_001, None, "count"),
        (ONCE, 2, None, "count"),
        (MONTH, None, date(2025, 12, 31), "until"),
        (ONCE, None, date(2025, 12, 31), "until"),
        (MONTH, 602, None, "count"),
        (MONTH, None, date(2076, 2, 1), "until"),
        (parse("999 years"), 2, None, "count"),
        (parse("999 weeks"), 9_999, None, "count"),
    ],
)
def test_impossible_lists_of_dates_are_refused(
    cadence: Cadence, count: int | None, until: date | None, field: str
) -> None:
    with pytest.raises(BadInput) as caught:
        due_dates(cadence, date(2026, 1, 1), count=count, until=until)
    assert caught.value.field == field


def test_fifty_years_is_the_longest() -> None:
    assert len(due_dates(MONTH, date(2026, 1, 1), count=601)) == 601
    assert due_dates(MONTH, date(2026, 1, 1), until=date(2076, 1, 31))[-1] == date(2076, 1, 1)


@given(cadence=REPEATING, first=st.dates(), k=st.integers(10**6, 10**12))
def test_dates_beyond_the_calendar_are_refused_clearly(
    cadence: Cadence, first: date, k: int
) -> None:
    with pytest.raises(BadInput):
        unadjusted(cadence, first, k)


@pytest.mark.parametrize(("cadence", "k"), [(MONTH, -1), (ONCE, 1)])
def test_there_is_no_instalment_before_the_first_nor_a_second_of_one(
    cadence: Cadence, k: int
) -> None:
    with pytest.raises(BadInput):
        unadjusted(cadence, date(2026, 1, 1), k)


@pytest.mark.parametrize(
    ("cadence", "factor"),
    [
        (WEEK, Fraction(52, 12)),
        (parse("2 weeks"), Fraction(26, 12)),
        (parse("4 weeks"), Fraction(13, 12)),
        (MONTH, Fraction(1)),
        (parse("2 months"), Fraction(1, 2)),
        (QUARTER, Fraction(1, 3)),
        (YEAR, Fraction(1, 12)),
        (parse("2 years"), Fraction(1, 24)),
        (parse("month", [1, 15]), Fraction(2)),
    ],
)
def test_monthly_factors_are_exact(cadence: Cadence, factor: Fraction) -> None:
    assert monthly_factor(cadence) == factor


def test_once_has_no_monthly_factor() -> None:
    with pytest.raises(BadInput):
        monthly_factor(ONCE)


@given(cadence=REPEATING)
def test_a_monthly_factor_is_about_how_many_fall_due_in_a_month(cadence: Cadence) -> None:
    assume(cadence.n < 5 or cadence.unit is not Unit.YEAR)
    first = date(2026, 1, 1)
    many = len(due_dates(cadence, first, until=add_months(first, 480)))
    assert abs(many - 480 * monthly_factor(cadence)) < 11
