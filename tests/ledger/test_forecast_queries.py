"""The cash ahead as it is shown: days, shortfall, promises at risk."""

from pathlib import Path
from typing import Any

from store.ledger import forecast_queries
from store.ledger.forecast_views import Outlook
from tests import make
from tests.make import on

TODAY = on("06-10")


def outlook(path: Path, days: int = 60, **lists: Any) -> Outlook:
    ledger = make.loaded(path / "ledger.db", make.document(**lists))
    with ledger.reading() as session:
        found = forecast_queries.outlook(session, TODAY, days, "GBP")
    ledger.close()
    return found


def folder(path: Path, name: str) -> Path:
    (path / name).mkdir()
    return path / name


def test_the_promises_at_risk_are_named_with_what_is_open(tmp_path: Path) -> None:
    found = outlook(
        tmp_path,
        agreements=[make.promise(count=6)],
        payments=[make.paid(f"0{n}-01") for n in range(2, 6)],
        cash=[{"on": "2026-06-09", "amount": "150.00"}],
    )
    # 100.00 of 1 June is overdue, 1 July finds 50.00.
    assert (found.opening, found.short_on, found.gap) == (150_00, on("07-01"), 50_00)
    assert [(each.due_on, each.unpaid) for each in found.at_risk] == [(on("07-01"), 100_00)]
    assert found.days_to_act == 21
    assert len(found.days) == 61
    assert found.lowest == (on("07-01"), -50_00)


def test_the_promises_at_risk_do_not_depend_on_how_far_one_looks(tmp_path: Path) -> None:
    said = {
        "agreements": [make.promise(count=6)],
        "cash": [{"on": "2026-06-09", "amount": "450.00"}],
    }
    found = [outlook(folder(tmp_path, str(days)), days, **said).at_risk for days in (1, 90)]
    assert [each.due_on for each in found[0]] == [each.due_on for each in found[1]]
    assert [each.due_on for each in found[0]] == [on("07-01")]


def test_without_a_fresh_balance_there_is_no_verdict(tmp_path: Path) -> None:
    found = outlook(tmp_path, cash=[{"on": "2026-05-26", "amount": "150.00"}])
    assert (found.is_known, found.days, found.short_on) == (False, (), None)
    assert found.counted_on == on("05-26")
    never = outlook(folder(tmp_path, "never"))
    assert (never.counted_on, never.opening) == (None, None)


def line(name: str, kind: str = "essential", **said: Any) -> dict[str, Any]:
    return {"name": name, "kind": kind, "amount": "900.00", "every": "month", **said}


def test_what_goes_out_on_no_known_day_is_named_and_nothing_is_surely_carried(
    tmp_path: Path,
) -> None:
    cash = [{"on": "2026-06-09", "amount": "150.00"}]
    dated = line("Rent", starts_on="2026-01-01")
    found = outlook(
        folder(tmp_path, "rent"),
        days=10,
        cash=cash,
        budget=[
            line("Rent"),
            line("Over", ends_on="2026-06-09"),
            line("Twice", days=[25, 28]),
            line("Elsewhere", currency="EUR"),
            {**dated, "name": "Dated"},
            line("A gift", "income"),
        ],
    )
    assert (found.left_out, found.missing) == (["A gift", "Rent"], ["Rent"])
    assert (found.short_on, found.carries) == (None, False)
    # Without an income it is only darker than it need be.
    gift = [line("A gift", "income")]
    found = outlook(folder(tmp_path, "gift"), cash=cash, budget=gift)
    assert (found.left_out, found.missing, found.carries) == (["A gift"], [], True)
