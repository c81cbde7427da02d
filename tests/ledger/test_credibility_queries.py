"""The Credibility view of the sample household, and of small ledgers."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from store.ledger import budget, credibility_queries, names
from store.ledger.budget_views import Details
from store.ledger.score_views import Event, Page, Supposed, WhatIf, Word
from store.records.database import Ledger
from store.rules import cadence
from store.rules.forecast import Due
from store.rules.score_history import Cause
from tests import make
from tests.make import on

TODAY = date(2026, 11, 23)
UNTIL = date(2027, 3, 1)


@pytest.fixture
def ledger(household: Path) -> Iterator[Ledger]:
    """The sample household."""
    opened = make.ledger(household)
    yield opened
    opened.close()


def page(
    ledger: Ledger, creditor: str | None = None, since: str | None = "08-23", today: date = TODAY
) -> Page:
    with ledger.reading() as session:
        id_ = creditor and names.find("creditor", creditor, names.creditors(session)).id
        start = None if since is None else on(since)
        return credibility_queries.page(session, today, start, UNTIL, id_ or None)


def what_if(found: Page, supposed: Supposed) -> list[WhatIf]:
    return [each for each in found.what_ifs if each.supposed is supposed]


def test_the_points_run_to_today_and_end_with_the_score(ledger: Ledger) -> None:
    found = page(ledger)
    assert [found.points[0][0], found.points[-1][0]] == [on("08-23"), TODAY]
    assert len(found.points) == 93
    assert found.points[-1][1].score == pytest.approx(found.standing.score.score)
    assert found.standing.score.score == pytest.approx(82.06, abs=0.005)


def test_what_moved_it_adds_up_to_the_whole_change(ledger: Ledger) -> None:
    for since in ("08-23", "2025-11-23", None):
        found = page(ledger, since=since)
        change = found.points[-1][1].score - found.points[0][1].score
        assert sum(each.points for each in found.moves) == pytest.approx(change, abs=0.01)
        assert [each.on for each in found.moves] == sorted(
            (each.on for each in found.moves), reverse=True
        )


def test_a_miss_is_named_with_how_it_would_stand_without_it(ledger: Ledger) -> None:
    missed = [each for each in page(ledger).moves if each.cause is Cause.MISSED]
    said = [(each.promise.creditor, each.on) for each in missed if each.promise is not None]
    assert said == [("marlow", on("11-11")), ("hillview", on("11-01"))]
    assert missed[1].points == pytest.approx(-2.76, abs=0.005)
    assert missed[1].without is not None
    assert missed[1].without.score == pytest.approx(84.68, abs=0.005)


def test_the_events_of_the_year(ledger: Ledger) -> None:
    events = page(ledger, since="2025-11-23").events
    missed = [day for day, event in events if event is Event.MISS]
    assert missed == [on("05-01"), on("06-02"), on("11-01"), on("11-11")]
    assert sum(event is Event.RENEGOTIATION for _, event in events) == 1
    assert sum(event is Event.AGREEMENT for _, event in events) == 5


def test_each_creditor_has_its_score_rate_and_usual_delay(ledger: Ledger) -> None:
    found = {each.creditor: each for each in page(ledger).creditors}
    hillview = found["hillview"]
    assert hillview.score.score == pytest.approx(66.59, abs=0.005)
    assert (hillview.kept, hillview.counted, hillview.days_late) == (7, 10, 12)
    assert found["riverside"].days_late is None
    assert sum(each.score.evidence for each in found.values()) == pytest.approx(6.6912, abs=1e-4)


def test_with_one_creditor_all_is_about_them_but_the_list(ledger: Ledger) -> None:
    found = page(ledger, "marlow", since=None)
    assert found.standing.score.score == pytest.approx(59.62, abs=0.005)
    who = {each.promise.creditor for each in found.moves if each.promise is not None}
    assert who == {"marlow"}
    assert len(found.creditors) == 6
    assert what_if(found, Supposed.PAY_OPEN)[0].count == 1


def test_what_cannot_all_be_paid_today_is_proposed_for_the_days_that_carry_it(
    ledger: Ledger,
) -> None:
    found = page(ledger)
    (today,) = what_if(found, Supposed.PAY_OPEN)
    assert (today.on, today.carried, today.count) == (TODAY, False, 3)
    assert today.short is not None
    assert (today.short.on, today.short.gap) == (TODAY, 13_61)
    (later,) = what_if(found, Supposed.PAY_AS_CASH_ALLOWS)
    assert (later.on, later.carried, later.count) == (on("11-28"), True, 3)
    assert later.score.score < today.score.score
    assert [each.on for each in found.payments] == [TODAY, on("11-28"), on("11-28")]


def test_with_one_creditor_the_cash_still_has_to_carry_the_others(ledger: Ledger) -> None:
    from store.ledger import cash, cash_queries

    # Enough for Marlow's sixty today, but not for Northbank's fifty on the first as well.
    cash.record(ledger, 62_00, "GBP", on=TODAY, today=TODAY)
    with ledger.reading() as session:
        ahead = cash_queries.ahead(session, TODAY, on("12-02"))["GBP"]
    alone = page(ledger, "marlow")
    (paid,) = what_if(alone, Supposed.PAY_OPEN)
    assert (
        paid.carried
        is ahead.carries(
            [Due(0, TODAY, 60_00, TODAY), Due(0, on("12-01"), 50_00, TODAY)], on("12-02")
        ).carries
    )


def test_missing_the_next_and_renegotiating_it(ledger: Ledger) -> None:
    found = page(ledger)
    (kept,) = what_if(found, Supposed.KEEP)
    (missed,) = what_if(found, Supposed.MISS_NEXT)
    (again,) = what_if(found, Supposed.RENEGOTIATE_NEXT)
    assert missed.promise is not None
    assert (missed.promise.creditor, missed.promise.due_on) == ("northbank", on("12-01"))
    assert missed.score.score < kept.score.score
    assert again.promise is not None
    assert (again.promise.creditor, again.stops) == ("riverside", 1)
    assert again.score.score > kept.score.score


def test_the_share_in_writing(ledger: Ledger) -> None:
    found = page(ledger)
    assert found.written == pytest.approx(0.626, abs=0.001)
    assert page(ledger, "rosa", since=None).written == 0


def test_without_fresh_cash_nothing_is_said_of_what_it_carries(ledger: Ledger) -> None:
    later = on("12-20")
    found = page(ledger, since=None, today=later)
    assert {each.carried for each in found.what_ifs if each.count} == {None}
    assert all(each.short is None for each in found.what_ifs)
    brief = word(ledger, later)
    assert not brief.is_cash_known
    assert brief.payments == []


def test_while_rent_has_no_day_nothing_is_said_to_be_safe(ledger: Ledger) -> None:
    budget.add(ledger, Details("Rent", "essential", 900_00, "GBP", cadence.parse("month")))
    found = page(ledger, since=None)
    assert True not in {each.carried for each in found.what_ifs}
    assert not word(ledger).is_cash_known
    assert word(ledger).payments == []


def word(ledger: Ledger, today: date = TODAY) -> Word:
    with ledger.reading() as session:
        return credibility_queries.word(session, today)


def test_in_brief_each_open_promise_has_the_day_that_carries_it(ledger: Ledger) -> None:
    found = word(ledger)
    said = [
        (each.promise.creditor, each.on, round(each.score.score))
        for each in found.payments
        if each.score is not None
    ]
    assert said == [
        ("riverside", TODAY, 82),
        ("hillview", on("11-28"), 84),
        ("marlow", on("11-28"), 86),
    ]
    assert [day for day, _ in found.months][-2:] == [on("10-31"), TODAY]
    assert len(found.months) == 12
    assert found.badge.change == -5


def test_what_no_day_carries_is_said_to_be_too_much(household: Path, ledger: Ledger) -> None:
    from store.ledger import cash

    cash.record(ledger, -5_000_00, "GBP", on=TODAY, today=TODAY)
    assert {(each.on, each.score) for each in word(ledger).payments} == {(None, None)}


def test_an_empty_ledger_has_a_page_too(tmp_path: Path) -> None:
    ledger = make.empty(tmp_path / "ledger.db")
    found = page(ledger, since=None)
    assert (found.moves, found.events, found.creditors, found.written) == ([], [], [], None)
    assert found.standing.score.score == 50
    assert word(ledger).payments == []
    ledger.close()


def test_a_creditor_that_is_no_longer_there_is_everyone(ledger: Ledger) -> None:
    with ledger.reading() as session:
        found = credibility_queries.page(session, TODAY, None, UNTIL, 4711)
    assert found.standing.creditor is None
    assert found.standing.score.score == pytest.approx(82.06, abs=0.005)


def test_what_was_agreed_after_the_day_is_not_known_then(tmp_path: Path) -> None:
    ledger = make.loaded(tmp_path / "ledger.db", make.document(agreements=[make.promise()]))
    found = page(ledger, since=None, today=on("01-05"))
    assert found.creditors == []
    assert [each.count for each in found.what_ifs] == [0]
    ledger.close()


def test_the_ledger_is_read_in_as_many_queries_however_long_it_is(tmp_path: Path) -> None:
    from sqlalchemy import event

    counts = []
    for months in (2, 40):
        ledger = make.loaded(
            tmp_path / f"{months}.db", make.document(agreements=[make.promise(count=months)])
        )
        with ledger.reading() as session:
            seen: list[str] = []
            engine = session.get_bind()
            event.listen(engine, "before_cursor_execute", lambda *said, to=seen: to.append(said[2]))
            credibility_queries.page(session, on("06-10"), None, on("09-01"))
            counts.append(len(seen))
        ledger.close()
    assert counts[0] == counts[1]
