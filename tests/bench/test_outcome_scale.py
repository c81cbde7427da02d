"""Deciding what payments were for, and what became of promises, takes near-linear time."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from store.rules import outcome
from store.rules.allotment import Allotter
from store.rules.outcome import Agreement, Allotment, Instalment, Payment
from tests.bench.measuring import least

FIRST = date(2000, 1, 1)


def ledger_of(count: int, *, backwards: bool) -> Callable[[], None]:
    """Allot and judge a daily promise of `count` instalments and as many payments."""
    agreements = [Agreement(1, FIRST)]
    days = [FIRST + timedelta(days=n) for n in range(count)]
    instalments = [Instalment(n + 1, 1, day, 100) for n, day in enumerate(days)]
    payments = [Payment(n + 1, day, 90 + n % 20) for n, day in enumerate(days)]
    if backwards:
        payments.reverse()

    def run() -> None:
        allotter = Allotter(agreements, instalments)
        allotments: list[Allotment] = []
        for payment in payments:
            allotments += allotter.allot(payment)
        outcome.standings(agreements, instalments, payments, allotments, [], days[-1])
        # What a ledger does for the next payment: all that was decided is taken in again.
        Allotter(agreements, instalments, payments, allotments)

    return run


@pytest.mark.parametrize("backwards", [False, True])
def test_ten_times_the_record_takes_at_most_thirty_times_as_long(*, backwards: bool) -> None:
    small = least(ledger_of(2_000, backwards=backwards))
    large = least(ledger_of(20_000, backwards=backwards))
    assert large <= 30 * small
