"""Files that only their owner reads, written whole or not at all."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from store.records.failures import said_plainly
from store.rules.errors import LedgerError


def write_privately(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all; a device just takes it."""
    with private_file(path) as out:
        out.write(content)


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write to that only its owner reads.

    It takes its place when the block ends: an error, or a disk that fills, leaves what was there.
    """
    with said_plainly(path):
        path = resolved(path)
        if path.exists() and not path.is_file() and not path.is_dir():
            with path.open("wb") as device:
                yield device
            return
        if path.is_dir():
            raise LedgerError(f"{path} is a folder; name a file.")
        # A name of its own that nobody can guess, or lay a link at; some names fill all 255 bytes.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:50]}.")
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as out:
                yield out
                settle(out)
            part.replace(path)
            settle_folder(path)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def prepared_file(path: Path, content: bytes) -> Iterator[None]:
    """A private file that is on the disk when the block begins, and takes its place after it.

    What must not happen without the file goes in the block.
    """
    with private_file(path) as out:
        out.write(content)
        settle(out)
        yield


def settle(out: BinaryIO) -> None:
    """Bring what was written to the disk; a device has none."""
    out.flush()
    if stat.S_ISREG(os.fstat(out.fileno()).st_mode):
        os.fsync(out.fileno())


def settle_folder(path: Path) -> None:
    """Bring the name that a file has got to the disk; where folders take no such order, no more."""
    with suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def resolved(path: Path) -> Path:
    """Where a path leads, through links, also to what is not there yet; raises `LedgerError`."""
    with suppress(RuntimeError, OSError):
        found = path.resolve()
        # Some versions of Python give a link back that leads to itself.
        if not found.is_symlink():
            return found
    raise LedgerError(f"{path} is a link that leads nowhere.")


def make_empty(path: Path) -> None:
    """An empty file that only its owner reads; folders that are missing only their owner enters."""
    missing = [each for each in (path.parent, *path.parent.parents) if not each.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    # Another first start may be making it right now; whoever comes second finds it there.
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    # What somebody put there, empty, may be open to all.
    path.chmod(0o600)


def make_private_folder(path: Path) -> None:
    """Make a folder that only its owner enters, if it is not there."""
    with said_plainly(path):
        path.mkdir(mode=0o700, exist_ok=True)


def has_content(path: Path) -> bool:
    """Whether a file is there with something in it; raises `LedgerError` for what is no file."""
    if path.is_dir():
        raise LedgerError(f"{path} is a folder; a ledger is a file.")
    if path.exists() and not path.is_file():
        raise LedgerError(f"{path} is a device or a pipe; a ledger is a file.")
    return path.exists() and path.stat().st_size > 0


def may_be_written(path: Path) -> bool:
    """Whether a database can be written to: SQLite also needs files of its own beside it."""
    path = path.resolve()
    return not path.exists() or (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def identity(path: Path) -> tuple[int, int] | None:
    """Which file a path leads to, by device and number; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
