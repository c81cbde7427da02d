"""What creditors did not keep, as the ledger has it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.ledger import breach_queries, queries, today_queries
from store.ledger.breach_queries import BreachLine
from store.records.database import Ledger
from tests import make
from tests.make import on

TODAY = on("11-23")
KEPT = [make.paid(f"0{month}-01") for month in (2, 3, 4, 5)]


@pytest.fixture
def household_ledger(household: Path) -> Iterator[Ledger]:
    opened = make.ledger(household)
    yield opened
    opened.close()


def found(path: Path, as_of: str = "11-23", **lists: Any) -> list[str]:
    """What was not kept on a ledger with one agreement whose interest is frozen."""
    frozen = make.promise(**lists.pop("promise", {}))
    frozen["terms"] = {**frozen["terms"], "apr": "0", **lists.pop("terms", {})}
    lists.setdefault("payments", KEPT)
    ledger = make.loaded(path, make.document(agreements=[frozen], **lists))
    with ledger.reading() as session:
        lines = breach_queries.breaches_of(session, on(as_of), queries.promises(session, on(as_of)))
    ledger.close()
    return [each.text() for each in lines]


def charge(day: str, kind: str = "interest", amount: str = "31.40") -> dict[str, str]:
    return {"debt": "card", "on": on(day).isoformat(), "kind": kind, "amount": amount}


def lines(ledger: Ledger, creditor_id: int | None = None) -> list[BreachLine]:
    with ledger.reading() as session:
        return breach_queries.breaches_of(
            session, TODAY, queries.promises(session, TODAY), creditor_id
        )


def test_of_the_household_two_things_are_open_and_one_came_in_time(
    household_ledger: Ledger,
) -> None:
    said = [(each.creditor, each.text()) for each in lines(household_ledger)]
    assert said == [
        ("hillview", "They said they would: Confirm the arrangement by letter"),
        (
            "northbank",
            "Credit card: £31.40 of interest charged, but the agreement of 14 January 2026 says "
            "none",
        ),
    ]


def test_one_creditor_is_held_against_its_own_word_only(household_ledger: Ledger) -> None:
    (each,) = lines(household_ledger, 1)
    assert each.creditor == "northbank"


def test_today_warns_of_charges_but_lists_undertakings_once(household_ledger: Ledger) -> None:
    with household_ledger.reading() as session:
        view = today_queries.today(session, TODAY)
    assert [each.kind for each in view.warnings if each.kind == "breach"] == ["breach"]
    assert len([each for each in view.undertakings if each.creditor == "hillview"]) == 1


def test_a_freeze_ends_with_its_last_day(tmp_path: Path) -> None:
    terms = {"apr_until": "2026-06-30"}
    inside = found(tmp_path / "a.db", charges=[charge("06-30")], terms=terms)
    outside = found(tmp_path / "b.db", charges=[charge("07-01")], terms=terms)
    assert (len(inside), outside) == (1, [])


def test_a_freeze_begins_where_it_says(tmp_path: Path) -> None:
    terms = {"apr_from": "2026-03-01"}
    assert found(tmp_path / "a.db", charges=[charge("02-28")], terms=terms) == []


def test_a_freeze_ends_when_its_agreement_is_replaced_or_ended(tmp_path: Path) -> None:
    after = make.promise("a2", made_on="2026-05-01", supersedes="a1")
    frozen = make.promise()
    frozen["terms"]["apr"] = "0"
    document = make.document(agreements=[frozen, after], charges=[charge("05-01")])
    replaced = make.loaded(tmp_path / "a.db", document)
    assert lines(replaced) == []
    replaced.close()
    ended = {"ended_on": "2026-05-01", "ended_how": "creditor"}
    assert found(tmp_path / "b.db", charges=[charge("05-02")], promise=ended) == []


def test_a_deferral_without_interest_and_a_moratorium_freeze_too(tmp_path: Path) -> None:
    deferred = {"apr": None, "defer_until": "2026-04-01", "interest_accrues": False}
    (said,) = found(tmp_path / "a.db", charges=[charge("03-31")], terms=deferred)
    assert "the agreement of 10 January 2026" in said
    paused = make.debt(moratoriums=[{"from": "2026-03-01", "to": "2026-04-30"}])
    document = make.document(charges=[charge("04-30"), charge("05-01")])
    document["debts"] = [paused]
    ledger = make.loaded(tmp_path / "b.db", document)
    (line,) = lines(ledger)
    assert "the moratorium from 1 March 2026" in line.text()
    ledger.close()


def test_a_refund_puts_it_right(tmp_path: Path) -> None:
    ledger = make.loaded(
        tmp_path / "a.db",
        make.document(
            agreements=[make.promise(terms={**make.promise()["terms"], "apr": "0"})],
            charges=[charge("05-31"), charge("06-20", "refund")],
            payments=KEPT,
        ),
    )
    with ledger.reading() as session:
        promises = queries.promises(session, TODAY)
        assert breach_queries.open_charges(session, TODAY, promises) == []
        (line,) = breach_queries.breaches_of(session, TODAY, promises)
    assert line.breach.put_right_on == on("06-20")
    ledger.close()


def test_waived_fees_that_stay_are_named_with_their_sum(tmp_path: Path) -> None:
    terms = {"fees_waived": "25.00"}
    fee = charge("01-05", "fee", "25.00")
    (said,) = found(tmp_path / "a.db", terms=terms, charges=[fee])
    assert said == "Card: £25.00 of fees that they waived are not taken off"
    waived = [fee, charge("01-20", "waiver", "25.00")]
    assert found(tmp_path / "b.db", terms=terms, charges=waived) == []


def test_waived_fees_of_which_none_was_charged_are_none(tmp_path: Path) -> None:
    assert found(tmp_path / "a.db", terms={"fees_waived": "25.00"}) == []


def test_a_freeze_holds_only_while_the_agreement_is_kept(tmp_path: Path) -> None:
    before = found(tmp_path / "a.db", charges=[charge("03-31")], payments=KEPT[:2])
    after = found(tmp_path / "b.db", charges=[charge("04-30")], payments=KEPT[:2])
    assert (len(before), after) == (1, [])
