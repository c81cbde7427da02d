"""What creditors did not keep: undertakings, freezes, waived fees."""

from hypothesis import given
from hypothesis import strategies as st

from store.rules import breaches
from store.rules.breaches import Breach, Charged, Freeze, Kind, Undertaken, Waiver
from tests.make import on

FREEZE = Freeze(1, on("01-14"), on("12-31"), "the agreement")


def interest(day: str, amount: int = 3140, id_: int = 1, debt_id: int = 1) -> Charged:
    return Charged(id_, debt_id, on(day), amount, is_interest=True)


def credit(day: str, amount: int, id_: int = 9, debt_id: int = 1) -> Charged:
    return Charged(id_, debt_id, on(day), amount, is_credit=True)


def found(*charged: Charged, as_of: str = "11-23") -> list[Breach]:
    return breaches.charges([FREEZE], [], charged, on(as_of))


def test_interest_in_a_freeze_is_a_breach_that_names_what_froze_it() -> None:
    (each,) = found(interest("10-31"))
    assert (each.kind, each.record_id, each.amount, each.about) == (
        Kind.INTEREST,
        1,
        3140,
        "the agreement",
    )
    assert each.is_open


def test_interest_on_the_first_and_last_day_of_a_freeze_counts_and_outside_does_not() -> None:
    days = [interest(day, id_=n) for n, day in enumerate(("01-13", "01-14", "12-31"))]
    assert [each.record_id for each in found(*days, as_of="2027-02-01")] == [1, 2]
    assert found(interest("2027-01-01"), as_of="2027-02-01") == []


def test_interest_on_another_debt_or_a_fee_is_none() -> None:
    assert found(interest("10-31", debt_id=2)) == []
    assert found(Charged(1, 1, on("10-31"), 500)) == []


def test_what_has_not_come_yet_is_none() -> None:
    assert found(interest("11-24"), as_of="11-23") == []
    assert len(found(interest("11-24"), as_of="11-24")) == 1


def test_a_refund_puts_it_right_on_its_day() -> None:
    (each,) = found(interest("10-31"), credit("11-20", 3140))
    assert (each.put_right_on, each.is_open) == (on("11-20"), False)


def test_half_a_refund_leaves_the_other_half() -> None:
    (each,) = found(interest("10-31"), credit("11-20", 1000))
    assert (each.amount, each.is_open) == (2140, True)


def test_a_refund_before_the_charge_makes_up_for_nothing() -> None:
    (each,) = found(interest("10-31"), credit("10-30", 3140))
    assert each.is_open


def test_the_oldest_charge_is_made_up_for_first() -> None:
    first, second = found(
        interest("09-30", 100), interest("10-31", 100, id_=2), credit("11-01", 150)
    )
    assert (first.is_open, second.is_open, second.amount) == (False, True, 50)


def test_waived_fees_have_a_month_to_be_taken_off() -> None:
    waiver = Waiver(5, 1, on("01-14"), 2500)
    fee = Charged(3, 1, on("01-02"), 2000, is_fee=True)
    assert breaches.charges([], [waiver], [fee], on("02-13")) == []
    (each,) = breaches.charges([], [waiver], [fee], on("02-14"))
    assert (each.kind, each.record_id, each.amount) == (Kind.FEE, 5, 2000)
    assert breaches.charges([], [waiver], [fee, credit("01-20", 2000)], on("03-01")) == []


def test_of_waived_fees_only_those_that_were_charged_can_stay() -> None:
    waiver = Waiver(5, 1, on("01-14"), 2500)
    assert breaches.charges([], [waiver], [], on("03-01")) == []
    later = Charged(3, 1, on("01-15"), 2000, is_fee=True)
    assert breaches.charges([], [waiver], [later], on("03-01")) == []


def test_a_letter_that_did_not_come_or_came_late_is_a_breach() -> None:
    given_ = [
        Undertaken(1, "send it", on("01-30")),
        Undertaken(2, "call", on("01-30"), on("02-02")),
        Undertaken(3, "answer", on("01-30"), on("01-30")),
    ]
    late = breaches.undertakings(given_, on("02-03"))
    assert [(each.record_id, each.is_open) for each in late] == [(1, True), (2, False)]
    assert breaches.undertakings(given_[:1], on("01-30")) == []


@given(
    st.lists(st.tuples(st.integers(1, 500), st.integers(1, 28)), max_size=6),
    st.lists(st.tuples(st.integers(1, 500), st.integers(1, 28)), max_size=6),
)
def test_what_is_open_is_never_more_than_charged_and_more_refunds_never_open_more(
    charged: list[tuple[int, int]], refunds: list[tuple[int, int]]
) -> None:
    entries = [interest(f"10-{day:02}", amount, n) for n, (amount, day) in enumerate(charged, 1)]
    credits = [credit(f"10-{day:02}", amount, 50 + n) for n, (amount, day) in enumerate(refunds)]

    def left(*more: Charged) -> int:
        return sum(each.amount for each in found(*entries, *more) if each.is_open)

    assert left(*credits) <= left() == sum(amount for amount, _ in charged)
    assert left(*credits, credit("10-28", 100, 99)) <= left(*credits)
