"""Working days: weekends, public holidays, and where a due date moves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.rules.errors import BadInput
from store.rules.workdays import WeekendRule, adjust, is_workday, public_holidays

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
COUNTRIES = st.sampled_from([None, "GB", "GB-SCT", "DE", "US"])
MOVING = st.sampled_from([rule for rule in WeekendRule if rule is not WeekendRule.NONE])
CHRISTMAS = date(2026, 12, 25)  # a Friday; Monday the 28th stands in for Boxing Day


def test_a_part_of_a_country_has_its_own_public_holidays() -> None:
    st_andrews_day = date(2026, 11, 30)
    assert CHRISTMAS in public_holidays("GB", 2026)
    assert st_andrews_day in public_holidays("GB-SCT", 2026)
    assert st_andrews_day not in public_holidays("GB-ENG", 2026)


def test_holidays_belong_to_their_year() -> None:
    # The observed day of New Year 2022 fell into 2021 in the US.
    assert {day.year for day in public_holidays("US", 2022)} == {2022}
    assert date(2021, 12, 31) in public_holidays("US", 2021)


@pytest.mark.parametrize("country", ["ZZ", "GB-ZZ", "", "England", "gb", "-", "-SCT"])
def test_an_unknown_country_is_refused(country: str) -> None:
    with pytest.raises(BadInput) as caught:
        public_holidays(country, 2026)
    assert caught.value.field == "holidays"


def test_saturdays_sundays_and_public_holidays_are_no_working_days() -> None:
    assert is_workday(date(2026, 11, 27), None)
    assert not is_workday(date(2026, 11, 28), None)
    assert not is_workday(date(2026, 11, 29), None)
    assert is_workday(CHRISTMAS, None)
    assert not is_workday(CHRISTMAS, "GB")


@pytest.mark.parametrize(
    ("day", "rule", "country", "moved"),
    [
        (date(2026, 11, 28), WeekendRule.NONE, None, date(2026, 11, 28)),
        (date(2026, 11, 28), WeekendRule.FOLLOWING, None, date(2026, 11, 30)),
        (date(2026, 11, 28), WeekendRule.PRECEDING, None, date(2026, 11, 27)),
        (date(2026, 11, 28), WeekendRule.MODIFIED_FOLLOWING, None, date(2026, 11, 30)),
        (date(2026, 1, 31), WeekendRule.FOLLOWING, None, date(2026, 2, 2)),
        (date(2026, 1, 31), WeekendRule.MODIFIED_FOLLOWING, None, date(2026, 1, 30)),
        (CHRISTMAS, WeekendRule.FOLLOWING, "GB", date(2026, 12, 29)),
        (CHRISTMAS, WeekendRule.PRECEDING, "GB", date(2026, 12, 24)),
        (CHRISTMAS, WeekendRule.FOLLOWING, None, CHRISTMAS),
        (date(2026, 11, 28), WeekendRule.FOLLOWING, "GB-SCT", date(2026, 12, 1)),
        (date(2026, 11, 28), WeekendRule.MODIFIED_FOLLOWING, "GB-SCT", date(2026, 11, 27)),
    ],
)
def test_a_due_date_moves_by_its_rule(
    day: date, rule: WeekendRule, country: str | None, moved: date
) -> None:
    assert adjust(day, rule, country) == moved


@given(day=DAYS, rule=MOVING, country=COUNTRIES)
def test_an_adjusted_day_is_a_working_day_near_by(
    day: date, rule: WeekendRule, country: str | None
) -> None:
    moved = adjust(day, rule, country)
    assert is_workday(moved, country)
    assert abs(moved - day) <= timedelta(days=8)
    assert (moved == day) == is_workday(day, country)


@given(day=DAYS, country=COUNTRIES)
def test_modified_following_stays_in_the_month(day: date, country: str | None) -> None:
    moved = adjust(day, WeekendRule.MODIFIED_FOLLOWING, country)
    assert (moved.year, moved.month) == (day.year, day.month)


@given(day=DAYS, country=COUNTRIES)
def test_following_goes_on_and_preceding_back_past_no_working_day(
    day: date, country: str | None
) -> None:
    before = adjust(day, WeekendRule.PRECEDING, country)
    after = adjust(day, WeekendRule.FOLLOWING, country)
    assert before <= day <= after
    between = (before + timedelta(days=n) for n in range(1, (after - before).days))
    assert not any(is_workday(each, country) for each in between)


@given(day=DAYS, later=st.integers(0, 40), rule=st.sampled_from(WeekendRule), country=COUNTRIES)
def test_adjusting_never_turns_the_order_of_two_days(
    day: date, later: int, rule: WeekendRule, country: str | None
) -> None:
    other = day + timedelta(days=later)
    assert adjust(day, rule, country) <= adjust(other, rule, country)
