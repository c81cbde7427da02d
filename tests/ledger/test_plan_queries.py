"""The plan: surplus, shares, and what comes before them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store.ledger import offer_queries, plan_queries
from store.ledger.plan_views import Plan, Stress
from store.rules.affordability import Concern, Strategy
from store.rules.errors import BadInput
from tests import make
from tests.make import on

TODAY = on("06-10")
Planned = Callable[..., Plan]

INCOME = {"kind": "income", "name": "Wages", "amount": "1000.00", "every": "month",
          "next_on": "2026-01-15"}  # fmt: skip
RENT = {"kind": "essential", "name": "Rent", "amount": "600.00", "every": "month",
        "next_on": "2026-01-12"}  # fmt: skip


@pytest.fixture
def planned(tmp_path: Path) -> Planned:
    def planned(
        document: dict[str, Any],
        *,
        budget: Any = (INCOME, RENT),
        path: str = "ledger.db",
        **asked: Any,
    ) -> Plan:
        ledger = make.loaded(tmp_path / path, {**document, "budget": list(budget)})
        with ledger.reading() as session:
            found = plan_queries.plan(session, TODAY, "GBP", **asked)
        ledger.close()
        return found

    return planned


def test_the_published_shares(planned: Planned) -> None:
    balances = {"one": "500.00", "two": "1000.00", "three": "233.00", "four": "200.00"}
    debts = [make.debt(name, balance=each) for name, each in balances.items()]
    found = planned(make.document(debts=debts), surplus=100_00)
    assert [(each.key, each.shares[Strategy.PRO_RATA]) for each in found.debts] == [
        ("one", 25_87), ("two", 51_73), ("three", 12_05), ("four", 10_35),
    ]  # fmt: skip
    assert found.is_given
    assert not found.verdicts[Strategy.PRO_RATA].concerns


def test_what_is_agreed_on_priority_debts_comes_off_first(planned: Planned) -> None:
    tax = make.debt("tax", priority=True)
    agreed = make.promise(debt="tax", amount="50.00", count=11)
    found = planned(make.document(debts=[make.debt(), tax], agreements=[agreed]))
    assert found.surplus.available == 400_00
    # 550.00 over the eleven months from January to December.
    assert (found.surplus.priority, found.amount) == (50_00, 350_00)
    assert [each.key for each in found.debts] == ["card"]
    assert [(each.name, each.monthly) for each in found.priority] == [("Tax", 50_00)]


def test_no_share_is_shown_before_priority_debts_are_covered(planned: Planned) -> None:
    document = make.document(debts=[make.debt(), make.debt("tax", priority=True)])
    found = planned(document)
    assert not found.shows_shares(Strategy.PRO_RATA)
    assert found.verdicts[Strategy.PRO_RATA].concerns == {
        Concern.PRIORITY_UNCOVERED: ("Bank (Tax)",)
    }


def test_a_saving_with_its_name_is_a_reserve_for_a_priority_debt(planned: Planned) -> None:
    saving = {**RENT, "kind": "saving", "name": "Put by for tax", "amount": "20.00"}
    document = make.document(debts=[make.debt(), make.debt("tax", priority=True)])
    found = planned(document, budget=[INCOME, RENT, saving])
    assert found.shows_shares(Strategy.PRO_RATA)
    assert found.priority[0].reserve == "Put by for tax"


def test_a_name_within_another_word_is_no_reserve(planned: Planned) -> None:
    saving = {**RENT, "kind": "saving", "name": "Scarf and Carpet fund", "amount": "20.00"}
    document = make.document(debts=[make.debt("car", priority=True)])
    assert planned(document, budget=[INCOME, RENT, saving]).priority[0].reserve is None


def test_a_priority_debt_that_was_overpaid_stops_no_share(planned: Planned) -> None:
    tax = make.debt("tax", priority=True, balance="-5.00")
    found = planned(make.document(debts=[make.debt(), tax]))
    assert found.priority == ()
    assert found.shows_shares(Strategy.PRO_RATA)


def test_an_agreement_that_a_moratorium_suspends_is_in_force(planned: Planned) -> None:
    held = {"from": "2026-06-01", "to": "2026-12-31"}
    tax = make.debt("tax", priority=True, moratoriums=[held])
    agreed = make.promise(
        debt="tax", made_on="2026-06-02", amount="50.00",
        terms={"amount": "50.00", "every": "month", "first_due": "2026-06-15", "count": 6},
    )  # fmt: skip
    found = planned(make.document(debts=[make.debt(), tax], agreements=[agreed]))
    assert (found.surplus.priority, found.priority[0].monthly) == (60_00, 60_00)
    assert found.shows_shares(Strategy.PRO_RATA)
    agreed["terms"] |= {"first_due": "2026-06-03", "count": 1}
    document = make.document(debts=[make.debt(), tax], agreements=[agreed])
    assert planned(document, path="past.db").priority[0].monthly is None


@pytest.mark.parametrize("stage", ["claim", "judgment", "enforcement"])
def test_a_debt_in_court_asks_for_advice(planned: Planned, stage: str) -> None:
    found = planned(make.document(debts=[make.debt(stage=stage)]))
    assert Concern.COURT in found.verdicts[Strategy.PRO_RATA].concerns
    assert found.country is not None
    assert found.country.code == "GB"


def test_with_nothing_left_there_is_no_plan(planned: Planned) -> None:
    found = planned(make.document(), budget=[RENT])
    assert found.amount == -600_00
    assert found.verdicts[Strategy.PRO_RATA].wants_advice
    assert not found.shows_shares(Strategy.PRO_RATA)


def test_a_plan_beyond_sixty_months_asks_for_advice(planned: Planned) -> None:
    assert not planned(make.document(), surplus=17_00).verdicts[Strategy.PRO_RATA].concerns
    found = planned(make.document(), surplus=16_00)
    assert list(found.verdicts[Strategy.PRO_RATA].concerns) == [Concern.TOO_LONG]


def test_what_is_closed_or_paid_or_unknown_takes_no_share(planned: Planned) -> None:
    debts = [
        make.debt(),
        make.debt("closed", closed_on="2026-06-01"),
        make.debt("paid", balance="0.00"),
        {"key": "new", "creditor": "bank", "name": "New"},
    ]
    found = planned(make.document(debts=debts))
    assert [each.key for each in found.debts] == ["card"]
    assert found.unknown == ("New",)


def test_beside_each_share_stands_what_is_paid_now(planned: Planned) -> None:
    agreed = make.promise(amount="100.00", count=8)
    found = planned(make.document(agreements=[agreed]))
    (card,) = found.debts
    # 800.00 over the eight months from January to September.
    assert (card.now, found.promised) == (100_00, 100_00)
    assert card.going_on is not None
    assert (card.going_on.last_on, card.going_on.left_over) == (on("09-01"), 200_00)
    assert (found.months_now, found.interest_now) == (None, None)
    assert card.payoffs[Strategy.PRO_RATA].months == 3


def test_the_rate_is_the_one_agreed_while_it_is_kept(planned: Planned) -> None:
    agreed = make.promise(count=8)
    agreed["terms"]["apr"] = "0"
    found = planned(make.document(debts=[make.debt(apr="24.9")], agreements=[agreed]))
    assert found.debts[0].apr == 0


def test_a_pause_or_a_freeze_that_soon_ends_is_no_zero_rate_for_ever(planned: Planned) -> None:
    pauses = [{"from": "2026-05-20", "to": "2026-06-30"}]
    debt = make.debt(apr="120", moratoriums=pauses)
    found = planned(make.document(debts=[debt]), surplus=90_00)
    assert found.debts[0].apr == 0
    assert found.months[Strategy.PRO_RATA] is None
    assert Concern.TOO_LONG in found.verdicts[Strategy.PRO_RATA].concerns


def test_a_frozen_rate_that_ends_comes_back_in_the_payoff(planned: Planned) -> None:
    agreed = make.promise(count=8)
    agreed["terms"] |= {"apr": "0", "apr_until": "2026-07-09"}
    found = planned(make.document(debts=[make.debt(apr="24")], agreements=[agreed]), surplus=100_00)
    payoff = found.debts[0].payoffs[Strategy.PRO_RATA]
    # A month without interest, then 2 % of what is owed each month.
    assert payoff.balances[:3] == [1000_00, 900_00, 818_00]


def test_by_contract_a_debt_without_a_contract_is_never_paid(planned: Planned) -> None:
    found = planned(make.document(), surplus=100_00)
    assert found.debts[0].shares[Strategy.CONTRACTUAL] == 0
    assert found.months[Strategy.CONTRACTUAL] is None
    assert list(found.verdicts[Strategy.CONTRACTUAL].concerns) == [
        Concern.NO_CONTRACT,
        Concern.TOO_LONG,
    ]
    assert found.interest(Strategy.CONTRACTUAL) is None
    assert found.interest(Strategy.PRO_RATA) == 0


def test_stress_lowers_the_income_and_adds_a_bill(planned: Planned) -> None:
    document = make.document(cash=[{"on": "2026-06-09", "amount": "700.00"}])
    assert planned(document).stressed.short_on is None
    poorer = planned(document, stress=Stress(cut=50)).stressed
    assert (poorer.surplus, poorer.is_cash_known) == (-100_00, True)
    # 700 − 600 + 500 − 600 … falls by 100 a month.
    assert (poorer.short_on, poorer.gap) == (on("08-12"), 100_00)
    billed = planned(document, stress=Stress(bill=150_00, bill_on=on("06-13"))).stressed
    assert (billed.short_on, billed.gap) == (on("06-13"), 50_00)


def test_without_fresh_cash_stress_says_nothing_of_the_day(planned: Planned) -> None:
    document = make.document(cash=[{"on": "2026-05-26", "amount": "1.00"}])
    found = planned(document, stress=Stress(cut=10)).stressed
    assert (found.is_cash_known, found.short_on, found.surplus) == (False, None, 300_00)


def test_a_currency_that_nothing_is_in_is_refused(tmp_path: Path) -> None:
    ledger = make.loaded(tmp_path / "ledger.db", make.document())
    with ledger.reading() as session:
        assert plan_queries.currency_of(session, None, "EUR") == "GBP"
        assert plan_queries.currency_of(session, "gbp", "EUR") == "GBP"
        with pytest.raises(BadInput, match="Nothing here is in USD; there is GBP"):
            plan_queries.currency_of(session, "USD", "EUR")


def test_collectors_and_banks_with_my_account_are_named(planned: Planned) -> None:
    document = make.document()
    document["creditors"][0] |= {"kind": "collector", "my_account_here": True}
    found = planned(document)
    assert found.has_collector
    assert found.account_at == ("Bank",)


def test_what_goes_on_is_projected_as_in_the_comparison_of_offers(tmp_path: Path) -> None:
    agreed = make.promise(amount="45.00", count=12)
    agreed["terms"]["written_off"] = "300.00"
    document = make.document(debts=[make.debt(apr="6")], agreements=[agreed])
    ledger = make.loaded(tmp_path / "ledger.db", document)
    with ledger.reading() as session:
        (card,) = plan_queries.plan(session, TODAY, "GBP").debts
        now = offer_queries.compare(session, TODAY, make.debt_id(ledger)).now.weighed
    ledger.close()
    assert now is not None
    assert card.going_on == now.projection
    assert (card.now, card.is_cleared) == (now.monthly, False)


def test_payments_by_contract_may_leave_avalanche_and_snowball_nothing_to_decide(
    planned: Planned,
) -> None:
    debts = [make.debt(contractual_payment="60.00"),
             make.debt("loan", apr="20", contractual_payment="40.00")]  # fmt: skip
    document = make.document(debts=debts)
    tight = planned(document, surplus=100_00)
    assert tight.contracts_take_all
    assert [each.shares[Strategy.AVALANCHE] for each in tight.debts] == [
        each.shares[Strategy.SNOWBALL] for each in tight.debts
    ]
    assert not planned(document, path="more.db", surplus=101_00).contracts_take_all
    assert not planned(make.document(), path="none.db", surplus=101_00).contracts_take_all


def test_months_and_interest_as_agreed_are_those_of_the_schedules(planned: Planned) -> None:
    agreed = make.promise(amount="100.00", count=10, made_on="2026-06-05")
    agreed["terms"]["first_due"] = "2026-06-20"
    found = planned(make.document(agreements=[agreed]))
    assert (found.months_now, found.interest_now) == (10, 0)
