"""Credibility out of a ledger: the sample household's values, capacity, and telling in time."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from store.ledger import names, scores
from store.ledger.score_views import Credibility
from store.records.database import Ledger
from store.rules.outcome import Outcome
from tests import make

TODAY = date(2026, 11, 23)


@pytest.fixture
def ledger(household: Path) -> Iterator[Ledger]:
    """The sample household."""
    opened = make.ledger(household)
    yield opened
    opened.close()


def of(ledger: Ledger, creditor: str | None = None, as_of: date = TODAY) -> Credibility:
    with ledger.reading() as session:
        creditor_id = None
        if creditor is not None:
            creditor_id = names.find("creditor", creditor, names.creditors(session)).id
        return scores.standing(session, as_of, creditor_id)


def test_the_household_stands_as_its_promises_say(ledger: Ledger) -> None:
    found = of(ledger)
    assert found.score.score == pytest.approx(82.06, abs=0.005)
    assert found.score.margin == pytest.approx(12.33, abs=0.005)
    assert found.score.evidence == pytest.approx(6.69, abs=0.005)
    assert found.score.confidence.value == "solid"
    assert found.counts[Outcome.KEPT] == 36
    assert (found.streak, found.told, found.to_tell) == (0, 0, 5)


@pytest.mark.parametrize(
    ("creditor", "score"),
    [("northbank", 70.73), ("riverside", 67.59), ("hillview", 66.59), ("marlow", 59.62)],
)
def test_each_creditor_has_its_own_score(ledger: Ledger, creditor: str, score: float) -> None:
    assert of(ledger, creditor).score.score == pytest.approx(score, abs=0.005)


def test_the_badge_tells_the_change_over_thirty_days(ledger: Ledger) -> None:
    with ledger.reading() as session:
        badge = scores.badge(session, TODAY)
    assert badge.before.score == pytest.approx(of(ledger, as_of=date(2026, 10, 24)).score.score)
    assert badge.change == -5


def evidence(path: Path, **lists: object) -> float:
    """The evidence of one promise of 100.00 that was kept on its due date."""
    document = make.document(
        agreements=[make.promise(count=1, **lists.pop("agreement", {}))],  # type: ignore[arg-type]
        payments=[make.paid("02-01")],
        **lists,
    )
    made = make.loaded(path, document)
    found = of(made, as_of=make.on("02-01")).score.evidence
    made.close()
    return found


def budget(name: str, kind: str, amount: str, **fields: str) -> make.Json:
    return {"name": name, "kind": kind, "amount": amount, "every": "month", **fields}


@pytest.mark.parametrize(
    ("lists", "capacity"),
    [
        ({"agreement": {"capacity": "250.00"}}, 250),
        # Nothing else is known: its own monthly equivalent.
        ({}, 100),
        ({"budget": [budget("Wages", "income", "400.00")]}, 400),
        (
            {
                "budget": [
                    budget("Wages", "income", "100.00") | {"every": "week"},
                    budget("Rent", "essential", "100.00"),
                    budget("Put by", "saving", "33.33"),
                ]
            },
            300,
        ),
        # What begins later was not known when it was promised, and what ended no longer counted.
        ({"budget": [budget("Wages", "income", "400.00", starts_on="2026-01-11")]}, 100),
        ({"budget": [budget("Wages", "income", "400.00", ends_on="2026-01-09")]}, 100),
        # No surplus to speak of: what was promised all the same.
        ({"budget": [budget("Rent", "essential", "400.00")]}, 100),
        # A surplus below what was promised is never the measure.
        ({"budget": [budget("Wages", "income", "20.00")]}, 100),
    ],
)
def test_capacity_is_what_could_be_afforded_when_it_was_promised(
    tmp_path: Path, lists: dict[str, object], capacity: float
) -> None:
    found = evidence(tmp_path / "my.accord", **lists)
    assert found == pytest.approx(100 / capacity, rel=1e-3)


def test_without_a_budget_all_agreements_in_force_are_the_measure(tmp_path: Path) -> None:
    document = make.document(
        debts=[make.debt(), make.debt("loan")],
        agreements=[
            make.promise("old", debt="loan", made_on="2026-01-01", count=1),
            make.promise(count=1),
            make.promise("later", debt="loan", made_on="2026-01-20", amount="700.00", count=1),
        ],
        payments=[make.paid("02-01")],
    )
    made = make.loaded(tmp_path / "my.accord", document)
    # 100 of 200 a month; the later one is not known on the day of the first.
    assert of(made, as_of=make.on("02-01")).score.evidence == pytest.approx(0.5)
    made.close()


@pytest.mark.parametrize(
    ("at", "direction", "told"),
    [
        ("2026-01-02", "out", 1),
        ("2026-02-01", "out", 1),
        ("2026-01-01", "out", 0),
        ("2026-02-02", "out", 0),
        ("2026-01-20", "in", 0),
    ],
)
def test_told_in_time_is_in_the_thirty_days_up_to_the_due_date(
    tmp_path: Path, at: str, direction: str, told: int
) -> None:
    contact = {
        "key": "c1",
        "creditor": "bank",
        "at": f"{at}T12:00:00+00:00",
        "channel": "phone",
        "direction": direction,
        "summary": "It will be late",
    }
    document = make.document(agreements=[make.promise(count=1)], contacts=[contact])
    made = make.loaded(tmp_path / "my.accord", document)
    found = of(made, as_of=make.on("03-01"))
    assert (found.told, found.to_tell) == (told, 1)
    made.close()
