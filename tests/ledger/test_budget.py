"""The budget: lines that may change without changing what was."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from store.ledger import budget, cash_queries
from store.ledger.budget_views import Details, Line
from store.records import revisions
from store.records.database import Ledger
from store.rules import cadence
from store.rules.errors import BadInput, NotFound, Stale
from store.rules.workdays import WeekendRule
from tests import make
from tests.make import on

TODAY = on("06-10")
RENT = Details("Rent", "essential", 700_00, "GBP", cadence.parse("month"), on("01-01"))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = make.empty(tmp_path / "ledger.db")
    yield made
    made.close()


def lines(ledger: Ledger) -> list[Line]:
    with ledger.reading() as session:
        return budget.lines(session, TODAY)


def test_a_line_has_a_monthly_value(ledger: Ledger) -> None:
    budget.add(ledger, RENT)
    budget.add(
        ledger,
        replace(RENT, name="Food", amount=82_00, cadence=cadence.parse("week")),
    )
    once = replace(RENT, name="A gift", kind="income", cadence=cadence.ONCE)
    budget.add(ledger, once)
    assert [(each.details.name, each.monthly) for each in lines(ledger)] == [
        ("A gift", None),
        ("Rent", 700_00),
        ("Food", 355_33),
    ]


def test_a_changed_amount_ends_one_line_and_starts_another(ledger: Ledger) -> None:
    budget.add(ledger, RENT)
    (line,) = lines(ledger)
    budget.change_from(
        ledger,
        line.line_id,
        replace(RENT, amount=750_00),
        version=line.version,
        on=on("05-01"),
    )
    new, old = lines(ledger)
    assert (new.details.amount, new.details.starts_on, new.is_over) == (750_00, on("05-01"), False)
    assert (old.details.amount, old.details.ends_on, old.is_over) == (700_00, on("04-30"), True)
    with ledger.reading() as session:
        fallen = cash_queries.budget_days(session, on("03-15"), on("06-15"))
    assert [(each.on, each.amount) for each in fallen] == [
        (on("04-01"), -700_00),
        (on("05-01"), -750_00),
        (on("06-01"), -750_00),
    ]
    revisions.undo(ledger)
    assert [each.details for each in lines(ledger)] == [RENT]


def test_a_correction_holds_for_all_of_its_time(ledger: Ledger) -> None:
    budget.add(ledger, RENT)
    (line,) = lines(ledger)
    budget.edit(ledger, line.line_id, replace(RENT, amount=1), version=line.version)
    assert [each.details.amount for each in lines(ledger)] == [1]
    with pytest.raises(Stale):
        budget.edit(ledger, line.line_id, RENT, version=line.version)


def test_a_line_can_end_and_be_deleted(ledger: Ledger) -> None:
    budget.add(ledger, RENT)
    (line,) = lines(ledger)
    ended = replace(RENT, ends_on=on("05-31"))
    budget.edit(ledger, line.line_id, ended, version=line.version)
    assert [each.is_over for each in lines(ledger)] == [True]
    assert budget.delete(ledger, line.line_id) == "Rent"
    assert lines(ledger) == []
    with pytest.raises(NotFound):
        budget.delete(ledger, line.line_id)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"kind": "fun"}, "kind"),
        ({"amount": 0}, "amount"),
        ({"currency": "XXQ"}, "currency"),
        ({"cadence": cadence.ONCE, "next_on": None}, "next_on"),
        ({"starts_on": on("02-02"), "ends_on": on("02-01")}, "ends_on"),
        ({"cadence": cadence.parse("month", [1, 15]), "next_on": on("02-02")}, "next_on"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    ledger: Ledger, wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        budget.add(ledger, replace(RENT, **wrong))  # type: ignore[arg-type]
    assert refused.value.field == field
    assert lines(ledger) == []


def test_a_change_is_after_the_start_and_before_the_end(ledger: Ledger) -> None:
    budget.add(ledger, replace(RENT, starts_on=on("02-01"), ends_on=on("05-31")))
    (line,) = lines(ledger)
    for day in ("02-01", "06-01"):
        with pytest.raises(BadInput) as refused:
            budget.change_from(ledger, line.line_id, RENT, version=line.version, on=on(day))
        assert refused.value.field == "on"


def test_a_change_cannot_start_after_its_own_last_day(ledger: Ledger) -> None:
    budget.add(ledger, RENT)
    (line,) = lines(ledger)
    changed = replace(RENT, amount=1, ends_on=on("04-30"))
    with pytest.raises(BadInput, match="cannot end before it starts") as refused:
        budget.change_from(ledger, line.line_id, changed, version=line.version, on=on("05-01"))
    assert refused.value.field == "ends_on"
    assert [each.details for each in lines(ledger)] == [RENT]


def test_two_lines_that_follow_one_another_share_out_their_days(ledger: Ledger) -> None:
    # 28 February 2026 is a Saturday: its pay comes on the 27th, and is of the new line.
    wages = replace(RENT, name="Wages", kind="income", next_on=on("01-28"))
    budget.add(ledger, replace(wages, weekend=WeekendRule.PRECEDING))
    (line,) = lines(ledger)
    more = replace(line.details, amount=800_00)
    budget.change_from(ledger, line.line_id, more, version=line.version, on=on("02-28"))
    with ledger.reading() as session:
        fallen = cash_queries.budget_days(session, on("01-01"), on("03-10"))
    assert [(each.on, each.amount) for each in fallen] == [
        (on("01-28"), 700_00),
        (on("02-27"), 800_00),
    ]


def test_what_is_still_to_come_stands_after_what_holds_by_the_day_that_it_starts(
    ledger: Ledger,
) -> None:
    for name, amount, starts_on in [
        ("In March", 900_00, "2027-03-01"), ("Now", 10_00, None),
        ("In January", 800_00, "2027-01-01"), ("Since May", 20_00, "2026-05-01"),
    ]:  # fmt: skip
        start = None if starts_on is None else on(starts_on)
        budget.add(ledger, replace(RENT, name=name, amount=amount, starts_on=start))
    names = [each.details.name for each in lines(ledger)]
    assert names == ["Since May", "Now", "In January", "In March"]
