"""What the Agreements screen shows: debt by debt, newest first, with state, progress and chain."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from store.ledger import agreement_queries, agreements, payments
from store.ledger.agreement_views import AgreementLine, Agreements, OfferLine
from store.records.database import Ledger
from store.rules.cadence import Cadence, Unit
from store.rules.terms import Terms
from tests import make

TODAY = make.on("2026-11-23")


@pytest.fixture
def ledger(household: Path) -> Iterator[Ledger]:
    """The sample household."""
    opened = make.ledger(household)
    yield opened
    opened.close()


def read(ledger: Ledger, on: str = "2026-11-23") -> Agreements:
    with ledger.reading() as session:
        return agreement_queries.view(session, make.on(on))


def line(ledger: Ledger, key: str, on: str = "2026-11-23") -> AgreementLine:
    with ledger.reading() as session:
        found = agreement_queries.agreements(session, make.on(on))
    return next(each for each in found if each.key == key)


def test_offers_and_agreements_stand_by_debt_newest_first(ledger: Ledger) -> None:
    found = [
        (group.place.creditor_name, [each.key for each in group.lines])
        for group in read(ledger).groups
    ]
    assert found == [
        ("Aunt Rosa", ["a-rosa"]),
        ("Hillview Council", ["a-hillview"]),
        ("Marlow Collections", ["a-kestrel-2", "a-kestrel-1", "o3"]),
        ("Northbank", ["o4", "a-northbank", "o2", "o1"]),
        ("Riverside Energy", ["a-riverside"]),
    ]


def test_an_agreement_says_how_far_it_is(ledger: Ledger) -> None:
    found = line(ledger, "a-northbank")
    assert (found.settled, found.count, found.state, found.writing) == (
        10,
        37,
        "in force",
        "signed",
    )
    assert (found.total, found.paid) == (184_000, 50_000)
    assert found.next_open is not None
    assert (found.next_open.due_on, found.next_open.number) == (make.on("12-01"), 11)
    assert [each.number for each in found.promises] == list(range(1, 38))
    assert found.contact_on == make.on("01-14")


def test_a_chain_is_known_in_both_directions(ledger: Ledger) -> None:
    first, second = line(ledger, "a-kestrel-1"), line(ledger, "a-kestrel-2")
    assert (first.state, first.replaced_on) == ("replaced", make.on("05-04"))
    assert [each.key for each in first.after] == ["a-kestrel-2"]
    assert [each.key for each in second.before] == ["a-kestrel-1"]
    assert (first.before, second.after) == ((), ())


def test_a_long_chain_is_in_order(ledger: Ledger) -> None:
    made_id = line(ledger, "a-kestrel-2").agreement_id
    terms = Terms(amount=6_000, cadence=Cadence(Unit.MONTH), first_due=make.on("12-10"), count=3)
    for day in (10, 11, 12):
        made_id = agreements.renegotiate(
            ledger, made_id, made_on=make.on(f"11-{day}"), terms=terms, today=TODAY
        ).agreement_id
    found = line(ledger, "a-kestrel-2")
    assert [each.made_on.day for each in found.after] == [10, 11, 12]
    last = next(e for e in read(ledger).groups[2].lines if getattr(e, "agreement_id", 0) == made_id)
    assert isinstance(last, AgreementLine)
    assert [each.made_on for each in last.before] == [
        make.on(day) for day in ("01-20", "05-04", "11-10", "11-11")
    ]


@pytest.mark.parametrize(
    ("how", "state"), [("creditor", "ended"), ("broken", "ended"), ("completed", "completed")]
)
def test_what_ended_says_so(ledger: Ledger, how: Any, state: str) -> None:
    found = line(ledger, "a-riverside")
    if how == "completed":
        payments.record(
            ledger,
            debt_id=found.place.debt_id,
            amount=found.total - found.paid,
            paid_on=TODAY,
            today=TODAY,
        )
        assert line(ledger, "a-riverside").state == "completed"
    agreements.end(
        ledger,
        found.agreement_id,
        ended_on=TODAY,
        ended_how=how,
        today=TODAY,
    )
    assert line(ledger, "a-riverside").state == state


def test_before_it_was_made_an_agreement_is_still_to_come(ledger: Ledger) -> None:
    found = line(ledger, "a-kestrel-2", "2026-05-03")
    assert (found.state, found.count) == ("to come", 0)
    assert line(ledger, "a-kestrel-1", "2026-05-03").state == "in force"


def test_an_offer_knows_its_answer_and_what_became_of_it(ledger: Ledger) -> None:
    with ledger.reading() as session:
        found = {each.key: each for each in agreement_queries.offers(session, TODAY)}
    assert (found["o1"].status, found["o1"].countered_by) == ("countered", "o2")
    assert found["o2"].agreement_id == line(ledger, "a-northbank").agreement_id
    assert (found["o4"].is_open, found["o4"].valid_until) == (True, make.on("12-10"))
    assert (found["o4"].terms.upfront, found["o4"].place.currency) == (105_000, "GBP")


def test_a_line_is_found_by_its_kind_and_number(ledger: Ledger) -> None:
    view = read(ledger)
    number = line(ledger, "a-rosa").agreement_id
    found = view.find("agreement", number)
    assert isinstance(found, AgreementLine)
    assert found.key == "a-rosa"
    assert isinstance(view.find("offer", 1), OfferLine)
    assert view.find("offer", 99) is None


def test_the_number_of_queries_does_not_grow_with_the_ledger(ledger: Ledger) -> None:
    def count(session: Session) -> int:
        said: list[str] = []
        engine = session.connection().engine

        def note(*about: object) -> None:
            said.append(str(about[2]))

        event.listen(engine, "before_cursor_execute", note)
        agreement_queries.view(session, TODAY)
        event.remove(engine, "before_cursor_execute", note)
        return len(said)

    with ledger.reading() as session:
        before = count(session)
    made_id = line(ledger, "a-kestrel-2").agreement_id
    terms = Terms(amount=6_000, cadence=Cadence(Unit.MONTH), first_due=make.on("12-10"), count=3)
    for day in range(1, 15):
        made_id = agreements.renegotiate(
            ledger, made_id, made_on=make.on(f"11-{day:02}"), terms=terms, today=TODAY
        ).agreement_id
    with ledger.reading() as session:
        assert count(session) == before
    assert 5 < before < 20


def test_a_long_agreement_is_told_without_what_is_settled_and_comes_to_the_same(
    ledger: Ledger,
) -> None:
    with ledger.viewing() as session:
        whole = agreement_queries.agreements(session, TODAY)
        brief = agreement_queries.agreements(session, TODAY, whole=False)
        view = agreement_queries.view(session, TODAY, whole[0].agreement_id, most=0)
        assert [each for each in brief if not each.is_whole]
        for one, other in zip(whole, brief, strict=True):
            assert one.is_whole
            assert set(other.promises) <= set(one.promises)
            names = ("state", "settled", "count", "total", "paid", "next_open")
            assert [getattr(one, name) for name in names] == [
                getattr(other, name) for name in names
            ]
            assert agreement_queries.agreement(session, TODAY, one.agreement_id) == one
        there = [e for group in view.groups for e in group.lines if isinstance(e, AgreementLine)]
        assert there == [whole[0], *brief[1:]]
        told = view.with_line(whole[-1])
        assert told.find("agreement", whole[-1].agreement_id) == whole[-1]
