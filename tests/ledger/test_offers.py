"""Offers: recorded, corrected, answered, accepted and deleted."""

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from store.exchange import portable
from store.ledger import agreement_queries, offers
from store.ledger.offers import Offered
from store.records import checking, revisions, tables
from store.records.database import Ledger
from store.rules.cadence import Cadence, Unit
from store.rules.errors import AccordError, NotFound, Stale
from store.rules.terms import Terms
from tests import make

TODAY = make.on("04-10")
MONTH = Cadence(Unit.MONTH)
MONTHLY = Terms(amount=10_000, cadence=MONTH, first_due=make.on("05-01"), count=4)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A card and a loan, on which nothing was offered yet."""
    opened = make.loaded(
        tmp_path / "my.accord", make.document(debts=[make.debt(), make.debt("loan")])
    )
    yield opened
    opened.close()


def offer(ledger: Ledger, terms: Terms = MONTHLY, **more: Any) -> Offered:
    said: dict[str, Any] = {"debt_id": make.debt_id(ledger), "by": "me", "on": make.on("03-01")}
    return offers.record(ledger, terms=terms, today=TODAY, **{**said, **more})


def answer(ledger: Ledger, offered: Offered, status: Any, on: str = "03-10", **more: Any) -> None:
    offers.answer(
        ledger, offered.offer_id, status=status, answered_on=make.on(on), today=TODAY, **more
    )


def row(ledger: Ledger, offered: Offered) -> tables.Offer:
    with ledger.reading() as session:
        return session.get_one(tables.Offer, offered.offer_id)


def refused(ledger: Ledger, call: Callable[[], object]) -> AccordError:
    before = portable.dump(ledger)
    with pytest.raises(AccordError) as error:
        call()
    assert portable.dump(ledger) == before
    return error.value


def goes_back_and_forth(ledger: Ledger, do: Callable[[], object], tmp_path: Path) -> None:
    before = portable.dump(ledger)
    do()
    after = portable.dump(ledger)
    assert after != before
    revisions.undo(ledger)
    assert portable.dump(ledger) == before
    revisions.redo(ledger)
    assert portable.dump(ledger) == after
    with ledger.reading() as session:
        assert list(checking.damage(session)) == []
    again = make.loaded(Path(tempfile.mkdtemp(dir=tmp_path)) / "again.accord", json.loads(after))
    assert portable.dump(again) == after
    again.close()


def test_an_offer_of_either_side_is_recorded(ledger: Ledger, tmp_path: Path) -> None:
    offered = offer(ledger, by="creditor", valid_until=make.on("04-30"))
    assert (offered.key, offered.status, offered.by) == (
        "card-offer-2026-03-01",
        "open",
        "creditor",
    )
    assert row(ledger, offered).valid_until == make.on("04-30")
    goes_back_and_forth(ledger, lambda: offer(ledger), tmp_path)


def test_an_offer_may_leave_open_what_an_agreement_must_say(ledger: Ledger) -> None:
    for terms in (
        Terms(amount=5_000, cadence=MONTH),
        Terms(upfront=50_000, written_off=50_000),
        Terms(apr_until=make.on("12-31")),
    ):
        assert offer(ledger, terms).offer_id


@pytest.mark.parametrize(
    ("terms", "more", "field"),
    [
        (MONTHLY, {"on": make.on("04-11")}, "on"),
        (MONTHLY, {"valid_until": make.on("02-28")}, "valid_until"),
        (MONTHLY, {"debt_id": 99}, "debt"),
        (MONTHLY, {"by": "nobody"}, "by"),
        (Terms(), {}, "amount"),
        (Terms(amount=1, cadence=MONTH, first_due=TODAY, count=10_001), {}, "count"),
        (Terms(amount=1, cadence=MONTH, first_due=TODAY, count=602), {}, "count"),
        (Terms(upfront=0), {}, "upfront"),
    ],
)
def test_what_cannot_be_offered_is_refused_at_its_field(
    ledger: Ledger, terms: Terms, more: dict[str, Any], field: str
) -> None:
    assert refused(ledger, lambda: offer(ledger, terms, **more)).field == field


def test_an_offer_can_be_corrected(ledger: Ledger, tmp_path: Path) -> None:
    offered = offer(ledger)
    version = row(ledger, offered).version

    def edit(**more: Any) -> Offered:
        said: dict[str, Any] = {"by": "creditor", "on": make.on("03-02"), "version": version}
        terms = Terms(amount=100, cadence=MONTH)
        return offers.edit(ledger, offered.offer_id, terms=terms, today=TODAY, **{**said, **more})

    goes_back_and_forth(ledger, edit, tmp_path)
    found = row(ledger, offered)
    assert (found.by, found.on, found.amount) == ("creditor", make.on("03-02"), 100)
    assert isinstance(refused(ledger, edit), Stale)
    answer(ledger, offered, "declined", "03-05")
    version = row(ledger, offered).version
    assert refused(ledger, lambda: edit(on=make.on("03-06"))).field == "on"


def test_an_answer_is_remembered_with_its_note_and_can_be_taken_back(
    ledger: Ledger, tmp_path: Path
) -> None:
    mine, theirs = offer(ledger), offer(ledger, by="creditor", on=make.on("03-10"))
    goes_back_and_forth(
        ledger,
        lambda: answer(
            ledger, mine, "countered", note="Too little", countered_by_id=theirs.offer_id
        ),
        tmp_path,
    )
    found = row(ledger, mine)
    assert (found.status, found.answered_on, found.answer_note, found.countered_by_id) == (
        "countered",
        make.on("03-10"),
        "Too little",
        theirs.offer_id,
    )
    answer(ledger, mine, "open")
    found = row(ledger, mine)
    assert (found.status, found.answered_on, found.answer_note) == ("open", None, None)
    assert found.countered_by_id is None


@pytest.mark.parametrize(
    ("status", "on", "field"),
    [
        ("declined", "02-28", "answered_on"),
        ("declined", "04-11", "answered_on"),
        ("pondered", "03-10", "status"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(
    ledger: Ledger, status: str, on: str, field: str
) -> None:
    offered = offer(ledger)
    assert refused(ledger, lambda: answer(ledger, offered, status, on)).field == field


def test_a_counter_offer_is_the_other_sides_on_the_same_debt(ledger: Ledger) -> None:
    mine, theirs = offer(ledger), offer(ledger, by="creditor")
    elsewhere = offer(ledger, by="creditor", debt_id=make.debt_id(ledger, "loan"))
    for wrong in (mine.offer_id, offer(ledger).offer_id, elsewhere.offer_id, 99):
        error = refused(
            ledger,
            lambda wrong=wrong: answer(ledger, mine, "countered", countered_by_id=wrong),  # type: ignore[misc]
        )
        assert error.field == "countered_by"
    answer(ledger, theirs, "countered", countered_by_id=mine.offer_id)
    in_a_ring = refused(
        ledger, lambda: answer(ledger, mine, "countered", countered_by_id=theirs.offer_id)
    )
    assert in_a_ring.field == "countered_by"


def test_accepting_answers_and_makes_the_agreement_at_once(ledger: Ledger, tmp_path: Path) -> None:
    offered = offer(ledger, by="creditor")
    goes_back_and_forth(
        ledger,
        lambda: offers.accept(
            ledger, offered.offer_id, made_on=make.on("03-12"), today=TODAY, capacity=20_000
        ),
        tmp_path,
    )
    found = row(ledger, offered)
    assert (found.status, found.answered_on) == ("accepted", make.on("03-12"))
    with ledger.reading() as session:
        (agreement,) = session.exec(select(tables.Agreement)).all()
        assert len(session.exec(select(tables.Instalment)).all()) == 4
    assert (agreement.offer_id, agreement.amount, agreement.capacity) == (
        offered.offer_id,
        10_000,
        20_000,
    )


def test_an_accepted_offer_may_replace_an_agreement_on_its_debt(
    ledger: Ledger, tmp_path: Path
) -> None:
    old, theirs = offer(ledger), offer(ledger, by="creditor", on=make.on("03-20"))
    made = offers.accept(ledger, old.offer_id, made_on=make.on("03-12"), today=TODAY)
    elsewhere = offer(ledger, debt_id=make.debt_id(ledger, "loan"))

    def accept(offered: Offered, on: str = "04-01") -> None:
        offers.accept(
            ledger,
            offered.offer_id,
            made_on=make.on(on),
            today=TODAY,
            supersedes_id=made.agreement_id,
        )

    assert refused(ledger, lambda: accept(elsewhere)).field == "replaces"
    goes_back_and_forth(ledger, lambda: accept(theirs), tmp_path)
    with ledger.reading() as session:
        found = session.exec(select(tables.Agreement)).all()
    assert [each.supersedes_id for each in found] == [None, made.agreement_id]
    again = offer(ledger, by="creditor")
    assert "replaced on 1 April" in refused(ledger, lambda: accept(again)).message


def test_a_settlement_may_be_accepted_with_other_terms_than_offered(ledger: Ledger) -> None:
    offered = offer(ledger, Terms(upfront=50_000, written_off=50_000))
    terms = Terms(upfront=45_000, upfront_on=make.on("05-01"), written_off=55_000)
    made = offers.accept(
        ledger, offered.offer_id, made_on=make.on("03-12"), today=TODAY, terms=terms
    )
    assert (made.count, made.total, made.first_on) == (1, 45_000, make.on("05-01"))


def test_what_was_declined_or_made_later_is_not_accepted(ledger: Ledger) -> None:
    offered = offer(ledger)

    def accept(on: str) -> None:
        offers.accept(ledger, offered.offer_id, made_on=make.on(on), today=TODAY)

    assert refused(ledger, lambda: accept("02-28")).field == "made_on"
    assert refused(ledger, lambda: accept("04-11")).field == "made_on"
    answer(ledger, offered, "declined")
    assert "was declined" in refused(ledger, lambda: accept("03-12")).message


def test_what_became_an_agreement_stays(ledger: Ledger) -> None:
    offered = offer(ledger)
    offers.accept(ledger, offered.offer_id, made_on=make.on("03-12"), today=TODAY)
    version = row(ledger, offered).version
    for call in (
        lambda: offers.delete(ledger, offered.offer_id),
        lambda: answer(ledger, offered, "declined"),
        lambda: offers.accept(ledger, offered.offer_id, made_on=TODAY, today=TODAY),
        lambda: offers.edit(
            ledger,
            offered.offer_id,
            version=version,
            by="me",
            on=make.on("03-01"),
            terms=MONTHLY,
            today=TODAY,
        ),
    ):
        assert "agreement of 12 March 2026" in refused(ledger, call).message


def test_deleting_one_leaves_what_it_countered(ledger: Ledger, tmp_path: Path) -> None:
    mine, theirs = offer(ledger), offer(ledger, by="creditor")
    answer(ledger, mine, "countered", countered_by_id=theirs.offer_id)
    goes_back_and_forth(ledger, lambda: offers.delete(ledger, theirs.offer_id), tmp_path)
    found = row(ledger, mine)
    assert (found.status, found.countered_by_id) == ("countered", None)
    assert isinstance(refused(ledger, lambda: offers.delete(ledger, 99)), NotFound)


def test_an_offer_that_nobody_answered_lapses_after_its_last_day(tmp_path: Path) -> None:
    offer = {
        "key": "o", "debt": "card", "by": "creditor", "on": "2026-03-01",
        "terms": {"upfront": "500.00", "upfront_on": "2026-05-01"}, "valid_until": "2026-04-01",
    }  # fmt: skip
    ledger = make.loaded(tmp_path / "lapsing.db", make.document(offers=[offer]))
    with ledger.reading() as session:
        seen = {
            day: agreement_queries.offers(session, make.on(day))[0].status
            for day in ("04-01", "04-02")
        }
    assert seen == {"04-01": "open", "04-02": "lapsed"}
    ledger.close()
