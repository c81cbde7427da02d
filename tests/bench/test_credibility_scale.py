"""A history of scores costs little more than what is promised: one pass, not one score a day."""

import time
from collections.abc import Callable
from datetime import date, timedelta

from store.rules.credibility import History
from store.rules.outcome import Agreement, Instalment, Payment

START = date(2016, 1, 1)
TEN_YEARS = [START + timedelta(days=n) for n in range(3_653)]


def daily(count: int) -> Callable[[], None]:
    """The score of every day of ten years, of `count` promises that were each paid."""
    agreement = Agreement(1, START)
    days = [START + timedelta(days=n * len(TEN_YEARS) // count) for n in range(count)]

    def run() -> None:
        history = History(START)
        for number, day in enumerate(days):
            money = [(Payment(number, day, 100), 100)]
            history.add(Instalment(number, 1, day, 100), agreement, money, [], capacity=100)
        assert len(history.scores(TEN_YEARS)) == len(TEN_YEARS)

    return run


def best_of_three(run: Callable[[], None]) -> float:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def test_ten_times_the_promises_take_at_most_fifteen_times_as_long() -> None:
    assert best_of_three(daily(20_000)) <= 15 * best_of_three(daily(2_000))
