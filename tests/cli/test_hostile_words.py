"""Names and notes that a terminal, a spreadsheet or markup would obey, through every command."""

from pathlib import Path

import pytest

from tests import make
from tests.cli.test_cli import Run, run

__all__ = ["run"]

PRINTING: tuple[tuple[str, ...], ...] = (
    *(("today",), ("promises",), ("score",), ("creditors",), ("debts",), ("contacts",)),
    *(("agreements",), ("plan",), ("offers", "d1"), ("forecast",), ("check",), ("dump",)),
    *(("export", "record"), ("export", "letter", "freeze", "c1"), ("export", "agreement", "d1")),
)
DATA = (("export", "ics"), ("export", "journal"), ("export", "csv", "payments"))


@pytest.fixture
def hostile(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on a ledger in which everything is called something odd."""
    path = tmp_path / "hostile.db"
    # What turns the direction of what follows is no control character, and none can see it.
    make.loaded(path, make.named(*make.HOSTILE, "‮=1+1\x85")).close()
    monkeypatch.setenv("ACCORD_LEDGER", str(path))
    return run


def check_harmless(text: str) -> None:
    assert [mark for mark in text if not mark.isprintable() and mark not in "\n"] == []


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_what_is_printed_holds_nothing_that_a_terminal_obeys(
    hostile: Run, arguments: tuple[str, ...]
) -> None:
    for options in ((), ("--json",)) if arguments[0] not in ("export", "dump") else ((),):
        code, out, err = hostile(*arguments, *options)
        assert code == 0, err
        assert out
        check_harmless(out + err)


@pytest.mark.parametrize("arguments", DATA, ids=" ".join)
def test_what_is_for_programs_is_harmless_on_a_terminal(
    hostile: Run, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    code, out, err = hostile(*arguments)
    assert code == 0, err
    check_harmless(out + err)


def test_an_error_repeats_nothing_that_a_terminal_obeys(hostile: Run) -> None:
    for odd in (*make.HOSTILE, "\x1b]0;owned\x07"):
        no = f"no {odd}"
        for arguments in (("pay", no, "1"), ("pay", "d1", no), ("offers", no), ("load", no)):
            code, out, err = hostile(*arguments)
            assert (code, out, err.count("\n")) == (2, "", 1)
            check_harmless(err)
