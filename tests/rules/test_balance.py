"""What is owed on a day: the newest recorded balance, and what happened since."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.rules.balance import Charge, balance, in_all
from store.rules.outcome import Payment
from tests import make


def payment(paid_on: str, amount: int, back: str | None = None) -> Payment:
    return Payment(1, make.on(paid_on), amount, None if back is None else make.on(back))


OPENING = [(make.on("01-05"), 1000)]


def owed(
    as_of: str,
    *,
    recorded: list[tuple[date, int]] = OPENING,
    charges: tuple[Charge, ...] = (),
    payments: tuple[Payment, ...] = (),
) -> int | None:
    return balance(recorded, charges, payments, make.on(as_of))


def test_nothing_is_known_before_the_first_recorded_balance() -> None:
    assert owed("01-04") is None
    assert owed("01-05") == 1000
    assert owed("12-31") == 1000
    assert owed("12-31", recorded=[], payments=(payment("03-01", 10),)) is None


def test_the_newest_balance_by_the_day_counts_and_a_later_one_not_yet() -> None:
    recorded = [(make.on("06-01"), 400), *OPENING]
    assert [owed(day, recorded=recorded) for day in ("05-31", "06-01")] == [1000, 400]


def test_of_two_balances_of_one_day_the_later_entry_holds() -> None:
    assert owed("02-01", recorded=[*OPENING, (make.on("01-05"), 900)]) == 900


@pytest.mark.parametrize(
    ("kind", "amount", "expected"),
    [("interest", 30, 1030), ("fee", 12, 1012), ("refund", 20, 980), ("waiver", 15, 985),
     ("adjustment", 7, 1007), ("adjustment", -7, 993)],
)  # fmt: skip
def test_the_kind_of_a_charge_gives_its_sign(kind: str, amount: int, expected: int) -> None:
    charges = (Charge(make.on("02-01"), kind, amount),)
    assert owed("02-01", charges=charges) == expected
    assert owed("01-31", charges=charges) == 1000


def test_charges_and_payments_of_the_balances_own_day_are_in_it_already() -> None:
    charges = (Charge(make.on("01-05"), "fee", 12), Charge(make.on("01-04"), "fee", 5))
    payments = (payment("01-05", 100), payment("01-04", 100))
    assert owed("03-01", charges=charges, payments=payments) == 1000


def test_a_payment_lowers_it_from_its_day_until_it_comes_back() -> None:
    payments = (payment("02-01", 100, back="02-04"),)
    days = ("01-31", "02-01", "02-03", "02-04")
    assert [owed(day, payments=payments) for day in days] == [1000, 900, 900, 1000]


def test_paying_too_much_leaves_the_creditor_owing() -> None:
    assert owed("03-01", payments=(payment("02-01", 1100),)) == -100


DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 31))


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(DAYS, st.integers(0, 5000), max_size=4),
    st.lists(
        st.builds(
            Charge,
            DAYS,
            st.sampled_from(["interest", "fee", "refund", "waiver", "adjustment"]),
            st.integers(1, 500),
        ),
        max_size=5,
    ),
    st.lists(
        st.builds(Payment, st.just(1), DAYS, st.integers(1, 500), st.none() | DAYS), max_size=5
    ),
    DAYS,
)
def test_it_is_as_designed_for_any_record_in_any_order(
    recorded: dict[date, int], charges: list[Charge], payments: list[Payment], t: date
) -> None:
    expected: int | None = None
    for day in sorted(recorded):
        if day <= t:
            expected = recorded[day]
            for charge in charges:
                if day < charge.on <= t:
                    sign = -1 if charge.kind in ("refund", "waiver") else 1
                    expected += sign * charge.amount
            for each in payments:
                back = each.returned_on is not None and each.returned_on <= t
                if day < each.paid_on <= t and not back:
                    expected -= each.amount
    found = balance(list(recorded.items()), charges, payments, t)
    assert found == expected
    assert balance(reversed(recorded.items()), charges[::-1], payments[::-1], t) == expected


def test_a_credit_on_one_debt_pays_nothing_of_another() -> None:
    assert in_all([500, -300, 200, 0]) == 700
    assert in_all([-300]) == in_all([]) == 0
