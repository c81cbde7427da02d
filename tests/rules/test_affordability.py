"""Surplus, shares and verdict: published and worked examples, and what always holds."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.rules import affordability
from store.rules.affordability import (
    Concern,
    Covered,
    Kind,
    Owing,
    Strategy,
    payoff,
    shares,
    surplus,
    verdict,
)
from store.rules.cadence import monthly_factor, parse

PUBLISHED = [Owing(1, 500_00), Owing(2, 1000_00), Owing(3, 233_00), Owing(4, 200_00)]


def owing(balances: list[int]) -> list[Owing]:
    return [
        Owing(n, each, contractual=each // 40, apr=Decimal(n * 7 % 30))
        for n, each in enumerate(balances)
    ]


DEBTS = st.lists(st.integers(1, 10**6), min_size=1, max_size=6).map(owing)


def test_the_steps_of_a_surplus_add_up() -> None:
    def line(kind: Kind, amount: int, every: str) -> tuple[Kind, Fraction]:
        return kind, amount * monthly_factor(parse(every))

    found = surplus(
        [
            line(Kind.INCOME, 1480_00, "month"),
            line(Kind.INCOME, 104_20, "4 weeks"),
            line(Kind.ESSENTIAL, 82_00, "week"),
            line(Kind.SAVING, 120_00, "year"),
        ],
        [Fraction(41_24)],
    )
    assert (found.income, found.essentials, found.saving) == (1592_88, 355_33, 10_00)
    assert found.available == 1227_55
    assert found.surplus == 1186_31


def test_the_published_shares() -> None:
    assert list(shares(Strategy.PRO_RATA, 100_00, PUBLISHED).values()) == [
        25_87, 51_73, 12_05, 10_35,
    ]  # fmt: skip


def test_by_contract_goes_by_what_the_contracts_ask() -> None:
    debts = [Owing(1, 500_00, 30_00), Owing(2, 500_00, 60_00), Owing(3, 500_00)]
    assert shares(Strategy.CONTRACTUAL, 30_00, debts) == {1: 10_00, 2: 20_00, 3: 0}


def test_avalanche_and_snowball_pay_the_contracts_and_put_the_rest_on_one() -> None:
    debts = [
        Owing(1, 500_00, 20_00, Decimal("24.9")),
        Owing(2, 90_00, 10_00, Decimal("5")),
        Owing(3, 900_00, 30_00, Decimal("39.9")),
    ]
    assert shares(Strategy.AVALANCHE, 160_00, debts) == {1: 20_00, 2: 10_00, 3: 130_00}
    # The smallest takes no more than it is, what is left goes to the next.
    assert shares(Strategy.SNOWBALL, 160_00, debts) == {1: 40_00, 2: 90_00, 3: 30_00}
    # Less than the contracts ask is shared by them.
    assert shares(Strategy.SNOWBALL, 30_00, debts) == {1: 10_00, 2: 5_00, 3: 15_00}


@given(st.sampled_from(Strategy), st.integers(-5, 2 * 10**6), DEBTS)
def test_shares_sum_to_the_surplus_and_none_is_above_its_balance(
    strategy: Strategy, amount: int, debts: list[Owing]
) -> None:
    found = shares(strategy, amount, debts)
    assert all(0 <= found[each.debt_id] <= each.balance for each in debts)
    takers = [each for each in debts if strategy is not Strategy.CONTRACTUAL or each.contractual]
    assert sum(found.values()) == max(0, min(amount, sum(each.balance for each in takers)))


@given(st.integers(0, 10**9), st.lists(st.integers(1, 10**6), min_size=1, max_size=9))
def test_the_largest_remainder_moves_no_part_by_a_whole_unit(
    total: int, weights: list[int]
) -> None:
    parts = affordability.largest_remainder(total, weights)
    assert sum(parts) == total
    assert all(
        abs(part * sum(weights) - total * weight) < sum(weights)
        for part, weight in zip(parts, weights, strict=True)
    )


@given(st.sampled_from(Strategy), st.integers(1, 10**6), DEBTS)
def test_a_payoff_pays_the_balance_and_its_interest(
    strategy: Strategy, amount: int, debts: list[Owing]
) -> None:
    for debt, found in zip(debts, payoff(strategy, amount, debts), strict=True):
        assert found.total == debt.balance + found.interest - found.balances[-1]
        assert (found.months is None) == (found.balances[-1] > 0)
        if found.months is not None:
            assert len(found.balances) == found.months + 1


def test_a_share_that_is_set_free_goes_to_the_others() -> None:
    debts = [Owing(1, 100_00, 50_00), Owing(2, 300_00, 50_00)]
    assert [each.months for each in payoff(Strategy.SNOWBALL, 100_00, debts)] == [2, 4]


def test_what_does_not_cover_the_interest_is_never_cleared() -> None:
    (found,) = payoff(Strategy.PRO_RATA, 10_00, [Owing(1, 1000_00, apr=Decimal(12))])
    assert found.months is None


def test_a_debt_that_is_overtaken_may_be_cleared_after_all() -> None:
    # At first nothing shrinks: the smaller one, which takes it all, grows past the other.
    debts = [Owing(1, 1000_00, apr=Decimal(60)), Owing(2, 1100_00, apr=Decimal(1))]
    dear, cheap = payoff(Strategy.SNOWBALL, 40_00, debts)
    assert dear.months is None
    assert cheap.months is not None
    # Of two at one rate, too, the one that grows less comes to be the smaller.
    debts = [Owing(1, 5000_00, 0, Decimal(12)), Owing(2, 5100_00, 50_00, Decimal(12))]
    first, second = payoff(Strategy.AVALANCHE, 90_00, debts)
    assert (first.months, second.months is None) == (None, False)


@given(st.sampled_from(Strategy), st.integers(1, 10**5), DEBTS)
def test_a_payoff_that_stops_early_would_never_have_ended(
    strategy: Strategy, amount: int, debts: list[Owing]
) -> None:
    for found in payoff(strategy, amount, debts):
        if found.months is None and len(found.balances) <= affordability.MOST_MONTHS:
            # From where it stopped, whatever it gets, it grows.
            debt = next(each for each in debts if each.debt_id == found.debt_id)
            (more,) = payoff(
                Strategy.PRO_RATA, amount, [Owing(0, found.balances[-1], apr=debt.apr)]
            )
            assert more.months is None


def test_a_rate_that_is_paused_comes_back() -> None:
    paused = Owing(1, 5000_00, apr=Decimal(0), later=(Decimal(0), Decimal(24)))
    (found,) = payoff(Strategy.PRO_RATA, 100_00, [paused])
    assert found.balances[:4] == [5000_00, 4900_00, 4800_00, 4796_00]
    assert found.months is not None
    assert found.months > 60
    # A month in which nothing shrinks is not the end where a lower rate is to come.
    relieved = Owing(1, 5000_00, apr=Decimal(24), later=(Decimal(24), Decimal(0)))
    (found,) = payoff(Strategy.PRO_RATA, 100_00, [relieved])
    assert found.months == 52


FINE = Covered("Card", priority=False, is_covered=False, in_court=False)


@pytest.mark.parametrize(
    ("debt", "amount", "months", "concern", "shows"),
    [
        (Covered("Tax", True, False, False), 100, 12, Concern.PRIORITY_UNCOVERED, False),
        (Covered("Card", False, False, True), 100, 12, Concern.COURT, True),
        (FINE, 0, 12, Concern.NOTHING_LEFT, False),
        (FINE, 100, 61, Concern.TOO_LONG, True),
        (FINE, 100, None, Concern.TOO_LONG, True),
    ],
)
def test_the_verdict_comes_before_the_shares(
    debt: Covered, amount: int, months: int | None, concern: Concern, shows: bool
) -> None:
    found = verdict([debt], amount, months, Strategy.PRO_RATA)
    assert (list(found.concerns), found.shows_shares) == ([concern], shows)
    assert found.wants_advice is (concern is not Concern.PRIORITY_UNCOVERED)


def test_a_plan_of_sixty_months_with_all_covered_needs_no_word() -> None:
    found = verdict([FINE, Covered("Tax", True, True, False)], 1, 60, Strategy.PRO_RATA)
    assert not found.concerns


def test_by_contract_it_is_said_who_is_left_out() -> None:
    unknown = Covered("Card", False, False, False, lacks_contract=True)
    found = verdict([unknown], 100, None, Strategy.CONTRACTUAL)
    assert found.concerns == {Concern.NO_CONTRACT: ("Card",), Concern.TOO_LONG: ()}
    assert found.wants_advice
    assert not verdict([unknown], 100, 12, Strategy.PRO_RATA).concerns
    assert list(verdict([unknown], 0, None, Strategy.CONTRACTUAL).concerns) == [
        Concern.NOTHING_LEFT
    ]


def test_the_most_pressing_comes_before_what_a_strategy_lacks() -> None:
    court = Covered("Card", False, False, True, in_arrears=True, lacks_contract=True)
    assert verdict([court], 100, None, Strategy.CONTRACTUAL).first is Concern.COURT
    behind = Covered("Card", False, False, False, in_arrears=True, lacks_contract=True)
    assert verdict([behind], 100, None, Strategy.CONTRACTUAL).first is Concern.TOO_LONG
    assert verdict([behind], 100, 12, Strategy.SNOWBALL).first is Concern.IN_ARREARS
    assert verdict([FINE], 100, 12, Strategy.SNOWBALL).first is None


def test_of_an_amount_that_nobody_knows_nothing_is_said() -> None:
    court = Covered("Card", False, False, True, lacks_contract=True)
    assert list(verdict([FINE, court], None, None, Strategy.CONTRACTUAL).concerns) == [
        Concern.COURT
    ]


def test_avalanche_and_snowball_are_for_when_nothing_is_in_arrears() -> None:
    behind = Covered("Card", False, False, False, in_arrears=True)
    assert not verdict([behind], 100, 12, Strategy.CONTRACTUAL).concerns
    assert verdict([behind], 100, 12, Strategy.SNOWBALL).concerns == {Concern.IN_ARREARS: ("Card",)}


def test_what_a_month_takes_is_that_of_a_usual_month() -> None:
    weekly = Fraction(52, 12)
    assert affordability.month_takes([10_00] * 4, weekly) == 40_00
    assert affordability.month_takes([10_00] * 5, weekly) == 43_33
    assert affordability.month_takes([50_00], Fraction(1, 3)) == 50_00
    # A weekend moved one over from the month before; the last one is larger.
    assert affordability.month_takes([50_00, 80_00], Fraction(1)) == 80_00
    assert affordability.month_takes([], weekly) == 0
