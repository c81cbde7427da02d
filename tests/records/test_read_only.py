"""A ledger that may only be read, as on a disc or in the folder of somebody else."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from store.exchange import portable
from store.ledger import checks, payments
from store.records import backups, database, encryption, passphrases
from store.records.database import Ledger
from store.rules.errors import Inaccessible
from tests import make
from tests.tui import opening
from tui import cli

TODAY = make.NOW.date()
SECRET = "correct horse battery"


@contextmanager
def only_read(folder: Path) -> Iterator[None]:
    """Nothing can be written to a folder, nor to the files in it."""
    if os.geteuid():
        folder.chmod(0o500)
        yield
        folder.chmod(0o700)
        return
    # The modes of files stop nobody who is root.
    for options in (["--bind", str(folder)], ["-o", "remount,ro,bind"]):
        try:
            subprocess.run(["mount", *options, str(folder)], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("nothing can be mounted here")
    yield
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def disc(household: Path) -> Iterator[Path]:
    """The household where it may only be read."""
    folder = household.parent / "disc"
    folder.mkdir()
    path = household.rename(folder / "ledger.db")
    with only_read(folder):
        yield path


def pay(ledger: Ledger) -> None:
    debt = make.debt_id(ledger, "northbank-card")
    payments.record(ledger, debt_id=debt, amount=100, paid_on=TODAY, today=TODAY)


def test_it_is_read_checked_and_copied_and_nothing_is_written(disc: Path, tmp_path: Path) -> None:
    ledger = database.open_ledger(disc, lambda: make.NOW + timedelta(days=3))
    before = portable.dump(ledger)
    assert checks.everything(ledger) == []
    with pytest.raises(Inaccessible, match=r"may be read but not written\. Nothing was changed"):
        pay(ledger)
    assert backups.daily_or_why_not(ledger) is None
    backups.make_at(ledger, tmp_path / "copy.db")
    with pytest.raises(Inaccessible):
        backups.make(ledger)
    ledger.close()
    assert portable.dump(make.ledger(tmp_path / "copy.db")) == before
    assert [each.name for each in disc.parent.iterdir()] == ["ledger.db"]


def test_with_a_passphrase_too(household: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sqlcipher3")
    monkeypatch.setattr(encryption, "_ROUNDS", 1_000)
    ledger = make.ledger(household)
    passphrases.give(ledger, SECRET)
    before = portable.dump(ledger)
    ledger.close()
    with only_read(household.parent):
        locked = database.open_ledger(household, make.Clock(), passphrase=lambda _: SECRET)
        assert portable.dump(locked) == before
        locked.close()


def test_what_was_written_last_is_not_left_out(household: Path) -> None:
    ledger = make.ledger(household)
    pay(ledger)
    wal = household.with_name("ledger.db-wal")
    whole, written = household.read_bytes(), wal.read_bytes()
    ledger.close()
    household.write_bytes(whole)
    wal.write_bytes(written)
    with only_read(household.parent), pytest.raises(Inaccessible, match="cannot be opened"):
        make.ledger(household).newest()


async def test_the_app_shows_it(disc: Path) -> None:
    async with opening.opened(disc) as pilot:
        assert "Hillview Council" in opening.shown(pilot)
        await opening.press(pilot, "p", "enter")
        assert "may be read but not written" in opening.flat(opening.shown(pilot))


@pytest.mark.parametrize("command", ["today", "check"])
def test_a_ledger_that_may_not_even_be_read_is_not_called_damaged(
    household: Path, command: str, capfd: pytest.CaptureFixture[str]
) -> None:
    if not os.geteuid():
        pytest.skip("root may read anything")
    household.chmod(0o000)
    assert cli.main([command, "--ledger", str(household)]) == 2
    said = capfd.readouterr().err
    assert "Check that" in said or "Check whose" in said
    assert "backup" not in said


def test_a_copy_is_made_where_the_daily_one_cannot_be(
    household: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    backups.folder(household).write_text("no folder")
    later = ["--ledger", str(household), "--today", "2026-12-24"]
    assert cli.main(["backup", str(tmp_path / "copy.db"), *later]) == 0
    assert capfd.readouterr().err == ""
    assert cli.main(["today", *later]) == 0
    assert "Today's backup could not be made" in capfd.readouterr().err
