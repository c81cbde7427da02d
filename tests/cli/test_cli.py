"""The command line: what it prints and promises to programs, and how it refuses."""

import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from store.exchange import portable
from tests import make
from tui import cli

PROMISE_KEYS = [
    *("creditor", "debt", "agreement", "due_on", "amount", "currency"),
    *("outcome", "paid", "paid_on", "days_late", "grace_days"),
]
COMMANDS = (
    *("demo", "load", "dump", "today", "promises", "score", "pay", "undo", "redo", "check"),
    *("creditors", "debts", "contacts", "agreements", "contact", "cash", "export"),
    *("plan", "offers", "forecast", "import", "backup", "restore", "passphrase"),
)
TODAY = "2026-11-23"

Said = tuple[int, str, str]
Run = Callable[..., Said]


@pytest.fixture
def run(household: Path, capfd: pytest.CaptureFixture[str], monkeypatch: Any) -> Run:
    """Runs a command in this process on the household, on 23 November; gives code, out and err."""
    monkeypatch.setenv("ACCORD_LEDGER", str(household))
    monkeypatch.setenv("ACCORD_TODAY", TODAY)

    def run(*arguments: object) -> Said:
        try:
            code = cli.main([str(each) for each in arguments])
        except SystemExit as left:  # argparse, after --help and --version
            code = int(left.code or 0)
        return code, *capfd.readouterr()

    return run


def installed(*arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
    """Runs the installed console script."""
    script = Path(sys.executable).with_name("accord")
    return subprocess.run(
        [script, *map(str, arguments)],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


def parsed(said: Said) -> Any:
    """The JSON of a command that went well and had nothing to complain of."""
    code, out, err = said
    assert (code, err) == (0, "")
    return json.loads(out)


def done(said: Said) -> str:
    """The text of a command that went well and had nothing to complain of."""
    code, out, err = said
    assert (code, err) == (0, "")
    return out


def dumped(path: Path) -> str:
    """All that a ledger holds."""
    ledger = make.ledger(path)
    try:
        return portable.dump(ledger)
    finally:
        ledger.close()


# --- as a program sees it --------------------------------------------------------------------


def test_the_installed_program_loads_the_household_and_knows_what_became_of_each_promise(
    tmp_path: Path,
) -> None:
    path = tmp_path / "deep" / "er" / "ledger.db"
    loading = installed("load", make.HOUSEHOLD, "--ledger", path)
    assert (loading.returncode, loading.stderr) == (0, "")
    assert "6 creditors" in loading.stdout
    assert str(path) in loading.stdout
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    asked = installed("--today", TODAY, "promises", "--json", ACCORD_LEDGER=str(path))
    assert (asked.returncode, asked.stderr) == (0, "")
    promises = json.loads(asked.stdout)
    assert Counter(each["outcome"] for each in promises if each["outcome"] != "upcoming") == {
        "kept": 36,
        "late": 3,
        "missed": 2,
        "renegotiated": 37,
        "due": 1,
    }


def test_the_installed_program_refuses_in_one_line_with_code_2(household: Path) -> None:
    for arguments in (["today", "--days", "x"], ["pay", "nobody", "5"], ["pay", "x\ny\x1b[31m", 5]):
        said = installed(*arguments, ACCORD_LEDGER=str(household), ACCORD_TODAY=TODAY)
        assert (said.returncode, said.stdout) == (2, "")
        assert said.stderr.startswith("accord: ")
        assert said.stderr.endswith(".\n")
        assert said.stderr.count("\n") == 1
        assert "\x1b" not in said.stderr


def test_python_m_tui_is_accord() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "tui", "--version"], capture_output=True, text=True, timeout=60
    )
    assert (said.returncode, said.stderr) == (0, "")
    assert re.fullmatch(r"accord \d+\.\d+\.\d+\n", said.stdout)


def test_the_shell_completes_commands_and_opens_no_app(tmp_path: Path) -> None:
    out = tmp_path / "completions"
    said = installed(
        _ARGCOMPLETE="1",
        _ARGCOMPLETE_STDOUT_FILENAME=str(out),
        COMP_LINE="accord pr",
        COMP_POINT="9",
        ACCORD_LEDGER=str(tmp_path / "ledger.db"),
    )
    assert said.stdout == ""
    assert out.read_text().strip() == "promises"
    assert not (tmp_path / "ledger.db").exists()


def test_whoever_stops_reading_the_output_gets_no_traceback(household: Path) -> None:
    script = Path(sys.executable).with_name("accord")
    said = subprocess.run(
        f"'{script}' promises --json --ledger '{household}' | head -1",
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (said.stdout, said.stderr) == ("[\n", "")


# --- promises --------------------------------------------------------------------------------


def test_promises_have_exactly_the_fields_that_others_rely_on(run: Run) -> None:
    promises = parsed(run("promises", "--json"))
    assert {tuple(each) for each in promises} == {tuple(PROMISE_KEYS)}
    missed = next(each for each in promises if each["due_on"] == "2026-10-31")
    assert missed == {
        "creditor": "hillview",
        "debt": "hillview-tax",
        "agreement": "a-hillview",
        "due_on": "2026-10-31",
        "amount": "70.00",
        "currency": "GBP",
        "outcome": "missed",
        "paid": "0.00",
        "paid_on": None,
        "days_late": 23,
        "grace_days": 0,
    }


def test_late_and_missed_promises_say_by_how_many_days(run: Run) -> None:
    found = parsed(run("promises", "--json"))
    late = {each["days_late"]: each["paid_on"] for each in found if each["outcome"] == "late"}
    assert late == {12: "2026-05-12", 6: "2026-08-06", 3: "2026-06-04"}
    missed = [(e["creditor"], e["due_on"]) for e in found if e["outcome"] == "missed"]
    assert missed == [("hillview", "2026-10-31"), ("marlow", "2026-11-10")]
    due = next(each for each in found if each["outcome"] == "due")
    assert (due["creditor"], due["due_on"], due["grace_days"]) == ("riverside", "2026-11-20", 3)


def test_promises_are_those_of_the_day_that_is_taken_for_today(run: Run) -> None:
    found = parsed(run("promises", "--json", "--today", "2026-05-01"))
    assert next(e for e in found if e["due_on"] == "2026-04-30")["outcome"] == "partial"
    # The agreement that replaced it is of 4 May.
    assert not any(each["outcome"] == "renegotiated" for each in found)


def test_an_agreement_that_is_still_to_be_made_promises_nothing_yet(run: Run) -> None:
    found = parsed(run("promises", "--json", "--today", "2026-01-08"))
    assert {each["agreement"] for each in found} == {"a-riverside"}


def test_promises_can_be_narrowed_by_day_both_ends_included(run: Run) -> None:
    found = parsed(run("promises", "--from", "2026-11-01", "--to", "2026-11-20", "--json"))
    assert [each["due_on"] for each in found] == [
        "2026-11-01",
        "2026-11-10",
        "2026-11-10",
        "2026-11-20",
    ]


def test_promises_of_a_creditor_are_those_that_fell_due_while_it_held_the_debt(run: Run) -> None:
    kestrel = parsed(run("promises", "--creditor", "kestrel", "--json"))
    marlow = parsed(run("promises", "--creditor", "Marlow Coll", "--json"))
    assert {each["debt"] for each in kestrel + marlow} == {"kestrel-loan"}
    # The debt went over on 15 June.
    assert max(each["due_on"] for each in kestrel) < "2026-06-15"
    assert min(each["due_on"] for each in marlow) >= "2026-06-15"
    assert len(kestrel) + len(marlow) == 90


def test_promises_are_read_by_people_too(run: Run) -> None:
    text = done(run("promises", "--from", "2026-10-31", "--to", "2026-11-10"))
    lines = text.splitlines()
    assert len(lines) == 4
    assert "✗" in lines[0]
    assert "£70.00" in lines[0]
    assert "23 days late" in lines[0]
    assert done(run("promises", "--from", "2199-01-01")) == "No promised payments there.\n"


# --- today -----------------------------------------------------------------------------------


def test_today_has_exactly_the_lists_that_others_rely_on(run: Run) -> None:
    view = parsed(run("today", "--json"))
    assert list(view) == [
        *("on", "overdue", "due", "upcoming", "undertakings", "papers", "warnings")
    ]
    assert view["on"] == TODAY
    assert [each["days_late"] for each in view["overdue"]] == [23, 13]
    assert [each["debt"] for each in view["due"]] == ["riverside-arrears"]
    assert {tuple(e) for e in (*view["overdue"], *view["upcoming"])} == {tuple(PROMISE_KEYS)}
    assert [each["due_on"] for each in view["undertakings"]] == ["2026-01-30", "2026-11-26"]
    assert {each["agreement"] for each in view["papers"]} == {"a-hillview", "a-rosa"}
    assert [each["on"] for each in view["warnings"]] == ["2026-12-10", "2026-10-31"]


def test_today_looks_as_far_ahead_as_asked(run: Run) -> None:
    upcoming = {
        days: [
            each["due_on"] for each in parsed(run("today", "--days", days, "--json"))["upcoming"]
        ]
        for days in (0, 8, 30, 31)
    }
    assert upcoming[0] == []
    assert upcoming[8] == ["2026-12-01"]
    assert upcoming[30] == ["2026-12-01", "2026-12-10"]
    assert upcoming[31] == ["2026-12-01", "2026-12-10", "2026-12-24"]


def test_today_opens_on_one_plain_sentence_and_says_when_the_cash_is_short(run: Run) -> None:
    lines = done(run("today")).splitlines()
    assert lines[0] == "Mon 23 Nov. Two payments are open and one is due now."
    assert lines[1] == (
        "The cash is £13.61 short on Mon 23 Nov. At risk: Northbank £50.00, due Tue 1 Dec."
    )
    assert lines[3] == "Needs you"
    assert [line.split()[1] for line in lines[4:7]] == ["Hillview", "Marlow", "Riverside"]


def test_what_nobody_logged_is_not_called_late_as_on_the_screen(run: Run) -> None:
    lines = done(run("today", "--today", "2026-12-10")).splitlines()
    proposal = "payments are not logged yet since Mon 23 Nov: `accord`, then k, goes through them"
    assert any(line.startswith(f"5 {proposal}") for line in lines)
    first = lines.index("Needs you") + 1
    needs = lines[first : lines.index("", first)]
    assert [line.split()[0] for line in needs] == ["?"] * 5
    assert all("not logged yet" in line and "late" not in line for line in needs)
    assert parsed(run("today", "--today", "2026-12-10", "--json"))["overdue"][0]["days_late"] == 40


def test_an_undertaking_that_is_late_says_so(run: Run) -> None:
    text = done(run("today"))
    assert "by Fri 30 Jan: 297 days late" in text
    assert "by Thu 26 Nov\n" in text


def test_an_empty_ledger_says_how_to_begin(run: Run, tmp_path: Path) -> None:
    make.empty(tmp_path / "empty.db").close()
    assert "ledger is empty" in done(run("today", "--ledger", tmp_path / "empty.db"))


# --- paying, and taking it back --------------------------------------------------------------


def test_paying_the_missed_one_makes_it_late(run: Run) -> None:
    said = done(run("pay", "hillview-tax", "70", "--on", TODAY))
    assert said == "Paid £70.00 to Hillview Council · instalment of 31 Oct, 23 days late\n"
    found = parsed(run("promises", "--creditor", "hillview", "--from", "2026-10-31", "--json"))
    assert [(each["outcome"], each["paid"], each["days_late"]) for each in found] == [
        ("late", "70.00", 23)
    ]


def test_that_a_balance_counts_it_already_is_said(run: Run) -> None:
    paid, said = done(run("pay", "northbank-card", "5", "--on", "2026-01-02")).splitlines()
    assert paid.endswith("£5.00 is for no instalment")
    assert said.startswith("It does not lower what is owed: the balance of ")


def test_more_than_was_owed_is_recorded_and_said(run: Run) -> None:
    for amount, more in (("999999", "£998,627.60"), ("5", "£5.00")):
        paid, said = done(run("pay", "northbank-card", amount)).splitlines()
        assert paid.startswith("Paid ")
        assert said == (
            f"That is {more} more than was owed: if that is a slip, `accord undo` takes it back."
        )
    done(run("undo"))
    done(run("undo"))
    assert len(done(run("pay", "northbank-card", "1371.40")).splitlines()) == 1


def test_a_payment_says_in_json_what_it_was_for(run: Run) -> None:
    logged = parsed(run("--json", "pay", "Electricity", "£30.00", "--on", "20 Nov"))
    assert logged == {
        "creditor": "riverside",
        "debt": "riverside-arrears",
        "paid_on": "2026-11-20",
        "amount": "30.00",
        "currency": "GBP",
        "for": [
            {"due_on": "2026-11-20", "amount": "27.36", "outcome": "kept", "days_late": 0},
        ],
        "unallotted": "2.64",
        "stated_on": None,
    }


def test_a_payment_can_be_said_to_be_for_another_instalment(run: Run) -> None:
    arguments = ("pay", "northbank-card", "50", "--for", "2027-01-01", "--json")
    logged = parsed(run(*arguments, "--method", "cash", "--note", "early"))
    assert [each["due_on"] for each in logged["for"]] == ["2027-01-01"]
    newest = json.loads(done(run("dump")))["payments"][-1]
    assert (newest["method"], newest["note"]) == ("cash", "early")


def test_undo_and_redo_take_a_payment_back_and_do_it_again(run: Run, household: Path) -> None:
    before = dumped(household)
    done(run("pay", "rosa-loan", "10"))
    after = dumped(household)
    assert after != before
    assert "£10.00 to Aunt Rosa" in parsed(run("undo", "--json"))["undone"]
    assert dumped(household) == before
    assert "£10.00 to Aunt Rosa" in parsed(run("redo", "--json"))["redone"]
    assert dumped(household) == after


def test_global_options_stand_before_or_after_the_command(
    run: Run, household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_environment = parsed(run("today", "--json"))
    monkeypatch.delenv("ACCORD_LEDGER")
    monkeypatch.delenv("ACCORD_TODAY")
    options = ("--ledger", household, "--today", TODAY, "--json")
    assert parsed(run(*options, "today")) == by_environment
    assert parsed(run("today", *options)) == by_environment
    assert parsed(run(*options[:2], "today", *options[2:])) == by_environment


def test_an_option_goes_before_the_environment(run: Run, tmp_path: Path) -> None:
    make.empty(tmp_path / "empty.db").close()
    options = ("--ledger", tmp_path / "empty.db", "--today", "2026-02-03")
    assert parsed(run(*options, "today", "--json"))["on"] == "2026-02-03"
    assert parsed(run("promises", *options, "--json")) == []


# --- in and out ------------------------------------------------------------------------------


def test_what_is_dumped_loads_back_to_the_same_ledger(run: Run, tmp_path: Path) -> None:
    first, second, again = tmp_path / "1.json", tmp_path / "2.json", tmp_path / "again.db"
    assert done(run("dump", first)) == f"Written to {first}.\n"
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    done(run("load", first, "--ledger", again))
    assert stat.S_IMODE(again.stat().st_mode) == 0o600
    done(run("dump", second, "--ledger", again))
    assert second.read_bytes() == first.read_bytes()
    assert done(run("dump")) == first.read_text()


def test_loading_again_adds_nothing(run: Run, household: Path) -> None:
    before = dumped(household)
    assert parsed(run("load", make.HOUSEHOLD, "--json")) == {"added": {}, "differences": []}
    assert dumped(household) == before


def test_a_difference_is_reported_and_left_as_it_is(run: Run, tmp_path: Path) -> None:
    changed = make.household()
    changed["creditors"][0]["name"] = "Northbank plc"
    (tmp_path / "changed.json").write_text(json.dumps(changed))
    report = parsed(run("load", tmp_path / "changed.json", "--json"))
    assert report["differences"] == [
        {
            "record": "creditor",
            "key": "northbank",
            "field": "name",
            "ledger": "Northbank",
            "file": "Northbank plc",
        }
    ]


# --- check -----------------------------------------------------------------------------------


def test_check_finds_a_whole_ledger_well(run: Run) -> None:
    assert parsed(run("check", "--json")) == {"ok": True, "findings": []}
    assert done(run("check")).startswith("All is well")


def test_check_names_the_payment_that_was_altered_behind_its_back(
    run: Run, household: Path
) -> None:
    with sqlite3.connect(household) as raw:
        raw.execute("UPDATE payment SET amount = amount + 1 WHERE id = 17")
    raw.close()
    code, out, err = run("check", "--json")
    found = json.loads(out)
    assert (code, err, found["ok"]) == (1, "", False)
    assert len(found["findings"]) == 1
    assert found["findings"][0].startswith("Payment 17 (of ")
    assert ": amount was changed outside Accord, from " in found["findings"][0]


def test_check_says_what_to_do_about_each_finding(run: Run, household: Path) -> None:
    done(run("check"))
    household.chmod(0o644)
    with closing(sqlite3.connect(household)) as raw:
        raw.execute("UPDATE payment SET amount = 1 WHERE id = 1")
        raw.commit()
    code, out, err = run("check")
    assert (code, err) == (1, "")
    altered, undo, more, correct, others, chmod = out.splitlines()[:6]
    assert "amount was changed outside Accord" in altered
    assert undo.startswith("→ Put a backup in its place (`accord restore FILE`)")
    assert more.endswith("is for more than its amount.")
    assert correct.startswith("→ Correct that in the app")
    assert others.endswith("its mode is 644, not 600.")
    assert chmod == f"→ chmod 600 {household}"


# --- help ------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["", *COMMANDS, "completion"])
def test_help_can_be_read(run: Run, command: str) -> None:
    text = done(run(*command.split(), "--help"))
    assert text.startswith(f"usage: accord {command}".rstrip())
    assert max(map(len, text.splitlines())) <= 80
    for option in ("--ledger PATH", "--today DATE", "--json", "--help"):
        assert option in text


def test_help_names_every_command(run: Run) -> None:
    text = done(run("--help"))
    for command in (*COMMANDS, "completion"):
        assert re.search(rf"^ +{command} {{2,}}\w", text, re.MULTILINE), command


def test_a_backup_is_put_back_and_what_it_replaced_is_kept(run: Run, tmp_path: Path) -> None:
    before = run("dump")
    copy = tmp_path / "usb.db"
    assert "verified" in done(run("backup", copy))
    kept = json.loads(done(run("backup", "--json")))["backup"]
    done(run("pay", "riverside", "27.36"))
    after = run("dump")
    answer = json.loads(done(run("restore", copy, "--json")))
    assert run("dump") == before
    done(run("restore", answer["replaced"]))
    assert run("dump") == after
    done(run("restore", kept))
    assert run("dump") == before
    code, out, err = run("restore", tmp_path / "nowhere.db")
    assert (code, out, err) == (2, "", f"accord: There is no file at {tmp_path}/nowhere.db.\n")
    assert run("backup", os.environ["ACCORD_LEDGER"])[0] == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_shell(run: Run, shell: str) -> None:
    script = done(run("completion", shell))
    assert "_ARGCOMPLETE" in script
    assert re.search(r"\baccord\b", script)


# --- what is refused -------------------------------------------------------------------------


def other_database(path: Path) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE recipe (name TEXT)")
    raw.close()


def newer(path: Path) -> None:
    make.ledger(path).close()
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()


@pytest.mark.parametrize("command", [["today"], ["check"], ["backup"], ["pay", "rosa-loan", "5"]])
def test_where_the_ledger_is_gone_its_newest_copy_is_named(
    run: Run, household: Path, command: list[str]
) -> None:
    kept = json.loads(done(run("backup", "--json")))["backup"]
    household.unlink()
    code, out, err = run(*command)
    assert (code, out) == (2, "")
    assert f"`accord restore {kept} --ledger {household}`" in err


LEDGERS: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: None, "There is no ledger at"),
    "a folder": (Path.mkdir, "is a folder"),
    "a text file": (lambda path: path.write_text("Dear diary, " * 99), "is not an Accord ledger"),
    "of another program": (other_database, "database of another program"),
    "newer": (newer, "written by a newer Accord"),
}


@pytest.mark.parametrize("command", ["today", "pay", "dump", "check"])
@pytest.mark.parametrize("kind", LEDGERS)
def test_what_is_no_ledger_is_refused_and_left_alone(
    run: Run, tmp_path: Path, kind: str, command: str
) -> None:
    make_it, sentence = LEDGERS[kind]
    path = tmp_path / "odd.db"
    make_it(path)
    before = path.read_bytes() if path.is_file() else None
    arguments = ["pay", "hillview-tax", "70"] if command == "pay" else [command]
    refused(run(*arguments, "--ledger", path), sentence, str(path))
    assert (path.read_bytes() if path.is_file() else None) == before
    if kind == "missing":
        assert not path.exists()


REFUSED: list[tuple[Sequence[str], Sequence[str]]] = [
    (["frobnicate"], ["frobnicate", "promises"]),
    (["today", "--frob"], ["--frob"]),
    (["today", "--days", "x"], ["--days", "'x'"]),
    (["today", "--days", "-1"], ["--days"]),
    (["today", "--days", "99999999999"], ["--days"]),
    (["today", "--today", "someday"], ["someday", "date"]),
    (["today", "--today", "9999-12-31"], ["9999"]),
    (["promises", "--from", "2026-13-01"], ["month 13"]),
    (["promises", "--to", "2026-02-30"], ["no day 30"]),
    (["promises", "--from", "2026-02-01", "--to", "2026-01-01"], ["--to", "before"]),
    (["promises", "--creditor", "nobody"], ["nobody", "northbank"]),
    (["pay", "hillview-tax"], ["AMOUNT"]),
    (["pay", "hillview-tax", "-5"], ["more than zero"]),
    (["pay", "hillview-tax", "0"], ["more than zero"]),
    (["pay", "hillview-tax", "70.0001"], ["at most 2 decimals"]),
    (["pay", "hillview-tax", "1.234"], ["1234", "3 decimals"]),
    (["pay", "hillview-tax", "seventy"], ["seventy", "not an amount"]),
    (["pay", "hillview-tax", "$70"], ["GBP", "USD"]),
    (["pay", "hillview-tax", "NaN"], ["not an amount"]),
    (["pay", "hillview-tax", "9" * 30], ["at most"]),
    (["pay", "hillview-tax", ""], ["amount"]),
    (["pay", "nobody", "5"], ["nobody", "hillview-tax"]),
    (["pay", "", "5"], ["debt"]),
    (["pay", "r", "5"], ["riverside-arrears", "rosa-loan", "more than one"]),
    (["pay", "no\nsuch\x1b[2Jdebt", "5"], ["such", "debt"]),
    (["pay", "hillview-tax", "5", "--on", "someday"], ["someday"]),
    (["pay", "hillview-tax", "5", "--on", "2026-11-24"], ["still to come"]),
    (["pay", "hillview-tax", "5", "--on", "+3d"], ["still to come"]),
    (["pay", "hillview-tax", "5", "--for", "2026-11-11"], ["11 Nov", "31 Oct"]),
    (["pay", "hillview-tax", "5", "--for", "2026-09-30"], ["30 Sep", "31 Oct"]),
    (["load", "{tmp}/none.json"], ["none.json", "No such file"]),
    (["load", "{tmp}"], ["directory"]),
    (["dump", "{tmp}/none/out.json"], ["no such folder"]),
    (["dump", "{tmp}"], ["folder"]),
    (["completion", "tcsh"], ["tcsh"]),
    (["demo", "--ledger", "x.db"], ["--ledger"]),
]


@pytest.mark.parametrize(("arguments", "parts"), REFUSED, ids=lambda each: " ".join(each)[:50])
def test_a_bad_request_is_refused_in_one_line_and_changes_nothing(
    run: Run, household: Path, tmp_path: Path, arguments: Sequence[str], parts: Sequence[str]
) -> None:
    before, content = dumped(household), household.read_bytes()
    refused(run(*(each.format(tmp=tmp_path) for each in arguments)), *parts)
    assert household.read_bytes() == content
    assert dumped(household) == before


def with_another_debts_agreement() -> Any:
    return make.document(
        debts=[make.debt(), make.debt("loan")],
        agreements=[
            make.promise("a1"),
            make.promise("a2", debt="loan", supersedes="a1", made_on="2026-02-10"),
        ],
    )


def with_an_unknown_field() -> Any:
    return make.document(payments=[make.paid("02-01", colour="green")])


FILES: dict[str, tuple[str, Sequence[str]]] = {
    "an unknown field": (json.dumps(with_an_unknown_field()), ["colour", "payment"]),
    "an unknown list": (json.dumps(make.document(wishes=[])), ["wishes"]),
    "broken": ('{"accord": 1, "debts": [', ["JSON"]),
    "empty": ("", ["JSON"]),
    "a list": ("[1, 2]", ["does not begin with"]),
    "not text": ("\x00\x01\x02", ["JSON"]),
    "another debt's agreement": (json.dumps(with_another_debts_agreement()), ["a2", "supersedes"]),
    "an amount below zero": (
        json.dumps(make.document(payments=[make.paid("02-01", "-5.00")])),
        ["amount"],
    ),
    "a payment on no debt": (
        json.dumps(make.document(payments=[make.paid("02-01", debt="boat")])),
        ["boat"],
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_an_impossible_file_is_refused_and_leaves_nothing_behind(
    run: Run, household: Path, tmp_path: Path, kind: str
) -> None:
    text, parts = FILES[kind]
    file, new = tmp_path / "odd.json", tmp_path / "new.db"
    file.write_text(text)
    before, content = dumped(household), household.read_bytes()
    refused(run("load", file), *parts)
    assert household.read_bytes() == content
    assert dumped(household) == before

    refused(run("load", file, "--ledger", new), *parts)
    assert list(tmp_path.glob("new.db*")) == []
    refused(run("load", file, "--ledger", tmp_path / "a" / "b" / "new.db"), *parts)
    assert not (tmp_path / "a").exists()


def test_a_ledger_with_what_cannot_be_read_sends_one_to_check(run: Run, household: Path) -> None:
    with closing(sqlite3.connect(household)) as raw:
        raw.execute("UPDATE payment SET paid_on = '31/12/2026' WHERE id = 1")
        raw.commit()
    for command in ("today", "promises", "dump"):
        refused(run(command), "accord check")
    code, out, _ = run("check")
    assert code == 1
    assert "paid_on was changed outside Accord" in out


def test_nothing_to_undo_or_redo_is_said_plainly(run: Run, tmp_path: Path) -> None:
    make.empty(tmp_path / "empty.db").close()
    refused(run("undo", "--ledger", tmp_path / "empty.db"), "nothing")
    refused(run("redo", "--ledger", tmp_path / "empty.db"), "nothing")


def test_names_of_a_file_cannot_command_the_terminal(run: Run, tmp_path: Path) -> None:
    ledger, file = tmp_path / "odd.db", tmp_path / "odd.json"
    wild = make.document(agreements=[make.promise()])
    wild["creditors"][0]["name"] = "Ba\x1b[2Jnk"
    wild["debts"][0]["name"] = "Ca\x9b2Jrd"
    file.write_text(json.dumps(wild))
    done(run("load", file, "--ledger", ledger))
    for command in (["today"], ["promises"], ["pay", "card", "100"], ["undo"], ["redo"]):
        text = done(run(*command, "--ledger", ledger))
        assert all(mark.isprintable() or mark == "\n" for mark in text), command


def refused(said: Said, *parts: str) -> None:
    """Check that a request was refused as every bad request is, saying each of the parts."""
    code, out, err = said
    assert (code, out) == (2, "")
    assert err.startswith("accord: ")
    assert err.endswith("\n")
    assert len(err.splitlines()) == 1
    assert all(mark.isprintable() or mark == "\n" for mark in err)
    for part in parts:
        assert part in err


# --- score -----------------------------------------------------------------------------------


def test_the_score_has_the_fields_that_others_rely_on(run: Run) -> None:
    code, out, _ = run("score", "--json", "--creditor", "north")
    found = json.loads(out)
    assert code == 0
    assert list(found) == [
        *("as_of", "creditor", "score", "margin", "evidence", "confidence"),
        *("counts", "streak", "told_in_time"),
    ]
    assert (found["as_of"], found["creditor"]) == (TODAY, "northbank")
    assert found["score"] == pytest.approx(70.73, abs=0.005)
    assert list(found["counts"]) == [
        *("kept", "late", "partial", "missed"),
        *("renegotiated", "renegotiated_late", "cancelled", "suspended"),
    ]
    assert found["told_in_time"] == {"told": 0, "of": 1}


def test_the_score_reads_well_without_json_and_as_of_another_day(run: Run) -> None:
    _, out, _ = run("score")
    assert "82.06 ± 12.33" in out
    assert "0 of 5" in out
    _, out, _ = run("score", "--as-of", "2026-10-24")
    assert "87.50" in out


def test_the_score_over_time_ends_with_the_score_of_the_day(run: Run) -> None:
    span = ("--from", "2026-11-09", "--to", "2026-11-23", "--step", "week")
    _, out, _ = run("score", "--history", *span, "--json")
    points = json.loads(out)["points"]
    assert [each["on"] for each in points] == ["2026-11-09", "2026-11-16", "2026-11-23"]
    assert list(points[0]) == ["on", "score", "margin", "evidence"]
    assert points[-1]["score"] == pytest.approx(82.06, abs=0.005)
    _, out, _ = run("score", "--history")
    assert len(out.splitlines()) == 13
    assert "82.1" in out.splitlines()[-1]
    code, _, err = run("score", "--history", "--from", "2026-11-23", "--to", "2026-11-22")
    assert (code, err) == (2, "accord: --to 2026-11-22 is before --from 2026-11-23.\n")


# --- cash, and papers ------------------------------------------------------------------------


def test_cash_is_recorded_and_taken_back(run: Run) -> None:
    _, out, _ = run("cash", "250", "--json")
    assert json.loads(out) | {"cash": 0} == {
        "cash": 0, "amount": "250.00", "currency": "GBP", "on": TODAY,
    }  # fmt: skip
    _, out, _ = run("undo")
    assert out == "Took back: Cash of £250.00, 23 November 2026\n"


@pytest.mark.parametrize(
    ("given", "part"),
    [
        (("abc",), "'abc' is not an amount of money"),
        (("5", "--on", "tomorrow"), "still to come"),
        (("5", "--currency", "zzz"), "ZZZ is not a currency"),
    ],
)
def test_cash_that_cannot_be_is_refused(run: Run, given: Sequence[str], part: str) -> None:
    code, out, err = run("cash", *given)
    assert (code, out) == (2, "")
    assert part in err


def test_the_payment_record_is_printed_as_text_and_written_as_markdown(
    run: Run, tmp_path: Path
) -> None:
    code, out, _ = run("export", "record")
    assert code == 0
    assert out.startswith("Payment record\n==============\n\nAs of 23 November 2026.\n\n36 of 41")
    path = tmp_path / "record.md"
    _, out, _ = run("export", "record", "north", "--out", str(path))
    assert out == f"Written to {path}.\n"
    text = path.read_text()
    assert text.startswith("# Payment record\n")
    assert "## Northbank" in text
    assert "Hillview" not in text
    _, out, _ = run("export", "record", "--format", "markdown")
    assert out.startswith("# Payment record\n")


def test_the_ledger_is_never_overwritten_by_a_paper(run: Run, household: Path) -> None:
    before = household.read_bytes()
    code, _, err = run("export", "record", "--out", str(household))
    assert code == 2
    assert "is the ledger itself" in err
    assert household.read_bytes() == before


# --- the record -----------------------------------------------------------------------------


def test_a_contact_is_logged_with_what_each_side_will_do(run: Run) -> None:
    said = ("--i-will", "Send the budget", "--by", "fri", "--they-will", "Freeze interest")
    code, out, _ = run(
        *(
            "contact",
            "north",
            "--channel",
            "phone",
            "--summary",
            "They may freeze",
            "--person",
            "Jo",
        ),
        *("--at", "2026-11-22 09:15", "--debt", "northbank-card", *said, "--json"),
    )
    found = json.loads(out)
    assert code == 0
    assert (found["key"], found["creditor"]) == ("northbank-2026-11-22", "northbank")
    assert (found["channel"], found["direction"], found["person"]) == ("phone", "out", "Jo")
    assert found["at"].startswith("2026-11-22T09:15")
    assert [(e["by"], e["text"], e["due_on"]) for e in found["undertakings"]] == [
        ("me", "Send the budget", "2026-11-27"),
        ("creditor", "Freeze interest", None),
    ]
    code, out, _ = run("contacts", "freez", "--json")
    assert json.loads(out)[0]["key"] == "northbank-2026-11-22"
    assert "Took back: Contact with Northbank" in run("undo")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nobody",), "No creditor is called “nobody”"),
        (("north", "--at", "tomorrow 9:00"), "still to come"),
        (("north", "--at", "25:70"), "There is no time 25:70"),
        (("north", "--by", "fri"), "A day needs what is to be done by then"),
        (("north", "--debt", "hillview-tax"), "another creditor's"),
    ],
)
def test_a_contact_that_cannot_be_is_refused_in_one_line(
    run: Run, arguments: tuple[str, ...], said: str
) -> None:
    before = run("dump")[1]
    code, out, err = run("contact", *arguments, "--channel", "phone", "--summary", "Hello")
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert run("dump")[1] == before


def test_creditors_and_debts_are_listed(run: Run) -> None:
    creditors = json.loads(run("creditors", "--json")[1])
    bank = next(each for each in creditors if each["key"] == "northbank")
    assert (bank["balance"], bank["state"], bank["debts"]) == (
        "1371.40",
        "upcoming",
        ["northbank-card"],
    )
    assert bank["next_steps"][0]["text"] == "Write to have the October interest refunded"
    debts = json.loads(run("debts", "--json")[1])
    loan = next(each for each in debts if len(each["held"]) == 2)
    assert [each["creditor"] for each in loan["held"]] == ["kestrel", "marlow"]
    assert "Northbank" in run("creditors")[1]
    assert "hillview-tax" in run("debts")[1]


def test_contacts_and_agreements_are_listed(run: Run) -> None:
    contacts = json.loads(run("contacts", "--creditor", "kestrel", "--json")[1])
    assert [each["creditor"] for each in contacts] == ["kestrel"] * 3
    assert "Kestrel Finance" in run("contacts", "boiler")[1]
    assert run("contacts", "nothing-like-it")[1] == "No contacts there.\n"
    agreements = json.loads(run("agreements", "--json")[1])
    again = next(each for each in agreements if each["supersedes"])
    assert again["creditor"] == "marlow"
    assert len(again["instalments"]) == again["count"]
    assert "4 of 50" in run("agreements")[1]


def test_where_nothing_was_ever_promised_today_says_where_it_goes_on(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "new.db"
    make.loaded(path, make.document()).close()
    out = done(run("--ledger", path, "today"))
    assert "Nothing is promised yet: `accord creditors` shows what comes next with each." in out
    assert "Done for today" not in out


def test_before_the_time_to_claim_a_debt_starts_again_an_adviser_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    debts = [make.debt(last_paid_on="2021-03-01"), make.debt("loan", last_paid_on="2026-01-01")]
    make.loaded(tmp_path / "old.db", make.document(debts=debts)).close()
    monkeypatch.setenv("ACCORD_LEDGER", str(tmp_path / "old.db"))

    def caution(*arguments: str) -> str:
        code, out, err = run(*arguments, "--json")
        assert code == 0
        json.loads(out)
        return err

    named = "accord: Card: ask an adviser before you pay or write"
    wrote = ("contact", "bank", "--summary", "I cannot pay it all", "--channel")
    assert caution(*wrote, "phone") == caution(*wrote, "letter", "--direction", "in") == ""
    assert caution(*wrote, "letter", "--debt", "loan") == ""
    assert caution(*wrote, "letter").startswith(named)
    assert caution(*wrote, "email", "--debt", "card").startswith(named)
    assert caution("pay", "loan", "1") == ""
    said = caution("pay", "card", "1")
    assert said.startswith(named)
    assert said.count("\n") == 1
    # From here on the payment has started it again.
    assert caution("pay", "card", "1") == ""


def test_what_is_long_goes_on_under_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    make.loaded(
        tmp_path / "old.db", make.document(debts=[make.debt(last_paid_on="2021-03-01")])
    ).close()
    monkeypatch.setenv("ACCORD_LEDGER", str(tmp_path / "old.db"))
    said = done(run("today")).splitlines()
    first = next(n for n, line in enumerate(said) if line.startswith("  !  Bank  Card: ask"))
    assert said[first].endswith("Mon 1 Mar 2027")
    assert said[first + 1].startswith(" " * 11 + "start the time to claim")
    assert max(map(len, said[first:])) < 100
    assert "2027-03-01" in [each["on"] for each in parsed(run("today", "--json"))["warnings"]]
