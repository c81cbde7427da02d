"""The evidence pack: what is in it, what is left out, and that anybody can verify it."""

import csv
import hashlib
import json
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlmodel import select

from store.exchange import portable
from store.ledger import documents, names, payments, person, situations
from store.ledger.documents import File
from store.ledger.person import Me
from store.papers import evidence
from store.papers.evidence import Pack
from store.papers.leaving_out import LEAVABLE
from store.papers.timeline_views import Scope
from store.records import tables
from store.records.database import Ledger
from store.rules.errors import BadInput, LedgerError
from tests import make
from tests.make import on

TODAY = on("11-23")


@pytest.fixture
def ledger(household: Path) -> Iterator[Ledger]:
    opened = make.ledger(household)
    person.save(opened, Me("Sam Rivers", "1 Mill Lane"))
    yield opened
    opened.close()


def about(ledger: Ledger, creditor: str = "northbank") -> Scope:
    with ledger.reading() as session:
        found = names.find("creditor", creditor, names.creditors(session))
    return Scope(creditor_id=found.id)


def packed(
    ledger: Ledger,
    scope: Scope | None = None,
    *without: str,
    private: bool = False,
    today: date = TODAY,
) -> zipfile.ZipFile:
    out = BytesIO()
    pack = Pack(scope or about(ledger), private=private, without=frozenset(without))
    with ledger.reading() as session:
        evidence.write_to(session, out, pack, today, "en_GB")
    return zipfile.ZipFile(out)


def timeline(archive: zipfile.ZipFile) -> str:
    pages = PdfReader(BytesIO(archive.read("timeline.pdf"))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def rows(archive: zipfile.ZipFile) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(archive.read("payments.csv").decode())))


def attach(ledger: Ledger, name: str, content: bytes = b"x") -> None:
    with ledger.reading() as session:
        wanted = select(tables.Contact.id).where(tables.Contact.key == "c9")
        contact_id = session.exec(wanted).one() or 0
    documents.attach(ledger, [File(name, content)], ("contact", contact_id))


def test_its_sums_verify_with_sha256sum(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    attach(ledger, "a letter: \\ odd\nname.txt")
    written = evidence.write(ledger, path, Pack(about(ledger)), TODAY, "en_GB")
    assert path.stat().st_mode & 0o777 == 0o600
    folder = tmp_path / "unpacked"
    zipfile.ZipFile(path).extractall(folder)
    program = shutil.which("sha256sum")
    assert program is not None
    said = subprocess.run(
        [program, "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr
    assert said.stdout.count(": OK") == len(written.files) - 1 == 4
    there = {str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file()}
    assert there == set(written.files)


def test_a_changed_file_does_not_verify(ledger: Ledger, tmp_path: Path) -> None:
    archive = packed(ledger)
    lines = archive.read("SHA256SUMS").decode().splitlines()
    listed = {line[66:]: line[:64] for line in lines}
    assert set(listed) == {*archive.namelist()} - {"SHA256SUMS"}
    for name, digest in listed.items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    assert hashlib.sha256(archive.read("payments.csv") + b" ").hexdigest() not in listed.values()


def test_the_same_pack_is_the_same_bytes(ledger: Ledger) -> None:
    first, second = packed(ledger), packed(ledger)
    assert first.read("timeline.pdf") == second.read("timeline.pdf")
    assert first.read("SHA256SUMS") == second.read("SHA256SUMS")


def test_the_timeline_tells_of_all_that_passed_and_of_both_sides_breaches(ledger: Ledger) -> None:
    said = timeline(packed(ledger))
    for part in (
        "9 of 10 promises kept",
        "CALL-118820",
        "Their minimum is 50 for a balance over 1,500",
        "In writing: signed, 26 January 2026",
        "paid 3 days late",
        "£31.40 of interest charged",
        "not put right yet",
        "Write to have the October interest refunded by 26 November 2026; not done",
        "northbank-agreement.txt",
        "its hash is",
    ):
        assert part in said, part
    assert "Marlow" not in said


def test_payments_are_listed_with_what_they_were_for(ledger: Ledger) -> None:
    found = rows(packed(ledger))
    assert len(found) == 10
    assert found[2]["paid_on"] == "2026-03-31"
    assert found[2]["for"] == "2026-04-01"
    assert {each["amount"] for each in found} == {"50.00"}


def test_of_a_creditor_only_its_own_time_with_a_debt_is_told(ledger: Ledger) -> None:
    kestrel, marlow = (
        {row["paid_on"] for row in rows(packed(ledger, about(ledger, each)))}
        for each in ("kestrel", "marlow")
    )
    assert max(kestrel) == "2026-04-10"
    assert min(marlow) == "2026-07-10"


def test_of_a_debt_everybody_who_held_it_is_told(ledger: Ledger) -> None:
    archive = packed(ledger, Scope(debt_id=make.debt_id(ledger, "kestrel-loan")))
    assert len(rows(archive)) == 7
    said = timeline(archive)
    assert "Personal loan went to Marlow Collections" in said
    assert "Boiler broke" in said
    assert "keeps the agreed 60 a month" in said


def test_private_text_is_left_out_unless_it_is_wanted(ledger: Ledger) -> None:
    with ledger.reading() as session:
        row = session.exec(select(tables.Situation).where(tables.Situation.key == "s1")).one()
    situations.edit(
        ledger, row.id or 0, version=row.version, on=row.on, text=row.text, today=TODAY,
        private=True,
    )  # fmt: skip
    assert "My employer cut my hours" not in timeline(packed(ledger))
    assert "My employer cut my hours" in timeline(packed(ledger, private=True))


@pytest.mark.parametrize(
    ("field", "gone"),
    [
        ("person", "Dana"),
        ("reference", "CALL-118820"),
        ("hardship", "Reason: Hours cut"),
        ("situation", "My employer cut my hours"),
        ("notes", "Charged during the freeze"),
        ("documents", "northbank-agreement.txt"),
        ("address", "Sam Rivers"),
        ("summary", "They ask 50 a month and freeze the interest"),
    ],
)
def test_a_field_that_is_named_is_left_out_and_the_pack_says_so(
    ledger: Ledger, field: str, gone: str
) -> None:
    assert gone in timeline(packed(ledger))
    said = timeline(packed(ledger, None, field))
    assert gone not in said
    assert LEAVABLE[field] in said


def test_a_field_that_there_is_not_cannot_be_left_out() -> None:
    with pytest.raises(BadInput, match="“colour” cannot be left out; these can: person"):
        evidence.leave_out(["person", "colour"])
    assert evidence.leave_out([" Person", ""]) == {"person"}


def test_no_name_leads_out_of_the_pack_or_hides_another(ledger: Ledger) -> None:
    for n, name in enumerate(("../../etc/passwd", "Same.txt", "same.txt", "...", "a\x1b[31mb.txt")):
        attach(ledger, name, str(n).encode())
    found = [each for each in packed(ledger).namelist() if each.startswith("documents/")]
    assert len(found) == len(set(map(str.casefold, found))) == 6
    for each in found:
        assert each.count("/") == 1
        assert ".." not in each.split("/")
        assert each.isprintable()


def test_a_cell_that_a_spreadsheet_would_compute_is_text(ledger: Ledger) -> None:
    payments.record(
        ledger,
        debt_id=make.debt_id(ledger, "northbank-card"),
        amount=100,
        paid_on=TODAY,
        today=TODAY,
        note='=HYPERLINK("http://evil.example")',
    )
    assert rows(packed(ledger))[-1]["note"].startswith("'=HYPERLINK")


def test_a_pack_can_be_written_whatever_stands_in_the_ledger(ledger: Ledger) -> None:
    attach(ledger, "letter \ue123.txt")
    payments.record(
        ledger,
        debt_id=make.debt_id(ledger, "northbank-card"),
        amount=100,
        paid_on=TODAY,
        today=TODAY,
        note="Paid \ue123 now",
    )
    archive = packed(ledger)
    said = timeline(archive)
    assert "Paid \ufffd now" in said
    assert "no font here can show (U+E123): timeline.txt has it as it is written." in said
    assert "Paid \ue123 now" in archive.read("timeline.txt").decode()
    assert "timeline.txt" in archive.read("SHA256SUMS").decode()
    assert "timeline.txt" not in packed(ledger, None, "notes", "documents").namelist()


def test_a_disk_that_fills_leaves_no_pack(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    folder = tmp_path / "out"
    folder.mkdir()
    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(LedgerError, match="disk is full"):
        evidence.write(ledger, folder / "pack.zip", Pack(about(ledger)), TODAY, "en_GB")
    assert list(folder.iterdir()) == []


# --- about what it is -----------------------------------------------------------------------


def contact(key: str, text: str, **fields: object) -> make.Json:
    return {
        "key": key,
        "creditor": "bank",
        "at": "2026-03-02T10:00:00+00:00",
        "channel": "letter",
        "direction": "out",
        "summary": text,
        **fields,
    }


def undertaking(text: str, **fields: object) -> make.Json:
    return {"by": "creditor", "text": text, "due_on": "2026-04-01", **fields}


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Ledger]:
    """A bank with a card and a loan: a private situation was told, and much was undertaken."""
    opened = make.loaded(
        tmp_path / "told.accord",
        make.document(
            debts=[make.debt(reference="AC 1234"), make.debt("loan")],
            situations=[{"key": "s1", "on": "2026-03-01", "text": "I fell ill", "private": True}],
            contacts=[
                contact("c1", "About account ac 1234, please", debt="card"),
                contact("c2", "About the loan", debt="loan"),
                contact("c3", "How it is", situation="s1", hardship="Illness"),
                contact("c4", "They wrote", direction="in"),
            ],
            undertakings=[
                undertaking("Freeze the card", contact="c1"),
                undertaking("Freeze the loan", contact="c2"),
                undertaking("Answer all of it", creditor="bank"),
                undertaking("Send my papers", creditor="bank", by="me", done_on="2026-03-20"),
            ],
            balances=[
                {"debt": "card", "on": "2026-05-01", "amount": "900.00", "source": "Mum said so"}
            ],
        ),
    )
    with opened.reading() as session:
        ids = {each.key: each.id or 0 for each in session.exec(select(tables.Contact))}
    for key, id_ in ids.items():
        documents.attach(opened, [File(f"{key}.txt", key.encode())], ("contact", id_))
    yield opened
    opened.close()


def files(archive: zipfile.ZipFile) -> set[str]:
    return {each[10:] for each in archive.namelist() if each.startswith("documents/")}


def test_of_a_debt_nothing_is_told_that_was_undertaken_about_another(told: Ledger) -> None:
    said = timeline(packed(told, Scope(debt_id=make.debt_id(told))))
    assert "Record about Card" in said
    assert said.count("Freeze the card") == 3
    assert "Freeze the loan" not in said
    assert "Freeze the loan" in timeline(packed(told, about(told, "bank")))


def test_what_was_undertaken_in_no_contact_is_told_of_both_sides(told: Ledger) -> None:
    for scope in (about(told, "bank"), Scope(debt_id=make.debt_id(told))):
        said = timeline(packed(told, scope))
        assert "They said they would: Answer all of it by 1 April 2026; not done." in said
        assert "I said I would: Send my papers by 1 April 2026; done on 20 March 2026." in said


def test_of_several_debts_each_line_says_which_it_is_about(tmp_path: Path) -> None:
    terms = make.promise()["terms"]
    document = make.document(
        debts=[make.debt(), make.debt("loan")],
        contacts=[contact("c1", "They called", debt="loan")],
        offers=[{"key": "o1", "debt": "loan", "by": "me", "on": "2026-01-05", "terms": terms}],
        agreements=[make.promise(ended_on="2026-03-20", ended_how="creditor")],
        payments=[make.paid("02-01", returned_on="2026-02-04")],
        charges=[{"debt": "loan", "on": "2026-02-10", "kind": "fee", "amount": "12.00"}],
        balances=[{"debt": "card", "on": "2026-03-01", "amount": "900.00"}],
    )
    ledger = make.loaded(tmp_path / "two.accord", document)
    said = timeline(packed(ledger, about(ledger, "bank")))
    for part in (
        "About Loan. They called.",
        "Loan: £100.00 every month",
        "Card: £100.00 every month",
        "Card: The agreement of 10 January 2026 ended: creditor",
        "Card: £100.00 came back",
        "Loan: Fee of £12.00",
        "Card: They say £900.00 is owed",
    ):
        assert part in said, part
    # Where there is one debt, nothing has to say so.
    assert "Card: £" not in timeline(packed(ledger, Scope(debt_id=make.debt_id(ledger))))
    ledger.close()


def test_who_bought_a_debt_has_the_terms_that_it_took_over(ledger: Ledger) -> None:
    with ledger.reading() as session:
        ids = {each.key: each.id or 0 for each in session.exec(select(tables.Agreement))}
    for key in ("a-kestrel-1", "a-kestrel-2"):
        documents.attach(ledger, [File(f"{key}.txt", key.encode())], ("agreement", ids[key]))
    archive = packed(ledger, about(ledger, "marlow"))
    said = timeline(archive)
    assert "2026-06-15 Terms taken over £60.00 every month" in said
    assert "As agreed on 4 May 2026 with Kestrel Finance. In writing: received" in said
    assert "20 January 2026" not in said
    assert files(archive) == {"a-kestrel-2.txt"}
    assert "taken over" not in timeline(packed(ledger, about(ledger, "kestrel")))


def test_sentences_of_different_records_do_not_run_together(told: Ledger) -> None:
    said = timeline(packed(told, about(told, "bank"), private=True))
    assert "How it is. Reason: Illness. My situation as I told it: I fell ill." in said
    assert "please. They said they would: Freeze the card by 1 April 2026; not done." in said


# --- what is left out -----------------------------------------------------------------------


@pytest.fixture
def named(tmp_path: Path) -> Iterator[Ledger]:
    """A bank whose Dana stands in every text that a person can write, like the account."""
    text = "Spoke to DANA of NB 4471/0092, ref PAY-7"
    opened = make.loaded(
        tmp_path / "named.accord",
        make.document(
            debts=[make.debt(reference="NB-4471-0092", name="Card NB-4471-0092 of Dana")],
            situations=[{"key": "s1", "on": "2026-03-01", "text": text}],
            contacts=[
                contact(
                    "c1", text, direction="in", person="Dana Okafor-Reed, id 12", hardship=text,
                    situation="s1", channel="chat with Dana",
                )
            ],
            undertakings=[undertaking(text, contact="c1"), undertaking(text, creditor="bank")],
            agreements=[make.promise()],
            offers=[
                {
                    "key": "o1", "debt": "card", "by": "me", "on": "2026-01-05",
                    "terms": make.promise()["terms"], "status": "declined",
                    "answered_on": "2026-01-06", "answer_note": text,
                }
            ],
            payments=[
                make.paid("02-01", note=text, method="cash to Dana", reference="PAY-7"),
                make.paid("03-01", reference="for Dana"),
            ],
            charges=[
                {"debt": "card", "on": "2026-02-10", "kind": "fee", "amount": "1.00", "note": text}
            ],
            balances=[{"debt": "card", "on": "2026-05-01", "amount": "900.00", "source": text}],
        ),
    )  # fmt: skip
    with opened.reading() as session:
        came = session.exec(select(tables.Contact.id)).one() or 0
    name = "From_dana_nb44710092 (Okafor).txt"
    documents.attach(opened, [File(name, b"x")], ("contact", came))
    yield opened
    opened.close()


def everything(archive: zipfile.ZipFile) -> str:
    """All that a pack says, in small letters; not what its documents hold."""
    said = [timeline(archive), archive.read("payments.csv").decode(), *archive.namelist()]
    return "\n".join(said).casefold()


@pytest.mark.parametrize(
    ("field", "gone"),
    [
        ("person", ("dana", "okafor", "reed")),
        ("reference", ("4471", "nb44710092", "pay-7", "for dana")),
    ],
)
def test_no_text_cell_or_file_name_tells_what_is_left_out(
    named: Ledger, field: str, gone: tuple[str, ...]
) -> None:
    whole = everything(packed(named, about(named, "bank")))
    said = everything(packed(named, about(named, "bank"), field))
    for each in gone:
        assert each in whole
        assert each not in said
    assert "spoke to" in said


def test_words_beside_a_name_and_the_creditors_own_name_stay(tmp_path: Path) -> None:
    summary = "The bank wrote that they will help the customer; Jo was kind, Joan too"
    people = ("Jo", "somebody from the bank", "Bank")
    document = make.document(
        contacts=[contact(f"c{n}", summary, person=each) for n, each in enumerate(people)]
    )
    ledger = make.loaded(tmp_path / "words.accord", document)
    said = timeline(packed(ledger, about(ledger, "bank"), "person"))
    assert "The bank wrote that they will help the customer; … was kind, Joan too." in said
    assert "Record with Bank" in said
    ledger.close()


def test_without_my_name_no_text_has_it(ledger: Ledger) -> None:
    debt_id = make.debt_id(ledger, "northbank-card")
    payments.record(
        ledger, debt_id=debt_id, amount=1, paid_on=TODAY, today=TODAY, note="by S. Rivers"
    )
    assert "Rivers" in everything(packed(ledger)).title()
    assert "Rivers" not in everything(packed(ledger, None, "address")).title()


def test_without_references_no_summary_has_one(told: Ledger) -> None:
    assert "About account ac 1234, please" in timeline(packed(told, about(told, "bank")))
    said = timeline(packed(told, about(told, "bank"), "reference"))
    assert "1234" not in said
    assert "About account …, please" in said


def test_without_notes_no_balance_says_where_it_is_from(told: Ledger) -> None:
    assert "Mum said so" in timeline(packed(told, about(told, "bank")))
    assert "Mum said so" not in timeline(packed(told, about(told, "bank"), "notes"))


def test_a_private_situation_takes_its_hardship_and_its_files_with_it(told: Ledger) -> None:
    open_, closed = (packed(told, about(told, "bank"), private=each) for each in (True, False))
    assert "Reason: Illness" in timeline(open_)
    assert files(open_) == {"c1.txt", "c2.txt", "c3.txt", "c4.txt"}
    assert "Illness" not in timeline(closed)
    assert files(closed) == {"c1.txt", "c2.txt", "c4.txt"}
    assert "Files of contacts that tell of what is left out are not in it." in timeline(closed)


@pytest.mark.parametrize(
    "field", ["address", "situation", "hardship", "reference", "person", "summary"]
)
def test_my_own_letters_would_tell_what_is_left_out(told: Ledger, field: str) -> None:
    archive = packed(told, about(told, "bank"), field, private=True)
    assert files(archive) == {"c4.txt"}
    said = timeline(archive)
    assert "Files of contacts that tell of what is left out are not in it." in said
    assert "The files are as they came and may still show it." in said


def test_a_pack_without_files_says_nothing_of_them(told: Ledger) -> None:
    said = timeline(packed(told, about(told, "bank"), "documents", "address"))
    assert "as they came" not in said
    assert "Files of contacts" not in said


def test_a_file_that_was_altered_makes_no_pack(told: Ledger, tmp_path: Path) -> None:
    with closing(sqlite3.connect(told.path)) as raw, raw:
        raw.execute("UPDATE blob SET content = x'00'")
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(LedgerError, match=r"c1\.txt is not as it was attached"):
        evidence.write(told, folder / "pack.zip", Pack(about(told, "bank")), TODAY, "en_GB")
    assert list(folder.iterdir()) == []


# --- as of a day ----------------------------------------------------------------------------


def test_as_of_a_day_nothing_is_told_that_came_after_it(tmp_path: Path) -> None:
    ledger = make.loaded(
        tmp_path / "later.accord",
        make.document(
            creditors=[{"key": "bank", "name": "Bank"}, {"key": "coll", "name": "Collectors"}],
            debts=[
                make.debt(moratoriums=[{"from": "2026-06-01", "to": "2026-08-01", "note": "Pause"}])
            ],
            transfers=[{"debt": "card", "to": "coll", "on": "2026-06-01"}],
            offers=[
                {
                    "key": "o1", "debt": "card", "by": "me", "on": "2026-01-05",
                    "terms": {"amount": "100.00", "every": "month", "first_due": "2026-02-01"},
                    "status": "declined", "answered_on": "2026-06-02", "answer_note": "Too low",
                }
            ],
            agreements=[make.promise(writing="signed", written_on="2026-06-03")],
            payments=[make.paid("02-01", returned_on="2026-06-04")],
        ),
    )  # fmt: skip
    scope = Scope(debt_id=make.debt_id(ledger))
    before = packed(ledger, scope, today=on("05-31"))
    said = timeline(before)
    assert "My offer, open." in said
    assert "In writing: unwritten." in said
    assert rows(before)[0]["returned_on"] == ""
    for late in ("Collectors", "Pause", "Too low", "June 2026"):
        assert late not in said
    after = packed(ledger, scope, today=on("06-05"))
    said = timeline(after)
    assert "My offer, declined on 2 June 2026: Too low" in said
    assert "In writing: signed, 3 June 2026." in said
    assert "Card went to Collectors" in said
    assert "may not be pursued until 1 August 2026: Pause" in said
    assert rows(after)[0]["returned_on"] == "2026-06-04"
    ledger.close()


def test_files_of_a_debt_go_with_who_held_it_when_they_were_added(tmp_path: Path) -> None:
    clock = make.Clock(datetime(2026, 5, 1, 12, tzinfo=UTC))
    ledger = make.empty(tmp_path / "held.accord", clock)
    text = make.document(
        creditors=[{"key": "bank", "name": "Bank"}, {"key": "coll", "name": "Collectors"}],
        transfers=[{"debt": "card", "to": "coll", "on": "2026-06-01"}],
    )
    portable.load(ledger, json.dumps(text))
    debt: documents.Owner = ("debt", make.debt_id(ledger))
    documents.attach(ledger, [File("early.txt", b"1")], debt)
    clock.now = datetime(2026, 7, 1, 12, tzinfo=UTC)
    documents.attach(ledger, [File("late.txt", b"2")], debt)
    assert files(packed(ledger, about(ledger, "bank"))) == {"early.txt"}
    assert files(packed(ledger, about(ledger, "coll"))) == {"late.txt"}
    assert files(packed(ledger, Scope(debt_id=debt[1]))) == {"early.txt", "late.txt"}
    ledger.close()


def test_a_pack_can_be_of_a_day_that_no_zip_knows(ledger: Ledger) -> None:
    archive = packed(ledger, today=date(1979, 12, 31))
    assert {each.date_time[0] for each in archive.infolist()} == {1980}
