"""Credibility: what must hold for any history, and where what DESIGN says of it does not."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from math import sqrt
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from store.rules import score_history
from store.rules.credibility import FORGOTTEN, HALF_LIFE, Promise, Score
from store.rules.outcome import EndedHow, Instalment, Moratorium, Outcome
from store.rules.score_history import Cause
from tests.rules.credibility_histories import (
    AMOUNTS,
    CAPACITIES,
    CREDITORS,
    GRACES,
    LAST,
    OFFSETS,
    START,
    Book,
    Debt,
    after,
    books,
    days_of,
    same_next,
    score_of,
)

FEW = settings(max_examples=60)
TOLERANCE = 1e-9
LONG_AGO = START - timedelta(days=1)
NOTHING_COUNTS = (Outcome.SUSPENDED, Outcome.CANCELLED, Outcome.RENEGOTIATED)
"""Of what became so, the part that is unpaid does not count."""

DAY = timedelta(days=1)


def chosen_promise(data: st.DataObject, book: Book) -> tuple[Debt, Promise]:
    """Any promise of a book, with its debt."""
    debt = data.draw(st.sampled_from(book.debts))
    return debt, data.draw(st.sampled_from(debt.promises()))


def never_lowers(before: Score, now: Score) -> None:
    assert now.score >= before.score - TOLERANCE


# --- the number ------------------------------------------------------------------------------


@FEW
@given(books(), st.data())
def test_a_score_is_the_mean_of_a_beta_distribution_and_its_margin_the_deviation(
    book: Book, data: st.DataObject
) -> None:
    found = book.score(data.draw(days_of(book)))
    assert 0 < found.score < 100
    assert 0 <= found.good <= found.evidence + TOLERANCE
    kept, broken = 1 + found.good, 1 + found.evidence - found.good
    both = kept + broken
    assert found.score == pytest.approx(100 * kept / both)
    assert found.margin == pytest.approx(100 * sqrt(kept * broken / (both**2 * (both + 1))))


@FEW
@given(books(), st.data())
def test_what_counts_with_each_creditor_adds_up_to_what_counts_with_all(
    book: Book, data: st.DataObject
) -> None:
    as_of = data.draw(days_of(book))
    whole, parts = book.score(as_of), [book.score(as_of, each) for each in CREDITORS]
    assert sum(each.evidence for each in parts) == pytest.approx(whole.evidence)
    assert sum(each.good for each in parts) == pytest.approx(whole.good)


@FEW
@given(books(), st.data())
def test_a_transfer_takes_what_falls_due_from_its_day_on_and_nothing_before(
    book: Book, data: st.DataObject
) -> None:
    debt, promise = chosen_promise(data, book)
    due_on, as_of = promise.instalment.due_on, data.draw(days_of(book))
    debt.creditor_id, debt.transfers = 1, [(due_on, 2)]
    alone = Book([debt])
    earlier = [each for each in debt.promises() if each.instalment.due_on < due_on]
    assert alone.score(as_of, 1) == score_of(earlier, as_of)
    debt.transfers = [(due_on + DAY, 2)]
    later = [each for each in debt.promises() if each.instalment.due_on > due_on]
    assert alone.score(as_of, 2) == score_of(later, as_of)


# --- DESIGN, "It must hold" ------------------------------------------------------------------


@FEW
@given(books(), st.data(), st.randoms(use_true_random=True))
def test_the_order_of_the_records_never_matters(
    book: Book, data: st.DataObject, random: Random
) -> None:
    as_of = data.draw(days_of(book))
    before = book.score(as_of)
    for debt in book.debts:
        assume(not has_twins_in_a_broken_agreement(debt))
        reorder(debt, random)
    random.shuffle(book.debts)
    found = book.score(as_of)
    assert found.score == pytest.approx(before.score, abs=TOLERANCE)
    assert found.evidence == pytest.approx(before.evidence, abs=TOLERANCE)


def has_twins_in_a_broken_agreement(debt: Debt) -> bool:
    """Whether two instalments of one fall due together: then their order does matter, see below."""
    return any(
        one.agreement_id == other.agreement_id
        and one.due_on == other.due_on
        and debt.agreement(one).ended_how is EndedHow.BROKEN
        for one, other in pairwise(
            sorted(debt.history.instalments, key=lambda each: (each.agreement_id, each.due_on))
        )
    )


def reorder(debt: Debt, random: Random) -> None:
    """All records in another order and, as after loading them, numbered in that order."""
    history = debt.history
    for records in (
        history.agreements,
        history.instalments,
        history.payments,
        history.allotments,
        history.moratoriums,
    ):
        random.shuffle(records)
    instalments = {each.id: debt.first_id + n for n, each in enumerate(history.instalments)}
    payments = {each.id: n for n, each in enumerate(history.payments, 1)}
    history.instalments = [replace(each, id=instalments[each.id]) for each in history.instalments]
    history.payments = [replace(each, id=payments[each.id]) for each in history.payments]
    history.allotments = [
        replace(
            each,
            payment_id=payments[each.payment_id],
            instalment_id=instalments[each.instalment_id],
        )
        for each in history.allotments
    ]


@FEW
@given(books(), st.data(), st.integers(1, 120))
def test_paying_earlier_never_lowers_it(book: Book, data: st.DataObject, days: int) -> None:
    """Of money that had come: what is still to come is more money, which has its own test."""
    before = book.promises()
    payments = [
        (debt, place) for debt in book.debts for place, _ in enumerate(debt.history.payments)
    ]
    if payments:
        debt, place = data.draw(st.sampled_from(payments))
        payment = debt.history.payments[place]
        as_of = data.draw(days_of(book, since=payment.paid_on))
        earlier = payment.paid_on - timedelta(days=days)
        debt.history.payments[place] = replace(payment, paid_on=earlier)
        now = same_next(book.promises(), before)
        never_lowers(score_of(before, as_of), score_of(now, as_of))


@FEW
@given(books(), st.data(), AMOUNTS, OFFSETS)
def test_paying_more_never_lowers_it(
    book: Book, data: st.DataObject, amount: int, offset: int
) -> None:
    """Unless it comes late for what does not count unpaid, or moves on what was broken: below."""
    before, as_of = book.promises(), data.draw(days_of(book))
    debt, promise = chosen_promise(data, book)
    paid_on = promise.instalment.due_on + timedelta(days=offset)
    if promise.standing(as_of).outcome in NOTHING_COUNTS:
        paid_on = min(paid_on, promise.grace_end)
    debt.pay(paid_on, [(promise.instalment, amount)])
    now = same_next(book.promises(), before)
    never_lowers(score_of(before, as_of), score_of(now, as_of))


@FEW
@given(books(), st.data(), AMOUNTS, OFFSETS)
def test_extra_money_never_lowers_it(
    book: Book, data: st.DataObject, amount: int, offset: int
) -> None:
    """For a promise that is full, whatever became of its agreement, and for no promise at all."""
    as_of = data.draw(days_of(book))
    debt, promise = chosen_promise(data, book)
    instalment = promise.instalment
    debt.pay(instalment.due_on, [(instalment, instalment.amount)])
    full = book.promises()
    debt.pay(instalment.due_on + timedelta(days=offset), [(instalment, amount)])
    never_lowers(score_of(full, as_of), score_of(same_next(book.promises(), full), as_of))
    now = book.score(as_of)
    debt.pay(instalment.due_on, [])
    assert book.score(as_of) == now


@FEW
@given(books(), st.data(), AMOUNTS, CAPACITIES, GRACES, st.integers(1, 900))
def test_a_miss_never_raises_it(
    book: Book, data: st.DataObject, amount: int, capacity: float, grace: int, ago: int
) -> None:
    as_of = data.draw(days_of(book))
    before = book.score(as_of)
    due_on = as_of - timedelta(days=grace + ago)
    debt = data.draw(st.sampled_from(book.debts))
    debt.agree(min(START, due_on), [(due_on, amount)], capacity, grace_days=grace)
    never_lowers(book.score(as_of), before)


@FEW
@given(books(), st.data())
def test_a_miss_in_place_of_what_was_paid_never_raises_it(book: Book, data: st.DataObject) -> None:
    before, as_of = book.promises(), data.draw(days_of(book, since=after(120)))
    missed = [
        place
        for place, each in enumerate(before)
        if each.money and replace(each, money=()).standing(as_of).outcome is Outcome.MISSED
    ]
    if missed:
        now = list(before)
        place = data.draw(st.sampled_from(missed))
        now[place] = replace(now[place], money=())
        never_lowers(score_of(now, as_of), score_of(before, as_of))


@FEW
@given(books(), st.data(), AMOUNTS, CAPACITIES, GRACES, st.integers(-60, 10))
def test_a_kept_promise_never_lowers_it(
    book: Book, data: st.DataObject, amount: int, capacity: float, grace: int, offset: int
) -> None:
    as_of = data.draw(days_of(book))
    before = book.score(as_of)
    due_on = START + timedelta(days=data.draw(st.integers(0, LAST)))
    debt = data.draw(st.sampled_from(book.debts))
    (kept,) = debt.agree(START, [(due_on, amount)], capacity, grace_days=grace)
    debt.pay(due_on + timedelta(days=min(offset, grace)), [(kept, amount)])
    never_lowers(before, book.score(as_of))


@FEW
@given(books(), st.data(), AMOUNTS, st.integers(0, 240), st.integers(-60, 0))
def test_a_kept_promise_more_in_an_agreement_never_lowers_it(
    book: Book, data: st.DataObject, amount: int, day: int, offset: int
) -> None:
    """Also where I broke the agreement; once it is kept."""
    debt, other = chosen_promise(data, book)
    due_on = other.agreement.made_on + timedelta(days=day)
    paid_on = due_on + timedelta(days=offset)
    as_of = data.draw(days_of(book, since=max(paid_on, START)))
    before = book.score(as_of)
    kept = replace(other.instalment, id=debt.first_id + 99, due_on=due_on, amount=amount)
    debt.history.instalments.append(kept)
    debt.pay(paid_on, [(kept, amount)])
    never_lowers(before, book.score(as_of))


@FEW
@given(books(), st.data(), st.integers(0, 250), AMOUNTS, CAPACITIES)
def test_renegotiating_in_time_never_lowers_it(
    book: Book, data: st.DataObject, day: int, amount: int, capacity: float
) -> None:
    """Nor does it what is overdue by then: that begins to fade. The new promises are to come."""
    as_of = data.draw(days_of(book))
    before = book.score(as_of)
    debt, promise = chosen_promise(data, book)
    agreement = promise.agreement
    last = agreement.replaced_on or date.max
    replaced_on = min(agreement.made_on + timedelta(days=day), last)
    agreements = debt.history.agreements
    agreements[agreements.index(agreement)] = replace(agreement, replaced_on=replaced_on)
    debt.agree(replaced_on, [(as_of + DAY, amount)], capacity)
    never_lowers(before, book.score(as_of))


PIECES = st.lists(
    st.tuples(
        AMOUNTS,
        st.lists(st.tuples(st.integers(0, 3), st.integers(1, 400)), max_size=3),
    ),
    min_size=2,
    max_size=5,
)
"""Amounts, and what of each of four payments is for them, in 400ths of it by turns."""


@FEW
@given(
    books(),
    st.data(),
    PIECES,
    st.lists(st.tuples(OFFSETS, st.sampled_from([None, 0, 5, 40])), min_size=4, max_size=4),
    GRACES,
    st.sampled_from([None, EndedHow.CREDITOR, EndedHow.ADVICE]),
)
def test_splitting_a_promise_on_its_day_changes_nothing_once_its_grace_is_over(
    book: Book,
    data: st.DataObject,
    pieces: list[tuple[int, list[tuple[int, int]]]],
    payments: list[tuple[int, int | None]],
    grace: int,
    ended_how: EndedHow | None,
) -> None:
    """Unless I break its agreement, see below."""
    due_on = after(data.draw(st.integers(0, 300)))
    grace_end = due_on + timedelta(days=grace)
    as_of = data.draw(days_of(book, since=grace_end + DAY))
    around = st.none() | st.integers(-20, 40).map(lambda days: grace_end + timedelta(days=days))
    replaced_on, ended_on = data.draw(around), data.draw(around)
    number = data.draw(st.integers(0, len(book.debts) - 1))
    parts = []
    for amount, shares in pieces:
        left, taken = amount, [0] * len(payments)
        for which, share in shares:
            part = left * share // 400
            taken[which] += part
            left -= part
        parts.append(taken)
    split, whole = book, book.copy()
    for each, promised, money in (
        (split, [amount for amount, _ in pieces], parts),
        (
            whole,
            [sum(amount for amount, _ in pieces)],
            [[sum(each) for each in zip(*parts, strict=True)]],
        ),
    ):
        debt = each.debts[number]
        made = debt.agree(
            START,
            [(due_on, amount) for amount in promised],
            200.0,
            grace_days=grace,
            replaced_on=replaced_on,
            ended=(ended_on, ended_how) if ended_on and ended_how else None,
        )
        for which, (offset, back) in enumerate(payments):
            paid_on = due_on + timedelta(days=offset)
            debt.pay(
                paid_on,
                [(one, taken[which]) for one, taken in zip(made, money, strict=True)],
                None if back is None else paid_on + timedelta(days=back),
            )
    one, many = whole.score(as_of), split.score(as_of)
    assert many.score == pytest.approx(one.score, abs=TOLERANCE)
    assert many.evidence == pytest.approx(one.evidence, abs=TOLERANCE)


@FEW
@given(books(), st.integers(0, 625), st.integers(0, HALF_LIFE))
def test_a_settled_history_fades_to_fifty(book: Book, first: int, days: int) -> None:
    for debt in book.debts:
        for instalment in debt.history.instalments:
            debt.pay(after(LAST), [(instalment, instalment.amount)])
    day = after(LAST + 200 + first)
    promises = book.promises()
    assert all(each.standing(day).outcome in (Outcome.KEPT, Outcome.LATE) for each in promises)
    one, other = score_of(promises, day), score_of(promises, day + timedelta(days=days))
    assert abs(other.score - 50) <= abs(one.score - 50) + TOLERANCE
    half = score_of(promises, day + timedelta(days=HALF_LIFE))
    assert half.evidence == pytest.approx(one.evidence / 2)
    last = max(each.instalment.due_on for each in promises)
    assert score_of(promises, last + timedelta(days=FORGOTTEN)).evidence > 0
    far = score_of(promises, last + timedelta(days=FORGOTTEN + 1))
    assert (far.score, far.evidence) == (50, 0)


# --- over time -------------------------------------------------------------------------------


def days_by(step: str, first: date, count: int) -> list[date]:
    """So many days one after another: each, each week's, or each month's first."""
    if step == "month":
        months = range(first.month, first.month + count)
        return [date(first.year + each // 12, each % 12 + 1, 1) for each in months]
    apart = 7 if step == "week" else 1
    return [first + timedelta(days=apart * n) for n in range(count)]


@pytest.mark.parametrize("step", ["day", "week", "month"])
@settings(max_examples=25)
@given(books(), st.data(), st.none() | st.sampled_from(CREDITORS))
def test_a_history_is_the_score_of_each_day(
    step: str, book: Book, data: st.DataObject, creditor: int | None
) -> None:
    first = data.draw(days_of(book, since=LONG_AGO))
    promises = book.promises(creditor)
    days = days_by(step, first, 40)
    for day, found in zip(days, score_history.history(promises, days), strict=True):
        expected = score_of(promises, day)
        assert found.score == pytest.approx(expected.score, abs=TOLERANCE)
        assert found.evidence == pytest.approx(expected.evidence, abs=TOLERANCE)
        assert found.good == pytest.approx(expected.good, abs=TOLERANCE)


@FEW
@given(books(), st.data(), st.integers(0, 2600))
def test_what_moved_the_score_adds_up_to_its_change_in_order(
    book: Book, data: st.DataObject, days: int
) -> None:
    since = data.draw(days_of(book, since=LONG_AGO))
    until, promises = since + timedelta(days=days), book.promises()
    found = score_history.moves(promises, since, until)
    change = score_of(promises, until).score - score_of(promises, since).score
    assert sum(each.points for each in found) == pytest.approx(change, abs=0.01)
    place = {each.instalment.id: n for n, each in enumerate(promises)}
    order = [(each.on, -1 if each.promise is None else place[number(each)]) for each in found]
    assert order == sorted(order)
    assert len(order) == len(set(order))
    for each in found:
        assert since <= each.since <= each.on <= until
        assert since < each.on
        assert (each.promise is None) == (each.cause is Cause.FADING) == (each.since < each.on)
        expected = score_of(promises, each.on)
        if each is found[-1] or found[found.index(each) + 1].on > each.on:
            assert each.after.score == pytest.approx(expected.score, abs=1e-6)


def number(move: score_history.Move) -> int:
    assert move.promise is not None
    return move.promise.instalment.id


@FEW
@given(books(), st.data())
def test_without_a_promise_is_the_score_of_all_others(book: Book, data: st.DataObject) -> None:
    as_of, promises = data.draw(days_of(book)), book.promises()
    found = score_history.without(promises, as_of)
    made = [each for each in promises if each.agreement.made_on <= as_of]
    assert set(found) == {each.instalment.id for each in made}
    for each in made:
        expected = score_of([other for other in promises if other is not each], as_of)
        assert found[each.instalment.id].score == pytest.approx(expected.score, abs=TOLERANCE)
        assert found[each.instalment.id].evidence == pytest.approx(expected.evidence, abs=TOLERANCE)


# --- where it does not hold ------------------------------------------------------------------


def a_year_kept() -> Debt:
    """200 a month, each on its day, all through 2024; capacity 200."""
    debt = Debt()
    for due in [date(2024, month, 1) for month in range(1, 13)]:
        (made,) = debt.agree(START, [(due, 200)], 200)
        debt.pay(due, [(made, 200)])
    return debt


NEW_YEAR = date(2025, 1, 1)


@pytest.mark.parametrize("became", NOTHING_COUNTS)
def test_money_that_comes_late_for_what_counts_nothing_unpaid_lowers_it(became: Outcome) -> None:
    """DESIGN says that paying more never lowers it. 45 days late has the credit 0.375 only."""
    debt = a_year_kept()
    (made,) = debt.agree(
        START,
        [(NEW_YEAR, 200)],
        200,
        replaced_on=NEW_YEAR if became is Outcome.RENEGOTIATED else None,
        ended=(NEW_YEAR, EndedHow.CREDITOR) if became is Outcome.CANCELLED else None,
    )
    if became is Outcome.SUSPENDED:
        debt.history.moratoriums.append(Moratorium(NEW_YEAR, NEW_YEAR))
    as_of = NEW_YEAR + timedelta(days=45)
    assert debt.promises()[-1].standing(as_of).outcome is became
    assert score_of(debt.promises(), as_of).score == pytest.approx(89.70, abs=0.005)
    debt.pay(as_of, [(made, 200)])
    assert score_of(debt.promises(), as_of).score == pytest.approx(85.19, abs=0.005)


def broken(*amounts: int) -> tuple[Debt, list[Instalment]]:
    """An agreement that I broke on New Year's Day, when its first instalment fell due; grace 5."""
    debt = Debt()
    days = [NEW_YEAR, *(date(2025, month, 1) for month in range(2, 1 + len(amounts)))]
    promised = list(zip(days, amounts, strict=True))
    ended = (NEW_YEAR, EndedHow.BROKEN)
    return debt, debt.agree(START, promised, 200, grace_days=5, ended=ended)


def test_paying_the_next_of_a_broken_agreement_makes_a_breach_of_the_one_after_it() -> None:
    """DESIGN says that paying more, and a kept promise, never lower it."""
    debt, (small, _) = broken(20, 400)
    unpaid = score_of(debt.promises(), NEW_YEAR)
    assert (unpaid.good, unpaid.evidence) == pytest.approx((0, 0.1))
    assert unpaid.score == pytest.approx(47.62, abs=0.005)
    debt.pay(NEW_YEAR, [(small, 20)])
    paid = score_of(debt.promises(), NEW_YEAR)
    assert (paid.good, paid.evidence) == pytest.approx((0.1, 2.1))
    assert paid.score == pytest.approx(26.83, abs=0.005)


def test_paying_it_a_day_earlier_lowers_it_too() -> None:
    """DESIGN says that paying earlier never does; a day after its end nothing is a breach."""
    found = []
    for paid_on in (NEW_YEAR, NEW_YEAR + DAY):
        debt, (small, _) = broken(20, 400)
        debt.pay(paid_on, [(small, 20)])
        found.append(score_of(debt.promises(), NEW_YEAR + DAY).score)
    assert found == pytest.approx([26.83, 52.38], abs=0.005)


def test_a_further_promise_unpaid_in_a_broken_agreement_raises_it() -> None:
    """It is the next one then, and the larger one after it is cancelled."""
    debt, _ = broken(400)
    assert score_of(debt.promises(), NEW_YEAR).score == pytest.approx(25)
    debt, _ = broken(20, 400)
    assert score_of(debt.promises(), NEW_YEAR).score == pytest.approx(47.62, abs=0.005)


def test_splitting_the_next_promise_of_a_broken_agreement_raises_it() -> None:
    """DESIGN says that it changes nothing; but only one part is the next, the others cancelled."""
    found = []
    for amounts in ([200], [50] * 4):
        debt = Debt()
        ended = (START, EndedHow.BROKEN)
        debt.agree(START, [(NEW_YEAR, amount) for amount in amounts], 200, ended=ended)
        found.append(score_of(debt.promises(), NEW_YEAR + DAY).score)
    assert found == pytest.approx([33.35, 44.45], abs=0.005)


def test_of_two_next_promises_of_one_day_the_one_recorded_first_is_the_breach() -> None:
    """DESIGN says that the order of records never matters."""
    found = []
    for amounts in ([20, 400], [400, 20]):
        debt = Debt()
        ended = (START, EndedHow.BROKEN)
        debt.agree(START, [(NEW_YEAR, amount) for amount in amounts], 200, ended=ended)
        found.append(score_of(debt.promises(), NEW_YEAR).score)
    assert found == pytest.approx([47.62, 25], abs=0.005)
