"""`accord export`: letters, agreements and evidence packs from the command line."""

import json
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.cli.test_cli import Run, done, installed, run

__all__ = ["run"]


def pdf_text(content: bytes) -> str:
    pages = PdfReader(BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_letter_that_the_record_asks_for_needs_no_naming(run: Run) -> None:
    code, out, err = run("export", "letter", "northbank")
    assert code == 0
    assert "31 October 2026: £31.40 (interest)" in out
    assert "frozen from 14 January 2026" in " ".join(out.split())
    assert err == "accord: to be filled in: [your name]\n"


def test_a_letter_is_named_with_hyphens_or_by_its_beginning(run: Run) -> None:
    for name in ("ask-in-writing", "ask_in_writing", "ask"):
        _, out, _ = run("export", "letter", name, "hillview-tax")
        assert "please send our agreement in writing" in out


@pytest.mark.parametrize("ending", ["pdf", "md", "txt", "eml"])
def test_the_ending_of_the_file_says_how_it_is_written(
    run: Run, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"letter.{ending}"
    code, out, _ = run("export", "letter", "freeze", "northbank", "--out", path)
    assert (code, out) == (0, f"Written to {path}.\n")
    content = path.read_bytes()
    said = pdf_text(content) if ending == "pdf" else content.decode()
    assert "31.40" in said
    assert path.stat().st_mode & 0o777 == 0o600


def test_options_stand_wherever_one_puts_them(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "z.zip"
    done(run("export", "evidence", "--out", path, "Northbank"))
    assert zipfile.is_zipfile(path)
    letter = tmp_path / "letter"
    run("export", "letter", "--format", "pdf", "hardship", "--out", letter, "Northbank")
    assert letter.read_bytes().startswith(b"%PDF")
    code, _, err = run("export", "letter", "--out", letter, "Northbank", "--typo")
    assert (code, "unrecognized arguments: Northbank --typo" in err) == (2, True)
    assert "Northbank" in done(run("contacts", "--creditor", "northbank", "freeze"))
    assert run("undo", "everything")[0] == 2


def test_backups_are_never_written_over(run: Run, household: Path) -> None:
    kept = json.loads(done(run("backup", "--json")))["backup"]
    before = Path(kept).read_bytes()
    for command in (("export", "record", "--out", kept), ("dump", kept), ("backup", kept)):
        code, _, err = run(*command)
        assert (code, "keeps its own backups" in err) == (2, True)
    assert Path(kept).read_bytes() == before


@pytest.mark.parametrize("end", ["", "-wal", "-shm"])
def test_the_ledger_and_what_belongs_to_it_are_never_written_over(
    run: Run, household: Path, end: str
) -> None:
    path = household.with_name(household.name + end)
    for command in (("export", "record", "--out", path), ("dump", path)):
        code, _, err = run(*command)
        assert (code, "is the ledger itself" in err) == (2, True)


def test_a_person_s_own_template_stands_beside_the_ledger(run: Run, household: Path) -> None:
    folder = household.parent / "letters"
    folder.mkdir()
    (folder / "thanks.j2").write_text("Subject: Thanks\n\nDear {{ creditor.name }}, thank you.")
    _, out, _ = run("export", "letter", "thanks", "northbank")
    assert "Dear Northbank, thank you." in out
    (folder / "thanks.j2").write_text("{{ nothing_like_it }}")
    code, out, err = run("export", "letter", "thanks", "northbank")
    assert (code, out) == (2, "")
    assert "thanks.j2 names nothing_like_it, which there is not" in err
    assert err.count("\n") == 1


def test_the_paper_of_an_agreement_is_found_by_its_key_or_its_debt(
    run: Run, tmp_path: Path
) -> None:
    by_key = done(run("export", "agreement", "a-kestrel-2"))
    assert by_key == done(run("export", "agreement", "kestrel-loan"))
    assert "£60.00 every month" in by_key
    assert "£80.00" in done(run("export", "agreement", "a-kestrel-1"))
    path = tmp_path / "a.pdf"
    run("export", "agreement", "northbank-card", "--out", path)
    assert "37 payments" in pdf_text(path.read_bytes())


def test_an_evidence_pack_verifies_with_sha256sum(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    assert done(run("export", "evidence", "northbank", "--out", path)).startswith("Written to")
    zipfile.ZipFile(path).extractall(tmp_path / "pack")
    subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=tmp_path / "pack", check=True)


def test_fields_are_left_out_of_a_pack_by_name(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    done(run("export", "evidence", "northbank", "--without", "person,documents", "--out", path))
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == ["SHA256SUMS", "payments.csv", "timeline.pdf"]
        assert "Dana" not in pdf_text(archive.read("timeline.pdf"))


def test_a_pack_goes_through_a_pipe_as_it_is(household: Path) -> None:
    script = Path(sys.executable).with_name("accord")
    made = subprocess.run(
        [script, "--ledger", household, "--today", "2026-11-23", "export", "evidence", "marlow"],
        capture_output=True,
        check=True,
    )
    with zipfile.ZipFile(BytesIO(made.stdout)) as archive:
        assert archive.testzip() is None
        assert "SHA256SUMS" in archive.namelist()


def test_the_payment_record_is_written_as_pdf(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "record.pdf"
    done(run("export", "record", "--out", path))
    assert "36 of 41 promises kept" in pdf_text(path.read_bytes())


@pytest.mark.parametrize(
    ("given", "part"),
    [
        (("letter",), "Say to whom"),
        (("letter", "lyrics", "northbank"), "No letter is called “lyrics”"),
        (("letter", "nobody"), "No creditor is called “nobody”"),
        (("agreement",), "Say which agreement"),
        (("agreement", "nothing"), "No debt is called “nothing”"),
        (("evidence",), "Say about whom"),
        (("evidence", "northbank", "--without", "colour"), "“colour” cannot be left out"),
        (("evidence", "northbank", "--out", "x.pdf"), "x.pdf must end in .zip"),
        (("evidence", "northbank", "--format", "pdf"), "leave out --format"),
        (("letter", "northbank", "--private"), "are for evidence only"),
        (("record", "--without", "person"), "are for evidence only"),
        (("record", "--format", "eml"), "cannot be written as eml"),
        (("record", "--out", "/none/record.pdf"), "there is no such folder"),
        (("ics", "nobody"), "No creditor is called “nobody”"),
        (("ics", "--format", "pdf"), "leave out --format"),
        (("ics", "--private"), "are for evidence only"),
        (("journal", "--format", "pdf"), "take hledger, beancount"),
        (("journal", "northbank"), "leave out northbank"),
        (("record", "--format", "hledger"), "cannot be written as hledger"),
        (("csv",), "Say which list: creditors, debts"),
        (("csv", "poems"), "take creditors, debts"),
        (("csv", "debts", "--format", "text"), "leave out --format"),
        (("csv", "debts", "--out", "/none/debts.csv"), "there is no such folder"),
        (("poem",), "invalid choice"),
    ],
)
def test_what_cannot_be_written_is_refused_in_one_line(
    run: Run, given: tuple[str, ...], part: str
) -> None:
    code, out, err = run("export", *given)
    assert (code, out) == (2, "")
    assert part in err
    assert err.count("\n") == 1


def test_the_calendar_goes_through_a_pipe_as_it_is_and_into_a_private_file(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "accord.ics"
    done(run("export", "ics", "--out", path))
    content = path.read_bytes()
    assert content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert path.stat().st_mode & 0o777 == 0o600
    assert done(run("export", "ics")).encode() == content
    one = done(run("export", "ics", "northbank"))
    assert "X-WR-CALNAME:Accord: Northbank" in one
    assert "Hillview" not in one


def test_a_journal_is_hledger_s_unless_one_says_or_names_the_file_otherwise(
    run: Run, tmp_path: Path
) -> None:
    assert "commodity GBP\n    format 1000.00 GBP\n" in done(run("export", "journal"))
    beancount = done(run("export", "journal", "--format", "beancount"))
    assert 'option "title" "Accord"' in beancount
    path = tmp_path / "made.beancount"
    done(run("export", "journal", "--out", path))
    assert path.read_text() == beancount


def test_a_list_is_written_as_csv(run: Run, tmp_path: Path) -> None:
    said = done(run("export", "csv", "cash"))
    assert said == "on,amount,currency\r\n2026-01-05,212.40,GBP\r\n2026-11-20,161.75,GBP\r\n"
    path = tmp_path / "cash.csv"
    done(run("export", "csv", "cash", "--out", path))
    assert path.read_bytes().decode() == said


def test_check_names_an_altered_payment_and_exits_1(household: Path) -> None:
    with closing(sqlite3.connect(household)) as raw, raw:
        raw.execute("UPDATE payment SET amount = 4000 WHERE paid_on = '2026-09-01'")
    made = installed("--ledger", household, "check")
    assert made.returncode == 1
    assert "Payment" in made.stdout
    assert "of 2026-09-01" in made.stdout
    assert "amount was changed outside Accord, from £50.00 to £40.00" in made.stdout
