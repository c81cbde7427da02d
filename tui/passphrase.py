"""Where the passphrase of a ledger comes from: a command that prints it, or somebody who types it.

It is asked for when a ledger needs it, and kept nowhere.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from store.rules.errors import BadInput, WrongPassphrase

T = TypeVar("T")

Passphrase = Callable[[Path], str]

TRIES = 3
COMMAND_TIMEOUT = 60  # seconds


def command(given: str | None) -> str | None:
    """The command that prints it: as given, else ACCORD_PASSPHRASE_COMMAND."""
    return given or os.environ.get("ACCORD_PASSPHRASE_COMMAND") or None


def opening(given: str | None, use: Callable[[Passphrase | None], T]) -> T:
    """Do what needs a passphrase; at a terminal a wrong one may be typed anew, twice.

    Where there is neither a command nor a terminal, `use` gets None.
    """
    if (words := command(given)) is not None:
        return use(lambda _: printed_by(words))
    if not is_terminal():
        return use(None)
    for _ in range(TRIES - 1):
        try:
            return use(_typed)
        except WrongPassphrase as error:
            print(f"accord: {error.message}", file=sys.stderr)
    return use(_typed)


def printed_by(words: str) -> str:
    """The first line that a command prints; no shell reads it. Raises `BadInput`."""
    import shlex
    import subprocess

    try:
        parts = shlex.split(words)
        # It may have to ask: what it says and hears goes to the terminal.
        done = subprocess.run(parts, stdout=subprocess.PIPE, timeout=COMMAND_TIMEOUT, check=False)
    except (ValueError, IndexError):
        raise BadInput("The passphrase command has a quote that does not end.") from None
    except subprocess.TimeoutExpired:
        raise BadInput(f"The passphrase command took over {COMMAND_TIMEOUT} seconds.") from None
    except OSError as error:
        raise BadInput(f"The passphrase command cannot be run: {error.strerror}.") from None
    if done.returncode:
        raise BadInput(f"The passphrase command failed: it ended with {done.returncode}.")
    try:
        found = done.stdout.split(b"\n", 1)[0].rstrip(b"\r").decode()
    except UnicodeDecodeError:
        raise BadInput("The passphrase command printed no text in UTF-8.") from None
    if not found:
        raise BadInput("The passphrase command printed nothing.")
    return found


def new(given: str | None) -> str:
    """A new passphrase: the first line of a command, else typed twice. Raises `BadInput`."""
    if given is not None:
        return printed_by(given)
    if not is_terminal():
        raise BadInput("Give --new-command with a command that prints the new passphrase.")
    from store.records.encryption import SHORTEST

    found = _ask(f"New passphrase, at least {SHORTEST} characters: ")
    if _ask("The same again: ") != found:
        raise BadInput("The two are not the same. Nothing was changed.")
    return found


def is_terminal() -> bool:
    """Whether somebody is there who can type it unseen."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _typed(path: Path) -> str:
    return _ask(f"Passphrase of {path.name}: ")


def _ask(prompt: str) -> str:
    import getpass

    from tui.formats import harmless

    try:
        return getpass.getpass(harmless(prompt))
    except EOFError:
        raise BadInput("No passphrase was typed.") from None
