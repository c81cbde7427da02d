"""Nobody else reads what is written, and nothing goes anywhere: whatever is done, by anybody."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tui import opening
from tests.tui.opening import press
from tui import cli, log, settings

HERMIT = """
import sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.bind", "urllib.Request"):
        # The loop's own pair of sockets has no address.
        raise SystemExit(f"{event} {arguments}")

sys.addaudithook(refuse)
from tui import cli
code = cli.main(sys.argv[1:])
loaded = {"http.client", "ftplib", "smtplib"} & set(sys.modules)
assert not loaded, loaded
sys.exit(code)
"""


def check_private(folder: Path) -> list[str]:
    """Check that only the owner reads and enters what is in a folder; gives the files in it."""
    found = []
    for each in sorted(folder.rglob("*")):
        wanted = (0o700,) if each.is_dir() else (0o600, 0o400)
        assert each.stat().st_mode & 0o777 in wanted, each
        found.append(each.name)
    return found


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, all that is written goes to, under the laxest umask there is."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    monkeypatch.chdir(home)
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "TMPDIR"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("ACCORD_TODAY", opening.TODAY.isoformat())
    monkeypatch.setenv("ACCORD_LEDGER", str(home / "mine" / "ledger.db"))
    monkeypatch.setenv("ACCORD_CONFIG", str(home / "configuration"))
    monkeypatch.setenv("ACCORD_STATE", str(home / "state"))
    return home


def test_every_file_that_commands_write_is_its_owners_alone(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = os.umask(0)
    try:
        for arguments in (
            ("load", str(Path(__file__).parents[1] / "data" / "household.json")),
            ("dump", "dump.json"),
            ("backup",),
            ("backup", "copy.db"),
            ("export", "csv", "payments", "--out", "payments.csv"),
            ("export", "ics", "--out", "feed.ics"),
            ("export", "journal", "--out", "journal.txt"),
            ("export", "letter", "freeze", "northbank", "--out", "letter.pdf"),
            ("export", "evidence", "northbank", "--out", "pack.zip"),
            ("pay", "hillview-tax", "12.00"),
        ):
            assert cli.main(arguments) == 0, capsys.readouterr().err
        settings.write(settings.Settings(density="compact"))
    finally:
        os.umask(before)
    found = check_private(home)
    for name in ("ledger.db", "copy.db", "payments.csv", "pack.zip", "accord.log", "settings.toml"):
        assert name in found
    text = log.path().read_text()
    assert "payments.record is revision" in text
    for secret in ("hillview", "Hillview", "12.00", "northbank", "household"):
        assert secret not in text


async def test_every_file_that_the_app_writes_is_its_owners_alone(
    home: Path, household: Path
) -> None:
    before = os.umask(0)
    try:
        path = home / "mine" / "ledger.db"
        path.parent.mkdir(mode=0o700)
        household.rename(path)
        options = settings.Configuration(settings.Settings(calendar_feed=str(home / "feed.ics")))
        app = opening.app_on(path, configuration=options)
        async with opening.running(app) as pilot:
            await press(pilot, "6", "a", *"Rent")
            await opening.until(pilot, lambda: (home / "feed.ics").exists())
            found = check_private(home)
            await press(pilot, "escape", "y")
        found += check_private(home)
    finally:
        os.umask(before)
    for name in ("ledger.db-wal", "ledger.db", "feed.ics", "accord.log"):
        assert name in found
    assert "Rent" not in log.path().read_text()


@pytest.mark.parametrize(
    "arguments", [("today",), ("export", "evidence", "northbank", "--out", "pack.zip")]
)
def test_a_command_talks_to_nobody(home: Path, household: Path, arguments: tuple[str, ...]) -> None:
    said = subprocess.run(
        [sys.executable, "-c", HERMIT, "--ledger", str(household), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert (said.returncode, said.stderr) == (0, "")


async def test_the_app_talks_to_nobody(household: Path) -> None:
    heard: list[str] = []
    listening = True

    def hear(event: str, _: object) -> None:
        # A hook stays until the process ends.
        if listening and event in ("socket.connect", "socket.getaddrinfo", "socket.bind"):
            heard.append(event)

    sys.addaudithook(hear)
    try:
        async with opening.opened(household) as pilot:
            await press(pilot, *"234567", "1", "p", "enter")
    finally:
        listening = False
    assert heard == []
