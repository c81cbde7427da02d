"""Ledgers with a passphrase: SQLCipher, which the extra `encrypted` brings.

A file is encrypted with a key that PBKDF2 makes of the passphrase and of the file's salt, which is
its first 16 bytes. That takes a while, once: with the key itself each connection is quick.
"""

import hashlib
import os
import sqlite3
import time
import unicodedata
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from store.records.failures import database_errors
from store.records.files import may_be_written
from store.rules.errors import BadInput, LedgerError, Locked, WrongPassphrase

Passphrase = Callable[[Path], str]
"""Gives the passphrase of a file, such as by asking for it."""

SHORTEST = 8
"""Characters that a new passphrase has at least."""

BUSY_MS = 30_000
"""How long a writer waits for others; beside some that write without a pause, 5 s are too short."""

WRONG_WAIT = 1.5
"""Seconds that pass before a wrong passphrase is refused."""

_HEADER = b"SQLite format 3\0"
_PAGE = 4096
_ROUNDS = 256_000
"""Of PBKDF2 with HMAC-SHA-512: those of SQLCipher 4, so that its own tools open the file too."""

_sleep = time.sleep


@dataclass(frozen=True, slots=True)
class Key:
    """What a file is encrypted with; no text of it shows in a message or a trace."""

    _raw: bytes = field(repr=False)
    salt: bytes = field(repr=False)

    @property
    def literal(self) -> str:
        """The key and its salt as SQLCipher reads them."""
        return f"x'{self._raw.hex()}{self.salt.hex()}'"


def is_encrypted(path: Path) -> bool:
    """Whether a file looks like a ledger with a passphrase: whole pages, and nothing in the clear.

    A file that is not there is none, and no pipe is waited for. Never ask of one that this program
    has open: closing it would drop the locks that SQLite holds on it (POSIX).
    """
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            header = file.read(len(_HEADER))
            pages, rest = divmod(os.fstat(file.fileno()).st_size, _PAGE)
    except OSError:
        return False
    return pages > 0 and rest == 0 and header not in (_HEADER, bytes(len(_HEADER)))


def new_key(passphrase: str) -> Key:
    """The key for a file that is to be locked with a passphrase; raises `BadInput`."""
    if len(passphrase.strip()) < SHORTEST:
        raise BadInput(
            f"A passphrase has at least {SHORTEST} characters; four or five words are good",
            field="passphrase",
        )
    return derived(passphrase, os.urandom(16))


def key_of(path: Path, passphrase: Passphrase | None) -> Key | None:
    """The key that opens a file; None for one without a passphrase.

    Raises `Locked` where a passphrase is needed and there is nobody to give it, and, not at once,
    `WrongPassphrase`.
    """
    if not is_encrypted(path):
        return None
    check_cipher()
    if passphrase is None:
        raise Locked(
            f"{path} is locked with a passphrase. Open it in a terminal, or let "
            "--passphrase-command name a command that prints it."
        )
    with path.open("rb") as file:
        key = derived(passphrase(path), file.read(16))
    if not opens(key, path):
        refuse()
    return key


def refuse(*, field: str | None = None) -> NoReturn:
    """Raise `WrongPassphrase` after a while, so that many cannot be tried."""
    _sleep(WRONG_WAIT)
    raise WrongPassphrase("That passphrase does not open it.", field=field)


def opens(key: Key | None, path: Path) -> bool:
    """Whether a key opens a file; None opens one without a passphrase."""
    if key is None or not is_encrypted(path):
        return key is None and not is_encrypted(path)
    with path.open("rb") as file:
        if file.read(16) != key.salt:
            return False
    with closing(connect(path, key)) as raw:
        try:
            raw.execute("SELECT 1 FROM sqlite_master").fetchone()
        except database_errors() as error:
            if "not a database" in str(error):
                return False
            raise
    return True


def derived(passphrase: str, salt: bytes) -> Key:
    """What a passphrase makes of a file's salt; takes a fifth of a second on purpose."""
    # However a keyboard composes its letters, they are the same passphrase.
    typed = unicodedata.normalize("NFC", passphrase).encode()
    return Key(hashlib.pbkdf2_hmac("sha512", typed, salt, _ROUNDS, 32), salt)


def connect(path: Path, key: Key | None = None, *, may_encrypt: bool = False) -> sqlite3.Connection:
    """A connection of any thread, in no transaction; `may_encrypt` lets `export` take it.

    What may only be read, as on a disc or in the folder of somebody else, is read as it stands.
    """
    as_it_stands = not may_be_written(path) and not _has_journal(path)
    raw: sqlite3.Connection = driver(key, may_encrypt=may_encrypt).connect(
        f"{path.absolute().as_uri()}?immutable=1" if as_it_stands else path,
        uri=as_it_stands,
        timeout=BUSY_MS / 1000,
        isolation_level=None,
        check_same_thread=False,
    )
    if key is not None:
        # It would write to the terminal what it thinks of a wrong key.
        raw.execute("PRAGMA cipher_log_level = NONE")
        raw.execute(f'PRAGMA key = "{key.literal}"')
    return raw


def _has_journal(path: Path) -> bool:
    """Whether what was written last may stand beside the file, and not in it."""
    beside = (path.with_name(f"{path.name}-{end}") for end in ("wal", "journal"))
    return any(each.exists() and each.stat().st_size for each in beside)


def driver(key: Key | None, *, may_encrypt: bool = False) -> ModuleType:
    """The module that opens files with such a key."""
    return sqlite3 if key is None and not may_encrypt else _cipher()


def export(raw: sqlite3.Connection, to: Path, key: Key | None) -> None:
    """Write all that a connection sees to an empty file, encrypted with a key or (None) plain."""
    raw.execute("ATTACH DATABASE ? AS written KEY ?", (str(to), key.literal if key else ""))
    # Half of it is of no use: whoever asked brings the whole to the disk.
    raw.execute("PRAGMA written.synchronous = OFF")
    raw.execute("PRAGMA written.journal_mode = OFF")
    raw.execute("SELECT sqlcipher_export('written')").fetchall()
    for name in ("application_id", "user_version"):
        number = raw.execute(f"PRAGMA main.{name}").fetchone()[0]
        raw.execute(f"PRAGMA written.{name} = {number:d}")
    raw.execute("DETACH DATABASE written")


def check_cipher() -> None:
    """Raise `LedgerError` where nothing is installed that could encrypt a ledger."""
    _cipher()


def _cipher() -> ModuleType:
    try:
        import sqlcipher3.dbapi2
    except ImportError:
        raise LedgerError(
            "A passphrase needs SQLCipher: `pip install 'accord[encrypted]'`."
        ) from None
    found: ModuleType = sqlcipher3.dbapi2
    return found
