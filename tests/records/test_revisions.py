"""The chain of revisions: undo and redo of any use case in any order, and what `check` finds."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, update
from sqlmodel import select

from store.exchange import portable
from store.ledger import documents, payments
from store.records import checking, revisions, tables
from store.records.database import Ledger
from store.records.tables import Revision
from store.rules.errors import AccordError, BadInput, LedgerError, NotFound, Stale
from tests import make

TODAY = make.on("06-01")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Four promises of 100.00 from 1 February, and the first of them paid."""
    document = make.document(agreements=[make.promise()], payments=[make.paid("02-01")])
    document["debts"][0]["moratoriums"] = [{"from": "2027-01-01"}]
    opened = make.loaded(tmp_path / "my.accord", document)
    yield opened
    opened.close()


def chain(ledger: Ledger) -> list[Revision]:
    with ledger.reading() as session:
        return list(session.exec(select(Revision)))


def faults(ledger: Ledger) -> list[str]:
    with ledger.reading() as session:
        return list(checking.damage(session))


def test_the_hash_on_a_paper_leads_to_its_revision(ledger: Ledger) -> None:
    record(ledger)
    every = chain(ledger)
    with ledger.reading() as session:
        for each in every:
            for said in (each.hash, each.hash[:8], f" {each.hash[:12].upper()}…", f"{each.hash}."):
                assert [one.id for one in revisions.with_hash(session, said)] == [each.id]
        assert revisions.with_hash(session, "0" * 9) == []
        for wrong in ("", "1234567", "g" * 8, "%" * 8, "a" * 65):
            with pytest.raises(BadInput, match="is no hash"):
                revisions.with_hash(session, wrong)


def record(ledger: Ledger, paid_on: str = "03-01", amount: int = 10_000) -> int:
    return payments.record(
        ledger,
        debt_id=make.debt_id(ledger),
        amount=amount,
        paid_on=make.on(paid_on),
        today=TODAY,
    ).payment_id


def edit(ledger: Ledger, payment_id: int, amount: int, paid_on: str = "03-01") -> None:
    with ledger.reading() as session:
        version = session.get_one(tables.Payment, payment_id).version
    payments.edit(
        ledger,
        payment_id,
        version=version,
        amount=amount,
        paid_on=make.on(paid_on),
        today=TODAY,
    )


def alter(ledger: Ledger, statement: str, *values: object) -> None:
    """Do something to the file behind the program's back."""
    with closing(sqlite3.connect(ledger.path)) as raw:
        assert raw.execute(statement, values).rowcount > 0
        raw.commit()


# --- one use case, one revision -------------------------------------------------------------


def test_each_use_case_is_one_revision_that_says_what_it_did(ledger: Ledger) -> None:
    payment_id = record(ledger)
    edit(ledger, payment_id, 5_000)
    payments.mark_returned(ledger, payment_id, TODAY, TODAY)
    with ledger.reading() as session:
        (instalment_id,) = session.exec(
            select(tables.Instalment.id).where(tables.Instalment.number == 4)
        )
    payments.move(ledger, payment_id, [(instalment_id or 0, 1_000)], TODAY)
    payments.delete(ledger, payment_id, TODAY)
    revisions.undo(ledger)
    revisions.redo(ledger)
    found = chain(ledger)
    assert [each.use_case for each in found] == [
        "exchange.load",
        *("payments.record", "payments.edit", "payments.mark_returned", "payments.move"),
        *("payments.delete", "undo", "redo"),
    ]
    assert all("£" in each.summary and "Bank" in each.summary for each in found[1:])
    assert (found[6].undoes_id, found[7].redoes_id) == (found[5].id, found[5].id)


def test_a_revision_holds_each_record_before_and_after(ledger: Ledger) -> None:
    payment_id = record(ledger)
    edit(ledger, payment_id, 4_000)
    changes = {
        (table, id_): (before, after)
        for table, id_, before, after in json.loads(chain(ledger)[-1].changes)
    }
    before, after = changes["payment", payment_id]
    assert (before["amount"], after["amount"]) == (10_000, 4_000)
    assert {name for name in before if before[name] != after[name]} == {"amount", "version"}
    assert {table for table, _ in changes} == {"payment", "allotment"}


def test_revisions_are_chained_by_hash(ledger: Ledger) -> None:
    record(ledger)
    record(ledger, "04-01")
    found = chain(ledger)
    hashes = [each.hash for each in found]
    assert [each.previous_hash for each in found] == [revisions.GENESIS, *hashes[:-1]]
    assert len(set(hashes)) == 3
    assert faults(ledger) == []


def test_a_use_case_that_fails_leaves_no_trace(ledger: Ledger) -> None:
    before, revisions_before = portable.dump(ledger), chain(ledger)

    def fail() -> None:
        with revisions.change(ledger, "test") as change:
            debt = change.session.exec(select(tables.Debt)).one()
            debt.name = "Changed"
            change.session.flush()
            change.add(tables.Cash(on=TODAY, amount=1, currency="GBP", recorded_at=change.now))
            raise BadInput("No.")

    with pytest.raises(BadInput):
        fail()
    assert portable.dump(ledger) == before
    assert chain(ledger) == revisions_before


def test_a_use_case_that_changes_nothing_leaves_no_revision(ledger: Ledger) -> None:
    payment_id = record(ledger)
    before = len(chain(ledger))
    edit(ledger, payment_id, 10_000)
    with revisions.change(ledger, "test") as change:
        debt = change.session.exec(select(tables.Debt)).one()
        debt.name = str(debt.name)
    assert len(chain(ledger)) == before


def test_bulk_statements_are_refused(ledger: Ledger) -> None:
    before = portable.dump(ledger)

    def change_all() -> None:
        with revisions.change(ledger, "test") as change:
            change.session.execute(update(tables.Payment).values(amount=1))

    with pytest.raises(RuntimeError, match="one by one"):
        change_all()
    assert portable.dump(ledger) == before


# --- undo and redo --------------------------------------------------------------------------


def test_undo_goes_back_use_case_by_use_case_to_an_empty_ledger(ledger: Ledger) -> None:
    record(ledger)
    revisions.undo(ledger)
    assert revisions.undo(ledger).use_case == "exchange.load"
    assert portable.dump(ledger) == '{\n "accord": 1\n}\n'
    with pytest.raises(NotFound, match="nothing to take back"):
        revisions.undo(ledger)
    revisions.redo(ledger)
    revisions.redo(ledger)
    with pytest.raises(NotFound, match="nothing to do again"):
        revisions.redo(ledger)
    assert faults(ledger) == []


def test_a_new_use_case_leaves_nothing_to_redo(ledger: Ledger) -> None:
    record(ledger)
    revisions.undo(ledger)
    record(ledger, "04-01")
    with pytest.raises(NotFound):
        revisions.redo(ledger)
    with ledger.reading() as session:
        assert revisions.redoable(session) is None


def test_only_what_was_named_is_taken_back(ledger: Ledger) -> None:
    record(ledger)
    with ledger.reading() as session:
        named = revisions.undoable(session)
    assert named is not None
    record(ledger, "04-01")
    before = portable.dump(ledger)
    with pytest.raises(Stale):
        revisions.undo(ledger, expected_id=named.id)
    assert portable.dump(ledger) == before
    revisions.undo(ledger)
    assert revisions.undo(ledger, expected_id=named.id).id == named.id


def test_only_what_was_named_is_done_again(ledger: Ledger) -> None:
    record(ledger)
    revisions.undo(ledger)
    with ledger.reading() as session:
        named = revisions.redoable(session)
    assert named is not None
    with pytest.raises(Stale):
        revisions.redo(ledger, expected_id=(named.id or 0) + 50)
    assert revisions.redo(ledger, expected_id=named.id).id == named.id


def test_a_deleted_payment_comes_back_under_its_number(ledger: Ledger) -> None:
    payment_id = record(ledger)
    before = portable.dump(ledger)
    payments.delete(ledger, payment_id, TODAY)
    revisions.undo(ledger)
    assert portable.dump(ledger) == before
    with ledger.reading() as session:
        assert session.get_one(tables.Payment, payment_id).amount == 10_000


def test_an_editor_opened_before_an_undo_is_stale_after_it(ledger: Ledger) -> None:
    payment_id = record(ledger)
    edit(ledger, payment_id, 5_000)
    with ledger.reading() as session:
        version = session.get_one(tables.Payment, payment_id).version
    revisions.undo(ledger)
    with pytest.raises(Stale):
        payments.edit(ledger, payment_id, version=version, amount=1, paid_on=TODAY, today=TODAY)


def test_an_undo_does_not_overwrite_what_was_changed_outside(ledger: Ledger) -> None:
    payment_id = record(ledger)
    alter(ledger, "UPDATE payment SET amount = 7 WHERE id = ?", payment_id)
    before = portable.dump(ledger)
    with pytest.raises(Stale, match=f"Payment {payment_id}"):
        revisions.undo(ledger)
    assert portable.dump(ledger) == before


@pytest.mark.parametrize("changes", ["no JSON", '[["nothing", 1, null, {}]]', "[[1]]", "[1]"])
def test_a_revision_that_was_altered_is_not_taken_back(ledger: Ledger, changes: str) -> None:
    record(ledger)
    alter(ledger, "UPDATE revision SET changes = ? WHERE id = 2", changes)
    before = portable.dump(ledger)
    with pytest.raises(LedgerError, match="Revision 2 is not as it was written"):
        revisions.undo(ledger)
    assert portable.dump(ledger) == before


STEPS = ["record", "edit", "move", "return", "delete", "load", "fail", "undo", "undo", "redo"]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 1000)), max_size=14))
def test_any_sequence_of_use_cases_goes_back_and_forth(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    document = make.document(
        agreements=[make.promise()], payments=[make.paid("02-01"), make.paid("02-01")]
    )
    ledger = make.loaded(tmp_path_factory.mktemp("any") / "my.accord", document)
    past, future = ['{\n "accord": 1\n}\n'], list[str]()
    now = portable.dump(ledger)
    for step, number in steps:
        if step in ("undo", "redo"):
            here, there = (past, future) if step == "undo" else (future, past)
            go = revisions.undo if step == "undo" else revisions.redo
            if here:
                go(ledger)
                there.append(now)
                now = here.pop()
            else:
                with pytest.raises(NotFound):
                    go(ledger)
        else:
            try:
                act(ledger, step, number)
            except AccordError:
                pass
            else:
                after = portable.dump(ledger)
                if after != now:
                    past.append(now)
                    future.clear()
                now = after
        assert portable.dump(ledger) == now
    assert faults(ledger) == []
    while past:
        revisions.undo(ledger)
        now = past.pop()
        assert portable.dump(ledger) == now
    assert faults(ledger) == []
    ledger.close()


def act(ledger: Ledger, step: str, number: int) -> None:
    """A use case that depends on `number` alone; some have nothing to act on."""
    with ledger.reading() as session:
        there = [each.id or 0 for each in make.payments(session)]
        due = [each or 0 for each in session.exec(select(tables.Instalment.id))]
        debts = session.exec(select(tables.Debt.key)).all()
    payment_id = there[number % len(there)] if there else 987
    day = f"{2 + number % 4:02}-{1 + number % 28:02}"
    if step == "load":
        key = f"d{number % 5}"
        more = make.document(
            debts=[make.debt(key)],
            agreements=[make.promise(f"a-{key}", debt=key)],
            payments=[make.paid(day, debt=key)],
            documents=[
                {"key": f"f{number % 3}", "name": "n", "media_type": "text/plain",
                 "content": "aGVsbG8=", "of": {"debt": key}}
            ],
        )  # fmt: skip
        portable.load(ledger, json.dumps(more))
    elif step == "fail":
        portable.load(ledger, json.dumps(make.document(payments=[make.paid("02-01", "-5")])))
    elif step == "record" or not there:
        if "card" not in debts:
            raise BadInput("There is no such debt.")
        record(ledger, day, 1 + number * 100)
    elif step == "edit":
        edit(ledger, payment_id, 1 + number * 90, day)
    elif step == "move":
        parts = [(due[number % len(due)], 1 + number)] if number % 3 else []
        payments.move(ledger, payment_id, parts, TODAY)
    elif step == "return":
        payments.mark_returned(ledger, payment_id, TODAY if number % 2 else None, TODAY)
    else:
        payments.delete(ledger, payment_id, TODAY)


# --- what `check` finds ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE payment SET paid_on = '31/12/2026' WHERE id = 1", "paid_on was changed"),
        ("UPDATE payment SET recorded_at = 'x' WHERE id = 1", "recorded_at was changed"),
        ("UPDATE revision SET changes = 'x' WHERE id = 1", "Revision 1 is not as it was"),
        ("UPDATE revision SET at = 'x' WHERE id = 1", "Revision 1 is not as it was"),
    ],
)
def test_what_cannot_even_be_read_is_named_too(ledger: Ledger, statement: str, named: str) -> None:
    alter(ledger, statement)
    assert any(named in each for each in faults(ledger))


def test_a_payment_altered_outside_is_named_with_its_field(ledger: Ledger) -> None:
    alter(ledger, "UPDATE payment SET amount = 9999 WHERE id = 1")
    assert faults(ledger) == [
        "Payment 1 (of 2026-02-01): amount was changed outside Accord, from £100.00 to £99.99."
    ]


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("creditor", "name", "Another"),
        ("debt", "apr", "1"),
        ("moratorium", "starts_on", "2025-01-01"),
        ("agreement", "grace_days", 9),
        ("instalment", "due_on", "2026-12-31"),
        ("allotment", "amount", 1),
        ("payment", "recorded_at", "2020-01-01 00:00:00.000000"),
        ("loaded", "fingerprint", "x"),
    ],
)
def test_any_record_altered_outside_is_named(
    ledger: Ledger, table: str, column: str, value: object
) -> None:
    alter(ledger, f"UPDATE {table} SET {column} = ? WHERE id = 1", value)
    (said,) = faults(ledger)
    assert said.startswith(f"{table.capitalize()} 1")
    assert f": {column} was changed outside Accord, from " in said


def test_a_removed_record_is_named(ledger: Ledger) -> None:
    alter(ledger, "DELETE FROM allotment WHERE id = 1")
    alter(ledger, "DELETE FROM payment WHERE id = 1")
    assert faults(ledger) == [
        "Payment 1 (of 2026-02-01) was removed outside Accord.",
        "Allotment 1 was removed outside Accord.",
    ]


def test_an_added_record_is_named(ledger: Ledger) -> None:
    alter(
        ledger,
        "INSERT INTO payment (debt_id, paid_on, amount, recorded_at, version)"
        " SELECT debt_id, '2026-03-01', amount, recorded_at, 1 FROM payment",
    )
    assert faults(ledger) == ["Payment 2 (of 2026-03-01) was added outside Accord."]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("changes", "[]"),
        ("summary", "Nothing"),
        ("use_case", "x"),
        ("at", "2020-01-01 00:00:00.000000"),
        ("hash", "0" * 64),
        ("undoes_id", 1),
    ],
)
def test_an_altered_revision_breaks_the_chain_there(
    ledger: Ledger, column: str, value: object
) -> None:
    record(ledger)
    record(ledger, "04-01")
    alter(ledger, f'UPDATE revision SET "{column}" = ? WHERE id = 2', value)
    said = faults(ledger)
    assert said[0].startswith("Revision 2 ")
    assert "the chain is broken there" in said[0]


def test_a_revision_that_was_removed_breaks_the_chain(ledger: Ledger) -> None:
    record(ledger)
    record(ledger, "04-01")
    alter(ledger, "DELETE FROM revision WHERE id = 2")
    assert any(said.startswith("Revision 3 ") for said in faults(ledger))


def test_removing_the_newest_revision_is_found_out_by_its_records(ledger: Ledger) -> None:
    record(ledger)
    alter(ledger, "DELETE FROM revision WHERE id = 2")
    assert "Payment 2 (of 2026-03-01) was added outside Accord." in faults(ledger)


def test_an_altered_document_is_named(tmp_path: Path) -> None:
    ledger = make.loaded(tmp_path / "my.accord", make.household())
    assert faults(ledger) == []
    alter(ledger, "UPDATE blob SET content = x'00'")
    (said,) = faults(ledger)
    assert said.startswith("The document with SHA-256")
    assert said.endswith("was altered.")


def test_a_reference_to_nothing_is_named(ledger: Ledger) -> None:
    alter(ledger, "UPDATE allotment SET instalment_id = 99")
    assert "allotment 1 refers to a instalment that is not there" in faults(ledger)


def test_check_reads_one_document_at_a_time(ledger: Ledger) -> None:
    files = [documents.File(f"{n}.txt", bytes([n])) for n in range(1, 4)]
    documents.attach(ledger, files, ("debt", 1))
    read: list[str] = []
    with ledger.reading() as session:
        engine = session.get_bind()

        @event.listens_for(engine, "before_cursor_execute")
        def note(*args: object) -> None:
            if "blob.content" in str(args[2]):
                read.append(str(args[2]))

        assert list(checking.damage(session)) == []
    assert len(read) == 3
    assert all("WHERE blob.sha256 = ?" in each for each in read)


def test_check_names_a_document_that_is_no_bytes_any_more(ledger: Ledger) -> None:
    documents.attach(ledger, [documents.File("a.txt", b"a")], ("debt", 1))
    with closing(sqlite3.connect(ledger.path)) as raw, raw:
        raw.execute("UPDATE blob SET content = 'a'")
    with ledger.reading() as session:
        (said,) = checking.damage(session)
    assert "was altered" in said
