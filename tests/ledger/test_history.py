"""The history of a record, in words; and what was done to it behind the program's back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from store.ledger import contacts, creditors, history, instalments, payments
from store.ledger.history_views import Entry, History, Line
from store.records import checking, revisions, tables
from store.records.database import Ledger
from store.rules.terms import Promised
from tests import make

TODAY = make.on("06-01")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Four promises of 100.00 from 1 February, and the first of them paid."""
    document = make.document(agreements=[make.promise()], payments=[make.paid("02-01")])
    opened = make.loaded(tmp_path / "my.accord", document)
    yield opened
    opened.close()


def told(ledger: Ledger, table: str, id_: int, locale: str = "en_GB") -> History:
    with ledger.reading() as session:
        return history.of_record(session, table, id_, TODAY, locale)


def said(entry: Entry) -> dict[str, tuple[str | None, str | None]]:
    """What an entry says of each field, before and after."""
    return {each.label: (each.before, each.after) for each in entry.lines}


def pay(ledger: Ledger, paid_on: str = "03-01", amount: int = 10_000) -> int:
    return payments.record(
        ledger,
        debt_id=make.debt_id(ledger),
        amount=amount,
        paid_on=make.on(paid_on),
        today=TODAY,
    ).payment_id


def edit(ledger: Ledger, payment_id: int, amount: int, note: str | None = None) -> None:
    with ledger.reading() as session:
        version = session.get_one(tables.Payment, payment_id).version
    payments.edit(
        ledger,
        payment_id,
        version=version,
        amount=amount,
        paid_on=make.on("03-01"),
        note=note,
        today=TODAY,
    )


def alter(ledger: Ledger, statement: str, *values: object) -> None:
    """Do something to the file behind the program's back."""
    with closing(sqlite3.connect(ledger.path)) as raw, raw:
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("PRAGMA ignore_check_constraints = ON")
        raw.execute(statement, values)


# --- what was done ---------------------------------------------------------------------------


def test_a_payment_is_told_with_what_it_was_for(ledger: Ledger) -> None:
    payment_id = pay(ledger)
    found = told(ledger, "payment", payment_id)
    assert found.title == "Payment of Sun 1 Mar · Card"
    (entry,) = found.entries
    assert (entry.deed, entry.by, entry.is_as_written) == ("entered", "", True)
    assert entry.at == make.NOW + timedelta(minutes=2)
    assert entry.lines == (
        Line("Debt", None, "Card"),
        Line("Paid on", None, "Sun 1 Mar"),
        Line("Amount", None, "£100.00"),
        Line("For instalment of Sun 1 Mar", None, "£100.00"),
    )
    assert found.altered == ()
    assert found.is_whole


def test_a_correction_says_only_what_differs_newest_first(ledger: Ledger) -> None:
    payment_id = pay(ledger)
    edit(ledger, payment_id, 8_050, "from the tin")
    newest, oldest = told(ledger, "payment", payment_id).entries
    assert said(newest) == {
        "Amount": ("£100.00", "£80.50"),
        "Note": (None, "from the tin"),
        "For instalment of Sun 1 Mar": ("£100.00", "£80.50"),
    }
    assert (newest.deed, oldest.deed) == ("changed", "entered")


def test_amounts_are_written_as_the_locale_has_them(ledger: Ledger) -> None:
    (entry,) = told(ledger, "payment", pay(ledger), "de_DE").entries
    assert said(entry)["Amount"][1] == "100,00\xa0£"


def test_an_undo_and_a_redo_are_told_as_what_they_did(ledger: Ledger) -> None:
    payment_id = pay(ledger)
    edit(ledger, payment_id, 8_000)
    revisions.undo(ledger)
    revisions.redo(ledger)
    redone, undone, edited, _ = told(ledger, "payment", payment_id).entries
    assert [each.by for each in (redone, undone, edited)] == ["redo", "undo", ""]
    assert said(undone)["Amount"] == ("£80.00", "£100.00")
    assert said(redone)["Amount"] == ("£100.00", "£80.00")
    assert undone.summary.startswith("Took back: Corrected payment")


def test_what_was_deleted_still_has_its_history(ledger: Ledger) -> None:
    payment_id = pay(ledger)
    payments.delete(ledger, payment_id, TODAY)
    found = told(ledger, "payment", payment_id)
    deleted, entered = found.entries
    assert (deleted.deed, entered.deed) == ("deleted", "entered")
    assert said(deleted)["Amount"] == ("£100.00", None)
    assert found.title == "Payment of Sun 1 Mar · Card"
    assert found.altered == ()


def test_what_went_with_its_creditor_is_still_called_by_name(tmp_path: Path) -> None:
    opened = make.loaded(tmp_path / "my.accord", make.document(agreements=[make.promise()]))
    with closing(opened):
        creditors.delete(opened, 1)
        found = told(opened, "agreement", 1)
    deleted, _ = found.entries
    assert found.title == "Agreement of Sat 10 Jan · Card"
    assert said(deleted)["Each instalment"] == ("£100.00", None)
    assert said(deleted)["Debt"] == ("Card", None)
    assert said(deleted)["Instalments"][1] is None


def test_a_schedule_is_one_line(ledger: Ledger) -> None:
    (entry,) = told(ledger, "agreement", 1).entries
    lines = said(entry)
    assert lines["How often"] == (None, "every month")
    assert lines["Each instalment"] == (None, "£100.00")
    assert lines["Instalments"] == (None, "4 from Sun 1 Feb to Fri 1 May, £400.00 in all")


def test_a_days_cadence_is_said_in_words(tmp_path: Path) -> None:
    promise = make.promise()
    promise["terms"] |= {"days": [1, 15], "first_due": "2026-02-01"}
    opened = make.loaded(tmp_path / "my.accord", make.document(agreements=[promise]))
    with closing(opened):
        (entry,) = told(opened, "agreement", 1).entries
    assert said(entry)["How often"] == (None, "twice a month, on the 1st and 15th")


def test_a_checklist_is_told_item_by_item(tmp_path: Path) -> None:
    promise = make.promise(checklist={"parties": True, "balance": "they sent it before"})
    opened = make.loaded(tmp_path / "my.accord", make.document(agreements=[promise]))
    with closing(opened):
        (entry,) = told(opened, "agreement", 1).entries
    assert said(entry)["What the paper says"] == (
        None,
        "the balance, and of which date it is: they sent it before\n"
        "who the parties are, by name and address",
    )


def test_an_adjusted_instalment_is_told_of_its_agreement_too(ledger: Ledger) -> None:
    was = Promised(make.on("05-01"), 10_000)
    instalments.adjust(ledger, 4, was=was, due_on=make.on("05-08"), amount=9_000, today=TODAY)
    newest = told(ledger, "agreement", 1).entries[0]
    assert said(newest) == {"Instalment 4": ("£100.00 · due Fri 1 May", "£90.00 · due Fri 8 May")}
    own = told(ledger, "instalment", 4).entries[0]
    assert said(own) == {"Due on": ("Fri 1 May", "Fri 8 May"), "Amount": ("£100.00", "£90.00")}


def test_those_that_only_have_another_number_are_not_told(ledger: Ledger) -> None:
    instalments.add(ledger, 1, due_on=make.on("01-20"), amount=500, today=TODAY)
    newest = told(ledger, "agreement", 1).entries[0]
    assert said(newest) == {"Instalment 1": (None, "£5.00 · due Tue 20 Jan")}


def test_what_came_from_a_file_says_when_it_was_entered_there(tmp_path: Path) -> None:
    paid = make.paid("02-01", recorded_at="2026-02-03T10:00:00+00:00")
    opened = make.loaded(
        tmp_path / "my.accord", make.document(agreements=[make.promise()], payments=[paid])
    )
    with closing(opened):
        (entry,) = told(opened, "payment", 1).entries
    assert said(entry)["Entered on"] == (None, "Tue 3 Feb")


def test_another_records_history_is_not_told(ledger: Ledger) -> None:
    first, other = pay(ledger), pay(ledger, "04-01", 10_000)
    edit(ledger, first, 5_000, f'["payment",{other},null] "payment_id":{other},')
    assert len(told(ledger, "payment", other).entries) == 1
    # Of record 12 nothing is told of record 1.
    assert len(told(ledger, "payment", 1).entries) == 1


# --- what was done behind its back -----------------------------------------------------------


def test_a_field_altered_outside_is_named_as_a_person_reads_it(ledger: Ledger) -> None:
    payment_id = pay(ledger)
    alter(ledger, "UPDATE payment SET amount = 7000 WHERE id = ?", payment_id)
    found = told(ledger, "payment", payment_id)
    assert found.altered == (
        "Amount was changed outside Accord: £100.00 was recorded, and now it says £70.00.",
    )
    assert told(ledger, "payment", 1).altered == ()


def test_a_part_altered_outside_is_named_with_its_field(ledger: Ledger) -> None:
    alter(ledger, "UPDATE instalment SET due_on = '2026-05-03' WHERE number = 4")
    (sentence,) = told(ledger, "agreement", 1).altered
    assert sentence == (
        "Instalment of Fri 1 May: Due on was changed outside Accord: "
        "Fri 1 May was recorded, and now it says Sun 3 May."
    )


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("DELETE FROM payment WHERE id = 1", "Payment of Sun 1 Feb was removed outside Accord."),
        (
            "INSERT INTO allotment (id, recorded_at, version, payment_id, instalment_id, amount) "
            "VALUES (77, '2026-01-01 00:00:00', 1, 1, 2, 5)",
            "Allotment was added outside Accord.",
        ),
        (
            "UPDATE payment SET paid_on = 'never' WHERE id = 1",
            "Paid on was changed outside Accord: Sun 1 Feb was recorded, and now it says never.",
        ),
        (
            "UPDATE payment SET amount = 'much' WHERE id = 1",
            "Amount was changed outside Accord: £100.00 was recorded, and now it says much.",
        ),
        (
            "UPDATE payment SET debt_id = 'none' WHERE id = 1",
            "Debt was changed outside Accord: Card was recorded, and now it says one that is gone.",
        ),
        (
            "UPDATE payment SET note = 'a gift' WHERE id = 1",
            "Note was changed outside Accord: nothing was recorded, and now it says a gift.",
        ),
        ("UPDATE payment SET version = 5 WHERE id = 1", "version was changed outside Accord"),
    ],
)
def test_whatever_was_altered_is_said(ledger: Ledger, statement: str, sentence: str) -> None:
    alter(ledger, statement)
    (found,) = told(ledger, "payment", 1).altered
    assert found.startswith(sentence)


def test_check_and_history_name_the_same_field(ledger: Ledger) -> None:
    alter(ledger, "UPDATE payment SET amount = 7000 WHERE id = 1")
    with ledger.reading() as session:
        (fault,) = checking.damage(session)
    assert fault.startswith("Payment 1 (of 2026-02-01): amount was changed outside Accord")
    assert len(told(ledger, "payment", 1).altered) == 1


@pytest.mark.parametrize("changes", ["", "[", '[["payment",2,1,2]]', '[["payment",2,null]]'])
def test_a_revision_that_cannot_be_read_is_said_plainly(ledger: Ledger, changes: str) -> None:
    payment_id = pay(ledger)
    edit(ledger, payment_id, 8_000)
    alter(ledger, "UPDATE revision SET changes = ? WHERE id = 2", changes)
    found = told(ledger, "payment", payment_id)
    newest, unread = found.entries
    assert (unread.revision_id, unread.deed, unread.is_as_written) == (2, "unreadable", False)
    assert unread.lines == (Line(history.UNREADABLE, None, None),)
    # What is readable is still told; how it should be now, nobody knows.
    assert said(newest)["Amount"] == ("£100.00", "£80.00")
    assert found.altered == ()


def test_a_revision_whose_moment_cannot_be_read_is_listed_without_one(ledger: Ledger) -> None:
    payment_id = pay(ledger)
    alter(ledger, "UPDATE revision SET at = 'once' WHERE id = 2")
    (entry,) = told(ledger, "payment", payment_id).entries
    assert (entry.at, entry.deed, entry.is_as_written) == (None, "unreadable", False)


def test_a_revision_that_was_rewritten_is_told_as_not_as_written(ledger: Ledger) -> None:
    payment_id = pay(ledger)
    alter(ledger, "UPDATE revision SET changes = replace(changes, '10000', '20000') WHERE id = 2")
    found = told(ledger, "payment", payment_id)
    (entry,) = found.entries
    assert not entry.is_as_written
    assert not found.is_whole
    assert found.altered == ()


# --- other records ---------------------------------------------------------------------------


def test_a_contact_is_told_with_what_each_side_said_it_would_do(ledger: Ledger) -> None:
    with ledger.reading() as session:
        creditor_id = session.exec(select(tables.Creditor)).one().id or 0
    logged = contacts.log(
        ledger, creditor_id=creditor_id, at=make.NOW, channel="phone", direction="out",
        summary="They will freeze it",
    )  # fmt: skip
    contacts.add_undertaking(
        ledger,
        contacts.Said("creditor", "Freeze the interest", make.on("12-01")),
        creditor_id=creditor_id,
        contact_id=logged.contact_id,
    )
    newest, oldest = told(ledger, "contact", logged.contact_id).entries
    assert said(newest) == {"They will": (None, "Freeze the interest · due Tue 1 Dec")}
    assert said(oldest)["When"] == (None, "Mon 23 Nov 18:30")
    assert said(oldest)["Direction"] == (None, "I contacted them")


def test_every_record_of_the_household_can_be_told(household: Path) -> None:
    opened = make.ledger(household)
    with closing(opened), opened.reading() as session:
        for name, table in tables.RECORDS.items():
            for id_ in session.exec(select(table.id).limit(4)):
                found = history.of_record(session, name, id_ or 0, TODAY, "en_GB")
                assert {each.deed for each in found.entries[-1:]} == {"entered"}
                assert found.altered == ()
                assert "one that is gone" not in str(found)


def test_what_was_never_recorded_has_no_history(ledger: Ledger) -> None:
    assert told(ledger, "payment", 99) == History("Payment", [], ())
