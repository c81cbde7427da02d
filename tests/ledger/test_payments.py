"""Logging a payment and correcting it: what it was for, what it says, and what is refused."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from store.exchange import portable
from store.ledger import balances, debts, payments
from store.ledger.facts import of_debt
from store.ledger.payments import Logged, Settled
from store.records import checking, revisions, tables
from store.records.database import Ledger
from store.rules.errors import AccordError, BadInput, NotFound, Stale
from store.rules.outcome import Outcome
from tests import make

TODAY = make.on("04-10")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """100.00 on the 1st of February to May for the card; 30.00 on 1 February for a loan."""
    opened = make.loaded(
        tmp_path / "my.accord",
        make.document(
            debts=[make.debt(), make.debt("loan")],
            agreements=[
                make.promise(),
                make.promise("a2", debt="loan", amount="30.00", count=1),
            ],
        ),
    )
    yield opened
    opened.close()


def pay(ledger: Ledger, paid_on: str, amount: int, **more: Any) -> Logged:
    return payments.record(
        ledger,
        debt_id=make.debt_id(ledger),
        amount=amount,
        paid_on=make.on(paid_on),
        today=TODAY,
        **more,
    )


def edit(ledger: Ledger, logged: Logged, **changes: Any) -> Logged:
    as_it_was = {
        "version": version(ledger, logged.payment_id),
        "amount": logged.amount,
        "paid_on": logged.paid_on,
    }
    return payments.edit(ledger, logged.payment_id, today=TODAY, **{**as_it_was, **changes})


def version(ledger: Ledger, payment_id: int) -> int:
    with ledger.reading() as session:
        return session.get_one(tables.Payment, payment_id).version


def due(ledger: Ledger, debt: str = "card") -> list[int]:
    """The ids of a debt's instalments by due date."""
    with ledger.reading() as session:
        return [each.id for each in of_debt(session, make.debt_id(ledger, debt)).instalments]


def was_for(logged: Logged) -> dict[str, int]:
    return {f"{each.due_on:%m-%d}": each.part for each in logged.settled}


def refused(ledger: Ledger, call: Callable[[], object]) -> AccordError:
    """What is said when something is refused; nothing may have changed."""
    before = portable.dump(ledger)
    with ledger.reading() as session:
        newest = revisions.undoable(session)
    with pytest.raises(AccordError) as error:
        call()
    assert portable.dump(ledger) == before
    with ledger.reading() as session:
        assert revisions.undoable(session) == newest
    return error.value


# --- record ---------------------------------------------------------------------------------


def test_a_payment_says_which_promise_it_kept(ledger: Ledger) -> None:
    logged = pay(ledger, "02-01", 10_000, method="card")
    assert (logged.creditor, logged.debt, logged.debt_key) == ("Bank", "Card", "card")
    assert (logged.amount, logged.currency, logged.unallotted) == (10_000, "GBP", 0)
    (settled,) = logged.settled
    assert settled == Settled(due(ledger)[0], make.on("02-01"), 1, 4, 10_000, 0, Outcome.KEPT, 0)


def test_a_late_and_partial_payment_says_so(ledger: Ledger) -> None:
    pay(ledger, "03-01", 10_000)
    (late,) = pay(ledger, "02-12", 10_000).settled
    assert (late.outcome, late.days_late, late.missing) == (Outcome.LATE, 11, 0)
    (partial,) = pay(ledger, "04-01", 2_500).settled
    assert (partial.outcome, partial.days_late, partial.missing) == (Outcome.PARTIAL, 9, 7_500)


def test_what_is_left_over_flows_on_and_the_rest_lowers_the_balance_only(ledger: Ledger) -> None:
    logged = pay(ledger, "04-01", 45_000)
    assert was_for(logged) == dict.fromkeys(("02-01", "03-01", "04-01", "05-01"), 10_000)
    assert logged.unallotted == 5_000


def test_what_a_balance_counts_already_does_not_lower_what_is_owed(ledger: Ledger) -> None:
    debts.letter_balance(ledger, 1, amount=50_000, on=make.on("03-01"), today=TODAY)
    said = {day: pay(ledger, day, 60_000).stated_on for day in ("02-28", "03-01", "03-02")}
    assert said == {"02-28": make.on("03-01"), "03-01": make.on("03-01"), "03-02": None}
    with ledger.reading() as session:
        assert payments.book(session, 1, TODAY).stated_on == make.on("03-01")
        assert balances.of_debts(session, TODAY)[1] == -10_000


def test_a_due_date_that_was_named_comes_first(ledger: Ledger) -> None:
    logged = pay(ledger, "04-01", 12_000, due_on=make.on("05-01"))
    assert was_for(logged) == {"05-01": 10_000, "02-01": 2_000}


def test_instalments_named_by_id_come_first(ledger: Ledger) -> None:
    logged = pay(ledger, "04-01", 12_000, named=[due(ledger)[1]])
    assert was_for(logged) == {"03-01": 10_000, "02-01": 2_000}


def test_what_is_proposed_while_typing_is_what_is_recorded(ledger: Ledger) -> None:
    pay(ledger, "02-01", 4_000)
    with ledger.reading() as session:
        book = payments.book(session, make.debt_id(ledger), TODAY)
        proposed = book.propose(13_000, TODAY)
        open_ones = [(f"{each.due_on:%m-%d}", each.part) for each in book.candidates(TODAY)]
    assert open_ones == [("02-01", 6_000), *((f"{m:02}-01", 10_000) for m in (3, 4, 5))]
    assert pay(ledger, "04-10", 13_000).settled == tuple(proposed)


def test_a_payment_being_edited_is_left_out_of_what_is_proposed(ledger: Ledger) -> None:
    logged = pay(ledger, "02-01", 10_000)
    with ledger.reading() as session:
        book = payments.book(session, make.debt_id(ledger), TODAY, editing=logged.payment_id)
        (proposed,) = book.propose(8_000, make.on("02-01"))
    assert (proposed.due_on, proposed.part, proposed.missing) == (make.on("02-01"), 8_000, 2_000)


@pytest.mark.parametrize(
    ("paid_on", "amount", "more", "field"),
    [
        ("02-01", 0, {}, "amount"),
        ("02-01", -5, {}, "amount"),
        ("04-11", 100, {}, "paid_on"),
        ("02-01", 100, {"due_on": make.on("02-02")}, "due_on"),
    ],
)
def test_what_cannot_have_been_paid_is_refused(
    ledger: Ledger, paid_on: str, amount: int, more: dict[str, Any], field: str
) -> None:
    error = refused(ledger, lambda: pay(ledger, paid_on, amount, **more))
    assert isinstance(error, BadInput)
    assert error.field == field


def test_naming_a_due_date_that_is_full_lists_what_is_open(ledger: Ledger) -> None:
    pay(ledger, "02-01", 10_000)
    error = refused(ledger, lambda: pay(ledger, "02-02", 100, due_on=make.on("02-01")))
    assert "No open instalment is due on" in error.message
    assert error.message.count("Mar") == 1


# --- edit -----------------------------------------------------------------------------------


def test_a_note_can_be_corrected_without_moving_the_money(ledger: Ledger) -> None:
    logged = pay(ledger, "04-01", 5_000)
    payments.move(ledger, logged.payment_id, [(due(ledger)[3], 5_000)], TODAY)
    assert was_for(edit(ledger, logged, note="By phone")) == {"05-01": 5_000}
    with ledger.reading() as session:
        assert session.get_one(tables.Payment, logged.payment_id).note == "By phone"


def test_another_amount_or_day_lets_the_rule_decide_again(ledger: Ledger) -> None:
    logged = pay(ledger, "02-01", 10_000)
    assert was_for(edit(ledger, logged, amount=13_000)) == {"02-01": 10_000, "03-01": 3_000}
    assert was_for(edit(ledger, logged, paid_on=make.on("04-02"))) == {"04-01": 10_000}


def test_what_the_person_says_it_was_for_goes_before_the_rule(ledger: Ledger) -> None:
    logged = pay(ledger, "02-01", 10_000)
    parts = [(due(ledger)[2], 1_000), (due(ledger)[3], 500)]
    edited = edit(ledger, logged, amount=2_000, parts=parts)
    assert was_for(edited) == {"04-01": 1_000, "05-01": 500}
    assert edited.unallotted == 500


def test_a_payment_that_changed_meanwhile_is_not_overwritten(ledger: Ledger) -> None:
    logged = pay(ledger, "02-01", 10_000)
    opened = version(ledger, logged.payment_id)
    edit(ledger, logged, amount=9_000)
    assert isinstance(
        refused(ledger, lambda: edit(ledger, logged, version=opened, amount=1)), Stale
    )


def test_an_edit_from_before_a_delete_was_taken_back_is_stale(ledger: Ledger) -> None:
    logged = pay(ledger, "02-01", 10_000)
    opened = version(ledger, logged.payment_id)
    edit(ledger, logged, amount=9_000)
    payments.delete(ledger, logged.payment_id, TODAY)
    revisions.undo(ledger)
    assert isinstance(
        refused(ledger, lambda: edit(ledger, logged, version=opened, amount=1)), Stale
    )


def test_a_payment_on_a_debt_that_is_gone_is_refused(ledger: Ledger) -> None:
    def record() -> None:
        payments.record(ledger, debt_id=99, amount=1, paid_on=TODAY, today=TODAY)

    assert isinstance(refused(ledger, record), NotFound)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"paid_on": make.on("04-11")}, "paid_on"),
        ({"paid_on": make.on("03-06")}, "paid_on"),
        ({"parts": [(1, 10_001)]}, "parts"),
        ({"parts": [(1, 6_000), (2, 4_001)]}, "parts"),
        ({"parts": [(1, 0)]}, "parts"),
        ({"parts": [(1, 100), (1, 200)]}, "parts"),
        ({"parts": [(5, 100)]}, "parts"),
        ({"parts": [(99, 100)]}, "parts"),
        ({"amount": 50, "parts": [(1, 100)]}, "parts"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    ledger: Ledger, changes: dict[str, Any], field: str
) -> None:
    assert (due(ledger), due(ledger, "loan")) == ([1, 2, 3, 4], [5])
    logged = pay(ledger, "02-01", 10_000)
    payments.mark_returned(ledger, logged.payment_id, make.on("03-05"), TODAY)
    error = refused(ledger, lambda: edit(ledger, logged, **changes))
    assert isinstance(error, BadInput)
    assert error.field == field


# --- move, return, delete -------------------------------------------------------------------


def test_moving_a_payment_touches_no_other(ledger: Ledger) -> None:
    first, second = pay(ledger, "02-01", 10_000), pay(ledger, "03-01", 10_000)
    moved = payments.move(ledger, first.payment_id, [(due(ledger)[3], 4_000)], TODAY)
    assert (was_for(moved), moved.unallotted) == ({"05-01": 4_000}, 6_000)
    with ledger.reading() as session:
        facts = of_debt(session, make.debt_id(ledger))
    assert [e.amount for e in facts.allotments if e.payment_id == second.payment_id] == [10_000]


def test_a_payment_may_be_moved_to_nothing(ledger: Ledger) -> None:
    moved = payments.move(ledger, pay(ledger, "02-01", 10_000).payment_id, [], TODAY)
    assert (moved.settled, moved.unallotted) == ((), 10_000)


@pytest.mark.parametrize("parts", [[(1, 10_001)], [(1, -1)], [(5, 10)]])
def test_moving_it_where_it_cannot_be_is_refused(
    ledger: Ledger, parts: list[tuple[int, int]]
) -> None:
    logged = pay(ledger, "02-01", 10_000)
    error = refused(ledger, lambda: payments.move(ledger, logged.payment_id, parts, TODAY))
    assert error.field == "parts"


def test_a_bounced_payment_reopens_its_instalment_and_may_not_have_bounced_after_all(
    ledger: Ledger,
) -> None:
    logged = pay(ledger, "02-01", 10_000)
    returned = payments.mark_returned(ledger, logged.payment_id, make.on("02-04"), TODAY)
    assert [(each.outcome, each.missing) for each in returned.settled] == [(Outcome.MISSED, 10_000)]
    assert was_for(pay(ledger, "02-05", 10_000)) == {"02-01": 10_000}
    again = payments.mark_returned(ledger, logged.payment_id, None, TODAY)
    assert [each.outcome for each in again.settled] == [Outcome.KEPT]


@pytest.mark.parametrize("back", ["01-31", "04-11"])
def test_a_payment_comes_back_neither_before_it_was_made_nor_after_today(
    ledger: Ledger, back: str
) -> None:
    logged = pay(ledger, "02-01", 10_000)
    error = refused(
        ledger,
        lambda: payments.mark_returned(ledger, logged.payment_id, make.on(back), TODAY),
    )
    assert error.field == "returned_on"


def test_deleting_a_payment_takes_its_decision_and_papers_along(ledger: Ledger) -> None:
    before = portable.dump(ledger)
    logged = pay(ledger, "02-01", 10_000)
    with revisions.change(ledger, "test") as change:
        change.session.add(tables.Blob(sha256="0" * 64, content=b"receipt"))
        change.add(
            tables.Document(
                key="d1",
                name="receipt",
                media_type="text/plain",
                sha256="0" * 64,
                payment_id=logged.payment_id,
                recorded_at=change.now,
            )
        )
    assert payments.delete(ledger, logged.payment_id, TODAY) == logged
    assert portable.dump(ledger) == before
    with ledger.reading() as session:
        assert session.exec(select(tables.Allotment)).all() == []


def test_a_payment_that_is_gone_cannot_be_changed(ledger: Ledger) -> None:
    logged = pay(ledger, "02-01", 10_000)
    payments.delete(ledger, logged.payment_id, TODAY)
    key = logged.payment_id
    for call in (
        lambda: payments.delete(ledger, key, TODAY),
        lambda: payments.move(ledger, key, [], TODAY),
        lambda: payments.mark_returned(ledger, key, TODAY, TODAY),
        lambda: payments.edit(ledger, key, version=1, amount=1, paid_on=TODAY, today=TODAY),
    ):
        assert isinstance(refused(ledger, call), NotFound)


# --- always ---------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["record", "edit", "move", "return", "delete"]),
            st.integers(0, 90),
            st.integers(1, 30_000),
        ),
        max_size=10,
    )
)
def test_no_payment_is_ever_for_more_than_it_was(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]]
) -> None:
    ledger = make.loaded(
        tmp_path_factory.mktemp("any") / "my.accord", make.document(agreements=[make.promise()])
    )
    logged = [pay(ledger, "02-01", 5_000)]
    for step, n, amount in steps:
        each = logged[n % len(logged)]
        day = f"{2 + n % 2:02}-{1 + n % 28:02}"
        try:
            if step == "record":
                logged.append(pay(ledger, day, amount))
            elif step == "edit":
                edit(ledger, each, amount=amount, paid_on=make.on(day))
            elif step == "move":
                parts = [(due(ledger)[n % 4], amount), (due(ledger)[(n + 1) % 4], n)]
                payments.move(ledger, each.payment_id, parts, TODAY)
            elif step == "return":
                payments.mark_returned(ledger, each.payment_id, make.on(day), TODAY)
            elif len(logged) > 1:
                logged.remove(each)
                payments.delete(ledger, each.payment_id, TODAY)
        except AccordError:
            pass
        with ledger.reading() as session:
            allotted = list(session.exec(select(tables.Allotment)))
            for payment in make.payments(session):
                mine = [one.amount for one in allotted if one.payment_id == payment.id]
                assert sum(mine) <= payment.amount
    with ledger.reading() as session:
        assert list(checking.damage(session)) == []
    ledger.close()
