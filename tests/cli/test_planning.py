"""`plan`, `offers` and `forecast`: what they print and promise to programs."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import make
from tui import cli

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(household: Path, capfd: pytest.CaptureFixture[str], monkeypatch: Any) -> Run:
    """Runs a command on the household, on 23 November; gives code, out and err."""
    monkeypatch.setenv("ACCORD_LEDGER", str(household))
    monkeypatch.setenv("ACCORD_TODAY", "2026-11-23")

    def run(*arguments: object) -> tuple[int, str, str]:
        return cli.main([str(each) for each in arguments]), *capfd.readouterr()

    return run


def parsed(said: tuple[int, str, str]) -> Any:
    code, out, err = said
    assert (code, err) == (0, "")
    return json.loads(out)


def other_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **lists: Any) -> None:
    path = tmp_path / "other.db"
    make.loaded(path, make.document(**lists)).close()
    monkeypatch.setenv("ACCORD_LEDGER", str(path))


def test_the_plan_shows_the_surplus_by_the_factors(run: Run) -> None:
    found = parsed(run("plan", "--json"))
    shares = found.pop("shares")
    assert found == {
        "currency": "GBP",
        # 1480 + 104.20 · 13/12; 720 + 82 · 52/12 + 128 + 74 + 18; 412.36 / 10 + 655 / 9 … a month.
        "income": "1592.88",
        "essentials": "1295.33",
        "saving": "10.00",
        "priority": "114.01",
        "surplus": "173.54",
        "strategy": "pro-rata",
        "verdict": None,
    }
    assert sum(float(each["amount"]) for each in shares) == pytest.approx(173.54)


def test_the_published_shares(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    balances = {"one": "500.00", "two": "1000.00", "three": "233.00", "four": "200.00"}
    debts = [make.debt(name, balance=each) for name, each in balances.items()]
    other_ledger(tmp_path, monkeypatch, debts=debts)
    found = parsed(run("plan", "--surplus", "100.00", "--json"))
    assert [each["amount"] for each in found["shares"]] == ["25.87", "51.73", "12.05", "10.35"]
    assert found["surplus"] == "100.00"


def test_what_comes_first_is_said_and_no_share_is_shown(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    debts = [make.debt(), make.debt("tax", priority=True)]
    other_ledger(tmp_path, monkeypatch, debts=debts)
    found = parsed(run("plan", "--surplus", "100", "--json"))
    assert found["shares"] == []
    assert found["verdict"].startswith("First Bank (Tax): a priority debt with no agreement")
    code, out, _ = run("plan", "--surplus", "0")
    assert code == 0
    assert "get free advice before you offer" in out
    assert "StepChange" in out


def test_without_a_budget_nobody_knows_what_is_left(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_ledger(tmp_path, monkeypatch)
    found = parsed(run("plan", "--json"))
    assert (found["verdict"], found["shares"]) == (None, [])
    said = run("plan")[1]
    assert "There is no budget yet" in said
    assert "dvice" not in said
    assert "share" not in said
    assert parsed(run("plan", "--surplus", "0", "--json"))["verdict"].startswith("Nothing is left")


@pytest.mark.parametrize("strategy", ["contractual", "avalanche", "snowball"])
def test_every_strategy_shares_out_all_there_is(run: Run, strategy: str) -> None:
    found = parsed(run("plan", "--strategy", strategy, "--json"))
    assert found["strategy"] == strategy
    assert sum(float(each["amount"]) for each in found["shares"]) == pytest.approx(173.54)
    # Of the family loan no payment by contract is known; and the council tax is behind.
    first = (
        "No contractual payment is known of Aunt Rosa" if strategy == "contractual" else "This way"
    )
    assert found["verdict"].startswith(first)


def test_each_debt_says_how_it_ends_by_its_share_and_as_it_goes_on_now(run: Run) -> None:
    table = run("plan")[1].split("\n\n")[-1].splitlines()
    cells = [re.split(r" {2,}", line.strip()) for line in table]
    assert cells[:3] == [
        ["Shares, pro-rata", "a month", "months", "interest", "total", "owed", "paid off"],
        ["Northbank, Credit card", "£59.48", "26", "£0.00", "£1,371.40", "£1,371.40", "Jan 2029"],
        ["now", "£49.73", "27", "£0.00", "£1,340.00", "Feb 2029, £31.40 still owed"],
    ]
    assert max(map(len, table)) <= 120


def test_what_never_ends_or_is_not_promised_has_no_cost(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_ledger(tmp_path, monkeypatch, debts=[make.debt(apr="24")])
    *_, share, now = run("plan", "--surplus", "10")[1].splitlines()
    assert re.split(r" {2,}", share) == [
        "Bank, Card", "£10.00", "never", "–", "–", "£1,000.00", "never",
    ]  # fmt: skip
    assert now.split() == ["now", "£0.00", "–", "–", "–", "nothing", "is", "promised"]


def test_an_offer_is_compared_with_going_on(run: Run) -> None:
    now, settlement, *_ = parsed(run("offers", "northbank-card", "--json"))
    assert (now["key"], now["total_paid"], now["left_over"]) == (None, "1340.00", "31.40")
    assert settlement == {
        "key": "o4",
        "by": "creditor",
        "on": "2026-11-12",
        "status": "open",
        "monthly": "1050.00",
        "months": 1,
        "last_on": "2026-12-15",
        "total_paid": "1050.00",
        "interest": "0.00",
        "written_off": "321.40",
        "left_over": "0.00",
        "saved": "321.40",
        "apr": None,
        "fits": False,
        "kept_until": "2026-12-15",
    }


def test_what_never_ends_has_no_number_of_months_and_no_total(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    debt = make.debt(balance="5000.00", apr="24", contractual_payment="50.00")
    other_ledger(tmp_path, monkeypatch, debts=[debt])
    (now,) = parsed(run("offers", "card", "--json"))
    assert now["monthly"] == "50.00"
    assert {now[each] for each in ("months", "total_paid", "interest", "left_over")} == {None}
    said = run("offers", "card")[1]
    assert "Now, as the contract says:\n  Going on like this never clears the debt." in said
    assert "never" in said


def test_24_times_230_on_5000_shows_9_69(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = {
        "key": "o", "debt": "card", "by": "me", "on": "2026-01-01",
        "terms": {"amount": "230.00", "every": "month", "first_due": "2026-02-01", "count": 24},
    }  # fmt: skip
    other_ledger(tmp_path, monkeypatch, debts=[make.debt(balance="5000.00")], offers=[offer])
    _, found = parsed(run("offers", "card", "--json"))
    assert (found["apr"], found["total_paid"]) == (9.69, "5520.00")
    assert "9.69 %" in run("offers", "card")[1]


def test_the_forecast_names_the_first_shortfall_and_what_is_at_risk(run: Run) -> None:
    found = parsed(run("forecast", "--days", "30", "--json"))
    assert (found["currency"], found["start"], found["opening"]) == (
        "GBP", "2026-11-23", "143.75",
    )  # fmt: skip
    assert len(found["days"]) == 31
    assert found["days"][5] == {"on": "2026-11-28", "balance": "1384.39"}
    assert found["shortfall"] == {"on": "2026-11-23", "amount": "13.61"}
    assert found["at_risk"] == [
        {"debt": "northbank-card", "due_on": "2026-12-01", "amount": "50.00"}
    ]
    assert found["days_to_act"] == 8


def test_the_last_day_to_act_is_today(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cash = [{"on": "2026-01-25", "amount": "50.00"}]
    other_ledger(tmp_path, monkeypatch, cash=cash, agreements=[make.promise(count=1)])
    said = run("forecast", "--today", "2026-02-01")[1]
    assert said.endswith("\nToday is the day to talk to them.\n")
    assert (
        "1 day to act: talk to them before it is missed."
        in (run("forecast", "--today", "2026-01-31")[1])
    )


def test_an_old_balance_gives_no_verdict_but_asks_for_a_new_one(run: Run) -> None:
    found = parsed(run("forecast", "--today", "2026-12-05", "--json"))
    assert (found["days"], found["shortfall"], found["days_to_act"]) == ([], None, None)
    assert "too old to say anything" in run("forecast", "--today", "2026-12-05")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("plan", "--strategy", "fair"), "invalid choice"),
        (("plan", "--surplus", "lots"), "is not an amount of money"),
        (("plan", "--surplus", "€5"), "in GBP, not EUR"),
        (("plan", "--currency", "USD"), "Nothing here is in USD"),
        (("offers", "nobody"), "nobody"),
        (("offers",), "required"),
        (("forecast", "--days", "-1"), "cannot be"),
        (("forecast", "--currency", "USD"), "Nothing here is in USD"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(
    run: Run, arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_forecast_names_what_it_leaves_out_and_promises_nothing_then(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cash = [{"on": "2026-11-23", "amount": "50.00"}]
    rent = {"name": "Rent", "kind": "essential", "amount": "900.00", "every": "month"}
    other_ledger(tmp_path, monkeypatch, cash=cash, budget=[rent])
    _, out, _ = run("forecast")
    assert "Left out of the cash ahead, since Plan (6) says no day of it: Rent." in out
    assert "No day is short" in out
    assert "carries every promise" not in out
    shape = {"currency", "start", "opening", "days", "shortfall", "at_risk", "days_to_act"}
    assert parsed(run("forecast", "--json")).keys() == shape


def test_an_offer_that_cannot_be_is_said_to_beside_the_others(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = {"amount": "50.00", "every": "month", "first_due": "2027-01-10"}
    offers = [
        {
            "key": key,
            "debt": "card",
            "by": "creditor",
            "on": "2026-11-01",
            "terms": terms | more,
            "recorded_at": "2026-11-01T10:00:00+00:00",
        }
        for key, more in (("good", {"count": 20}), ("odd", {"until": "2027-01-01"}))
    ]
    other_ledger(tmp_path, monkeypatch, offers=offers)
    found = {each["key"]: each["total_paid"] for each in parsed(run("offers", "card", "--json"))}
    assert (found["good"], found["odd"]) == ("1000.00", None)
    assert "The last day (1 January 2027) is before the first due date" in run("offers", "card")[1]


def test_with_nothing_left_a_plan_says_what_can_be_asked_for(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_ledger(tmp_path, monkeypatch)
    _, out, _ = run("plan", "--surplus", "0")
    asked = "Ask for a token payment, such as £1.00 a month looked at again in 6 months, or for a "
    assert f"{asked}deferral of 3 months, from:\n  Bank, Card" in out
    assert "share" not in out
    assert parsed(run("plan", "--surplus", "0", "--json"))["shares"] == []
