"""Sending: a letter is a file, a document and a contact together, or nothing of it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from store.ledger import letters as ledger_letters
from store.ledger import names
from store.ledger.documents import File
from store.ledger.letters import ToSend
from store.papers import letter_facts, letters, sending
from store.papers.letters import Letter
from store.records import database, tables
from store.records.database import Ledger
from store.rules.errors import BadInput, LedgerError
from tests import make
from tests.make import on

TODAY = on("11-23")


@pytest.fixture
def ledger(household: Path) -> Iterator[Ledger]:
    opened = make.ledger(household)
    yield opened
    opened.close()


def letter(ledger: Ledger) -> Letter:
    with ledger.reading() as session:
        found = names.find("creditor", "northbank", names.creditors(session))
        case = letter_facts.case(session, TODAY, creditor_id=found.id, debt_id=None, locale="en_GB")
        template = letters.find(Path(), "write_only")
        return letters.write(session, template, case, TODAY)


def contacts(ledger: Ledger) -> int:
    with ledger.reading() as session:
        return len(session.exec(select(tables.Contact.id)).all())


def test_a_letter_whose_file_cannot_be_written_is_not_logged(ledger: Ledger) -> None:
    before, written = contacts(ledger), letter(ledger)
    with pytest.raises(LedgerError, match="disk is full"):
        sending.send(ledger, written, format="text", today=TODAY, path=Path("/dev/full"))
    assert contacts(ledger) == before


def test_a_letter_that_the_ledger_refuses_leaves_what_stood_at_its_path(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    path = folder / "letter.txt"
    path.write_text("before")

    def refuse(*_: object) -> None:
        raise LedgerError("no")

    monkeypatch.setattr("store.papers.sending.ledger_letters.sent", refuse)
    with pytest.raises(LedgerError):
        sending.send(ledger, letter(ledger), format="text", today=TODAY, path=path)
    assert [each.read_text() for each in folder.iterdir()] == ["before"]


def bank(path: Path) -> Ledger:
    """A bank with two debts, and a friend; each with something to do."""
    return make.loaded(
        path,
        make.document(
            creditors=[{"key": "bank", "name": "Bank"}, {"key": "rosa", "name": "Rosa"}],
            debts=[make.debt(), make.debt("loan")],
            agreements=[make.promise()],
            undertakings=[
                {"creditor": "bank", "by": "me", "text": "Write", "done_on": "2026-03-01"},
                {"creditor": "bank", "by": "creditor", "text": "Send papers"},
                {"creditor": "rosa", "by": "me", "text": "Call"},
            ],
        ),
    )


def to_send(**fields: Any) -> ToSend:
    return ToSend(1, 1, "letter", "About it", [File("a.txt", b"a")], **fields)


@pytest.mark.parametrize(
    ("letter", "said"),
    [
        (to_send(undertaking_id=2), "nothing that I said I would do"),
        (to_send(undertaking_id=3), "nothing that I said I would do"),
        (replace(to_send(agreement_id=1), debt_id=2), "of another debt"),
    ],
)
def test_a_letter_settles_only_what_is_mine_with_them_and_of_that_debt(
    tmp_path: Path, letter: ToSend, said: str
) -> None:
    ledger = bank(tmp_path / "bank.accord")
    with pytest.raises(BadInput, match=said):
        ledger_letters.sent(ledger, letter, TODAY)
    assert contacts(ledger) == 0
    ledger.close()


def test_what_was_done_before_keeps_its_day(tmp_path: Path) -> None:
    ledger = bank(tmp_path / "bank.accord")
    ledger_letters.sent(ledger, to_send(undertaking_id=1, agreement_id=1), TODAY)
    with ledger.reading() as session:
        assert session.get_one(tables.Undertaking, 1).done_on == on("03-01")
        assert session.get_one(tables.Agreement, 1).writing == "requested"
    ledger.close()


def test_the_file_is_whole_on_the_disk_before_the_ledger_has_it(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    with database.prepared_file(path, b"Dear all"):
        assert not path.exists()
        assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"Dear all"]
    assert [each.name for each in tmp_path.iterdir()] == ["letter.txt"]
