"""The log: whose it is, how long it gets, and what never stands in it."""

import logging
from pathlib import Path

import pytest

from store.ledger import payments
from store.records import revisions
from tests import make
from tests.cli.test_cli import Run, run
from tui import cli_commands, log

__all__ = ["run"]


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the log that is not there yet."""
    monkeypatch.setenv("ACCORD_STATE", str(tmp_path / "of" / "mine"))
    return tmp_path / "of" / "mine"


def secret(amount: str) -> None:
    try:
        raise ValueError(f"Aunt Agatha has {amount}")
    except ValueError as error:
        raise KeyError("Aunt Agatha") from error


def test_use_cases_are_logged_by_name_and_number_only(state: Path, household: Path) -> None:
    log.begin("a test")
    ledger = make.ledger(household)
    payments.record(
        ledger,
        debt_id=make.debt_id(ledger, "hillview-tax"),
        amount=7_123,
        paid_on=make.on("11-23"),
        today=make.on("11-23"),
        note="for Agatha",
    )
    with ledger.reading() as session:
        newest = revisions.undoable(session)
        assert newest is not None
    ledger.close()
    log.end("a test")
    lines = [line.split(" ", 3)[2:] for line in log.path().read_text().splitlines()]
    assert [level for level, _ in lines] == ["INFO"] * 3
    assert lines[0][1].endswith("starts: a test")
    assert lines[1][1] == f"payments.record is revision {newest.id}"
    assert lines[2][1].endswith("ends: a test")


def test_of_an_error_only_its_types_and_places_are_logged(state: Path) -> None:
    with pytest.raises(KeyError) as caught:
        secret("£4,711.00")
    said = log.unforeseen(caught.value)
    text = log.path().read_text()
    assert str(log.path()) in said
    for part in ("KeyError\n", "ValueError\n", "tests/tui/test_log.py:", " secret\n"):
        assert part in f"{text}\n"
    for part in ("Agatha", "4,711", str(Path.home())):
        assert part not in text + said


def test_the_log_is_its_owners_alone_and_does_not_grow_for_ever(state: Path) -> None:
    for _ in range(3 * log.MOST_BYTES // 1_000):
        log.begin("x" * 1_000)
    files = sorted(state.iterdir())
    assert [each.name for each in files] == ["accord.log", "accord.log.1"]
    for each in files:
        assert each.stat().st_size <= log.MOST_BYTES
        assert each.stat().st_mode & 0o777 == 0o600
    assert state.stat().st_mode & 0o777 == state.parent.stat().st_mode & 0o777 == 0o700


def test_a_log_that_cannot_be_written_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("ACCORD_STATE", str(tmp_path / "file"))
    log.begin("a test")
    assert "the log cannot be written" in log.unforeseen(ValueError("Agatha"))
    logging.getLogger("accord").info("Nobody hears this.")


def test_a_command_in_which_something_unforeseen_happens_says_so_in_one_line(
    run: Run, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli_commands, "list_debts", lambda _: secret("£4,711.00"))
    code, out, err = run("debts")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("accord: Something went wrong that nobody foresaw; ")
    assert str(log.path()) in err
    assert "Agatha" not in err + log.path().read_text()
