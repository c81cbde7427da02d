"""(d) How the rules grow with the record, and (f) matching a long statement."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from store.exchange import importing
from store.exchange.statements import reading
from store.records.database import open_ledger
from store.rules import forecast, outcome, score_history
from store.rules.allotment import Allotter
from store.rules.credibility import Promise
from tests.bench.ledgers import ON, clock, large
from tests.bench.measuring import Line, least, timed, written

SIZES = (1_000, 10_000, 100_000)
LINEAR = 1.5
"""How far ten times the record may be from ten times the time."""


def rules(sizes: tuple[int, ...] = SIZES) -> list[Line]:
    """History, explanation, allotment, outcomes and forecast against the size of the record."""
    return [growth(name, sizes) for name in WORKS]


def growth(name: str, sizes: tuple[int, ...]) -> Line:
    """How one of them grows: the worst step, against a step in proportion to the size."""
    times = [least(work) for work in map(WORKS[name], sizes)]
    worst = max(
        (later / before) / (more / fewer)
        for before, later, fewer, more in zip(times, times[1:], sizes, sizes[1:], strict=False)
    )
    figures = ", ".join(
        f"{size:,}: {written(each)}" for size, each in zip(sizes, times, strict=True)
    )
    return Line(name, figures, "linear growth", worst, LINEAR)


def _promises(count: int) -> list[Promise]:
    agreement = outcome.Agreement(1, ON - timedelta(days=7_300))
    days = [ON - timedelta(days=7_200 - n * 7_200 // count) for n in range(count)]
    return [
        Promise(
            outcome.Instalment(n, 1, day, 100),
            agreement,
            [(outcome.Payment(n, day + timedelta(days=9 if n % 9 == 0 else 0), 100), 100)],
            [],
            capacity=100,
        )
        for n, day in enumerate(days)
    ]


def _history(count: int) -> Callable[[], object]:
    promises, days = _promises(count), [ON - timedelta(days=30 * n) for n in range(12, -1, -1)]
    return lambda: score_history.history(promises, days)


def _explanation(count: int) -> Callable[[], object]:
    promises = _promises(count)
    return lambda: score_history.moves(promises, ON - timedelta(days=365), ON)


def _outcomes(count: int) -> Callable[[], object]:
    promises = _promises(count)
    given = [each.instalment for each in promises]
    paid = [each.money[0][0] for each in promises]
    parts = [outcome.Allotment(n, n, 100) for n in range(count)]
    agreement = promises[0].agreement
    return lambda: outcome.standings([agreement], given, paid, parts, [], ON)


def _allotment(count: int) -> Callable[[], object]:
    promises = _promises(count)

    def work() -> None:
        allotter = Allotter([promises[0].agreement], [each.instalment for each in promises], [], [])
        for each in promises[:: max(1, count // 1_000)]:
            allotter.allot(each.money[0][0])

    return work


def _forecast(count: int) -> Callable[[], object]:
    dues = [
        forecast.Due(n, ON + timedelta(days=n * 730 // count), 50, ON + timedelta(days=730))
        for n in range(count)
    ]
    return lambda: forecast.forecast(10**9, ON, [], dues, 730)


WORKS: dict[str, Callable[[int], Callable[[], object]]] = {
    "credibility over a year": _history,
    "what moved it in a year": _explanation,
    "outcomes": _outcomes,
    "allotment of 1,000 payments": _allotment,
    "forecast of two years": _forecast,
}


def statement(folder: Path, lines: int, instalments: int) -> list[Line]:
    """A statement matched against what is open."""
    path = large(folder, instalments)
    file = folder / "statement.csv"
    file.write_bytes(_statement(lines))
    ledger = open_ledger(path, clock)
    try:
        with ledger.reading() as session:
            took = timed(lambda: importing.review(session, reading.read(file), ON))
    finally:
        ledger.close()
    return [
        Line(
            f"{lines:,} lines against {instalments:,} instalments, read and matched", written(took)
        )
    ]


def _statement(count: int) -> bytes:
    rows = ["Date,Description,Amount"]
    for n in range(count):
        day: date = ON - timedelta(days=n * 3_000 // count)
        name = f"CREDITOR {n % 10}" if n % 10 == 0 else f"SHOP {n % 997}"
        rows.append(f"{day:%d/%m/%Y},{name} REF {n},-{10 + n % 50}.00")
    return "\n".join(rows).encode()
