"""What becomes of a debt under terms: worked examples, and that nothing is lost on the way."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from store.rules import interest, projection
from store.rules.accrual import NONE, Rates
from store.rules.cadence import ONCE, Cadence, Unit
from store.rules.errors import BadInput
from store.rules.projection import Projection, project
from store.rules.terms import Deferral, Terms, rates, schedule
from store.rules.workdays import WeekendRule

MADE = date(2026, 1, 1)
MONTHLY = Cadence(Unit.MONTH)
TERMS = Terms(amount=50_00, cadence=MONTHLY, first_due=date(2026, 2, 1), count=24)


def projected(balance: int, terms: Terms, own: str = "0") -> Projection:
    accrues = rates(terms, Decimal(own), MADE)
    return project(balance, schedule(terms, MADE, balance, accrues), MADE, terms, accrues)


def test_without_interest_the_instalments_are_what_is_paid() -> None:
    found = projected(1200_00, TERMS)
    assert (found.total_paid, found.interest, found.left_over) == (1200_00, 0, 0)
    assert found.last_on == date(2028, 1, 1)


def test_what_the_instalments_do_not_clear_is_left_over() -> None:
    found = projected(1231_40, TERMS)
    assert (found.left_over, found.interest, found.cost) == (31_40, 0, 1231_40)


def test_what_is_paid_beyond_the_balance_is_its_cost() -> None:
    terms = replace(TERMS, amount=230_00)
    found = projected(5000_00, terms)
    assert (found.total_paid, found.interest, found.left_over) == (5520_00, 520_00, 0)
    assert projection.apr(5000_00, schedule(terms, MADE), MADE, terms) == Decimal("9.69")


def test_at_the_rate_of_a_level_payment_the_debt_is_cleared_to_the_penny_or_so() -> None:
    terms = replace(TERMS, amount=interest.payment(1000_00, Decimal(12), 24))
    found = projected(1000_00, terms, "12")
    assert found.left_over < 24
    assert [each.interest for each in found.points[:1]] == [10_00]


def test_a_settlement_writes_off_the_rest() -> None:
    terms = Terms(upfront=1050_00, upfront_on=date(2026, 1, 15), written_off=321_40, apr=Decimal(0))
    found = projected(1371_40, terms, "24.9")
    assert (found.total_paid, found.written_off, found.left_over) == (1050_00, 321_40, 0)
    assert projection.apr(1371_40, schedule(terms, MADE), MADE, terms) is None


@pytest.mark.parametrize("waived", [None, 50_00])
def test_a_sum_with_a_write_off_that_cover_the_balance_settle_it(waived: int | None) -> None:
    terms = Terms(
        upfront=2000_00, upfront_on=date(2026, 2, 20), written_off=3000_00, fees_waived=waived
    )
    for each in (terms, replace(terms, upfront=None, amount=2000_00, first_due=terms.upfront_on)):
        found = projected(5000_00, each, "24")
        assert (found.left_over, found.written_off, found.waived) == (0, 3000_00, waived or 0)
        assert found.interest == (waived or 0)
    # What they do not cover goes on to grow.
    assert projected(5000_01, terms, "24").left_over > 1 or waived
    # Without a write-off a sum is a payment like any other.
    assert projected(5000_00, replace(terms, upfront=5000_00, written_off=None), "24").left_over > 0


def test_until_it_is_cleared_counts_the_interest() -> None:
    terms = replace(TERMS, count=None)
    promised = schedule(terms, MADE, 1000_00, Rates(Decimal(12)))
    count = interest.number_of_payments(1000_00, Decimal(12), 50_00)
    assert len(promised) == count
    assert projected(1000_00, terms, "12").left_over == 0
    assert sum(each.amount for each in promised) > 1000_00


def test_terms_that_never_end_are_refused_by_the_amount() -> None:
    terms = replace(TERMS, count=None, amount=10_00)
    with pytest.raises(BadInput, match="never end") as refused:
        schedule(terms, MADE, 1000_00, Rates(Decimal(12)))
    assert refused.value.field == "amount"
    # Both are 10.00 by then.
    assert "interest at 12 % is at least as much as the instalment" in refused.value.message
    # While it is frozen it may shrink; what counts is whether it ever ends.
    frozen = replace(terms, apr=Decimal(0), apr_until=date(2027, 1, 1))
    with pytest.raises(BadInput, match="never end"):
        schedule(frozen, MADE, 5000_00, rates(frozen, Decimal(12), MADE))


def never_clears(balance: int, terms: Terms, own: str) -> bool:
    return projection.never_clears(
        projected(balance, terms, own), terms, rates(terms, Decimal(own), MADE)
    )


def test_an_instalment_of_the_interest_never_clears() -> None:
    assert never_clears(1000_00, replace(TERMS, amount=10_00), "12")
    assert not never_clears(1000_00, replace(TERMS, amount=10_01), "12")
    # The interest until the first one makes it more than the instalment.
    assert never_clears(1000_00, replace(TERMS, amount=10_01, first_due=date(2026, 6, 1)), "12")


@pytest.mark.parametrize(
    "changes",
    [
        {"upfront": 9000_00, "count": None},
        {"upfront": 9000_00, "count": 12},
        {"amount": 200_00, "count": 50, "apr": Decimal(0), "apr_until": date(2031, 1, 1)},
        {"count": 20, "written_off": 8000_00},
        {"count": 20, "fees_waived": 8000_00},
        {"count": 12, "last_amount": 12_000_00},
        {
            "count": 12,
            "amount": 150_00,
            "deferral": Deferral.RAISE_INSTALMENTS,
            "defer_until": date(2026, 8, 1),
        },
    ],
)
def test_what_is_paid_given_or_frozen_may_make_an_instalment_enough(
    changes: dict[str, Any],
) -> None:
    terms = replace(TERMS, amount=100_00)
    assert never_clears(10_000_00, terms, "24")
    assert not never_clears(10_000_00, replace(terms, **changes), "24")


def test_a_freeze_that_ends_does_not_make_it_enough() -> None:
    frozen = replace(TERMS, amount=100_00, apr=Decimal(0), apr_until=date(2026, 12, 31))
    assert never_clears(10_000_00, frozen, "24")


def test_a_frozen_rate_holds_for_its_days_only() -> None:
    frozen = replace(TERMS, apr=Decimal(0), apr_until=date(2026, 12, 31))
    found = projected(1200_00, frozen, "12")
    assert all(each.interest == 0 for each in found.points if each.on <= date(2026, 12, 31))
    # January has its month of interest on what is left after twelve payments.
    assert next(each.interest for each in found.points if each.on == date(2027, 2, 1)) == 6_00


def test_a_moratorium_pauses_interest() -> None:
    accrues = rates(TERMS, Decimal(12), MADE, [(date(2026, 1, 1), date(2026, 2, 28))])
    found = project(1200_00, schedule(TERMS, MADE), MADE, TERMS, accrues)
    assert [each.interest > 0 for each in found.points[:4]] == [False, False, True, True]


@pytest.mark.parametrize("accrues", [True, False])
def test_a_deferral_costs_interest_unless_it_is_said_that_none_accrues(accrues: bool) -> None:
    terms = replace(
        TERMS,
        defer_until=date(2026, 7, 1),
        deferral=Deferral.EXTEND_TERM,
        interest_accrues=accrues,
    )
    found = projected(1200_00, terms, "12")
    assert (found.points[0].on, found.points[0].interest > 0) == (date(2026, 7, 1), accrues)
    assert (found.points[0].interest == 73_82) is accrues


@pytest.mark.parametrize("deferral", list(Deferral))
def test_each_treatment_of_a_deferral_pays_the_same_in_all(deferral: Deferral) -> None:
    terms = replace(TERMS, defer_until=date(2026, 7, 1), deferral=deferral, interest_accrues=False)
    assert projected(1200_00, terms, "12").total_paid == 1200_00


def test_a_weekend_rule_moves_no_interest_and_no_rate() -> None:
    moved = replace(TERMS, amount=60_00, weekend=WeekendRule.FOLLOWING)
    plain = replace(moved, weekend=None)
    assert projected(1200_00, moved, "12").interest == projected(1200_00, plain, "12").interest
    shown = schedule(moved, MADE)
    assert shown != schedule(plain, MADE)
    assert projection.apr(1200_00, shown, MADE, moved) == projection.apr(
        1200_00, schedule(plain, MADE), MADE, plain
    )


CADENCES = st.sampled_from(
    [Cadence(Unit.WEEK), Cadence(Unit.WEEK, 4), MONTHLY, Cadence(Unit.MONTH, 3), ONCE]
)


@given(
    st.integers(1, 10**6),
    st.integers(1, 10**5),
    CADENCES,
    st.integers(1, 60),
    st.integers(0, 400),
    st.integers(0, 10**4),
    st.decimals(0, 60, places=1),
)
def test_what_is_owed_and_added_is_paid_written_off_or_left(
    balance: int,
    amount: int,
    cadence: Cadence,
    count: int,
    wait: int,
    waived: int,
    rate: Decimal,
) -> None:
    terms = Terms(
        amount=amount,
        cadence=cadence,
        first_due=date.fromordinal(MADE.toordinal() + wait),
        count=None if cadence == ONCE else count,
        written_off=waived,
        fees_waived=waived // 3,
    )
    accrues = Rates(rate)
    promised = schedule(terms, MADE)
    found = project(balance, promised, MADE, terms, accrues)
    assert found.total_paid == sum(each.amount for each in promised)
    gone = found.waived + found.written_off
    assert balance + found.interest == found.total_paid + gone + found.left_over
    added = sum(each.interest for each in found.points)
    if found.left_over:
        assert found.interest == added
    else:
        assert found.interest >= added


DAYS = st.integers(0, 700).map(lambda n: date.fromordinal(MADE.toordinal() + n))
REGULAR = st.sampled_from(
    [Cadence(Unit.WEEK), Cadence(Unit.WEEK, 4), MONTHLY, Cadence(Unit.MONTH, 3)]
)


@given(
    balance=st.integers(1, 10**6),
    terms=st.builds(
        Terms,
        amount=st.integers(1_000, 10**5),
        cadence=REGULAR,
        first_due=DAYS,
        upfront=st.none() | st.integers(1, 10**6),
        upfront_on=st.none() | DAYS,
        defer_until=st.none() | DAYS,
        deferral=st.none() | st.sampled_from(Deferral),
        interest_accrues=st.none() | st.booleans(),
        apr=st.none() | st.decimals(0, 60, places=1),
        apr_until=st.none() | DAYS,
        fees_waived=st.none() | st.integers(0, 10**5),
        written_off=st.none() | st.integers(0, 10**5),
        weekend=st.none() | st.sampled_from(WeekendRule),
    ),
    rate=st.decimals(0, 60, places=1),
)
# A due date on which nothing is left to pay, before a sum up front.
@example(
    balance=157_278,
    terms=Terms(
        amount=1_000,
        cadence=Cadence(Unit.WEEK),
        first_due=date(2026, 1, 2),
        upfront=157_319,
        upfront_on=date(2026, 1, 3),
    ),
    rate=Decimal("9.6"),
)
def test_open_ended_terms_leave_nothing_over_or_are_refused(
    balance: int, terms: Terms, rate: Decimal
) -> None:
    accrues = rates(terms, rate, MADE)
    refused = None
    try:
        promised = schedule(terms, MADE, balance, accrues)
    except BadInput as error:
        refused = error
    if refused is not None:
        assert refused.field in ("amount", "defer_until")
        return
    assert all(each.amount > 0 for each in promised)
    assert [each.due_on for each in promised] == sorted(each.due_on for each in promised)
    found = project(balance, promised, MADE, terms, accrues)
    assert found.left_over == 0
    owed = balance - found.waived - found.written_off
    if terms.upfront is None or terms.upfront <= owed:
        assert found.interest == sum(each.interest for each in found.points)


UNTIL_PAID = Terms(amount=100_00, cadence=MONTHLY, first_due=date(2026, 2, 10))


def test_a_later_sum_goes_off_on_its_own_day() -> None:
    terms = replace(UNTIL_PAID, amount=50_00, upfront=500_00, upfront_on=date(2026, 5, 20))
    found = projected(1000_00, terms, "24")
    assert found.left_over == 0
    assert [each.on.month for each in found.points] == [2, 3, 4, 5, 5, *range(6, 13), 1, 2]
    # Without interest nothing is asked for that the sum covers.
    assert projected(1000_00, replace(terms, upfront=980_00)).total_paid == 1000_00
    early = projected(1000_00, replace(terms, upfront=980_00)).points
    assert [(each.on.month, each.paid) for each in early] == [(2, 20_00), (5, 980_00)]


@pytest.mark.parametrize("accrues", [True, False])
def test_after_a_deferral_the_last_or_all_take_the_interest_too(accrues: bool) -> None:
    terms = replace(
        UNTIL_PAID,
        defer_until=date(2026, 5, 1),
        deferral=Deferral.LAST_INSTALMENT,
        interest_accrues=accrues,
    )
    last = projected(1000_00, terms, "24")
    raised = projected(1000_00, replace(terms, deferral=Deferral.RAISE_INSTALMENTS), "24")
    assert (last.left_over, raised.left_over) == (0, 0)
    *usual, rest = [each.paid for each in last.points]
    assert usual == [100_00] * len(usual)
    assert rest > 300_00
    *level, end = [each.paid for each in raised.points]
    assert level == [level[0]] * len(level)
    assert 0 <= end - level[0] < len(level) + 2
    assert [each.on for each in raised.points] == [each.on for each in last.points]


def test_without_a_rate_nothing_accrues() -> None:
    assert NONE.interest(1000, MADE, date(2027, 1, 1), MONTHLY, 1) == 0
    assert Rates(Decimal(12)).interest(1000_00, MADE, date(2026, 1, 11), MONTHLY, 11) == 3_29
