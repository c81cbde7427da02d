"""Credibility with one rule changed at a time: each such mutant must fail a check.

The checks take their numbers from DESIGN's table, by hand: `half(days)` is what fading leaves, and
a promise of 200 with a capacity of 200 weighs 1. The rules as they are pass them all.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import sqrt
from typing import Any

import pytest

from store.rules import credibility, outcome
from store.rules.credibility import Confidence, Promise, Score, Slice
from store.rules.outcome import EndedHow, Moratorium, Outcome, Payment
from tests.rules.credibility_histories import Debt, score_of

DUE = date(2026, 1, 1)
MADE = date(2025, 1, 1)


def day(days: int) -> date:
    """So many days after the due date."""
    return DUE + timedelta(days=days)


def half(days: int) -> float:
    """What is left of a weight after so many days."""
    return float(0.5 ** (days / 365))


def promise(
    *paid: tuple[int, int] | tuple[int, int, int],
    amount: int = 200,
    due: int = 0,
    grace: int = 0,
    replaced: int | None = None,
    ended: tuple[int, EndedHow] | None = None,
    suspended: bool = False,
    capacity: float = 200,
) -> list[Promise]:
    """One promise, and the money for it: when it came, how much, and when it came back, if it did.

    All days are counted from `DUE`.
    """
    debt = Debt()
    (made,) = debt.agree(
        MADE,
        [(day(due), amount)],
        capacity,
        grace_days=grace,
        replaced_on=None if replaced is None else day(replaced),
        ended=None if ended is None else (day(ended[0]), ended[1]),
    )
    for paid_on, part, *back in paid:
        debt.pay(day(paid_on), [(made, part)], day(back[0]) if back else None)
    if suspended:
        debt.history.moratoriums.append(Moratorium(day(due - 10), day(due + 10)))
    return debt.promises()


def counts(promises: Sequence[Promise], days: int, evidence: float, good: float) -> None:
    """On a day after `DUE`, this much counts, and the score is what it comes to."""
    found = score_of(promises, day(days))
    assert found.evidence == pytest.approx(evidence, abs=1e-9)
    assert found.good == pytest.approx(good, abs=1e-9)
    expected = (1 + good) / (2 + evidence)
    assert found.score == pytest.approx(100 * expected)
    assert found.margin == pytest.approx(100 * sqrt(expected * (1 - expected) / (evidence + 3)))


def worth(promises: Iterable[Promise], days: int) -> float:
    """The score, so many days after `DUE`."""
    return score_of(promises, day(days)).score


# --- checks: DESIGN's worked values ----------------------------------------------------------


def monthly(year: int, months: range, *, kept: bool) -> list[Promise]:
    """200 on the 1st of each month."""
    debt = Debt()
    dues = [date(year, month, 1) for month in months]
    for made in debt.agree(date(year - 1, 12, 15), [(due, 200) for due in dues], 200):
        if kept:
            debt.pay(made.due_on, [(made, 200)])
    return debt.promises()


def says(promises: list[Promise], as_of: date, score: float, margin: float) -> Score:
    found = score_of(promises, as_of)
    assert found.score == pytest.approx(score, abs=0.005)
    assert found.margin == pytest.approx(margin, abs=0.05)
    return found


def check_nothing_yet() -> None:
    says([], DUE, 50.0, 28.9)


def check_one_kept_at_its_due_date() -> None:
    says(promise((0, 200)), DUE, 66.67, 23.6)


def check_one_missed_the_next_day() -> None:
    says(promise(), day(1), 33.33, 23.6)
    says(promise(), DUE, 50.0, 28.9)


def check_a_year_kept_and_then_one_missed() -> None:
    year = monthly(2024, range(1, 13), kept=True)
    found = says(year, date(2025, 2, 1), 89.91, 9.1)
    assert found.evidence == pytest.approx(7.91, abs=0.005)
    missed = monthly(2025, range(1, 2), kept=False)
    says(year + missed, date(2025, 2, 1), 81.68, 11.2)


def check_three_missed() -> None:
    found = says(monthly(2025, range(1, 4), kept=False), date(2025, 4, 30), 20.0, 16.3)
    assert found.evidence == 3


def check_confidence_in_words() -> None:
    for evidence, word in (
        (1.99, Confidence.TOO_LITTLE),
        (2.0, Confidence.BUILDING),
        (6.0, Confidence.BUILDING),
        (6.01, Confidence.SOLID),
    ):
        assert Score(evidence, 0).confidence is word


# --- checks: worked by hand ------------------------------------------------------------------


def check_money_is_worth_less_the_later_it_came() -> None:
    for late, credit in (
        *((-40, 1), (0, 1), (1, 29.5 / 30), (15, 0.75), (30, 0.5), (45, 0.375), (60, 0.25)),
        *((75, 0.125), (89, 0.25 / 30), (90, 0), (91, 0)),
    ):
        counts(promise((late, 200)), 100, half(100), half(100) * credit)


def check_money_in_grace_is_in_time_and_after_it_late_from_the_due_date() -> None:
    counts(promise((5, 200), grace=5), 6, half(6), half(6))
    counts(promise((6, 200), grace=5), 6, half(6), half(6) * 0.9)


def check_nothing_counts_in_grace_until_it_is_paid_in_full() -> None:
    counts(promise(grace=5), 5, 0, 0)
    counts(promise(grace=5), 6, 1, 0)
    counts(promise((-1, 50), grace=5), 5, 0, 0)
    counts(promise((-1, 50), grace=5), 6, 0.25 * half(6) + 0.75, 0.25 * half(6))
    counts(promise((-1, 50), (3, 150), grace=5), 3, half(3), half(3))


def check_what_is_kept_early_counts_at_once_and_fades_from_its_due_date() -> None:
    early = promise((-100, 200))
    counts(early, -101, 0, 0)
    counts(early, -100, 1, 1)
    counts(early, 0, 1, 1)
    counts(early, 365, 0.5, 0.5)
    counts(early, 730, 0.25, 0.25)


def check_what_came_late_fades_from_its_due_date_too() -> None:
    counts(promise((30, 200)), 365, 0.5, 0.25)


def check_what_is_open_does_not_fade_until_it_is_forgotten() -> None:
    counts(promise(), 365, 1, 0)
    counts(promise(), 2190, 1, 0)
    counts(promise(), 2191, 0, 0)


def check_what_is_settled_is_forgotten() -> None:
    counts(promise((0, 200)), 2190, half(2190), half(2190))
    counts(promise((0, 200)), 2191, 0, 0)


def check_the_paid_part_of_an_open_promise_fades_and_the_rest_does_not() -> None:
    counts(promise((0, 50)), 365, 0.125 + 0.75, 0.125)


def check_each_payment_has_its_own_lateness() -> None:
    counts(promise((0, 50), (30, 50), (60, 100)), 365, 0.5, 0.125 * (1 + 0.5) + 0.25 * 0.25)


def check_extra_money_counts_no_further() -> None:
    counts(promise((0, 150), (10, 300)), 20, half(20), half(20) * (0.75 + 0.25 * 25 / 30))


def check_money_counts_from_the_day_it_came_until_it_came_back() -> None:
    counts(promise((40, 200)), 39, 1, 0)
    counts(promise((40, 200)), 40, half(40), half(40) * 5 / 12)
    counts(promise((0, 200, 20)), 19, half(19), half(19))
    counts(promise((0, 200, 20)), 20, 1, 0)
    counts(promise((0, 200, 20), (30, 200)), 365, 0.5, 0.25)


def check_renegotiated_in_time_only_what_was_paid_counts_and_at_once() -> None:
    for replaced in (-50, 0, 5):
        counts(promise(grace=5, replaced=replaced), 100, 0, 0)
    counts(promise((-60, 50), replaced=-50), -51, 0, 0)
    counts(promise((-60, 50), replaced=-50), -50, 0.25, 0.25)
    counts(promise((-60, 50), replaced=-50), 365, 0.125, 0.125)


def check_renegotiated_late_is_a_breach_that_fades() -> None:
    counts(promise(grace=5, replaced=6), 365, 0.5, 0)
    counts(promise(grace=5, replaced=100), 99, 1, 0)
    counts(promise((0, 50), replaced=100), 365, 0.5, 0.125)


def check_cancelled_only_what_was_paid_counts() -> None:
    for how in (EndedHow.CREDITOR, EndedHow.ADVICE, EndedHow.INSOLVENCY):
        counts(promise(grace=5, ended=(5, how)), 100, 0, 0)
        counts(promise((-60, 50), ended=(-50, how)), 365, 0.125, 0.125)
        counts(promise(grace=5, ended=(6, how)), 100, 1, 0)


def check_suspended_only_what_was_paid_counts() -> None:
    counts(promise(suspended=True), 100, 0, 0)
    counts(promise((-60, 50), suspended=True), 365, 0.125, 0.125)


def check_what_i_broke_is_a_breach_of_the_next_promise_alone() -> None:
    debt = Debt()
    promised = [(day(days), amount) for days, amount in ((0, 20), (30, 60), (60, 400))]
    debt.agree(MADE, promised, 200, ended=(day(10), EndedHow.BROKEN))
    counts(debt.promises(), 9, 0.1, 0)
    counts(debt.promises(), 10, 0.1 + 0.3, 0)
    counts(debt.promises(), 60, 0.1 + 0.3 * half(30), 0)
    counts(debt.promises(), 100, 0.1 + 0.3 * half(70), 0)


def check_a_promise_weighs_its_money_over_what_could_be_afforded() -> None:
    both = promise((0, 100), amount=100) + promise(amount=300)
    counts(both, 365, 0.25 + 1.5, 0.25)
    counts(promise((0, 100), amount=100, capacity=50), 0, 2, 2)


# --- checks: an example of each thing that must hold -----------------------------------------

OTHERS = promise((0, 200)) + promise((20, 100), due=-30) + promise(due=-60, amount=50)
"""A kept, a partial and a missed promise."""


def check_earlier_more_and_extra_money_never_lower_it() -> None:
    later = [worth(OTHERS + promise((late, 100)), 100) for late in range(99, -1, -1)]
    assert later == sorted(later)
    more = [worth(OTHERS + promise((0, part)), 100) for part in range(1, 400, 20)]
    assert more == sorted(more)
    assert more[-1] == pytest.approx(more[-8])


def check_a_miss_lowers_it_and_a_kept_promise_raises_it() -> None:
    for days in (1, 100, 800):
        kept, missed = (worth(OTHERS + promise(*paid), days) for paid in ([(0, 200)], []))
        assert missed < worth(OTHERS, days) < kept


def check_renegotiating_in_time_never_lowers_it() -> None:
    for paid in ([], [(-5, 120)]):
        for days in (-2, 0, 1, 400):
            asked = worth(OTHERS + promise(*paid, replaced=-3), days)
            assert asked >= worth(OTHERS + promise(*paid), days)
            assert asked >= worth(OTHERS, days)


def check_splitting_a_promise_on_its_day_changes_nothing() -> None:
    whole = promise((0, 90), (30, 30))
    split = promise((0, 60), amount=60) + promise((0, 30), (30, 30), amount=90)
    split += promise(amount=50)
    for days in (31, 400, 2191):
        assert worth(OTHERS + split, days) == pytest.approx(worth(OTHERS + whole, days))


def check_a_settled_history_fades_to_fifty() -> None:
    settled = promise((0, 200)) + promise((60, 300), amount=300) + promise(replaced=9)
    away = [abs(worth(settled, days) - 50) for days in range(60, 2190, 100)]
    assert away == sorted(away, reverse=True)
    assert worth(settled, 2191) == 50


CHECKS = [check for name, check in list(globals().items()) if name.startswith("check_")]


# --- mutants ---------------------------------------------------------------------------------

Mutant = Callable[[pytest.MonkeyPatch], None]


def constant(name: str, value: object) -> Mutant:
    """Another constant, or another function, in `credibility`."""
    return lambda patch: patch.setattr(credibility, name, value)


def number(name: str, formula: Callable[[Score], float]) -> Mutant:
    """Another formula for what a score says."""
    return lambda patch: patch.setattr(Score, name, property(formula))


def slices(change: Callable[[Promise, Slice, date], Slice | None]) -> Mutant:
    """Each slice changed, or left out."""
    rule = credibility.slices

    def changed(promise: Promise, as_of: date) -> list[Slice]:
        found = (change(promise, each, as_of) for each in rule(promise, as_of))
        return [each for each in found if each is not None]

    return constant("slices", changed)


def outcomes(**became: Outcome) -> Mutant:
    """What is not full became something else."""
    rule: Callable[..., Outcome] = outcome._unfilled

    def changed(*args: Any, **kwargs: Any) -> Outcome:
        found = rule(*args, **kwargs)
        return became.get(found.value, found)

    return lambda patch: patch.setattr(outcome, "_unfilled", changed)


def promises(change: Callable[[Promise], Promise]) -> Mutant:
    """A promise that is looked at as if it were another."""
    rule = credibility.slices
    return constant("slices", lambda promise, as_of: rule(change(promise), as_of))


def late_by(days: Callable[[int, int], tuple[int, int]]) -> Mutant:
    """Another lateness or grace where money gets its credit."""
    rule = credibility.credit
    return constant("credit", lambda late, grace: rule(*days(late, grace)))


def until(last: Callable[[Promise], date]) -> Mutant:
    """Another last day of grace where it is asked what counts."""
    return lambda patch: patch.setattr(Promise, "grace_end", property(last))


def counting(rule: Callable[[Payment, date], bool]) -> Mutant:
    """Another rule for the days on which a payment counts."""
    return lambda patch: patch.setattr(Payment, "counts_on", rule)


def at_payment(promise: Promise, each: Slice, as_of: date) -> Slice:
    paid_on = promise.standing(as_of).paid_on
    return each if each.due_on is None or paid_on is None else replace(each, due_on=paid_on)


def fades_open(promise: Promise, each: Slice, as_of: date) -> Slice:
    return replace(each, due_on=promise.instalment.due_on)


def weighs_one(promise: Promise, each: Slice, as_of: date) -> Slice:
    return replace(each, weight=each.weight * promise.capacity / promise.instalment.amount)


def missed_weighs_half(promise: Promise, each: Slice, as_of: date) -> Slice:
    return replace(each, weight=each.weight / 2) if each.credit == 0 else each


def nothing_for_part(promise: Promise, each: Slice, as_of: date) -> Slice:
    full = promise.standing(as_of).unpaid == 0
    return each if full else replace(each, credit=0.0)


def late_breach_stays(promise: Promise, each: Slice, as_of: date) -> Slice:
    late = promise.standing(as_of).outcome is Outcome.RENEGOTIATED_LATE
    return replace(each, due_on=None) if late and each.credit == 0 else each


def no_grace(patch: pytest.MonkeyPatch) -> None:
    promises(lambda each: replace(each, agreement=replace(each.agreement, grace_days=0)))(patch)


def linear_fade(due_on: date, as_of: date) -> float:
    return max(0.0, 1 - max(0, (as_of - due_on).days) / credibility.FORGOTTEN)


def fade_before(due_on: date, as_of: date) -> float:
    return float(2.0 ** (-abs((as_of - due_on).days) / 365)) if as_of < day(2191) else 0.0


def prior(kept: float, both: float) -> Mutant:
    """Another beginning than one kept of two."""

    def formula(score: Score) -> float:
        sum_of_both = both + score.evidence
        return 100 * (kept + score.good) / sum_of_both if sum_of_both else 50.0

    return number("score", formula)


def margin(beyond: float, times: float = 1) -> Mutant:
    """Another number beside n under the root, or another factor."""

    def formula(score: Score) -> float:
        expected = score.score / 100
        return times * 100 * sqrt(expected * (1 - expected) / (score.evidence + beyond))

    return number("margin", formula)


MUTANTS: dict[str, Mutant] = {
    # the number
    "a prior of 0 of 0": prior(0, 0),
    "a prior of 2 of 4": prior(2, 4),
    "a prior of 0 of 2": prior(0, 2),
    "the margin with n + 2": margin(2),
    "the margin with n + 4": margin(4),
    "a margin of two deviations": margin(3, times=2),
    "building from more than 2": constant("BUILDING", 2.001),
    "solid from 6": constant("SOLID", 5.999),
    # fading
    "fades from the payment on": slices(at_payment),
    "a half-life of 180 days": constant("HALF_LIFE", 180),
    "a half-life of 730 days": constant("HALF_LIFE", 730),
    "a half-life of 366 days": constant("HALF_LIFE", 366),
    "fades in a straight line": constant("fade", linear_fade),
    "weighs less before it is due too": constant("fade", fade_before),
    "never fades": constant("fade", lambda due_on, as_of: float((as_of - due_on).days <= 2190)),
    "open misses fade": slices(fades_open),
    "what was renegotiated late never fades": slices(late_breach_stays),
    "never forgotten": constant("FORGOTTEN", 10**6),
    "forgotten a day early": constant("FORGOTTEN", 2189),
    "forgotten a day late": constant("FORGOTTEN", 2191),
    # weights
    "weighs the square root": slices(lambda _, each, __: replace(each, weight=sqrt(each.weight))),
    "each instalment weighs 1": slices(weighs_one),
    "capacity does not matter": promises(lambda each: replace(each, capacity=200)),
    "a miss weighs half": slices(missed_weighs_half),
    "extra money weighs too": promises(
        lambda each: replace(
            each,
            instalment=replace(
                each.instalment,
                amount=max(each.instalment.amount, sum(part for _, part in each.money)),
            ),
        )
    ),
    # credit
    "credit for what is unpaid": slices(
        lambda _, each, __: replace(each, credit=0.25) if each.due_on is None else each
    ),
    "no credit for a part": slices(nothing_for_part),
    "full credit for what came late": constant("credit", lambda late, grace: 1.0),
    "no credit for what came late": constant("credit", lambda late, grace: float(late <= grace)),
    "late in a straight line to 60 days": constant("LATENESS", ((0, 1.0), (60, 0.0))),
    "late in a straight line to 90 days": constant("LATENESS", ((0, 1.0), (90, 0.0))),
    "late to 60 days without its tail": constant("LATENESS", ((0, 1.0), (30, 0.5), (60, 0.25))),
    "late counted from the end of grace": late_by(lambda late, grace: (late - grace, 0)),
    # grace
    "no grace": no_grace,
    "no grace for the credit": late_by(lambda late, _: (late, 0)),
    "grace a day longer for the credit": late_by(lambda late, grace: (late, grace + 1)),
    "no grace for what counts": until(lambda each: each.instalment.due_on),
    "counts a day later": until(
        lambda each: each.instalment.due_on + timedelta(days=each.agreement.grace_days + 1)
    ),
    "what is kept counts only after its grace": constant("_SETTLED", frozenset()),
    # outcomes
    "renegotiated in time is a breach": outcomes(renegotiated=Outcome.RENEGOTIATED_LATE),
    "renegotiated in time is missed": outcomes(renegotiated=Outcome.MISSED),
    "renegotiated late counts nothing": outcomes(renegotiated_late=Outcome.RENEGOTIATED),
    "renegotiated late is missed": outcomes(renegotiated_late=Outcome.MISSED),
    "suspended is missed": outcomes(suspended=Outcome.MISSED),
    "suspended is a breach": outcomes(suspended=Outcome.RENEGOTIATED_LATE),
    "cancelled is missed": outcomes(cancelled=Outcome.MISSED),
    "cancelled is a breach": outcomes(cancelled=Outcome.RENEGOTIATED_LATE),
    "missed counts nothing": outcomes(missed=Outcome.CANCELLED),
    "partial counts as what was paid": outcomes(partial=Outcome.CANCELLED),
    "broken is no breach": promises(lambda each: replace(each, next_open=False)),
    "broken is a breach of all": promises(lambda each: replace(each, next_open=True)),
    "what was ended or replaced late was so in time": lambda patch: patch.setattr(
        outcome, "_by", lambda on, as_of: MADE if on is not None and on <= as_of else None
    ),
    "what ends later is known before": lambda patch: patch.setattr(
        outcome, "_by", lambda on, as_of: on
    ),
    "insolvency cancels nothing": lambda patch: patch.setattr(
        outcome, "CANCELLING", frozenset({EndedHow.CREDITOR, EndedHow.ADVICE})
    ),
    # money
    "returned payments still count": counting(lambda each, on: each.paid_on <= on),
    "returned payments never counted": counting(
        lambda each, on: each.paid_on <= on and each.returned_on is None
    ),
    "money counts before it comes": counting(
        lambda each, on: each.returned_on is None or each.returned_on > on
    ),
    "money counts the day it comes back": counting(
        lambda each, on: each.paid_on <= on and (each.returned_on is None or each.returned_on >= on)
    ),
    "money counts a day after it came": counting(
        lambda each, on: each.paid_on < on and (each.returned_on is None or each.returned_on > on)
    ),
}


def failing() -> set[str]:
    """The checks that fail; anything but a failed assertion is no verdict and goes on up."""
    found = set()
    for check in CHECKS:
        try:
            check()
        except AssertionError:
            found.add(check.__name__)
    return found


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.removeprefix("check_"))
def test_the_rules_as_they_are_pass_each_check(check: Callable[[], None]) -> None:
    check()


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS.keys())
def test_a_rule_that_is_changed_fails_a_check(
    mutant: Mutant, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutant(monkeypatch)
    assert failing()


def test_each_check_fails_for_some_change() -> None:
    found: set[str] = set()
    for mutant in MUTANTS.values():
        with pytest.MonkeyPatch.context() as patch:
            mutant(patch)
            found |= failing()
    assert found == {check.__name__ for check in CHECKS}
