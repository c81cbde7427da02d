"""Terms: the instalments they promise, and the words that say so."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.rules.cadence import ONCE, Cadence, parse
from store.rules.errors import BadInput
from store.rules.terms import (
    Deferral,
    PaidBy,
    Promised,
    Terms,
    schedule,
    sentences,
    with_interest_of,
)
from store.rules.workdays import WeekendRule

MADE_ON = date(2026, 1, 14)
MONTHLY = Terms(amount=50_00, cadence=parse("month"), first_due=date(2026, 2, 1), count=6)
CADENCES = st.sampled_from([parse("week"), parse("4 weeks"), parse("month"), parse("quarter")])


def due(terms: Terms, balance: int | None = None) -> list[tuple[str, int]]:
    return [(each.due_on.isoformat(), each.amount) for each in schedule(terms, MADE_ON, balance)]


def months(terms: Terms, balance: int | None = None) -> list[tuple[int, int]]:
    return [(each.due_on.month, each.amount) for each in schedule(terms, MADE_ON, balance)]


def total(terms: Terms, balance: int | None = None) -> int:
    return sum(each.amount for each in schedule(terms, MADE_ON, balance))


def refusal(terms: Terms, balance: int | None = None) -> BadInput:
    with pytest.raises(BadInput) as caught:
        schedule(terms, MADE_ON, balance)
    return caught.value


def test_regular_instalments_are_equal_but_for_the_last() -> None:
    assert due(replace(MONTHLY, count=3, last_amount=40_00)) == [
        ("2026-02-01", 50_00),
        ("2026-03-01", 50_00),
        ("2026-04-01", 40_00),
    ]


def test_until_ends_the_instalments() -> None:
    assert len(due(replace(MONTHLY, count=None, until=date(2026, 5, 1)))) == 4


def test_once_is_one_instalment() -> None:
    assert due(Terms(amount=300_00, first_due=date(2026, 3, 1))) == [("2026-03-01", 300_00)]


def test_a_sum_up_front_comes_first_on_the_day_of_the_agreement() -> None:
    assert due(replace(MONTHLY, count=1, upfront=20_00)) == [
        ("2026-01-14", 20_00),
        ("2026-02-01", 50_00),
    ]


def test_a_sum_up_front_may_have_its_own_day_and_stands_in_order_of_due_date() -> None:
    terms = replace(MONTHLY, count=2, upfront=20_00, upfront_on=date(2026, 2, 1))
    assert months(terms) == [(2, 20_00), (2, 50_00), (3, 50_00)]
    later = replace(terms, upfront_on=date(2026, 2, 2))
    assert months(later) == [(2, 50_00), (2, 20_00), (3, 50_00)]


def test_a_sum_up_front_alone_is_enough() -> None:
    assert due(Terms(upfront=500_00)) == [("2026-01-14", 500_00)]


def test_a_balance_says_how_many_instalments_it_takes() -> None:
    terms = replace(MONTHLY, count=None)
    assert months(terms, balance=120_00) == [(2, 50_00), (3, 50_00), (4, 20_00)]
    assert months(terms, balance=100_00) == [(2, 50_00), (3, 50_00)]
    assert months(terms, balance=10_00) == [(2, 10_00)]
    less = replace(terms, upfront=30_00, written_off=40_00)
    assert months(less, balance=120_00) == [(1, 30_00), (2, 50_00)]


def test_a_count_is_kept_whatever_the_balance() -> None:
    assert total(MONTHLY, balance=1_00) == 300_00


def test_nothing_left_to_pay_is_said() -> None:
    terms = replace(MONTHLY, count=None, written_off=100_00)
    assert "Nothing is left to pay" in refusal(terms, balance=100_00).message
    assert due(replace(terms, upfront=5_00), balance=105_00) == [("2026-01-14", 5_00)]


def test_the_weekend_rule_and_holidays_move_the_instalments() -> None:
    terms = replace(
        MONTHLY,
        first_due=date(2026, 11, 25),
        count=2,
        weekend=WeekendRule.FOLLOWING,
        holidays="GB",
    )
    assert [day for day, _ in due(terms)] == ["2026-11-25", "2026-12-29"]


def test_twice_a_month_is_promised_on_both_days() -> None:
    terms = replace(MONTHLY, cadence=parse("month", [1, 15]), count=3)
    assert [day for day, _ in due(terms)] == ["2026-02-01", "2026-02-15", "2026-03-01"]


DEFERRED = replace(MONTHLY, defer_until=date(2026, 4, 1), last_amount=40_00)  # drops two of six


def test_what_is_deferred_can_be_added_to_the_last_instalment() -> None:
    terms = replace(DEFERRED, deferral=Deferral.LAST_INSTALMENT)
    assert months(terms) == [(4, 50_00), (5, 50_00), (6, 50_00), (7, 140_00)]


def test_what_is_deferred_can_raise_the_instalments() -> None:
    terms = replace(DEFERRED, deferral=Deferral.RAISE_INSTALMENTS, last_amount=40_01)
    assert months(terms) == [(4, 72_50), (5, 72_50), (6, 72_50), (7, 72_51)]


@pytest.mark.parametrize("deferral", [None, Deferral.EXTEND_TERM])
def test_what_is_deferred_extends_the_term_unless_said_otherwise(deferral: Deferral | None) -> None:
    terms = replace(DEFERRED, deferral=deferral)
    assert months(terms) == [(m, 50_00) for m in range(4, 9)] + [(9, 40_00)]


def test_an_extended_term_keeps_its_anchored_days() -> None:
    terms = replace(MONTHLY, first_due=date(2026, 1, 31), count=2, defer_until=date(2026, 2, 15))
    assert [day for day, _ in due(terms)] == ["2026-02-28", "2026-03-31"]


def test_a_deferral_before_the_first_instalment_changes_nothing() -> None:
    for deferral in Deferral:
        terms = replace(MONTHLY, last_amount=10_00, deferral=deferral, defer_until=date(2026, 2, 1))
        assert due(terms) == due(replace(MONTHLY, last_amount=10_00))


def test_a_deferral_looks_at_the_adjusted_due_dates() -> None:
    # 1 February 2026 is a Sunday: the working day before it is in January.
    terms = replace(MONTHLY, count=2, weekend=WeekendRule.PRECEDING, defer_until=date(2026, 2, 1))
    assert [day for day, _ in due(terms)] == ["2026-02-27", "2026-04-01"]


@pytest.mark.parametrize(
    ("rule", "day"),
    [(None, "2026-05-02"), (WeekendRule.PRECEDING, "2026-05-04"), (WeekendRule.NONE, "2026-05-02")],
)
def test_a_deferred_single_payment_is_due_when_the_deferral_ends(
    rule: WeekendRule | None, day: str
) -> None:
    saturday = date(2026, 5, 2)
    terms = Terms(amount=10_00, first_due=date(2026, 3, 1), defer_until=saturday, weekend=rule)
    assert due(terms) == [(day, 10_00)]


@pytest.mark.parametrize("deferral", [Deferral.LAST_INSTALMENT, Deferral.RAISE_INSTALMENTS])
def test_a_deferral_past_the_last_instalment_is_refused(deferral: Deferral) -> None:
    terms = replace(MONTHLY, deferral=deferral, defer_until=date(2026, 7, 2))
    assert refusal(terms).field == "defer_until"
    assert total(replace(terms, defer_until=date(2026, 7, 1))) == 300_00


def test_a_deferral_of_more_than_fifty_years_is_refused() -> None:
    assert refusal(replace(MONTHLY, defer_until=date(2076, 2, 2))).field == "defer_until"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": None}, "amount"),
        ({"amount": None, "upfront": 5, "last_amount": 5}, "amount"),
        ({"first_due": None}, "first_due"),
        ({"count": None}, "count"),
        ({"count": 0}, "count"),
        ({"cadence": ONCE}, "count"),
        ({"until": date(2026, 1, 31)}, "until"),
        ({"amount": 0}, "amount"),
        ({"last_amount": 0}, "last_amount"),
        ({"upfront": -1}, "upfront"),
        ({"written_off": -1}, "written_off"),
        ({"fees_waived": -1}, "fees_waived"),
        ({"grace_days": -1}, "grace_days"),
        ({"apr": Decimal("-0.1")}, "apr"),
        ({"holidays": "ZZ", "weekend": WeekendRule.FOLLOWING}, "holidays"),
    ],
)
def test_impossible_terms_are_refused_by_field(changes: dict[str, Any], field: str) -> None:
    assert refusal(replace(MONTHLY, **changes)).field == field


def test_what_is_below_zero_is_named_as_people_name_it() -> None:
    said = refusal(replace(MONTHLY, apr=Decimal("-0.1"))).message
    assert said == "Interest rate must not be below zero"
    said = refusal(replace(MONTHLY, fees_waived=-1)).message
    assert said == "Fees waived must not be below zero"


@given(
    cadence=CADENCES,
    amount=st.integers(1, 10_000),
    balance=st.integers(1, 300_000),
    upfront=st.none() | st.integers(1, 300_000),
    written_off=st.none() | st.integers(0, 300_000),
)
def test_a_balance_is_paid_to_the_penny(
    cadence: Cadence, amount: int, balance: int, upfront: int | None, written_off: int | None
) -> None:
    to_pay = balance - (upfront or 0) - (written_off or 0)
    terms = Terms(
        amount=max(amount, balance // 100),
        cadence=cadence,
        first_due=date(2026, 2, 1),
        upfront=upfront,
        written_off=written_off,
    )
    if upfront is None and to_pay <= 0:
        assert refusal(terms, balance).field == "amount"
    else:
        assert total(terms, balance) == max(to_pay, 0) + (upfront or 0)


@given(
    cadence=CADENCES,
    count=st.integers(1, 40),
    amount=st.integers(1, 10_000),
    last_amount=st.none() | st.integers(1, 10_000),
    days=st.integers(-30, 400),
    deferral=st.none() | st.sampled_from(Deferral),
    rule=st.sampled_from(WeekendRule),
)
def test_a_deferral_loses_no_penny_and_nothing_is_due_before_its_end(
    cadence: Cadence,
    count: int,
    amount: int,
    last_amount: int | None,
    days: int,
    deferral: Deferral | None,
    rule: WeekendRule,
) -> None:
    plain = Terms(amount, cadence, date(2026, 2, 1), count, None, last_amount, weekend=rule)
    until = date.fromordinal(date(2026, 2, 1).toordinal() + days)
    terms = replace(plain, defer_until=until, deferral=deferral)
    before = schedule(plain, MADE_ON)
    if before[-1].due_on < until and deferral not in (None, Deferral.EXTEND_TERM):
        assert refusal(terms).field == "defer_until"
        return
    after = schedule(terms, MADE_ON)
    assert sum(each.amount for each in after) == sum(each.amount for each in before)
    assert all(each.due_on >= until for each in after)
    assert [each.due_on for each in after] == sorted(each.due_on for each in after)
    if deferral in (None, Deferral.EXTEND_TERM):
        assert [each.amount for each in after] == [each.amount for each in before]
    else:
        assert after[-1].due_on == before[-1].due_on


@pytest.mark.parametrize(
    ("agreed", "rate"),
    [
        ({}, (None, None, None)),
        ({"apr": "0"}, ("0", None, None)),
        # What has begun holds at once; what is to come keeps its day.
        ({"apr": "5", "apr_from": "2025-01-01", "apr_until": "2026-06-30"},
         ("5", None, "2026-06-30")),
        ({"apr": "5", "apr_from": "2026-03-01"}, ("5", "2026-03-01", None)),
        ({"apr": "0", "apr_until": "2026-01-14"}, ("0", None, "2026-01-14")),
        ({"apr": "0", "apr_until": "2026-01-13"}, (None, None, None)),
        ({"defer_until": "2026-03-01", "interest_accrues": False}, ("0", None, "2026-02-28")),
        ({"defer_until": "2026-03-01", "interest_accrues": True}, (None, None, None)),
    ],
)  # fmt: skip
def test_what_is_agreed_of_interest_goes_on_in_other_terms(
    agreed: dict[str, Any], rate: tuple[str | None, ...]
) -> None:
    known: dict[str, Any] = {
        name: date.fromisoformat(said) if isinstance(said, str) else said
        for name, said in agreed.items()
        if name != "apr"
    }
    if "apr" in agreed:
        known["apr"] = Decimal(agreed["apr"])
    found = with_interest_of(MONTHLY, Terms(amount=1_00, count=3, **known), MADE_ON)
    said = (found.apr, found.apr_from, found.apr_until)
    assert tuple(None if each is None else str(each) for each in said) == rate
    assert replace(found, apr=None, apr_from=None, apr_until=None) == MONTHLY


def test_a_promise_is_its_due_date_and_amount() -> None:
    assert schedule(Terms(upfront=5), MADE_ON) == (Promised(MADE_ON, 5),)


def test_terms_are_said_in_plain_sentences() -> None:
    terms = replace(
        MONTHLY,
        count=37,
        last_amount=40_00,
        apr=Decimal(0),
        written_off=321_40,
        grace_days=3,
        paid_by=PaidBy.STANDING_ORDER,
    )
    assert sentences(terms, "GBP") == [
        "£50.00 every month from 1 February 2026, 37 times; the last one £40.00.",
        "No interest while it is kept.",
        "£321.40 written off.",
        "3 days of grace.",
        "Paid by standing order.",
    ]


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        (Terms(amount=5_00, first_due=MADE_ON), "£5.00 once, on 14 January 2026."),
        (
            replace(MONTHLY, cadence=parse("month", [1, 15]), count=1),
            "£50.00 twice a month, on the 1st and 15th, from 1 February 2026, 1 time.",
        ),
        (
            Terms(amount=5_00, cadence=parse("month", [1, 15])),
            "£5.00 twice a month, on the 1st and 15th, until the balance is paid.",
        ),
        (
            replace(MONTHLY, count=None, until=date(2027, 2, 1)),
            "£50.00 every month from 1 February 2026 until 1 February 2027.",
        ),
        (Terms(last_amount=5_00), "Instalments; the last one £5.00."),
        (Terms(upfront=5_00, upfront_on=MADE_ON), "£5.00 up front on 14 January 2026."),
        (Terms(upfront=5_00), "£5.00 up front."),
        (Terms(apr=Decimal("12.50")), "Interest at 12.5 % while it is kept."),
        (
            Terms(apr=Decimal("0.00"), apr_from=MADE_ON, apr_until=date(2027, 1, 14)),
            "No interest from 14 January 2026 until 14 January 2027, while it is kept.",
        ),
        (
            Terms(defer_until=MADE_ON, deferral=Deferral.LAST_INSTALMENT),
            "Nothing is due before 14 January 2026; what is deferred is added to the last "
            "instalment.",
        ),
        (Terms(interest_accrues=False), "No interest accrues during the deferral."),
        (Terms(interest_accrues=True), "Interest accrues during the deferral."),
        (
            replace(MONTHLY, interest_accrues=True),
            "Interest accrues during the deferral; what it comes to is not in these instalments.",
        ),
        (
            replace(MONTHLY, interest_accrues=True, count=None),
            "Interest accrues during the deferral.",
        ),
        (
            replace(MONTHLY, defer_until=MADE_ON, deferral=Deferral.RAISE_INSTALMENTS),
            "Nothing is due before 14 January 2026; the instalments after it make up for those "
            "that it leaves out.",
        ),
        (Terms(fees_waived=5_00), "£5.00 of fees waived."),
        (Terms(grace_days=1), "1 day of grace."),
        (Terms(paid_by=PaidBy.PROVIDER), "Paid through a provider."),
        (
            Terms(weekend=WeekendRule.FOLLOWING, holidays="GB-SCT"),
            "Due dates on weekends and public holidays of GB-SCT move to the next working day.",
        ),
        (Terms(weekend=WeekendRule.NONE), "Due dates on weekends stay where they are."),
    ],
)
def test_each_term_has_its_sentence(terms: Terms, sentence: str) -> None:
    assert sentence in sentences(terms, "GBP")


def test_amounts_and_rates_are_said_in_the_locales_form() -> None:
    terms = Terms(upfront=1234_50, apr=Decimal("12.5"))
    assert sentences(terms, "EUR", "de_DE") == [
        "1.234,50\u00a0€ up front.",
        "Interest at 12,5 % while it is kept.",
    ]


def test_nothing_said_is_no_sentence() -> None:
    assert sentences(Terms(), "GBP") == []


FULL = Terms(
    amount=50_00,
    cadence=parse("4 weeks"),
    first_due=date(2026, 2, 1),
    count=6,
    until=date(2027, 2, 2),
    last_amount=40_00,
    upfront=20_00,
    upfront_on=date(2026, 1, 15),
    defer_until=date(2026, 4, 3),
    deferral=Deferral.RAISE_INSTALMENTS,
    interest_accrues=True,
    apr=Decimal("9.9"),
    apr_from=date(2026, 1, 16),
    apr_until=date(2027, 1, 17),
    fees_waived=12_00,
    written_off=321_40,
    weekend=WeekendRule.MODIFIED_FOLLOWING,
    holidays="GB",
    grace_days=3,
    paid_by=PaidBy.DEDUCTION,
)


@pytest.mark.parametrize("name", [field.name for field in fields(Terms)])
def test_every_field_that_is_set_shows(name: str) -> None:
    without: Any = {name: ONCE if name == "cadence" else None}
    assert sentences(replace(FULL, **without), "GBP") != sentences(FULL, "GBP")
    alone: Any = {name: getattr(FULL, name)}
    if name != "cadence":
        assert sentences(Terms(**alone), "GBP")
