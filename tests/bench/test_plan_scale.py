"""How plan and forecast grow: two years ahead is no more than a few times a month ahead."""

from collections.abc import Callable
from datetime import date, timedelta

from store.rules.affordability import Owing, Strategy, payoff, shares
from store.rules.cadence import Cadence, Unit
from store.rules.forecast import Due, Flow, forecast, occurrences
from tests.bench.measuring import least

TODAY = date(2026, 11, 23)


def two_years(lines: int) -> Callable[[], object]:
    """A forecast of two years over so many weekly lines, and as many promises a month."""

    def work() -> object:
        until = TODAY + timedelta(days=730)
        flows = [
            Flow(day, -100)
            for _ in range(lines)
            for day in occurrences(Cadence(Unit.WEEK), TODAY, TODAY, until)
        ]
        dues = [
            Due(n * 100 + k, TODAY + timedelta(days=30 * k), 50, TODAY + timedelta(days=30 * k))
            for n in range(lines)
            for k in range(24)
        ]
        return forecast(10**9, TODAY, flows, dues, 730)

    return work


def test_a_forecast_of_two_years_grows_with_its_lines_and_no_faster() -> None:
    few, many = least(two_years(5)), least(two_years(50))
    assert many < 30 * few
    # Against the clock of this very machine: so many additions are milliseconds anywhere.
    adding = least(lambda: sum(range(1_000_000)))
    assert few < 3 * adding


def test_sharing_month_by_month_grows_with_the_months_and_no_faster() -> None:
    debts = [Owing(n, 100_000, 1_000) for n in range(20)]
    once = least(lambda: shares(Strategy.PRO_RATA, 20_000, debts))
    whole = least(lambda: payoff(Strategy.PRO_RATA, 20_000, debts))
    assert whole < 40 * 100 * once
