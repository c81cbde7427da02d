"""Dates: what people type, seen from a fixed today, and how they are shown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.rules import dates
from store.rules.errors import BadInput

TODAY = date(2026, 11, 24)  # a Tuesday
LOCALES = ["en_GB", "en_US", "de_DE", "fr_FR", "de_CH", "en_IN", "ja_JP", "sv_SE"]
DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


def refusal(text: str, locale: str = "en_GB", today: date = TODAY) -> str:
    with pytest.raises(BadInput) as caught:
        dates.parse(text, today, locale, field="on")
    assert caught.value.field == "on"
    return caught.value.message


def read(text: str, today: date, locale: str, past: bool) -> date | None:
    """The date, or None where it is refused; any other exception fails the test."""
    try:
        return dates.parse(text, today, locale, past=past)
    except BadInput:
        return None


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("2026-11-27", "en_GB"),
        ("2026/11/27", "en_US"),
        ("27/11/2026", "en_GB"),
        ("27.11.26", "de_DE"),
        ("27.11.", "de_DE"),
        ("27. 11. 2026", "cs_CZ"),
        ("27/11", "en_GB"),
        ("27/11", "sv_SE"),
        ("11/27", "en_US"),
        ("11/27/26", "en_US"),
        ("11/27", "ja_JP"),
        ("26/11/27", "ja_JP"),
        ("27 Nov", "en_GB"),
        ("27 november 2026", "en_GB"),
        ("27th of November", "en_GB"),
        ("Nov 27", "en_US"),
        ("November 27, 2026", "en_US"),
        ("27-nov-2026", "en_GB"),
        ("27 nov 26", "en_GB"),
        ("27. November 2026", "de_DE"),
        ("27 novembre", "fr_FR"),
        ("27 de noviembre de 2026", "es_ES"),
        ("27 листопада 2026", "uk_UA"),
        ("27 nov", "ja_JP"),
        ("fri", "en_GB"),
        ("Friday", "en_GB"),
        ("frei", "de_DE"),
        ("vendredi", "fr_FR"),
        ("+3d", "en_GB"),
        ("+3 D", "en_GB"),
        ("２７/１１", "en_GB"),
    ],
)
def test_a_date_is_read_as_people_write_it(text: str, locale: str) -> None:
    assert dates.parse(text, TODAY, locale) == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", TODAY),
        (" Tomorrow ", date(2026, 11, 25)),
        ("yesterday", date(2026, 11, 23)),
        ("+0d", TODAY),
        ("-2w", date(2026, 11, 10)),
        ("−2w", date(2026, 11, 10)),
        ("+1m", date(2026, 12, 24)),
        ("+1y", date(2027, 11, 24)),
    ],
)
def test_words_and_distances_count_from_today(text: str, day: date) -> None:
    assert dates.parse(text, TODAY) == day


def test_a_month_on_from_its_last_day_stays_in_the_next() -> None:
    assert dates.parse("+1m", date(2026, 1, 31)) == date(2026, 2, 28)
    assert dates.parse("-1m", date(2026, 3, 31)) == date(2026, 2, 28)
    assert dates.parse("+1y", date(2028, 2, 29)) == date(2029, 2, 28)


def test_a_weekday_is_the_next_one_or_when_looking_back_the_last_one() -> None:
    assert dates.parse("mon", TODAY) == date(2026, 11, 30)
    assert dates.parse("mon", TODAY, past=True) == date(2026, 11, 23)
    assert dates.parse("tue", TODAY) == dates.parse("tue", TODAY, past=True) == TODAY


def test_without_a_year_the_nearest_is_meant() -> None:
    assert dates.parse("1 Jan", TODAY) == date(2027, 1, 1)
    assert dates.parse("1 Jan", TODAY, past=True) == date(2026, 1, 1)
    assert dates.parse("1 Aug", TODAY) == date(2026, 8, 1)
    assert dates.parse("24/11", TODAY, past=True) == TODAY


def test_what_looks_forward_takes_the_next_such_day() -> None:
    assert dates.parse("1 Aug", TODAY, ahead=True) == date(2027, 8, 1)
    assert dates.parse("23/11", TODAY, ahead=True) == date(2027, 11, 23)
    assert dates.parse("24/11", TODAY, ahead=True) == TODAY
    assert dates.parse("tue", TODAY, ahead=True) == TODAY
    assert dates.parse("1 Aug 2026", TODAY, ahead=True) == date(2026, 8, 1)


def test_looking_back_a_day_that_comes_soon_is_not_taken_for_last_years() -> None:
    with pytest.raises(BadInput, match="Sat 28 Nov is still to come") as caught:
        dates.parse("28 Nov", TODAY, past=True, field="on")
    assert caught.value.field == "on"
    assert dates.parse("28 Nov 2025", TODAY, past=True) == date(2025, 11, 28)
    assert dates.parse("26 Dec", TODAY, past=True) == date(2025, 12, 26)


def test_a_day_that_the_year_meant_does_not_have_is_refused() -> None:
    assert refusal("29 Feb") == "There is no day 29 in February 2027; it has 28 days"
    assert dates.parse("29 Feb", date(2027, 11, 24)) == date(2028, 2, 29)
    assert dates.parse("29 Feb 2028", TODAY) == date(2028, 2, 29)


def test_two_digits_of_a_year_mean_the_nearest_one() -> None:
    assert dates.parse("27 Nov 85", TODAY) == date(1985, 11, 27)
    assert dates.parse("25/11/26", TODAY, past=True) == date(2026, 11, 25)


@pytest.mark.parametrize("text", ["31/02/2026", "2026-02-31", "31 Feb 2026"])
def test_a_day_that_does_not_exist_is_named(text: str) -> None:
    assert refusal(text) == "There is no day 31 in February 2026; it has 28 days"


def test_a_day_that_no_year_has_is_named_with_the_year_that_is_meant() -> None:
    assert refusal("31 Feb") == "There is no day 31 in February 2027; it has 28 days"
    assert refusal("29/2/27") == "There is no day 29 in February 2027; it has 28 days"


def test_a_month_that_does_not_exist_says_the_locales_order() -> None:
    assert refusal("27/11", "en_US") == "There is no month 27; a date is month/day/year"
    assert refusal("11/27", "en_GB") == "There is no month 27; a date is day/month/year"


@pytest.mark.parametrize(
    "text", ["1899-12-31", "2201-01-01", "1/1/0001", "+9999y", "-9999m", "+175y", "+9999w"]
)
def test_a_year_out_of_reach_is_refused(text: str) -> None:
    assert refusal(text).startswith("Dates run from 1900 to 2200")


def test_even_today_itself_must_be_within_reach() -> None:
    assert "not 2201" in refusal("today", today=date(2201, 1, 1))
    assert "1900 to 2200" in refusal("tomorrow", today=date.max)


@pytest.mark.parametrize(
    "text",
    [
        *["", " ", "nov", "fr", "3 ma", "Nov 2026", "2026-11", "123/11", "27/11/026", "1 1 1 1"],
        *["-5", "2²/11", "²/²", "3", "+3", "+3x", "3d", "fri mon", "27 fri", "27 Nov 2026 5"],
        "x" * 61,
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    assert refusal(text)


def test_a_beginning_of_two_months_asks_for_more() -> None:
    assert "more of the name" in refusal("3 jui", "fr_FR")


def test_an_accent_may_be_left_out() -> None:
    assert dates.parse("3 fevr 2026", TODAY, "fr_FR") == date(2026, 2, 3)


@given(text=st.text(), locale=st.sampled_from(LOCALES), today=DAYS, past=st.booleans())
def test_any_text_is_a_date_or_a_clear_refusal(
    text: str, locale: str, today: date, past: bool
) -> None:
    day = read(text, today, locale, past)
    assert day is None or 1900 <= day.year <= 2200


@given(
    text=st.text("0123456789/.-+dwmy novfri²", max_size=10),
    locale=st.sampled_from(LOCALES),
    past=st.booleans(),
)
def test_nothing_like_a_date_breaks_it(text: str, locale: str, past: bool) -> None:
    day = read(text, TODAY, locale, past)
    assert day is None or 1900 <= day.year <= 2200


@given(day=DAYS, locale=st.sampled_from(LOCALES), past=st.booleans())
def test_a_full_date_is_read_back_in_every_locale(day: date, locale: str, past: bool) -> None:
    for text in (day.isoformat(), dates.full(day)):
        assert dates.parse(text, TODAY, locale, past=past) == day


@given(day=DAYS)
def test_the_locales_own_order_is_read_back(day: date) -> None:
    assert dates.parse(f"{day:%d/%m/%Y}", TODAY, "en_GB") == day
    assert dates.parse(f"{day:%m/%d/%Y}", TODAY, "en_US") == day
    assert dates.parse(f"{day:%d.%m.%Y}", TODAY, "de_DE") == day


@given(days=st.integers(-182, 182))
def test_a_date_without_a_year_within_half_a_year_is_itself(days: int) -> None:
    day = TODAY + timedelta(days=days)
    assert dates.parse(f"{day.day}/{day.month}", TODAY) == day


@given(
    today=st.dates(date(1901, 1, 1), date(2199, 12, 31)),
    name=st.sampled_from(["Mon", "Tuesd", "Wednesday", "Sun"]),
    past=st.booleans(),
)
def test_a_weekday_is_within_a_week_of_today(today: date, name: str, past: bool) -> None:
    day = dates.parse(name, today, past=past)
    assert dates.short(day, day).startswith(name[:3])
    assert 0 <= (today - day if past else day - today).days < 7


@given(day=st.dates(date(1950, 1, 1), date(2150, 1, 1)), months=st.integers(-600, 600))
def test_months_added_keep_the_day_or_end_the_month(day: date, months: int) -> None:
    moved = dates.add_months(day, months)
    assert (moved.year - day.year) * 12 + moved.month - day.month == months
    assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(days=1)).day == 1)


def test_a_date_is_shown_short_with_its_year_only_where_it_is_another() -> None:
    assert dates.short(date(2026, 11, 27), TODAY) == "Fri 27 Nov"
    assert dates.short(date(2025, 1, 5), TODAY) == "Sun 5 Jan 2025"


def test_a_date_is_shown_in_full() -> None:
    assert dates.full(date(2026, 2, 1)) == "1 February 2026"


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (-1, "yesterday"),
        (2, "in 2 days"),
        (-3, "3 days ago"),
        (400, "in 400 days"),
    ],
)
def test_a_distance_is_shown_in_words(days: int, shown: str) -> None:
    assert dates.relative(TODAY + timedelta(days=days), TODAY) == shown


@pytest.mark.parametrize(
    ("since", "days", "months"),
    [
        ("2026-11-25", [], None),
        ("2026-11-12", ["2026-12-15"], 1),
        ("2026-11-25", ["2026-11-28", "2026-12-28"], 2),
        ("2026-11-25", ["2026-12-28", "2027-01-28"], 2),
        ("2026-11-25", ["2026-11-25"], 1),
        ("2026-11-25", ["2027-02-01"], 3),
        ("2026-11-25", ["2026-10-01"], 1),
    ],
)
def test_monthly_payments_take_as_many_months_as_there_are(
    since: str, days: list[str], months: int | None
) -> None:
    day = date.fromisoformat
    assert dates.months_taken(day(since), [day(each) for each in days]) == months
