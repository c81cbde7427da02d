"""What is settled is left out of what is read, and nothing that is said changes by it."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.ledger import (
    balances,
    commitments,
    credibility_queries,
    facts,
    queries,
    scores,
    settled,
    today_queries,
)
from store.ledger.promise_book import Book as Promises
from store.ledger.settled import lately
from store.ledger.views import Promise
from store.records.database import Ledger, Reading, open_ledger
from store.rules import credibility, score_history
from store.rules.outcome import EndedHow, Outcome
from store.rules.score_history import Cause
from tests.ledger import histories
from tests.rules.credibility_histories import CREDITORS, Book, Debt, after, books, days_of

LONG = timedelta(days=credibility.FORGOTTEN)


def clock() -> datetime:
    return datetime(2024, 1, 1, 18, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with nothing in it."""
    path = tmp_path_factory.mktemp("settled") / "empty.db"
    open_ledger(path, clock).close()
    return path


@st.composite
def told(draw: st.DrawFn) -> tuple[Book, date]:
    """A history, and a day to look at it: while it goes on, or when most of it is forgotten."""
    book = draw(books())
    day = draw(days_of(book))
    late = st.integers(-500, 500).map(lambda more: day + LONG + timedelta(days=more))
    return book, draw(st.just(day) | late)


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(told(), st.booleans())
def test_nothing_that_is_said_changes_by_leaving_out_what_is_settled(
    empty: Path, given: tuple[Book, date], recorded: bool
) -> None:
    book, on = given
    path = empty.with_name("history.db")
    shutil.copy(empty, path)
    histories.write(path, book, recorded=recorded)
    with closing(open_ledger(path, clock)) as ledger, ledger.viewing() as moment:
        everything = queries.promises(moment, on)
        says_what_became_of_all(moment, everything, on)
        says_the_same_score(moment, on)
        unsettled = queries.unsettled(moment, on)
        in_force = commitments.in_force(moment, everything, on)
        assert commitments.in_force(moment, unsettled, on) == in_force
        owed = {id_: each.on(on) for id_, each in balances.histories(moment).items()}
        assert balances.of_debts(moment, on) == owed


def says_what_became_of_all(moment: Reading, everything: list[Promise], on: date) -> None:
    view = today_queries.today(moment, on)
    waiting = {Outcome.UPCOMING, Outcome.DUE}
    came = [
        each
        for each in everything
        if each.due_on <= on
        or each.outcome in (Outcome.KEPT, Outcome.LATE, Outcome.RENEGOTIATED_LATE)
    ]
    assert +Counter(view.counts) == Counter(each.outcome for each in came)
    for first, counts in view.months:
        month = [each for each in came if each.due_on.replace(day=1) == first]
        assert +Counter(counts) == Counter(each.outcome for each in month)
    unsettled = queries.unsettled(moment, on)
    there = set(unsettled)
    assert [each for each in everything if each in there] == unsettled
    left_out = [each for each in everything if each not in there]
    assert all(each.outcome in (Outcome.KEPT, Outcome.LATE) for each in left_out)
    assert len(left_out) == sum(each.count for each in settled.settled(moment, lately(on)))
    assert not waiting & {each.outcome for each in left_out}


def says_the_same_score(moment: Reading, on: date) -> None:
    whole = Promises(moment)
    word = credibility_queries.word(moment, on)
    days = [day for day, _ in word.months]
    expected = score_history.history(whole.promises(as_of=on), days)
    for (_, found), each in zip(word.months, expected, strict=True):
        assert found.score == pytest.approx(each.score)
        assert found.evidence == pytest.approx(each.evidence)
    badge = scores.badge(moment, on)
    for found, day in ((badge.score, on), (badge.before, on - scores.MONTH)):
        assert found.score == pytest.approx(whole.score(day).score)
        assert found.evidence == pytest.approx(whole.score(day).evidence)
    by_creditor = scores.by_creditor(moment, on)
    assert by_creditor.keys() == {
        whole.holder(debt_id, each.due_on) for debt_id, each in whole.promises_by_debt(on)
    }
    for creditor_id, score in by_creditor.items():
        assert score.score == pytest.approx(whole.score(on, creditor_id).score)
    says_the_same_of_my_word(moment, on)
    shortly = Promises(moment, lately(on))
    for creditor_id in CREDITORS:
        expected_score = whole.score(on, creditor_id)
        assert shortly.score(on, creditor_id).score == pytest.approx(expected_score.score)


def says_the_same_of_my_word(moment: Reading, on: date) -> None:
    since, until = on - timedelta(days=120), on + timedelta(days=60)
    days = [on - timedelta(days=each) for each in (400, 200, 30, 0)]

    def told(creditor_id: int | None) -> tuple[Any, ...]:
        page = credibility_queries.page(moment, on, since, until, creditor_id)
        return (
            (page.since, page.standing, page.badge, page.points, page.events, page.moves),
            (page.creditors, page.written, page.payments, page.what_ifs),
            scores.standing(moment, on, creditor_id),
            scores.history(moment, days, creditor_id),
        )

    for creditor_id in (None, *CREDITORS):
        found = told(creditor_id)
        with whole():
            expected = told(creditor_id)
        assert plain(found) == plain(expected)


@contextmanager
def whole() -> Iterator[None]:
    """While this lasts, nothing is left out."""
    with (
        patch.object(credibility_queries, "Lately", lambda *_, **__: None),
        patch.object(scores, "Lately", lambda *_: None),
        patch.object(scores, "lately", lambda _: None),
    ):
        yield


def plain(told: Any) -> Any:
    """The same with scores and shares rounded, as far as the order of sums matters."""
    if isinstance(told, float):
        return round(told, 6)
    if is_dataclass(told):
        return tuple(plain(getattr(told, each.name)) for each in fields(told))
    return [plain(each) for each in told] if isinstance(told, list | tuple) else told


def read(empty: Path, debt: Debt) -> Ledger:
    """A ledger with one debt in it."""
    path = empty.with_name("example.db")
    shutil.copy(empty, path)
    histories.write(path, Book([debt]), recorded=True)
    return open_ledger(path, clock)


def test_what_was_paid_after_its_day_is_settled_when_it_is_forgotten(empty: Path) -> None:
    """Three instalments, one of them late, one of them open."""
    debt = Debt()
    made = debt.agree(after(0), [(after(day), 100) for day in (10, 20, 30)], 200.0)
    debt.pay(after(9), [(made[0], 100)])
    debt.pay(after(25), [(made[1], 100)])
    soon, late = lately(after(40)), lately(after(440) + LONG)
    with closing(read(empty, debt)) as ledger, ledger.viewing() as moment:
        assert [each.count for each in settled.settled(moment, soon)] == [1]
        assert [each.outcome(0) for each in settled.settled(moment, late)] == [
            Outcome.KEPT,
            Outcome.LATE,
        ]
        left = facts.unsettled(moment, late)[1].instalments
        assert [each.due_on for each in left] == [after(30)]


def test_nothing_of_a_broken_agreement_is_settled(empty: Path) -> None:
    """What was next when it ended was paid then, and is the breach; what follows is cancelled."""
    debt = Debt()
    ended = (after(5), EndedHow.BROKEN)
    made = debt.agree(after(0), [(after(day), 100) for day in (10, 20)], 200.0, ended=ended)
    debt.pay(after(9), [(made[0], 100)])
    with closing(read(empty, debt)) as ledger, ledger.viewing() as moment:
        assert not settled.settled(moment, lately(after(40)))
        assert queries.unsettled(moment, after(40)) == queries.promises(moment, after(40))


def test_what_was_kept_within_its_grace_long_ago_is_of_the_streak(empty: Path) -> None:
    """Paid after its day, it is settled only when it is forgotten, and was kept all the same."""
    debt = Debt()
    made = debt.agree(after(0), [(after(day), 100) for day in (10, 40, 70)], 200.0, grace_days=5)
    for each, days in zip(made, (2, 0, 1), strict=True):
        debt.pay(each.due_on + timedelta(days=days), [(each, 100)])
    with closing(read(empty, debt)) as ledger, ledger.viewing() as moment:
        standing = scores.standing(moment, after(500) + LONG)
        assert (standing.streak, standing.counts[Outcome.KEPT]) == (3, 3)


def test_what_was_paid_before_it_was_agreed_moves_the_score_when_it_is(empty: Path) -> None:
    debt = Debt()
    debt.agree(after(0), [(after(40), 100)], 200.0)
    made = debt.agree(after(100), [(after(day), 100) for day in (75, 130)], 200.0)
    debt.pay(after(60), [(made[0], 100)])
    with closing(read(empty, debt)) as ledger, ledger.viewing() as moment:
        page = credibility_queries.page(moment, after(150), after(80), after(180))
        assert (after(100), Cause.KEPT) in [(each.on, each.cause) for each in page.moves]
