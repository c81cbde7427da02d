"""What payments were for and what became of promises: DESIGN's lines, then its properties.

The slow reference at the end is written from DESIGN's text alone.
"""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.rules import outcome
from store.rules.allotment import Allotter
from store.rules.outcome import Agreement, Allotment, EndedHow, Instalment, Moratorium, Outcome
from store.rules.outcome import Payment as Money
from tests import make
from tests.make import History

ANY = settings(max_examples=150, deadline=None)


def three_months(**fields: Any) -> History:
    """100 on the 1st of March, April and May (instalments 1, 2 and 3)."""
    history = History()
    history.agree("02-01", "03-01", "04-01", "05-01", **fields)
    return history


# --- allotment ------------------------------------------------------------------------------


@pytest.mark.parametrize("paid_on", ["03-25", "04-01", "04-08"])
def test_a_payment_within_seven_days_of_a_due_date_is_for_it_though_an_older_one_is_open(
    paid_on: str,
) -> None:
    assert three_months().pay(paid_on, 100) == {2: 100}


@pytest.mark.parametrize("paid_on", ["03-24", "04-09", "02-10", "09-01"])
def test_a_payment_near_no_due_date_is_for_the_oldest_open_one(paid_on: str) -> None:
    assert three_months().pay(paid_on, 100) == {1: 100}


def test_the_nearest_of_two_near_due_dates_is_meant() -> None:
    history = History()
    history.agree("02-01", "03-01", "03-06")
    assert history.pay("03-04", 60) == {2: 60}


def test_of_two_equally_near_due_dates_the_earlier_is_meant() -> None:
    history = History()
    history.agree("02-01", "03-01", "03-05")
    assert history.pay("03-03", 60) == {1: 60}


def test_a_full_instalment_is_not_near_to_anything() -> None:
    history = three_months()
    history.pay("04-01", 100)
    assert history.pay("04-02", 100) == {1: 100}


def test_what_is_left_over_flows_to_the_oldest_and_on() -> None:
    assert three_months().pay("04-01", 250) == {2: 100, 1: 100, 3: 50}


def test_money_that_finds_no_instalment_is_for_none() -> None:
    assert three_months().pay("04-01", 350) == {2: 100, 1: 100, 3: 100}
    assert History().pay("04-01", 350) == {}


def test_named_instalments_come_first_then_the_oldest() -> None:
    assert three_months().pay("04-01", 150, named=[3]) == {3: 100, 1: 50}


def test_naming_one_that_is_full_is_naming_none() -> None:
    history = three_months()
    history.pay("05-01", 100)
    assert history.pay("04-01", 60, named=[3]) == {2: 60}


def test_naming_one_of_a_replaced_agreement_is_naming_none() -> None:
    history = three_months(replaced_on="03-15")
    history.agree("03-15", "04-20")
    assert history.pay("04-01", 60, named=[2]) == {4: 60}


def test_a_partly_paid_instalment_takes_only_what_it_lacks() -> None:
    history = three_months()
    history.pay("03-01", 70)
    assert history.pay("03-02", 70) == {1: 30, 2: 40}


def test_no_payment_is_for_an_agreement_not_yet_made() -> None:
    history = three_months()
    assert history.pay("01-31", 100) == {}
    assert history.pay("02-01", 100) == {1: 100}


def test_a_payment_on_the_day_of_a_renegotiation_goes_to_the_new_agreement() -> None:
    history = three_months(replaced_on="03-01")
    history.agree("03-01", "06-01")
    assert history.pay("02-28", 10) == {1: 10}
    assert history.pay("03-01", 10) == {4: 10}


@pytest.mark.parametrize("how", list(EndedHow))
def test_an_agreement_takes_no_money_from_the_day_it_ended(how: EndedHow) -> None:
    history = three_months(ended_on="03-03", ended_how=how)
    assert history.pay("03-02", 10) == {1: 10}
    assert history.pay("03-03", 10) == {}


def test_a_bounced_payment_reopens_its_instalment_from_the_day_it_came_back() -> None:
    history = three_months()
    history.pay("03-01", 100, back="03-05")
    assert history.pay("03-04", 10) == {2: 10}
    assert history.pay("03-05", 10) == {1: 10}


def test_a_bounced_payment_makes_its_instalment_the_oldest_open_one_again() -> None:
    history = three_months()
    history.pay("03-01", 100, back="03-05")
    assert history.pay("03-20", 10) == {1: 10}
    assert history.pay("05-01", 110) == {3: 100, 1: 10}


def test_a_payment_that_came_back_at_once_is_for_each_instalment_once() -> None:
    history = History()
    history.agree("02-01", "03-01")
    assert history.pay("03-01", 250, back="03-01") == {1: 100}


def test_money_of_a_later_day_that_was_entered_before_holds_its_place() -> None:
    history = three_months()
    assert history.pay("03-20", 100) == {1: 100}
    assert history.pay("03-01", 100) == {2: 100}


def test_two_agreements_on_one_debt_share_a_payment_by_due_date() -> None:
    history = History()
    history.agree("02-01", "03-01", "05-01")
    history.agree("02-01", "04-01")
    assert history.pay("07-01", 250) == {1: 100, 3: 100, 2: 50}


def test_a_fixed_decision_is_taken_as_it_is() -> None:
    history = three_months()
    allotter = history.allotter()
    allotted = allotter.allot(Money(1, make.on("03-01"), 100), fixed=[(3, 40), (2, 10)])
    assert {each.instalment_id: each.amount for each in allotted} == {3: 40, 2: 10}
    candidates = [(each.id, lacks) for each, lacks in allotter.candidates(make.on("03-01"))]
    assert candidates == [(1, 100), (2, 90), (3, 60)]


# --- outcome --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "said"),
    [("02-28", "upcoming"), ("03-01", "due"), ("03-04", "due"), ("03-05", "missed 4")],
)
def test_an_unpaid_instalment_is_upcoming_then_due_through_its_grace_then_missed(
    as_of: str, said: str
) -> None:
    history = History()
    history.agree("02-01", "03-01", grace_days=3)
    assert history.said(as_of) == [said]


def test_without_grace_it_is_due_on_its_day_alone() -> None:
    history = History()
    history.agree("02-01", "03-01")
    assert [history.said(day) for day in ("03-01", "03-02")] == [["due"], ["missed 1"]]


@pytest.mark.parametrize(
    ("paid_on", "said"), [("02-20", "kept"), ("03-01", "kept"), ("03-04", "kept"),
                          ("03-05", "late 4"), ("03-31", "late 30")],
)  # fmt: skip
def test_a_full_one_is_kept_through_its_grace_and_late_after_counted_from_its_due_date(
    paid_on: str, said: str
) -> None:
    history = History()
    history.agree("02-01", "03-01", grace_days=3)
    history.pay(paid_on, 100)
    assert history.said("06-01") == [said]


def test_one_paid_early_is_kept_before_it_is_due() -> None:
    history = three_months()
    history.pay("02-25", 100)
    assert history.said("02-25") == ["kept", "upcoming", "upcoming"]
    assert history.said("02-24") == ["upcoming", "upcoming", "upcoming"]


def test_the_last_money_decides_how_late_it_is() -> None:
    history = History()
    history.agree("02-01", "03-01")
    history.pay("02-28", 60)
    history.pay("03-08", 40)
    standing = history.standings(make.on("04-01"))[0]
    assert (standing.outcome, standing.days_late) == (Outcome.LATE, 7)
    assert (standing.paid, standing.paid_on, standing.unpaid) == (100, make.on("03-08"), 0)


def test_some_money_makes_it_partial_once_its_grace_is_over() -> None:
    history = History()
    history.agree("02-01", "03-01", grace_days=2)
    history.pay("03-01", 60)
    assert [history.said(day) for day in ("03-03", "03-04")] == [["due"], ["partial 3"]]
    assert history.standings(make.on("03-04"))[0].unpaid == 40


def test_a_returned_payment_no_longer_counts_from_the_day_it_came_back() -> None:
    history = History()
    history.agree("02-01", "03-01")
    history.pay("03-01", 100, back="03-05")
    assert [history.said(day) for day in ("03-04", "03-05")] == [["kept"], ["missed 4"]]
    history.pay("03-06", 100)
    assert history.said("03-06") == ["late 5"]


def test_one_replaced_by_the_end_of_its_grace_is_renegotiated_and_after_it_late() -> None:
    history = three_months(grace_days=2, replaced_on="04-03")
    history.agree("04-03", "06-01")
    assert history.said("04-02") == ["missed 32", "due", "upcoming"]
    assert history.said("04-03") == [
        "renegotiated_late",
        "renegotiated",
        "renegotiated",
        "upcoming",
    ]
    assert history.said("04-05")[1] == "renegotiated"


def test_one_day_after_its_grace_a_replaced_one_is_renegotiated_late() -> None:
    history = three_months(grace_days=2, replaced_on="04-04")
    assert history.said("05-01")[1] == "renegotiated_late"


def test_what_was_full_or_late_stays_so_after_a_renegotiation() -> None:
    history = three_months(replaced_on="04-20")
    history.pay("03-01", 100)
    history.pay("04-05", 100)
    assert history.said("06-01") == ["kept", "late 4", "renegotiated"]


def test_a_chain_of_agreements_may_have_any_length() -> None:
    history = History()
    for month in range(2, 9):
        history.agree(
            f"{month:02}-01",
            f"{month:02}-20",
            f"{month + 1:02}-20",
            replaced_on=f"{month + 1:02}-01",
        )
    history.agree("09-01", "09-20")
    counts = Counter(history.said("09-10"))
    assert counts == {"renegotiated_late": 7, "renegotiated": 7, "upcoming": 1}


@pytest.mark.parametrize("how", ["creditor", "advice", "insolvency"])
def test_an_agreement_ended_for_me_cancels_what_its_grace_still_covers(how: str) -> None:
    history = three_months(grace_days=2, ended_on="04-03", ended_how=EndedHow(how))
    assert history.said("04-02") == ["missed 32", "due", "upcoming"]
    assert history.said("04-10") == ["missed 40", "cancelled", "cancelled"]


def test_a_completed_agreement_leaves_what_was_not_paid_as_it_is() -> None:
    history = three_months(ended_on="03-20", ended_how=EndedHow.COMPLETED)
    history.pay("03-01", 100)
    assert history.said("04-10") == ["kept", "missed 9", "upcoming"]


def test_breaking_one_makes_the_next_open_instalment_a_breach_and_cancels_the_rest() -> None:
    history = three_months(ended_on="03-20", ended_how=EndedHow.BROKEN)
    history.pay("03-01", 100)
    assert history.said("03-19") == ["kept", "upcoming", "upcoming"]
    assert history.said("03-20") == ["kept", "renegotiated_late", "cancelled"]


def test_breaking_one_leaves_what_was_missed_before_as_missed() -> None:
    history = three_months(ended_on="03-20", ended_how=EndedHow.BROKEN)
    assert history.said("03-31") == ["missed 30", "renegotiated_late", "cancelled"]


def test_the_next_open_instalment_of_a_broken_one_passes_over_what_was_paid_early() -> None:
    history = three_months(ended_on="03-20", ended_how=EndedHow.BROKEN)
    history.pay("03-01", 100)
    history.pay("03-15", 100)
    assert history.said("06-01") == ["kept", "kept", "renegotiated_late"]


def test_a_due_date_within_a_moratorium_is_suspended_both_ends_included() -> None:
    history = three_months()
    history.pause("03-01", "04-01")
    assert history.said("04-20") == ["suspended", "suspended", "upcoming"]


def test_a_moratorium_without_end_suspends_all_that_falls_due_in_it() -> None:
    history = three_months()
    history.pause("03-02")
    assert history.said("06-01") == ["missed 92", "suspended", "suspended"]


def test_a_moratorium_says_nothing_before_it_begins() -> None:
    history = three_months()
    history.pause("03-20", "06-01")
    assert history.said("03-19") == ["missed 18", "upcoming", "upcoming"]
    assert history.said("03-20") == ["missed 19", "suspended", "suspended"]


def test_one_paid_within_a_moratorium_is_kept() -> None:
    history = three_months()
    history.pause("03-01", "06-01")
    history.pay("03-01", 100)
    assert history.said("04-20") == ["kept", "suspended", "suspended"]


def test_a_promise_is_unknown_before_the_day_it_was_made() -> None:
    history = three_months()
    assert history.said("01-31") == []
    assert len(history.said("02-01")) == 3


def test_a_backdated_promise_may_have_been_missed_on_the_day_it_was_made() -> None:
    history = History()
    history.agree("03-10", "03-01")
    assert history.said("03-10") == ["missed 9"]


def test_money_after_the_last_that_was_needed_does_not_make_it_late() -> None:
    history = History()
    history.agree("02-01", "03-01")
    history.pay("03-01", 100)
    history.payments.append(Money(2, make.on("03-20"), 50))
    history.allotments.append(Allotment(2, 1, 50))
    standing = history.standings(make.on("04-01"))[0]
    assert (standing.outcome, standing.paid, standing.paid_on) == (
        Outcome.KEPT,
        150,
        make.on("03-01"),
    )


def test_open_and_overdue_say_where_money_is_still_expected() -> None:
    assert {each for each in Outcome if each.is_open} == {
        *(Outcome.UPCOMING, Outcome.DUE, Outcome.PARTIAL, Outcome.MISSED)
    }
    assert {each for each in Outcome if each.is_overdue} == {Outcome.PARTIAL, Outcome.MISSED}


def test_a_transfer_holds_from_its_date_on() -> None:
    holder = outcome.holder_of(1, [(make.on("03-01"), 2), (make.on("05-01"), 3)])
    days = ("02-28", "03-01", "04-30", "05-01", "12-31")
    assert [holder(make.on(day)) for day in days] == [1, 2, 2, 3, 3]
    assert outcome.holder_of(7, [])(make.on("03-01")) == 7


# --- properties -----------------------------------------------------------------------------

DAYS = st.integers(0, 100).map(lambda n: date(2026, 1, 1) + timedelta(days=n))
AS_OF = st.integers(-5, 160).map(lambda n: date(2026, 1, 1) + timedelta(days=n))


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Any debt: up to three agreements, each replaced, ended or neither, and payments on it."""
    history = History()
    for id_ in range(1, draw(st.integers(1, 3)) + 1):
        made_on = draw(DAYS)
        ended_how = draw(st.none() | st.sampled_from(EndedHow))
        history.agreements.append(
            Agreement(
                id_,
                made_on,
                draw(st.integers(0, 5)),
                draw(st.none() | st.dates(made_on, made_on + timedelta(days=60))),
                draw(DAYS) if ended_how else None,
                ended_how,
            )
        )
        for _ in range(draw(st.integers(0, 4))):
            number = len(history.instalments) + 1
            history.instalments.append(
                Instalment(number, id_, draw(DAYS), draw(st.integers(1, 50)))
            )
    for id_ in range(1, draw(st.integers(0, 7)) + 1):
        paid_on = draw(DAYS)
        back = draw(st.none() | st.integers(0, 30))
        returned_on = None if back is None else paid_on + timedelta(days=back)
        history.payments.append(Money(id_, paid_on, draw(st.integers(1, 80)), returned_on))
    for _ in range(draw(st.integers(0, 1))):
        starts_on = draw(DAYS)
        ends_on = draw(st.none() | st.just(starts_on + timedelta(days=20)))
        history.moratoriums.append(Moratorium(starts_on, ends_on))
    return history


@st.composite
def allotted(draw: st.DrawFn) -> History:
    """Any debt, its payments allotted as they were entered; some of them named an instalment."""
    history = draw(histories())
    ids = [each.id for each in history.instalments]
    allotter = Allotter(history.agreements, history.instalments)
    for payment in history.payments:
        named = draw(st.lists(st.sampled_from(ids), max_size=2, unique=True)) if ids else []
        history.allotments += allotter.allot(payment, named)
    return history


@ANY
@given(allotted())
def test_allotments_of_a_payment_never_come_to_more_than_it(history: History) -> None:
    given_away: Counter[int] = Counter()
    for each in history.allotments:
        assert each.amount > 0
        given_away[each.payment_id] += each.amount
    assert all(given_away[each.id] <= each.amount for each in history.payments)


@ANY
@given(allotted())
def test_no_instalment_is_given_more_than_it_lacks(history: History) -> None:
    money = outcome.money_by_instalment(history.payments, history.allotments)
    for instalment in history.instalments:
        parts = money.get(instalment.id, ())
        for payment in history.payments:
            if any(payment is each for each, _ in parts):
                earlier = [part for part in parts if part[0].id <= payment.id]
                counted = [
                    amount
                    for each, amount in earlier
                    if each is payment
                    or each.returned_on is None
                    or each.returned_on > payment.paid_on
                ]
                assert sum(counted) <= instalment.amount


@settings(max_examples=400, deadline=None)
@given(histories(), st.data())
def test_the_rule_decides_as_designed(history: History, data: st.DataObject) -> None:
    allotter = Allotter(history.agreements, history.instalments)
    done: list[tuple[Money, int, int]] = []
    for payment in history.payments:
        ids = [each.id for each in history.instalments]
        named = data.draw(st.lists(st.sampled_from(ids), max_size=2, unique=True)) if ids else []
        decided = {each.instalment_id: each.amount for each in allotter.allot(payment, named)}
        assert decided == allotted_by_design(history, done, payment, named)
        done += [(payment, key, amount) for key, amount in decided.items()]


@ANY
@given(histories())
def test_allotting_at_once_equals_allotting_one_by_one_with_what_was_recorded(
    history: History,
) -> None:
    at_once = Allotter(history.agreements, history.instalments)
    batch = [at_once.allot(payment) for payment in history.payments]
    recorded: list[Allotment] = []
    for n, payment in enumerate(history.payments):
        afresh = Allotter(history.agreements, history.instalments, history.payments[:n], recorded)
        one = afresh.allot(payment)
        assert one == batch[n]
        recorded += one


@ANY
@given(allotted(), AS_OF, st.randoms(use_true_random=False))
def test_the_order_of_records_never_matters(history: History, as_of: date, random: Random) -> None:
    expected = history.standings(as_of)
    mixed = History(*(random.sample(each, len(each)) for each in vars(history).values()))
    assert mixed.standings(as_of) == expected
    payment = Money(99, as_of, 70)
    assert mixed.allotter().allot(payment) == history.allotter().allot(payment)


@ANY
@given(allotted(), AS_OF)
def test_a_standing_depends_only_on_what_happened_by_then(history: History, as_of: date) -> None:
    def known(day: date | None) -> date | None:
        return day if day is not None and day <= as_of else None

    paid = {each.id for each in history.payments if each.paid_on <= as_of}
    by_then = History(
        [
            replace(
                each,
                replaced_on=known(each.replaced_on),
                ended_on=known(each.ended_on),
                ended_how=each.ended_how if known(each.ended_on) else None,
            )
            for each in history.agreements
        ],
        history.instalments,
        [
            replace(each, returned_on=known(each.returned_on))
            for each in history.payments
            if each.id in paid
        ],
        [each for each in history.allotments if each.payment_id in paid],
        [each for each in history.moratoriums if each.starts_on <= as_of],
    )
    assert by_then.standings(as_of) == history.standings(as_of)


@settings(max_examples=400, deadline=None)
@given(allotted(), AS_OF)
def test_outcomes_are_as_designed(history: History, as_of: date) -> None:
    found = {
        each.instalment.id: (each.outcome, each.paid, each.days_late)
        for each in history.standings(as_of)
    }
    assert found == outcomes_by_design(history, as_of)


# --- the reference: slow, and straight from DESIGN's text -----------------------------------


def allotted_by_design(
    history: History, done: list[tuple[Money, int, int]], payment: Money, named: list[int]
) -> dict[int, int]:
    """Done are (payment, instalment id, amount) of all that was entered before."""
    day = payment.paid_on
    agreements = {each.id: each for each in history.agreements}
    lacks = {
        each.id: each.amount
        - sum(
            amount
            for money, key, amount in done
            if key == each.id and not (money.returned_on and money.returned_on <= day)
        )
        for each in history.instalments
    }

    def may_take(instalment: Instalment) -> bool:
        agreement = agreements[instalment.agreement_id]
        over = [each for each in (agreement.replaced_on, agreement.ended_on) if each is not None]
        return agreement.made_on <= day and all(each > day for each in over)

    def age(instalment: Instalment) -> tuple[date, date, int, int]:
        """Of what falls due on one day, that of the older agreement comes first."""
        agreement = agreements[instalment.agreement_id]
        return instalment.due_on, agreement.made_on, agreement.id, instalment.id

    candidates = sorted(
        (each for each in history.instalments if may_take(each) and lacks[each.id] > 0), key=age
    )
    first = [each for key in named for each in candidates if each.id == key]
    if not first:
        near = [each for each in candidates if abs((each.due_on - day).days) <= 7]
        first = sorted(near, key=lambda each: (abs(each.due_on - day), *age(each)))[:1]
    decided = {}
    left = payment.amount
    for each in [*first, *(each for each in candidates if each not in first)]:
        part = min(left, lacks[each.id])
        if part:
            decided[each.id] = part
            left -= part
    return decided


def outcomes_by_design(history: History, t: date) -> dict[int, tuple[Outcome, int, int]]:
    """For each instalment: its outcome, the money that counts, and its days late."""
    payments = {each.id: each for each in history.payments}

    def money(instalment: Instalment, day: date) -> list[tuple[date, int]]:
        """What counts on a day."""
        parts = [
            (payments[each.payment_id], each.amount)
            for each in history.allotments
            if each.instalment_id == instalment.id
        ]
        return [
            (payment.paid_on, amount)
            for payment, amount in parts
            if payment.paid_on <= day and not (payment.returned_on and payment.returned_on <= day)
        ]

    def paid_by(instalment: Instalment, day: date) -> int:
        return sum(amount for paid_on, amount in money(instalment, t) if paid_on <= day)

    found = {}
    for agreement in history.agreements:
        if agreement.made_on > t:
            continue
        grace = timedelta(days=agreement.grace_days)
        own = [each for each in history.instalments if each.agreement_id == agreement.id]
        own.sort(key=lambda each: (each.due_on, each.id))
        replaced = agreement.replaced_on is not None and agreement.replaced_on <= t
        ended = agreement.ended_on is not None and agreement.ended_on <= t
        breach, after_breach = None, []
        if ended and agreement.ended_how is EndedHow.BROKEN:
            assert agreement.ended_on is not None
            end = agreement.ended_on
            ahead = [each for each in own if each.due_on + grace >= end]
            opened = [each for each in ahead if sum(a for _, a in money(each, end)) < each.amount]
            breach, after_breach = (opened[0] if opened else None), ahead
        for x in own:
            last = x.due_on + grace
            paid = paid_by(x, t)
            days = sorted(paid_on for paid_on, _ in money(x, t) if paid_by(x, paid_on) >= x.amount)
            in_pause = any(
                each.starts_on <= t
                and each.starts_on <= x.due_on
                and (each.ends_on is None or x.due_on <= each.ends_on)
                for each in history.moratoriums
            )
            late = 0
            if days and days[0] <= last:
                said = Outcome.KEPT
            elif days:
                said, late = Outcome.LATE, (days[0] - x.due_on).days
            elif replaced and agreement.replaced_on and agreement.replaced_on <= last:
                said = Outcome.RENEGOTIATED
            elif (
                ended
                and agreement.ended_on
                and agreement.ended_on <= last
                and agreement.ended_how in ("creditor", "advice", "insolvency")
            ) or (x in after_breach and x is not breach):
                said = Outcome.CANCELLED
            elif in_pause:
                said = Outcome.SUSPENDED
            elif replaced or x is breach:
                said = Outcome.RENEGOTIATED_LATE
            elif t < x.due_on:
                said = Outcome.UPCOMING
            elif t <= last:
                said = Outcome.DUE
            else:
                said = Outcome.PARTIAL if paid else Outcome.MISSED
                late = (t - x.due_on).days
            found[x.id] = (said, paid, late)
    return found
