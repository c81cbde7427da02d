"""Offers compared with going on as now, and what a promise would mean before it is made."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from store.ledger import offer_queries, queries
from store.ledger.offer_views import Compared, Comparison, Weighed
from store.records import tables
from store.rules.cadence import Cadence, Unit
from store.rules.errors import BadInput
from store.rules.terms import Promised, Terms
from tests import make
from tests.make import on
from tui import verdicts

TODAY = on("06-10")
MONTHLY = Cadence(Unit.MONTH)
WAGES = {"kind": "income", "name": "Wages", "amount": "500.00", "every": "month",
         "next_on": "2026-01-15"}  # fmt: skip
CASH = {"on": "2026-06-09", "amount": "50.00"}


def offer(key: str = "o1", **said: Any) -> dict[str, Any]:
    terms = {"amount": "50.00", "every": "month", "first_due": "2026-07-10", "count": 20}
    return {
        "key": key, "debt": "card", "by": "creditor", "on": "2026-06-10",
        "terms": {**terms, **said.pop("terms", {})}, **said,
    }  # fmt: skip


Compare = Callable[..., Comparison]


@pytest.fixture
def compare(tmp_path: Path) -> Compare:
    def compare(**lists: Any) -> Comparison:
        path = tmp_path / f"{len(list(tmp_path.glob('*.db')))}.db"
        ledger = make.loaded(path, make.document(**lists))
        with ledger.reading() as session:
            found = offer_queries.compare(session, TODAY, make.debt_id(ledger))
        ledger.close()
        return found

    return compare


def weighed(found: Compared) -> Weighed:
    assert found.weighed is not None
    return found.weighed


def test_an_offer_of_24_times_230_on_5000_costs_9_69_per_cent(compare: Compare) -> None:
    terms = {"amount": "230.00", "count": 24}
    found = compare(debts=[make.debt(balance="5000.00")], offers=[offer(terms=terms)])
    (each,) = map(weighed, found.offers)
    assert (each.apr, each.monthly, each.months) == (Decimal("9.69"), 230_00, 24)
    assert (each.total_paid, each.interest, each.left_over) == (5520_00, 520_00, 0)
    assert each.above_balance == 520_00


def test_what_goes_on_now_is_what_is_agreed_and_open(compare: Compare) -> None:
    agreed = make.promise(amount="100.00", count=8)
    found = compare(agreements=[agreed], payments=[make.paid("02-01"), make.paid("03-01")])
    now = weighed(found.now)
    # April to September, of which three are overdue and count as of today.
    assert (now.total_paid, now.promised[0].due_on) == (600_00, TODAY)
    assert (now.balance, now.left_over, now.last_on) == (800_00, 200_00, on("09-01"))
    assert found.now_said == "as agreed"


def test_an_offer_saves_what_it_takes_less_than_going_on(compare: Compare) -> None:
    agreed = make.promise(amount="100.00", count=8)
    settled = offer(
        on="2026-05-20",
        terms={"amount": None, "every": None, "first_due": None, "count": None,
               "upfront": "500.00", "upfront_on": "2026-06-20", "written_off": "500.00"},
    )  # fmt: skip
    settled["terms"] = {key: value for key, value in settled["terms"].items() if value is not None}
    found = compare(agreements=[agreed], payments=[make.paid("05-25")], offers=[settled])
    (each,) = found.offers
    # Going on: 100 since the offer, 700 to come, 200 left over. The offer: 500.
    assert (each.saved, weighed(each).written_off) == (500_00, 500_00)
    assert (weighed(each).apr, weighed(each).left_over) == (None, 0)


def test_until_a_sum_settles_it_the_agreed_rate_goes_on(compare: Compare) -> None:
    agreed = make.promise(amount="100.00", count=8)
    agreed["terms"]["apr"] = "0"
    settled = offer()
    settled["terms"] = {
        "upfront": "500.00", "upfront_on": "2026-07-20", "written_off": "500.00"
    }  # fmt: skip
    found = compare(debts=[make.debt(apr="24.9")], agreements=[agreed], offers=[settled])
    assert weighed(found.offers[0]).interest == 0


def test_without_a_rate_in_it_an_offer_runs_at_the_debts_own(compare: Compare) -> None:
    found = compare(
        debts=[make.debt(apr="12")],
        offers=[offer("own"), offer("frozen", terms={"apr": "0"})],
    )
    rates = {each.offer.key: weighed(each).interest for each in found.offers if each.offer}
    assert rates["frozen"] == 0
    assert rates["own"] is not None
    assert rates["own"] > 80_00


def test_it_fits_what_is_left_after_all_other_promises(compare: Compare) -> None:
    other = make.promise(debt="loan", amount="460.00", count=11)
    budget = [WAGES]
    debts = [make.debt(), make.debt("loan")]
    found = compare(debts=debts, agreements=[other], budget=budget, offers=[offer()])
    each = weighed(found.offers[0])
    assert each.tightest is not None
    assert (each.tightest.left, each.tightest.takes, each.fits) == (40_00, 50_00, False)
    # What it takes the place of does not count against it.
    replaced = make.promise(amount="460.00", count=11)
    found = compare(debts=debts, agreements=[replaced], budget=budget, offers=[offer()])
    assert weighed(found.offers[0]).fits is True


def test_without_a_budget_nobody_knows_whether_it_fits(compare: Compare) -> None:
    each = weighed(compare(offers=[offer()]).offers[0])
    assert (each.tightest, each.fits) == (None, None)


def test_the_cash_carries_it_or_says_the_first_day_it_does_not(compare: Compare) -> None:
    each = weighed(compare(offers=[offer()], cash=[CASH]).offers[0])
    # The first 50.00 is there, the second is not.
    assert (each.is_cash_known, each.fails_on) == (True, on("08-10"))
    each = weighed(compare(offers=[offer()], cash=[CASH], budget=[WAGES]).offers[0])
    assert (each.is_cash_known, each.fails_on) == (True, None)
    each = weighed(compare(offers=[offer()]).offers[0])
    assert (each.is_cash_known, each.fails_on) == (False, None)


def test_what_is_short_before_its_first_instalment_is_not_its_failing(compare: Compare) -> None:
    loan = make.promise(debt="loan", made_on="2026-06-01")
    loan["terms"] = {"amount": "60.00", "every": "once", "first_due": "2026-06-11"}
    found = compare(
        debts=[make.debt(), make.debt("loan")],
        agreements=[loan],
        cash=[CASH],
        budget=[WAGES],
        offers=[offer()],
    )
    assert weighed(found.offers[0]).fails_on is None


def test_a_contract_that_never_ends_goes_on_for_ever(compare: Compare) -> None:
    found = compare(debts=[make.debt(apr="24", contractual_payment="20.00")], offers=[offer()])
    now = weighed(found.now)
    assert (now.never_clears, now.monthly, now.last_on) == (True, 20_00, None)
    assert (now.months, now.total_paid, now.interest, now.left_over) == (None, None, None, None)
    assert found.offers[0].saved is None
    assert found.now_said == "as the contract says"


def test_where_nothing_is_paid_all_of_it_is_left(compare: Compare) -> None:
    found = compare(offers=[offer()])
    now = weighed(found.now)
    assert (now.monthly, now.total_paid, now.left_over) == (0, 0, 1000_00)
    assert found.offers[0].saved == 0
    # Where interest runs, that never ends; while it is paused for good, it stays as it is.
    found = compare(debts=[make.debt(apr="12")], offers=[offer()])
    now = weighed(found.now)
    assert (now.never_clears, now.months, now.total_paid, now.interest) == (True, None, 0, None)
    assert found.offers[0].saved is None
    paused = make.debt(apr="12", moratoriums=[{"from": "2026-01-01"}])
    assert compare(debts=[paused], offers=[offer()]).offers[0].saved == 0


def test_an_offer_that_says_too_little_is_shown_with_why(compare: Compare) -> None:
    vague = offer()
    vague["terms"] = {"apr": "0"}
    (each,) = compare(offers=[vague]).offers
    assert each.weighed is None
    assert "amount" in each.why_not


@pytest.mark.parametrize("accrues", [True, False])
def test_what_goes_on_now_has_the_interest_that_was_agreed(compare: Compare, accrues: bool) -> None:
    agreed = make.promise(count=12)
    agreed["terms"] |= {"defer_until": "2026-08-01", "interest_accrues": accrues}
    now = weighed(compare(debts=[make.debt(apr="12")], agreements=[agreed]).now)
    assert now.projection is not None
    # From 10 June to 1 August; or, where none accrues in the deferral, from its end.
    assert now.projection.points[0].interest == (16_97 if accrues else 0)
    assert now.projection.points[1].interest > 0


def test_what_goes_on_now_costs_what_the_same_terms_would_as_an_offer(compare: Compare) -> None:
    terms = {"amount": "100.00", "every": "month", "first_due": "2026-07-12", "count": 12,
             "weekend": "following"}  # fmt: skip
    agreed = {**make.promise(made_on="2026-06-10"), "terms": terms}
    same = {**offer(), "terms": terms}
    found = compare(debts=[make.debt(apr="24")], agreements=[agreed], offers=[same])
    now, offered = weighed(found.now), weighed(found.offers[0])
    assert now.apr is not None
    assert (now.apr, now.interest, list(now.promised)) == (
        offered.apr, offered.interest, list(offered.promised),
    )  # fmt: skip


def test_an_agreed_sum_that_is_still_to_be_paid_settles_the_debt(compare: Compare) -> None:
    agreed = {**make.promise(), "terms": {
        "upfront": "400.00", "upfront_on": "2026-07-20", "written_off": "600.00",
    }}  # fmt: skip
    now = weighed(compare(debts=[make.debt(apr="24")], agreements=[agreed]).now)
    assert (now.total_paid, now.written_off, now.left_over) == (400_00, 600_00, 0)


def test_an_agreement_has_one_monthly_value(compare: Compare) -> None:
    # 500.00 over ten months, of which three are still to come: overdue ones raise nothing.
    agreed = make.promise(amount="50.00", count=8, made_on="2025-12-10")
    now = weighed(compare(agreements=[agreed]).now)
    assert now.monthly == round(400_00 / 9)


def test_what_is_waived_is_not_written_off(compare: Compare) -> None:
    given = offer(terms={"fees_waived": "30.00", "written_off": "70.00"})
    each = weighed(compare(offers=[given]).offers[0])
    assert (each.waived, each.written_off, each.left_over) == (30_00, 70_00, 0)
    unknown = compare(debts=[{"key": "card", "creditor": "bank", "name": "C"}], offers=[given])
    each = weighed(unknown.offers[0])
    assert (each.balance, each.waived, each.written_off) == (None, 30_00, 70_00)
    # A small payment on what is left after a write-off is no token payment.
    small = offer(terms={"amount": "5.00", "written_off": "950.00", "count": 10})
    assert not weighed(compare(debts=[make.debt(apr="12")], offers=[small]).offers[0]).is_token


def test_an_offer_that_clears_has_a_saving(compare: Compare) -> None:
    agreed = make.promise(amount="100.00", count=12)
    upfront = offer(terms={"upfront": "900.00", "amount": "9.00", "count": 20})
    found = compare(debts=[make.debt(apr="12")], agreements=[agreed], offers=[upfront])
    assert not weighed(found.offers[0]).never_clears
    assert found.offers[0].saved is not None


def test_the_last_instalment_may_be_larger_than_the_others(compare: Compare) -> None:
    ends = [
        weighed(compare(offers=[offer(terms=terms)]).offers[0]).ends_higher
        for terms in (
            {"last_amount": "50.41"},
            {"last_amount": "50.40"},
            {},
            {"last_amount": "60.00", "count": 2},
        )
    ]
    assert ends == [True, False, False, False]


def test_a_remainder_of_pennies_makes_no_last_instalment_odd(compare: Compare) -> None:
    deferred = {"amount": "133.33", "count": 9, "defer_until": "2026-09-01"}
    ends = [
        weighed(compare(offers=[offer(terms={**deferred, "deferral": each})]).offers[0])
        for each in ("raise instalments", "last instalment")
    ]
    assert [each.ends_higher for each in ends] == [False, True]
    assert ends[0].promised[-1].amount - ends[0].promised[0].amount == 3


def test_the_best_of_each_measure_is_known(compare: Compare) -> None:
    agreed = make.promise(amount="100.00", count=10)
    dear = offer("dear", terms={"amount": "40.00", "count": 30})
    cheap = offer("cheap", terms={"amount": "30.00", "count": 20, "written_off": "400.00"})
    found = compare(agreements=[agreed], offers=[dear, cheap])
    n = 1 + [each.offer.key for each in found.offers if each.offer].index("cheap")
    assert found.best() == {
        "monthly": [n], "months": [0], "total": [n], "interest": [0, n], "saved": [n],
    }  # fmt: skip


def test_more_offers_take_no_more_queries(tmp_path: Path) -> None:
    counts = []
    for many in (1, 12):
        offers = [offer(f"o{n}", on=f"2026-05-{n + 1:02}") for n in range(many)]
        ledger = make.loaded(
            tmp_path / f"{many}.db", make.document(offers=offers, payments=[make.paid("02-01")])
        )
        debt = make.debt_id(ledger)
        with ledger.reading() as session:
            asked: list[str] = []

            def count(*said: Any, asked: list[str] = asked) -> None:
                asked.append(said[2])

            engine = session.get_bind()
            event.listen(engine, "before_cursor_execute", count)
            found = offer_queries.compare(session, TODAY, debt)
            event.remove(engine, "before_cursor_execute", count)
        ledger.close()
        assert len(found.offers) == many
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_its_share_is_compared_with_a_fair_one(compare: Compare) -> None:
    debts = [make.debt(), make.debt("loan", balance="3000.00")]
    found = compare(debts=debts, budget=[WAGES], offers=[offer()])
    assert weighed(found.offers[0]).share == 125_00


def test_before_a_promise_it_is_said_what_it_would_mean(tmp_path: Path) -> None:
    debts = [
        make.debt(apr="12", others_liable="Sam"),
        make.debt("tax", priority=True),
    ]
    ledger = make.loaded(tmp_path / "ledger.db", make.document(debts=debts))

    def weigh(**said: Any) -> Weighed:
        terms = Terms(cadence=MONTHLY, first_due=on("07-10"), **said)
        with ledger.reading() as session:
            return offer_queries.weigh_terms(session, TODAY, make.debt_id(ledger), terms, TODAY)

    token = weigh(amount=11_00, count=12)
    assert (token.is_token, token.never_clears, token.uncovered) == (True, False, ["Tax"])
    assert token.others_liable == "Sam"
    assert weigh(amount=10_00, count=12).never_clears
    short = weigh(amount=50_00, count=12)
    assert short.left_over
    assert not short.is_token
    with pytest.raises(BadInput, match="never end"):
        weigh(amount=10_00)
    ledger.close()


def test_an_instalment_is_weighed_with_all_that_is_agreed_on_its_debt(tmp_path: Path) -> None:
    ledger = make.loaded(
        tmp_path / "ledger.db",
        make.document(
            agreements=[make.promise(count=8)],
            payments=[make.paid(f"{month:02}-01") for month in range(2, 7)],
            budget=[WAGES],
            cash=[CASH],
        ),
    )
    debt_id = make.debt_id(ledger)

    def weigh(day: str, amount: int, in_place_of: int | None = None) -> Weighed:
        with ledger.reading() as session:
            return offer_queries.weigh_instalment(
                session, TODAY, debt_id, Promised(on(day), amount), in_place_of=in_place_of
            )

    with ledger.reading() as session:
        lines = queries.promises(session, TODAY)
        july = next(each.instalment_id for each in lines if each.due_on == on("07-01"))
    # Another one beside the 100.00 that July asks for already.
    more = weigh("07-20", 400_00)
    assert (more.fits, more.fails_on) == (True, None)
    assert more.tightest is not None
    assert (more.tightest.takes, more.tightest.left) == (500_00, 500_00)
    assert weigh("07-20", 400_01).fits is False
    # In its place: what it was counts no more.
    assert weigh("07-01", 500_00, july).fits is True
    assert weigh("07-01", 550_01, july).fails_on == on("07-01")
    # What is left over of 500.00 by July, August, September, and this one.
    assert [more.left_over, more.above_balance] == [0, 200_00]
    assert weigh("07-01", 90_00, july).left_over == 210_00
    assert weigh("06-01", 60_00).fails_on == TODAY
    ledger.close()


def test_what_goes_on_beside_is_no_less_for_what_is_corrected(tmp_path: Path) -> None:
    beside = make.promise("a2", amount="300.00", made_on="2026-01-11")
    document = make.document(agreements=[make.promise(count=12), beside], budget=[WAGES])
    ledger = make.loaded(tmp_path / "ledger.db", document)
    terms = Terms(amount=250_00, cadence=MONTHLY, first_due=on("07-10"), count=4)
    with ledger.reading() as session:
        made = session.exec(select(tables.Agreement)).all()
        ids = {each.key: each.id or 0 for each in made}

        def weigh(*without: str) -> int:
            found = offer_queries.weigh_terms(
                session,
                TODAY,
                make.debt_id(ledger),
                terms,
                TODAY,
                without=[ids[key] for key in without],
            )
            assert found.tightest is not None
            return found.tightest.left

        assert [weigh(), weigh("a1"), weigh("a1", "a2")] == [100_00, 200_00, 500_00]
    ledger.close()


def test_a_priority_debt_of_the_same_name_is_uncovered_all_the_same(compare: Compare) -> None:
    others = [
        make.debt("card", priority=True),
        make.debt("other", name="Card", priority=True),
    ]
    (found,) = compare(debts=others, offers=[offer()]).offers
    assert weighed(found).uncovered == ["Card"]


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ({"defer_until": "2030-01-01", "deferral": "last instalment", "count": 2}, "defer"),
        ({"count": None, "until": "2026-07-01"}, "before the first due date"),
    ],
)
def test_an_offer_that_cannot_be_says_why_beside_the_others(
    compare: Compare, terms: dict[str, Any], why: str
) -> None:
    # It was entered before: now it would be refused.
    entered = "2026-06-09T10:00:00+00:00"
    odd = offer("odd", on="2026-06-09", terms=terms, recorded_at=entered)
    odd["terms"] = {key: value for key, value in odd["terms"].items() if value is not None}
    found = {each.offer.key: each for each in compare(offers=[offer(), odd]).offers if each.offer}
    assert found["odd"].weighed is None
    assert why in found["odd"].why_not
    assert weighed(found["o1"]).total_paid == 1000_00


def test_while_something_goes_out_on_no_known_day_the_cash_surely_carries_nothing(
    compare: Compare,
) -> None:
    rent = {"kind": "essential", "name": "Rent", "amount": "900.00", "every": "month"}
    cash = [{"on": "2026-06-09", "amount": "9000.00"}]
    (found,) = map(weighed, compare(offers=[offer()], cash=cash, budget=[WAGES, rent]).offers)
    assert (found.fails_on, found.missing) == (None, ["Rent"])
    said = verdicts.before_promising(found, "GBP", "en_GB")
    assert any("Whether the cash carries it is not known" in each for each in said)
    assert not any("carries it, as far" in each for each in said)


def test_an_offer_that_leaves_nothing_for_the_rent_after_it_is_not_carried(
    compare: Compare,
) -> None:
    wages = {**WAGES, "amount": "1650.00", "next_on": "2026-06-12"}
    rent = {"kind": "essential", "name": "Rent", "amount": "650.00", "every": "month",
            "next_on": "2026-06-16"}  # fmt: skip
    once = offer(terms={"amount": "1500.00", "every": "once", "first_due": "2026-06-13"})
    del once["terms"]["count"]
    (found,) = map(weighed, compare(cash=[CASH], budget=[wages, rent], offers=[once]).offers)
    assert (found.fails_on, found.is_short_anyway) == (on("06-16"), False)
    said = verdicts.before_promising(found, "GBP", "en_GB")
    assert "! The cash does not carry it on 16 June 2026." in said


def test_what_is_short_anyway_is_said_differently(compare: Compare) -> None:
    rent = {"kind": "essential", "name": "Rent", "amount": "60.00", "every": "month",
            "next_on": "2026-06-12"}  # fmt: skip
    small = offer(terms={"amount": "10.00"})
    (found,) = map(weighed, compare(cash=[CASH], budget=[rent], offers=[small]).offers)
    assert (found.fails_on, found.is_short_anyway) == (on("07-10"), True)
    said = verdicts.before_promising(found, "GBP", "en_GB")
    assert any("it is short then without it too" in each for each in said)
    # Where each instalment finds its money, only other days are short, and it makes none of them.
    wages = {**WAGES, "amount": "100.00", "next_on": "2026-07-09"}
    bill = {**rent, "amount": "200.00", "next_on": "2026-07-20", "every": "once"}
    found = weighed(compare(cash=[CASH], budget=[wages, bill], offers=[small]).offers[0])
    assert (found.fails_on, found.is_short_anyway) == (None, True)
    said = verdicts.before_promising(found, "GBP", "en_GB")
    assert not any("carries it" in each for each in said)
    assert any("some are short without it too" in each for each in said)


def test_it_fits_by_what_it_takes_while_it_is_paid_and_not_over_its_deferral(
    compare: Compare,
) -> None:
    late = {"first_due": "2026-09-01", "count": 12}
    found = compare(
        debts=[make.debt(balance="9000.00")],
        budget=[WAGES],
        offers=[offer("much", terms={**late, "amount": "550.00"}),
                offer("enough", terms={**late, "amount": "50.00"})],
    )  # fmt: skip
    offers = {each.offer.key: weighed(each) for each in found.offers if each.offer}
    much, enough = offers["much"], offers["enough"]
    # Over the fourteen months to August it comes to less than is left.
    assert (much.monthly, much.fits, enough.fits) == (471_43, False, True)
    said = verdicts.before_promising(much, "GBP", "en_GB")
    assert any("£550.00 in September 2026, and £500.00 a month is left" in each for each in said)
    assert (
        "✓ It fits: £450.00 a month stays while it is paid, after all promises."
        in verdicts.before_promising(enough, "GBP", "en_GB")
    )


def test_the_budget_of_the_months_in_which_it_is_paid_counts(compare: Compare) -> None:
    food = {"kind": "essential", "name": "Food", "amount": "300.00", "every": "month",
            "next_on": "2026-01-20", "ends_on": "2026-12-31"}  # fmt: skip
    dearer = {**food, "amount": "460.00", "starts_on": "2027-01-01"}
    del dearer["ends_on"]
    budget = [WAGES, food, dearer]
    found = weighed(compare(budget=budget, offers=[offer()]).offers[0])
    assert found.tightest is not None
    assert (found.tightest.on, found.tightest.left, found.fits) == (on("2027-01-10"), 40_00, False)
    soon = offer(terms={"count": 5})
    assert weighed(compare(budget=budget, offers=[soon]).offers[0]).fits is True


def test_another_promise_counts_until_its_last_instalment(compare: Compare) -> None:
    debts = [make.debt(), make.debt("loan")]
    loan = make.promise(debt="loan", amount="460.00", made_on="2026-06-05")
    loan["terms"] |= {"first_due": "2026-07-01", "count": 2}
    after = offer(terms={"first_due": "2026-09-10"})
    said: dict[str, Any] = {"debts": debts, "budget": [WAGES], "offers": [after]}
    assert weighed(compare(agreements=[loan], **said).offers[0]).fits is True
    # Of what is behind nobody knows how long it still takes.
    loan = make.promise(debt="loan", amount="460.00")
    assert weighed(compare(agreements=[loan], **said).offers[0]).fits is False


@pytest.mark.parametrize("every", ["week", "[4] weeks", "month"])
def test_a_fifth_week_in_a_month_does_not_make_it_unaffordable(
    compare: Compare, every: str
) -> None:
    every = every.replace("[4]", "4")
    wages = {**WAGES, "amount": "52.00", "every": every, "next_on": "2026-06-12"}
    weekly = offer(terms={"amount": "52.00", "every": every, "first_due": "2026-06-13"})
    assert weighed(compare(budget=[wages], offers=[weekly]).offers[0]).fits is True
    weekly["terms"]["amount"] = "52.50"
    assert weighed(compare(budget=[wages], offers=[weekly]).offers[0]).fits is False


def test_what_was_written_off_is_the_same_in_the_offer_and_once_it_is_agreed(
    compare: Compare,
) -> None:
    terms = {"amount": "30.00", "every": "month", "first_due": "2026-07-10", "count": 20,
             "written_off": "350.00", "fees_waived": "50.00"}  # fmt: skip
    agreed = {**make.promise(made_on="2026-06-10"), "terms": terms}
    same = {**offer(), "terms": terms}
    found = compare(debts=[make.debt(apr="2")], agreements=[agreed], offers=[same])
    now, offered = weighed(found.now), weighed(found.offers[0])
    assert now.written_off == 350_00
    for name in ("written_off", "waived", "interest", "left_over", "total_paid", "months"):
        assert getattr(now, name) == getattr(offered, name), name


def test_what_was_written_off_comes_off_only_once(compare: Compare) -> None:
    agreed = make.promise()
    agreed["terms"]["written_off"] = "600.00"

    def found(**said: Any) -> tuple[int, int | None]:
        now = weighed(compare(agreements=[agreed], **said).now)
        return now.written_off, now.left_over

    # 400 are agreed on 1000: the rest is written off in the end.
    assert found() == (600_00, 0)
    charge = {"debt": "card", "on": "2026-01-11", "kind": "waiver", "amount": "600.00"}
    assert found(charges=[charge]) == (0, 0)
    # A later letter may have it or not: what is left over says it.
    letter = {"debt": "card", "on": "2026-06-01", "amount": "400.00"}
    assert found(balances=[letter]) == (0, 0)
    assert found(balances=[{**letter, "amount": "1000.00"}]) == (600_00, 0)
    assert found(balances=[{**letter, "amount": "1100.00"}]) == (600_00, 100_00)


def test_monthly_instalments_take_as_many_months_as_there_are_of_them(compare: Compare) -> None:
    for first_due in ("2026-06-12", "2026-07-10"):
        each = weighed(compare(offers=[offer(terms={"first_due": first_due})]).offers[0])
        assert each.months == len(each.promised) == 20


def test_what_does_not_clear_the_debt_is_best_in_nothing(compare: Compare) -> None:
    agreed = make.promise(amount="100.00", count=10)
    short = offer("short", terms={"amount": "5.00", "count": 2})
    clears = offer("clears", terms={"amount": "95.00", "count": 11, "last_amount": "50.00"})
    found = compare(agreements=[agreed], offers=[short, clears])
    n = 1 + [each.offer.key for each in found.offers if each.offer].index("clears")
    # Ten months go on as now; what both come to is the same.
    best = {measure: list(lines) for measure, lines in found.best().items()}
    assert best == {"monthly": [n], "months": [0], "total": [], "interest": [], "saved": []}


def test_what_differs_by_rounding_is_alike(compare: Compare) -> None:
    even = offer("even", terms={"amount": "50.00", "count": 20})
    odd = offer("odd", terms={"amount": "50.01", "count": 20, "last_amount": "49.81"})
    assert not any(compare(offers=[even, odd]).best().values())


def test_where_nothing_is_paid_there_is_no_number_of_months(compare: Compare) -> None:
    now = weighed(compare(offers=[offer()], budget=[WAGES], cash=[CASH]).now)
    assert (now.is_nothing, now.months, now.fits, now.fails_on) == (True, None, None, None)
