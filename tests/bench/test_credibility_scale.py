"""A history of scores costs little more than what is promised: one pass, not one score a day."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from store.rules.credibility import Promise
from store.rules.outcome import Agreement, Instalment, Payment
from store.rules.score_history import Cause, history, moves
from tests.bench.measuring import least

START = date(2016, 1, 1)
TEN_YEARS = [START + timedelta(days=n) for n in range(3_653)]


def kept(count: int) -> list[Promise]:
    """So many promises over ten years, each paid on its day."""
    agreement = Agreement(1, START)
    days = [START + timedelta(days=n * len(TEN_YEARS) // count) for n in range(count)]
    return [
        Promise(
            Instalment(number, 1, day, 100),
            agreement,
            [(Payment(number, day, 100), 100)],
            [],
            capacity=100,
        )
        for number, day in enumerate(days)
    ]


def daily(count: int) -> Callable[[], None]:
    """The score of every day of ten years."""
    promises = kept(count)

    def run() -> None:
        assert len(history(promises, TEN_YEARS)) == len(TEN_YEARS)

    return run


def explained(count: int) -> Callable[[], None]:
    """What moved it in these years, each promise by itself."""
    promises = kept(count)

    def run() -> None:
        found = moves(promises, START - timedelta(days=1), TEN_YEARS[-1])
        assert sum(each.cause is Cause.KEPT for each in found) == count

    return run


@pytest.mark.parametrize("work", [daily, explained])
def test_ten_times_the_promises_take_at_most_fifteen_times_as_long(
    work: Callable[[int], Callable[[], None]],
) -> None:
    assert least(work(20_000)) <= 15 * least(work(2_000))
