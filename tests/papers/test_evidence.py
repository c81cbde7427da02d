"""The evidence pack: what is in it, what is left out, and that anybody can verify it."""

import csv
import hashlib
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlmodel import select

from store.ledger import documents, names, payments, person, situations
from store.ledger.documents import File
from store.ledger.person import Me
from store.papers import evidence
from store.papers.evidence import Pack
from store.papers.timeline import LEAVABLE, Scope
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
    ledger: Ledger, scope: Scope | None = None, *without: str, private: bool = False
) -> zipfile.ZipFile:
    out = BytesIO()
    pack = Pack(scope or about(ledger), private=private, without=frozenset(without))
    with ledger.reading() as session:
        evidence.write_to(session, out, pack, TODAY, "en_GB")
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
