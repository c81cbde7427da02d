"""Credibility: DESIGN's worked values, and what must hold for any history."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.rules import credibility, score_history
from store.rules.credibility import Confidence, Promise, Score, credit, fade
from store.rules.outcome import Allotment, Payment, money_by_instalment, next_open_of_broken
from store.rules.score_history import Cause
from tests.make import History, on

R = 200
TOLERANCE = 1e-9


def promises(history: History, capacity: float = R) -> list[Promise]:
    """What one debt's history promised, in order of due date."""
    agreements = {each.id: each for each in history.agreements}
    money = money_by_instalment(history.payments, history.allotments)
    known = sorted(history.instalments, key=lambda each: (each.due_on, each.id))
    next_open = next_open_of_broken(agreements, known, money)
    return [
        Promise(
            each,
            agreements[each.agreement_id],
            money.get(each.id, ()),
            history.moratoriums,
            capacity,
            next_open.get(each.agreement_id) == each.id,
        )
        for each in known
    ]


def score(history: History, as_of: date, capacity: float = R) -> Score:
    """The score of one debt's history."""
    return credibility.score(
        (
            each
            for promise in promises(history, capacity)
            if promise.agreement.made_on <= as_of
            for each in credibility.slices(promise, as_of)
        ),
        as_of,
    )


def firsts(year: int, months: range) -> list[str]:
    return [date(year, month, 1).isoformat() for month in months]


# --- worked values of DESIGN -----------------------------------------------------------------


def test_nothing_yet_is_fifty() -> None:
    found = score(History(), on("06-01"))
    assert (found.score, found.evidence) == (50, 0)
    assert found.margin == pytest.approx(28.9, abs=0.05)
    assert found.confidence is Confidence.TOO_LITTLE


def test_one_kept_at_its_due_date() -> None:
    history = History()
    history.agree("2025-12-01", "2026-01-01", amount=200)
    history.pay("2026-01-01", 200)
    found = score(history, date(2026, 1, 1))
    assert found.score == pytest.approx(66.67, abs=0.005)
    assert found.margin == pytest.approx(23.6, abs=0.05)
    assert found.evidence == 1


def test_one_missed_counts_from_the_next_day() -> None:
    history = History()
    history.agree("2025-12-01", "2026-01-01", amount=200)
    assert score(history, date(2026, 1, 1)).evidence == 0
    found = score(history, date(2026, 1, 2))
    assert found.score == pytest.approx(33.33, abs=0.005)
    assert found.margin == pytest.approx(23.6, abs=0.05)


def test_twelve_kept_and_then_one_missed() -> None:
    history = History()
    history.agree("2023-12-15", *firsts(2024, range(1, 13)), amount=200)
    for day in firsts(2024, range(1, 13)):
        history.pay(day, 200)
    found = score(history, date(2025, 2, 1))
    assert found.score == pytest.approx(89.91, abs=0.005)
    assert found.margin == pytest.approx(9.1, abs=0.05)
    assert found.evidence == pytest.approx(7.91, abs=0.005)
    assert found.confidence is Confidence.SOLID
    history.agree("2023-12-15", "2025-01-01", amount=200)
    found = score(history, date(2025, 2, 1))
    assert found.score == pytest.approx(81.68, abs=0.005)
    assert found.margin == pytest.approx(11.2, abs=0.05)


def test_three_missed_and_open() -> None:
    history = History()
    history.agree("2024-12-15", *firsts(2025, range(1, 4)), amount=200)
    assert score(history, date(2025, 4, 30)).score == pytest.approx(20, abs=0.005)


@pytest.mark.parametrize(
    ("late", "grace", "worth"),
    [
        *((-5, 0, 1.0), (0, 0, 1.0), (15, 0, 0.75), (30, 0, 0.5), (45, 0, 0.375)),
        *((60, 0, 0.25), (75, 0, 0.125), (90, 0, 0.0), (91, 0, 0.0), (5, 5, 1.0)),
        (6, 5, 0.9),
    ],
)
def test_credit_falls_with_lateness(late: int, grace: int, worth: float) -> None:
    assert credit(late, grace) == pytest.approx(worth)


@pytest.mark.parametrize(
    ("days", "left"), [(-10, 1.0), (0, 1.0), (365, 0.5), (730, 0.25), (2190, 2**-6), (2191, 0.0)]
)
def test_a_promise_fades_from_its_due_date_on(days: int, left: float) -> None:
    assert fade(on("06-01"), on("06-01") + timedelta(days=days)) == pytest.approx(left)


def test_what_is_open_does_not_fade_until_it_is_forgotten() -> None:
    history = History()
    history.agree("2019-12-01", "2020-01-01", amount=200)
    due = date(2020, 1, 1)
    assert score(history, due + timedelta(days=2190)).evidence == 1
    assert score(history, due + timedelta(days=2191)).evidence == 0


def test_the_part_of_an_open_promise_that_was_paid_fades() -> None:
    history = History()
    history.agree("2025-12-01", "2026-01-01", amount=200)
    history.pay("2026-01-01", 50)
    found = score(history, date(2027, 1, 1))
    assert found.evidence == pytest.approx(0.25 / 2 + 0.75)
    assert found.good == pytest.approx(0.25 / 2)


def test_renegotiated_in_time_counts_for_what_was_paid_only() -> None:
    history = History()
    history.agree("2025-12-01", "2026-01-01", "2026-02-01", amount=200, replaced_on="2026-01-20")
    history.pay("2026-01-01", 200)
    history.pay("2026-01-10", 50)
    assert score(history, date(2026, 1, 19)).evidence == pytest.approx(
        fade(on("01-01"), on("01-19"))
    )
    found = score(history, date(2026, 1, 20))
    assert found.evidence == pytest.approx(fade(on("01-01"), on("01-20")) + 0.25)
    assert found.good == found.evidence


@pytest.mark.parametrize(
    ("days", "capacity"), [(["2026-02-01"], 300.0), (["2026-02-01", "2026-04-30"], 200.0)]
)
def test_a_monthly_equivalent_is_the_sum_over_the_months_to_the_last(
    days: list[str], capacity: float
) -> None:
    promised = [(on(day), 300) for day in days]
    assert credibility.monthly_equivalent(promised, on("01-15")) == capacity


# --- what must hold --------------------------------------------------------------------------

START = date(2024, 1, 1)
DAYS = st.integers(0, 500)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """One agreement after another, each replacing the one before, with payments of any kind."""
    history = History()
    made = START
    for index in range(draw(st.integers(1, 3))):
        later = draw(st.integers(20, 200))
        is_last = index == 2
        dues = draw(st.lists(st.integers(1, 300), min_size=1, max_size=6))
        history.agree(
            made.isoformat(),
            *((made + timedelta(days=day)).isoformat() for day in sorted(dues)),
            amount=draw(st.integers(1, 400)),
            grace_days=draw(st.integers(0, 10)),
            **({} if is_last else {"replaced_on": (made + timedelta(days=later)).isoformat()}),
        )
        made += timedelta(days=later)
    for day, amount, back in draw(
        st.lists(st.tuples(DAYS, st.integers(1, 500), st.none() | st.integers(0, 60)), max_size=8)
    ):
        paid_on = START + timedelta(days=day)
        returned = None if back is None else (paid_on + timedelta(days=back)).isoformat()
        history.pay(paid_on.isoformat(), amount, back=returned)
    return history


AS_OF = st.integers(0, 1500).map(lambda days: START + timedelta(days=days))


@given(histories(), AS_OF)
def test_a_score_is_between_nothing_and_a_hundred(history: History, as_of: date) -> None:
    found = score(history, as_of)
    assert 0 < found.score < 100
    assert 0 <= found.good <= found.evidence + TOLERANCE
    assert found.margin > 0


@given(histories(), AS_OF, st.data())
def test_paying_earlier_or_more_never_lowers_it(
    history: History, as_of: date, data: st.DataObject
) -> None:
    """Of money that counts; DESIGN fixes the allotments."""
    if not history.allotments:
        return
    before = score(history, as_of).score
    index = data.draw(st.integers(0, len(history.allotments) - 1))
    chosen = history.allotments[index]
    earlier = data.draw(st.integers(0, 100))
    history.payments = [
        replace(each, paid_on=each.paid_on - timedelta(days=earlier))
        if each.id == chosen.payment_id
        else each
        for each in history.payments
    ]
    sooner = score(history, as_of).score
    assert sooner >= before - TOLERANCE
    history.allotments[index] = replace(
        chosen, amount=chosen.amount + data.draw(st.integers(0, 99))
    )
    assert score(history, as_of).score >= sooner - TOLERANCE


@given(histories(), AS_OF, st.integers(1, 400))
def test_a_miss_never_raises_it_and_a_kept_promise_never_lowers_it(
    history: History, as_of: date, amount: int
) -> None:
    before = score(history, as_of).score
    due = as_of - timedelta(days=1)
    made = min(START, due)
    (missed,) = history.agree(made.isoformat(), due.isoformat(), amount=amount)
    assert score(history, as_of).score <= before + TOLERANCE
    payment = len(history.payments) + 1
    history.payments.append(Payment(payment, due, amount))
    history.allotments.append(Allotment(payment, missed, amount))
    assert score(history, as_of).score >= before - TOLERANCE


@given(histories(), AS_OF)
def test_renegotiating_in_time_never_lowers_it(history: History, as_of: date) -> None:
    last = replace(history.agreements[-1], replaced_on=None)
    history.agreements[-1] = last
    before = score(history, as_of).score
    due = [each.due_on for each in history.instalments if each.agreement_id == last.id]
    history.agreements[-1] = replace(last, replaced_on=min(due))
    assert score(history, as_of).score >= before - TOLERANCE


@given(histories(), AS_OF, st.integers(2, 5))
def test_splitting_a_promise_on_its_day_changes_nothing_once_its_grace_is_over(
    history: History, as_of: date, parts: int
) -> None:
    amount = 60 * parts
    made, due = START.isoformat(), START + timedelta(days=30)
    if as_of <= due:
        return
    whole, split = replace_history(history), replace_history(history)
    whole.agree(made, due.isoformat(), amount=amount)
    split.agree(made, *[due.isoformat()] * parts, amount=60)
    for each, pieces in ((whole, 1), (split, parts)):
        paid, left = 90, 90
        first = len(each.instalments) - pieces + 1
        number = len(each.payments) + 1
        each.payments.append(Payment(number, due, paid))
        for piece in range(pieces):
            part = min(left, amount // pieces)
            if part:
                each.allotments.append(Allotment(number, first + piece, part))
            left -= part
    assert score(whole, as_of).score == pytest.approx(score(split, as_of).score, abs=1e-6)


def replace_history(history: History) -> History:
    """A copy that can be added to."""
    return History(
        list(history.agreements),
        list(history.instalments),
        list(history.payments),
        list(history.allotments),
        list(history.moratoriums),
    )


@given(histories())
def test_a_settled_history_fades_to_fifty(history: History) -> None:
    # Everything is paid at last, so nothing stays open.
    late = START + timedelta(days=1000)
    for number, each in enumerate(history.instalments, len(history.payments) + 1):
        history.payments.append(Payment(number, late, each.amount))
        history.allotments.append(Allotment(number, each.id, each.amount))
    far = START + timedelta(days=1000 + credibility.FORGOTTEN)
    assert score(history, far).score == 50


@given(histories(), AS_OF, st.randoms())
def test_the_order_of_the_records_never_matters(
    history: History, as_of: date, random: Random
) -> None:
    before = score(history, as_of).score
    for records in (history.instalments, history.allotments, history.payments):
        random.shuffle(records)
    assert score(history, as_of).score == pytest.approx(before, abs=TOLERANCE)


# --- over time -------------------------------------------------------------------------------


@given(histories(), st.lists(AS_OF, min_size=1, max_size=20, unique=True))
def test_a_history_is_the_score_of_each_day(history: History, days: list[date]) -> None:
    days.sort()
    for day, found in zip(days, score_history.history(promises(history), days), strict=True):
        expected = score(history, day)
        assert found.score == pytest.approx(expected.score, abs=TOLERANCE)
        assert found.evidence == pytest.approx(expected.evidence, abs=TOLERANCE)


@given(histories(), AS_OF, AS_OF)
def test_what_moved_the_score_adds_up_to_its_change(
    history: History, one: date, other: date
) -> None:
    since, until = sorted((one, other))
    found = score_history.moves(promises(history), since, until)
    total = score(history, until).score - score(history, since).score
    assert sum(each.points for each in found) == pytest.approx(total, abs=1e-7)
    assert [each.on for each in found] == sorted(each.on for each in found)
    assert all(since < each.on <= until for each in found)
    for each in found:
        assert (each.promise is None) == (each.cause is Cause.FADING)
        if each.cause is not Cause.FADING:
            assert each.since == each.on


@given(histories(), AS_OF)
def test_without_a_promise_is_the_score_of_all_others(history: History, as_of: date) -> None:
    found = score_history.without(promises(history), as_of)
    for each in history.instalments:
        others = replace_history(history)
        others.instalments.remove(each)
        others.allotments = [a for a in others.allotments if a.instalment_id != each.id]
        if each.id in found:
            assert found[each.id].score == pytest.approx(score(others, as_of).score, abs=1e-7)


def told(history: History, since: str, until: str) -> list[tuple[str, str, float]]:
    found = score_history.moves(promises(history), on(since), on(until))
    return [(f"{each.on:%m-%d}", each.cause.value, round(each.points, 2)) for each in found]


def test_what_moved_the_score_names_each_cause_in_order() -> None:
    history = History()
    history.agree("2025-12-01", "2026-01-10", "2026-02-10", "2026-03-10", amount=200)
    history.pay("2026-01-10", 200)
    history.pay("2026-02-25", 200)
    assert told(history, "01-01", "03-20") == [
        ("01-10", "kept", 16.67),
        ("02-11", "fading", -0.67),
        ("02-11", "missed", -16.75),
        ("02-25", "fading", -0.32),
        ("02-25", "late", 19.1),
        ("03-11", "fading", -0.25),
        ("03-11", "missed", -14.01),
        ("03-20", "fading", -0.22),
    ]


def test_money_that_came_back_is_named() -> None:
    history = History()
    history.agree("2025-12-01", "2026-01-10", amount=200)
    history.pay("2026-01-10", 200, back="2026-01-20")
    assert [each[:2] for each in told(history, "01-01", "01-20")] == [
        ("01-10", "kept"),
        ("01-20", "fading"),
        ("01-20", "returned"),
    ]


def test_what_was_paid_early_is_kept_once() -> None:
    history = History()
    history.agree("2025-12-01", "2026-02-10", amount=200)
    history.pay("2026-01-10", 200)
    assert told(history, "01-01", "02-10") == [("01-10", "kept", 16.67)]
