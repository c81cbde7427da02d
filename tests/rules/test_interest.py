"""Interest: published values, and that the formulas agree with one another."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.rules import interest
from store.rules.cadence import Cadence, Unit, due_dates
from store.rules.dates import add_months
from store.rules.errors import BadInput
from store.rules.interest import Timed

RATES = st.decimals(0, 60, places=2)


def monthly(count: int, amount: int, first: int = 1, days: int = 0) -> list[Timed]:
    """Payments a month apart; the first after so many months and days."""
    return [Timed(first + k, Fraction(days, 30), amount) for k in range(count)]


def test_a_level_payment_is_the_published_one() -> None:
    assert interest.payment(200_000_00, Decimal("6.5"), 360) == 1264_14
    assert interest.payment(1200, Decimal(0), 12) == 100


def test_the_annual_rate_is_the_published_one() -> None:
    """Regulation Z, Appendix J, (c): regular, long first period, weekly with an odd first one."""
    assert interest.apr(5000_00, monthly(24, 230_00), Fraction(12)) == Decimal("9.69")
    assert interest.apr(6000_00, monthly(36, 200_00, 1, 19), Fraction(12)) == Decimal("11.82")
    weekly = [Timed(4 + k, Fraction(4, 7), 17_60) for k in range(30)]
    assert interest.apr(500_00, weekly, Fraction(52)) == Decimal("14.96")


def test_dates_give_the_same_unit_periods_as_the_published_examples() -> None:
    made = date(1978, 1, 10)
    dues = [(add_months(date(1978, 2, 10), k), 230_00) for k in range(24)]
    assert interest.timed(made, dues) == (monthly(24, 230_00), Fraction(12))
    weekly = [(made + timedelta(days=32 + 7 * k), 17_60) for k in range(30)]
    payments, per_year = interest.timed(made, weekly)
    assert (payments[0], per_year) == (Timed(4, Fraction(4, 7), 17_60), Fraction(52))
    long_first = [(add_months(date(1978, 3, 1), k), 200_00) for k in range(36)]
    payments, _ = interest.timed(date(1978, 1, 13), long_first)
    assert payments[0] == Timed(1, Fraction(19, 30), 200_00)


def test_months_that_are_cut_short_are_whole_months() -> None:
    dues = [(add_months(date(2025, 1, 31), k), 100) for k in range(1, 14)]
    payments, per_year = interest.timed(date(2025, 1, 31), dues)
    assert [(each.periods, each.fraction) for each in payments] == [
        (k, Fraction(0)) for k in range(1, 14)
    ]
    assert per_year == 12


def test_a_single_payment_within_a_year_is_one_period_of_its_own_length() -> None:
    assert interest.timed(date(2026, 1, 1), [(date(2026, 7, 1), 5)]) == (
        [Timed(1, Fraction(0), 5)],
        Fraction(12, 6),
    )
    _, per_year = interest.timed(date(2026, 1, 1), [(date(2026, 2, 3), 5)])
    assert per_year == Fraction(365, 33)
    # 1000 for 1100 after half a year is 20 % a year.
    found = interest.apr(1000, [Timed(1, Fraction(0), 1100)], Fraction(2))
    assert found == Decimal("20.00")


def test_beyond_a_year_a_single_payment_counts_in_years() -> None:
    payments, per_year = interest.timed(date(2026, 1, 1), [(date(2028, 4, 1), 5)])
    assert (payments, per_year) == ([Timed(2, Fraction(3, 12), 5)], Fraction(1))


@pytest.mark.parametrize(
    ("days", "unit"),
    [((14, 28, 42), Fraction(26)), ((7, 14, 35), Fraction(52)), ((10, 20, 50), Fraction(365, 10))],
)
def test_the_interval_that_occurs_most_often_is_the_unit_period(
    days: tuple[int, ...], unit: Fraction
) -> None:
    made = date(2026, 1, 1)
    assert interest.timed(made, [(made + timedelta(days=n), 1) for n in days])[1] == unit


def test_quarters_and_years_are_unit_periods_too() -> None:
    made = date(2026, 3, 15)
    quarters = [(add_months(made, 3 * k), 10) for k in range(1, 5)]
    assert interest.timed(made, quarters)[1] == 4
    years = [(add_months(made, 12 * k), 10) for k in range(1, 4)]
    payments, per_year = interest.timed(made, years)
    assert ([each.periods for each in payments], per_year) == ([1, 2, 3], Fraction(1))


def test_twice_a_month_counts_in_half_months_of_fifteen_days() -> None:
    dues = [(date(2026, 1, 15), 10), (date(2026, 2, 1), 10), (date(2026, 2, 15), 10)]
    payments, per_year = interest.timed(date(2026, 1, 1), dues, twice_monthly=True)
    assert per_year == 24
    assert payments[1] == Timed(2, Fraction(0), 10)


@pytest.mark.parametrize("days", [(1, 15), (15, 31), (5, 20), (14, 30)])
def test_written_out_dates_that_alternate_twice_a_month_count_in_half_months(
    days: tuple[int, int],
) -> None:
    """App. J, (b)(5)(iv): the same as if it were said that they are twice a month."""
    cadence = Cadence(Unit.MONTH, days=days)
    first = date(2026, 2, days[0])
    dues = [(day, 100_00) for day in due_dates(cadence, first, count=12)]
    made = date(2026, 1, 10)
    assert interest.timed(made, dues) == interest.timed(made, dues, twice_monthly=True)
    # A sum on another day changes nothing of it.
    dues.append((date(2026, 4, 10), 300_00))
    assert interest.timed(made, dues) == interest.timed(made, dues, twice_monthly=True)


def test_every_two_weeks_is_not_twice_a_month() -> None:
    made = date(2026, 1, 4)
    for count in (2, 3, 4, 26):
        dues = [(made + timedelta(days=14 * k), 10) for k in range(1, count + 1)]
        assert interest.timed(made, dues)[1] == 26


def test_unequal_and_skipped_payments_are_worth_the_advance_at_the_rate_found() -> None:
    payments = [*monthly(6, 300_00), *monthly(12, 500_00, 10)]
    rate = interest.apr(6500_00, payments, Fraction(12))
    assert rate is not None
    i = float(rate) / 1200
    worth = sum(each.amount / (1 + i) ** each.periods for each in payments)
    assert abs(worth - 6500_00) < 60_00


def test_what_comes_to_less_than_the_advance_has_no_rate() -> None:
    assert interest.apr(1000, monthly(2, 499), Fraction(12)) is None
    assert interest.apr(1000, [Timed(0, Fraction(0), 1000)], Fraction(12)) is None
    assert interest.apr(1000, monthly(2, 500), Fraction(12)) == Decimal("0.00")


@given(st.integers(100_00, 10**8), RATES, st.integers(2, 400))
def test_the_rate_of_a_level_payment_is_the_rate_that_it_was_made_with(
    principal: int, rate: Decimal, count: int
) -> None:
    paid = interest.payment(principal, rate, count)
    found = interest.apr(principal, monthly(count, paid), Fraction(12))
    # Rounding the payment down can make less than the principal of it.
    slack = Decimal(1200) * count / principal + Decimal("0.02")
    assert found is None or abs(found - rate) <= slack


@given(st.integers(1, 10**8), RATES, st.integers(1, 600))
def test_a_payment_clears_in_its_count_but_for_rounding(
    principal: int, rate: Decimal, count: int
) -> None:
    paid = interest.payment(principal, rate, count)
    left = interest.balance_after(principal, rate, paid, count)
    # Half a unit too little a month grows at most as a debt of it would.
    grown = interest.balance_after(0, rate, -1, count)
    assert abs(left) <= grown / 2 + 1


@given(st.integers(1, 10**7), RATES, st.integers(1, 10**6))
def test_the_number_of_payments_is_the_first_that_leaves_nothing(
    principal: int, rate: Decimal, paid: int
) -> None:
    count = interest.number_of_payments(principal, rate, paid)
    if count is None:
        assert paid <= principal * rate / 1200
        assert interest.total_interest(principal, rate, paid) is None
    elif count < 2000:
        assert interest.balance_after(principal, rate, paid, count) <= 0
        assert interest.balance_after(principal, rate, paid, count - 1) >= 0
        cost = interest.total_interest(principal, rate, paid)
        assert cost is not None
        assert cost >= 0


def test_a_payment_of_the_interest_never_clears() -> None:
    assert interest.number_of_payments(1000_00, Decimal(12), 10_00) is None
    assert interest.number_of_payments(1000_00, Decimal(12), 10_01) is not None
    assert interest.number_of_payments(1000_00, Decimal(0), 100_00) == 10
    assert interest.number_of_payments(0, Decimal(0), 100_00) == 0


def test_a_rate_is_never_too_small_to_be_reckoned_with() -> None:
    for rate in (Decimal("1e-27"), Decimal("1e-20"), Decimal("1e-999")):
        assert interest.payment(1200, rate, 12) == 100
        assert interest.balance_after(1200, rate, 100, 12) == 0
        assert interest.number_of_payments(1200, rate, 100) in (12, 13)
        assert interest.total_interest(1200, rate, 150) == 0


def test_a_payment_of_the_interest_never_clears_at_a_rate_that_has_no_end_as_a_decimal() -> None:
    # A month's interest on 1560.00 is 9.10, though a twelfth of 7 % cannot be written down.
    assert interest.number_of_payments(1560_00, Decimal(7), 9_10) is None


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(BadInput, match="below zero"):
        interest.payment(100, Decimal(-1), 12)
    with pytest.raises(BadInput, match="at least 1 payment"):
        interest.payment(100, Decimal(1), 0)
