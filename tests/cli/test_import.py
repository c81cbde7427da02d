"""`accord import`: what it says of a statement, what it records, and how it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests import make
from tests.cli.test_cli import Run, installed, run
from tests.exchange.statements.test_samples import READABLE, SAMPLES
from tui.cli_import import FORMATS

__all__ = ["run"]

LINE_KEYS = [
    *("booked_on", "amount", "currency", "payee", "memo", "id", "status"),
    *("debt", "due_on", "confidence", "reason"),
]
HEADER = "Date,Description,Paid out,Paid in"


def csv(path: Path, *rows: str, header: str = HEADER) -> Path:
    file = path / "bank.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return file


def said(answer: tuple[int, str, str]) -> Any:
    code, out, err = answer
    assert (code, err) == (0, "")
    return json.loads(out)


def test_a_preview_says_what_lines_are_and_records_nothing(run: Run, tmp_path: Path) -> None:
    file = csv(
        tmp_path,
        "20/11/2026,RIVERSIDE ENERGY LTD 0871,27.36,",
        "21/11/2026,TESCO STORES,12.00,",
        "23/11/2026,ACME WAGES,,1900.00",
    )
    found = said(run("import", file, "--json"))
    assert (found["format"], found["recorded"]) == ("csv", 0)
    assert [list(each) for each in found["lines"]] == [LINE_KEYS] * 3
    first, shop, wages = found["lines"]
    assert (first["status"], first["debt"], first["due_on"], first["amount"]) == (
        *("sure", "riverside-arrears", "2026-11-20", "-27.36"),
    )
    assert (shop["status"], wages["status"]) == ("unmatched", "incoming")
    before = run("dump")
    code, out, _ = run("import", file)
    assert code == 0
    assert "--yes records 1 sure line." in out
    assert "payee Riverside Energy" in out
    assert run("dump") == before


def test_yes_records_the_sure_ones_once_and_undo_takes_them_back(run: Run, tmp_path: Path) -> None:
    file = csv(
        tmp_path,
        "20/11/2026,RIVERSIDE ENERGY LTD 0871,27.36,",
        "22/11/2026,MARLOW COLLECTIONS,60.00,",
    )
    before = run("promises", "--json")
    assert said(run("import", file, "--yes", "--json"))["recorded"] == 2
    kept = {
        (each["debt"], each["due_on"]): each["outcome"] for each in said(run("promises", "--json"))
    }
    assert kept["riverside-arrears", "2026-11-20"] == "kept"
    assert kept["kestrel-loan", "2026-11-10"] == "late"
    again = said(run("import", file, "--yes", "--json"))
    assert again["recorded"] == 0
    assert {each["status"] for each in again["lines"]} == {"duplicate"}
    assert "There is nothing to record" in run("import", file)[1]
    run("undo")  # the second import recorded nothing, so this takes back the first
    assert run("promises", "--json") == before


def test_a_confirmed_mapping_is_used_for_the_next_file_with_that_header(
    run: Run, tmp_path: Path
) -> None:
    header, row = "When;Who;What;How much", "20.11.2026;x;RIVERSIDE ENERGY;27,36"
    file = csv(tmp_path, row, header=header)
    how = "date=When,payee=What,memo=Who,amount=4,out=positive,decimal=,,order=dmy"
    found = said(run("import", file, "--map", how, "--yes", "--json"))
    assert [each["status"] for each in found["lines"]] == ["sure"]
    file = csv(tmp_path, row.replace("20.11", "22.11"), header=header)
    found = said(run("import", file, "--json"))
    assert [(each["payee"], each["amount"]) for each in found["lines"]] == [
        ("RIVERSIDE ENERGY", "-27.36")
    ]
    assert "out=positive" in found["map"]
    assert said(run("import", file, "--map", ",".join(found["map"]), "--json")) == found


def test_what_cannot_be_read_is_one_sentence_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xml"
    bomb.write_text('<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;">]><Document>&c;</Document>')
    binary = tmp_path / "binary.ofx"
    binary.write_bytes(bytes(range(256)) * 40)
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(200_000_000)
    broken = csv(tmp_path, "20/11/2026,RIVERSIDE,27.36,", "31/11/2026,RIVERSIDE,27.36,")
    before = run("dump")
    for arguments, reason in (
        ([bomb], "document type"),
        ([binary], ""),
        ([huge], "200 MB"),
        ([broken, "--yes"], "line 3"),
        ([tmp_path / "nowhere.csv"], "there is no such file"),
        ([tmp_path], "folder"),
        ([broken, "--map", "when=Date"], "when"),
        ([broken, "--map", "date=Day"], "Day"),
        ([broken, "--format", "mt940"], ""),
        ([broken, "--format", "ofx", "--map", "date=Date"], "--map"),
    ):
        code, out, err = run("import", *arguments)
        assert (code, out) == (2, "")
        assert err.startswith("accord: ")
        assert err.count("\n") == 1
        assert reason in err
    assert run("dump") == before


def test_what_a_bank_says_gives_the_terminal_no_orders(run: Run, tmp_path: Path) -> None:
    file = csv(tmp_path, "20/11/2026,\x1b[31mRIVERSIDE\x07 ENERGY,27.36,")
    for more in ((), ("--json",)):
        code, out, _ = run("import", file, *more)
        assert code == 0
        assert "\x1b" not in out
        assert "\x07" not in out


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
def test_statements_that_pay_no_debt_record_nothing_however_often(run: Run) -> None:
    before = run("dump")
    for name in (*sorted(READABLE), *sorted(READABLE)):
        found = said(run("import", SAMPLES / name, "--yes", "--json"))
        assert (len(found["lines"]), found["recorded"]) == (READABLE[name][0], 0)
    assert run("dump") == before


def test_every_format_has_a_reader(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.write_text("nothing of any format")
    for each in FORMATS:
        code, _, err = run("import", empty, "--format", each)
        assert (code, err.count("\n")) == (2, 1)


def test_today_tells_scripts_whether_something_is_due(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("today", "--due")
    assert (code, "Needs you" in out) == (1, True)
    assert run("today")[0] == 0
    ledger = tmp_path / "quiet.db"
    make.loaded(ledger, make.document(agreements=[make.promise()])).close()
    assert run("today", "--due", "--today", "2026-01-20", "--ledger", ledger)[0] == 0
    assert run("today", "--due", "--today", "2026-02-01", "--ledger", ledger)[0] == 1


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("accord pay nor", ["northbank-card "]),
        ("accord promises --creditor ri", ["riverside "]),
        ("accord pay riverside-arrears 27.36 --for 2026-11", ["2026-11-20 "]),
        ("accord export csv agree", ["agreements "]),
        ("accord import --format m", ["mt940 "]),
    ],
)
def test_the_shell_completes_names_from_the_ledger(
    household: Path, tmp_path: Path, typed: str, completed: list[str]
) -> None:
    out = tmp_path / "completions"
    installed(
        _ARGCOMPLETE="1",
        _ARGCOMPLETE_STDOUT_FILENAME=str(out),
        COMP_LINE=typed,
        COMP_POINT=str(len(typed)),
        ACCORD_LEDGER=str(household),
        ACCORD_TODAY="2026-11-23",
    )
    assert out.read_text().split("\x0b") == completed
