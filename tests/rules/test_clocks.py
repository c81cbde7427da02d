"""Clocks: limitation, token payments, moratoriums, and what a country's data must say."""

from datetime import date

import pytest

from store.rules import clocks, countries

GB, DE = countries.COUNTRIES["GB"], countries.COUNTRIES["DE"]


def test_a_period_is_worth_knowing_of_from_four_fifths_on() -> None:
    since = [date(2019, 5, 1), date(2020, 1, 1)]
    assert clocks.limitation(since, GB, date(2024, 10, 1), in_court=False) is None
    found = clocks.limitation(since, GB, date(2024, 11, 1), in_court=False)
    assert found == clocks.Limitation(date(2020, 1, 1), date(2026, 1, 1), is_past=False)
    past = clocks.limitation(since, GB, date(2026, 1, 1), in_court=False)
    assert past is not None
    assert past.is_past


def test_a_period_may_run_from_the_end_of_the_year() -> None:
    found = clocks.limitation([date(2022, 2, 1)], DE, date(2025, 10, 1), in_court=False)
    assert found is not None
    assert found.ends_on == date(2025, 12, 31)


def test_what_a_court_decided_or_nobody_knows_has_no_period() -> None:
    assert clocks.limitation([date(2015, 1, 1)], GB, date(2026, 1, 1), in_court=True) is None
    assert clocks.limitation([], GB, date(2026, 1, 1), in_court=False) is None
    assert clocks.limitation([date(2027, 1, 1)], GB, date(2026, 1, 1), in_court=False) is None


@pytest.mark.parametrize(
    ("monthly", "cost", "token"),
    [(1_00, 0, True), (5_00, 0, False), (20_00, 20_00, True), (20_00, 15_00, False)],
)
def test_a_token_is_what_hardly_lowers_the_balance(monthly: int, cost: int, token: bool) -> None:
    assert clocks.is_token(1000_00, monthly, cost) is token


def test_a_token_is_looked_at_half_a_year_after_it_was_last_spoken_of() -> None:
    made_on = date(2026, 1, 31)
    assert clocks.review_on(made_on, None) == date(2026, 7, 31)
    assert clocks.review_on(made_on, date(2026, 7, 30)) == date(2026, 7, 31)
    assert clocks.review_on(made_on, date(2026, 7, 31)) == date(2027, 1, 31)
    assert clocks.review_on(made_on, date(2027, 3, 1)) == date(2027, 7, 31)


def test_a_moratorium_counts_its_last_day() -> None:
    assert clocks.days_left(date(2026, 11, 30), date(2026, 11, 30)) == 1
    assert clocks.days_left(None, date(2026, 11, 30)) is None


@pytest.mark.parametrize("code", ["GB", "US", "IE", "AU", "CA", "DE"])
def test_every_country_says_where_free_advice_is(code: str) -> None:
    country = countries.of(code)
    assert country is not None
    assert country.code == code
    assert country.limitation > 0
    assert all(each.name and (each.phone or each.website) for each in country.advisers)
    assert len(country.advisers) >= 2


def test_a_currency_names_its_country_where_it_has_only_one() -> None:
    assert countries.of("", "GBP") is GB
    assert countries.of("", "EUR") is None
    assert countries.of("FR", "EUR", "de_DE") is DE
    assert countries.of("DE", "USD") is DE
    assert countries.of("", "USD", "en_GB") is countries.COUNTRIES["US"]
    # In euros or francs someone whose programs speak English may live anywhere.
    assert countries.of("", "EUR", "en_GB") is None
    assert countries.of("", "CHF", "en_GB") is None
