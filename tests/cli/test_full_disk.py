"""A full disk and a failing one: one sentence, nothing changed, no half files, and it goes on."""

import errno
import json
import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import pytest

from store.exchange import portable
from store.ledger import checks, drafts
from store.records import copies, database
from store.records.database import Ledger
from store.rules.errors import LedgerError
from tests import make
from tests.cli.test_cli import TODAY
from tui import cli, settings

MB = 1024 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with some megabytes of room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={4 * MB}", "tmpfs", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no small disk can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """No room is left on the disk of a folder."""
    ballast = folder / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as out:
        while out.write(bytes(4096)):
            pass
    yield
    ballast.unlink()


@contextmanager
def failing(_: Path) -> Iterator[None]:
    """No write to a file reaches it: SQLite and others are told of an error."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


COMMANDS = {
    "pay": ["pay", "riverside", "27.36"],
    "contact": ["contact", "northbank", "--channel", "phone", "--summary", "They agreed. " * 999],
    "load": ["load", "{folder}/more.json"],
    "import": ["import", "{folder}/bank.csv", "--yes"],
    "backup": ["backup"],
    "backup to a file": ["backup", "{folder}/copy.db"],
    "restore": ["restore", "{folder}/usb.db"],
    "dump": ["dump", "{folder}/dump.json"],
    "letter": ["export", "letter", "hardship", "northbank", "--out", "{folder}/letter.txt"],
    "letter as PDF": ["export", "letter", "hardship", "northbank", "--out", "{folder}/letter.pdf"],
    "evidence": ["export", "evidence", "northbank", "--out", "{folder}/evidence.zip"],
    "calendar": ["export", "ics", "--out", "{folder}/accord.ics"],
}


TO_FILL_IN = "accord: to be filled in: [your name]\n"


@pytest.fixture
def ledger(
    household: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Ledger]:
    """The household, open, with what the commands read beside it; on a small disk if one asks."""
    path = household
    if request.param:
        path = request.getfixturevalue("small_disk") / "ledger.db"
        path.write_bytes(household.read_bytes())
        path.chmod(0o600)
    folder = path.parent
    (folder / "more.json").write_text(json.dumps(make.document()))
    (folder / "bank.csv").write_text(
        "Date,Description,Paid out,Paid in\n20/11/2026,RIVERSIDE ENERGY LTD 0871,27.36,\n"
    )
    monkeypatch.setenv("ACCORD_LEDGER", str(path))
    monkeypatch.setenv("ACCORD_TODAY", TODAY)
    opened = make.ledger(path)
    copies.copy(path, folder / "usb.db")
    portable.dump(opened)
    yield opened
    opened.close()


def there(folder: Path) -> dict[str, bytes]:
    """Every file of a folder but the ledger, which is compared by what it holds."""
    return {
        str(each.relative_to(folder)): each.read_bytes()
        for each in folder.rglob("*")
        if each.is_file() and not each.name.startswith(("ledger.db", "ballast"))
    }


Trouble = Callable[[Path], AbstractContextManager[None]]
TROUBLES = [pytest.param(True, full, id="full"), pytest.param(False, failing, id="failing")]


@pytest.mark.parametrize(("ledger", "trouble"), TROUBLES, indirect=["ledger"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_cannot_write_says_so_and_changes_nothing(
    ledger: Ledger, trouble: Trouble, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ledger.path.parent
    words = [each.format(folder=folder) for each in COMMANDS[command]]
    before, files = portable.dump(ledger), there(folder)
    with trouble(folder):
        code = cli.main(words)
    out, err = capsys.readouterr()
    said = err.removeprefix(TO_FILL_IN)
    assert (code, out, said.count("\n")) == (2, "", 1), err
    assert any(reason in said for reason in ("disk is full", "may not grow")), err
    assert portable.dump(ledger) == before
    assert there(folder) == files
    assert cli.main(words) == 0
    assert checks.everything(ledger) == []


@pytest.mark.parametrize(("ledger", "trouble"), TROUBLES, indirect=["ledger"])
def test_a_draft_that_cannot_be_kept_leaves_the_one_before(
    ledger: Ledger, trouble: Trouble
) -> None:
    drafts.keep(ledger, "payment", {"amount": "70"})
    with trouble(ledger.path.parent), pytest.raises(LedgerError, match="disk is full"):
        drafts.keep(ledger, "payment", {"note": "x" * MB})
    assert drafts.find(ledger, "payment") == {"amount": "70"}
    drafts.keep(ledger, "payment", {"amount": "71"})
    assert drafts.find(ledger, "payment") == {"amount": "71"}


@pytest.mark.parametrize(("ledger", "trouble"), TROUBLES, indirect=["ledger"])
def test_settings_that_cannot_be_kept_leave_those_before(
    ledger: Ledger, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ledger.path.parent / "settings"
    monkeypatch.setenv("ACCORD_CONFIG", str(folder))
    settings.write(settings.Settings(currency="EUR"))
    with trouble(ledger.path.parent), pytest.raises(LedgerError, match="was not written"):
        settings.write(settings.Settings(currency="GBP"))
    assert settings.read(()).settings.currency == "EUR"
    assert [each.name for each in folder.iterdir()] == ["settings.toml"]


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EDQUOT])
def test_an_error_of_the_disk_is_one_sentence_and_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = tmp_path / "letter.txt"
    database.write_privately(path, b"old")

    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(LedgerError, match=r"letter\.txt was not written"):
        database.write_privately(path, b"new")
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"letter.txt": b"old"}
