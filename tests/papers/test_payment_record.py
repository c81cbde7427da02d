"""The payment record: honest, dated, and with the plain rate first."""

import json
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlmodel import Session

from store.ledger import names
from store.papers import paper, payment_record
from store.records import revisions
from tests import make

TODAY = date(2026, 11, 23)


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Session]:
    """Everything the household ledger holds."""
    ledger = make.loaded(tmp_path / "ledger.db", json.loads(make.HOUSEHOLD.read_text()))
    with ledger.reading() as session:
        yield session
    ledger.close()


def said(session: Session, creditor: str | None = None, as_of: date = TODAY) -> str:
    """The record as text."""
    id_ = creditor and names.find("creditor", creditor, names.creditors(session)).id
    found = payment_record.collect(session, as_of, id_ or None)
    return paper.text(payment_record.parts(found, "en_GB"))


def test_the_plain_rate_comes_first_and_the_misses_are_in_it(household: Session) -> None:
    lines = said(household).splitlines()
    assert lines[3] == "As of 23 November 2026."
    assert lines[5] == "36 of 41 promises kept (88 %); 3 paid late, usually by 6 days; 2 open."
    missed = [line for line in lines if "missed, open for" in line]
    assert [line.split()[0] for line in missed] == ["2026-10-31", "2026-11-10"]


def test_the_formula_and_the_score_are_named(household: Session) -> None:
    text = " ".join(said(household).split())
    assert "beta reputation (Jøsang and Ismail, 2002)" in text
    assert "credibility 82.06 ± 12.33, evidence 6.69 (solid)" in text


def test_it_names_the_newest_entry_so_that_a_copy_dates_the_ledger(household: Session) -> None:
    found = payment_record.collect(household, TODAY)
    newest = revisions.newest(household)
    assert newest is not None
    assert newest[1] in found.mark
    assert found.mark in " ".join(said(household).split())


def test_one_creditor_is_told_of_nobody_else(household: Session) -> None:
    text = said(household, "northbank")
    assert "9 of 10 promises kept (90 %); 1 paid late, usually by 3 days." in text
    assert "Northbank" in text
    assert "Hillview" not in text
    assert "Marlow" not in text


def test_it_can_be_made_as_of_a_day_that_is_past(household: Session) -> None:
    text = said(household, as_of=date(2026, 10, 30))
    assert "open" not in text.split("Northbank")[0]
    assert "2026-10-31" not in text


def test_before_anything_fell_due_it_says_so(tmp_path: Path) -> None:
    ledger = make.empty(tmp_path / "ledger.db")
    with ledger.reading() as session:
        text = said(session)
    assert "No promise has fallen due yet." in text
    assert "newest entry" not in text
    ledger.close()


def test_a_record_is_drawn_whatever_a_debt_is_called(tmp_path: Path) -> None:
    document = make.document(
        debts=[make.debt(name="Card \ue123 of mine")],
        agreements=[make.promise()],
        payments=[make.paid("02-01")],
    )
    ledger = make.loaded(tmp_path / "odd.accord", document)
    with ledger.reading() as session:
        record = payment_record.collect(session, TODAY)
    made = payment_record.file(record, "pdf", "en_GB")
    read = " ".join(PdfReader(BytesIO(made.content)).pages[0].extract_text().split())
    assert "Card \ufffd of mine" in read
    assert "(U+E123): as text or Markdown, the record has it as it is written." in read
    assert "\ue123" in payment_record.file(record, "text", "en_GB").content.decode()
    ledger.close()
