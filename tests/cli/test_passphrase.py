"""The passphrase on the command line: who gives it, and how a locked ledger refuses."""

import json
import os
import pty
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from store.records import encryption
from tests import make
from tests.terminals import read
from tui import cli, passphrase

pytest.importorskip("sqlcipher3")

SECRET = "correct horse battery"
TODAY = "2026-11-23"


def printing(text: str) -> str:
    """A command that prints a text."""
    return shlex.join([sys.executable, "-c", f"print({text!r})"])


def accord(path: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The program on a ledger, with no terminal."""
    return subprocess.run(
        [sys.executable, "-m", "tui", *arguments],
        env={**os.environ, "ACCORD_LEDGER": str(path), "ACCORD_TODAY": TODAY, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


def test_the_installed_program_locks_a_ledger_and_opens_it_by_what_a_command_prints(
    household: Path,
) -> None:
    given = ("--passphrase-command", printing(f"{SECRET}\nuser: me"))
    done = accord(household, *given, "passphrase", "set")
    assert (done.returncode, done.stderr) == (0, "")
    assert "not even you" in done.stdout
    assert encryption.is_encrypted(household)

    wrong = accord(household, "today", ACCORD_PASSPHRASE_COMMAND=printing("something else"))
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr == "accord: That passphrase does not open it.\n"

    opened = accord(household, "check", "--json", *given)
    assert (opened.returncode, opened.stderr) == (0, "")
    assert json.loads(opened.stdout) == {"ok": True, "findings": []}


@pytest.fixture
def locked(household: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The household with a passphrase, which a key opens at once."""
    from store.records import passphrases

    monkeypatch.setattr(encryption, "_ROUNDS", 1_000)
    monkeypatch.setattr(encryption, "_sleep", lambda _: None)
    monkeypatch.setenv("ACCORD_LEDGER", str(household))
    monkeypatch.setenv("ACCORD_TODAY", TODAY)
    ledger = make.ledger(household)
    passphrases.give(ledger, SECRET)
    ledger.close()
    return household


def typing(monkeypatch: pytest.MonkeyPatch, *texts: str) -> list[str]:
    """Lets somebody type these at a terminal; gives what they are asked."""
    asked: list[str] = []
    rest = iter(texts)

    def getpass(prompt: str) -> str:
        asked.append(prompt)
        return next(rest)

    monkeypatch.setattr("getpass.getpass", getpass)
    monkeypatch.setattr(passphrase, "is_terminal", lambda: True)
    return asked


def test_at_a_terminal_a_wrong_one_may_be_typed_anew_twice(
    locked: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    asked = typing(monkeypatch, "wrong", "wronger", SECRET)
    assert cli.main(["check"]) == 0
    assert asked == ["Passphrase of ledger.db: "] * 3
    typing(monkeypatch, "wrong", "wronger", "wrongest")
    assert cli.main(["check"]) == 2
    assert capfd.readouterr().err == "accord: That passphrase does not open it.\n" * 5


def test_it_is_changed_and_removed(
    locked: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    typing(monkeypatch, SECRET, "another passphrase", "another passphrase")
    assert cli.main(["passphrase", "change"]) == 0
    typing(monkeypatch, "another passphrase", "one passphrase", "two passphrase")
    assert cli.main(["passphrase", "change"]) == 2
    assert "The two are not the same" in capfd.readouterr().err
    typing(monkeypatch, "another passphrase")
    assert cli.main(["passphrase", "set"]) == 2
    typing(monkeypatch, "another passphrase")
    assert cli.main(["passphrase", "remove"]) == 0
    assert not encryption.is_encrypted(locked)
    assert cli.main(["passphrase", "change"]) == 2


def test_a_backup_of_it_is_put_back_by_the_same_passphrase(
    locked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    copy = str(tmp_path / "copy.db")
    given = ["--passphrase-command", printing(SECRET)]
    assert cli.main(["backup", copy, *given]) == 0
    assert encryption.is_encrypted(Path(copy))
    capfd.readouterr()
    assert cli.main(["restore", copy]) == 2
    refused = capfd.readouterr().err
    assert refused.startswith(f"accord: {locked} is locked with a passphrase.")
    assert refused.count("\n") == 1
    assert cli.main(["restore", copy, *given]) == 0
    assert cli.main(["check", *given]) == 0


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("no-such-program", "cannot be run"),
        ("'", "a quote that does not end"),
        (f"{sys.executable} -c 'raise SystemExit(3)'", "it ended with 3"),
        (f"{sys.executable} -c ''", "printed nothing"),
    ],
)
def test_a_command_that_prints_none_is_said(
    locked: Path, capfd: Any, command: str, said: str
) -> None:
    assert cli.main(["today", "--passphrase-command", command]) == 2
    assert said in capfd.readouterr().err


def test_no_shell_reads_the_command() -> None:
    assert passphrase.printed_by("echo $HOME; echo more | cat") == "$HOME; echo more | cat"


def test_typing_it_shows_nothing(locked: Path) -> None:
    main, side = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "tui", "check"],
        env={**os.environ, "ACCORD_LEDGER": str(locked), "ACCORD_TODAY": TODAY},
        stdin=side,
        stdout=subprocess.PIPE,
        stderr=side,
        start_new_session=True,
    ) as program:
        seen = read(main, b"Passphrase of", 60)
        os.write(main, b"not the passphrase\n")
        seen += read(main, b"open it.", 60)
        program.kill()
    os.close(main)
    os.close(side)
    assert b"does not open it." in seen
    assert b"not the passphrase" not in seen
