"""Opens a document with the platform's program, through a private file that goes with the app."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from store.ledger.documents import File
from store.rules.errors import BadInput

_PREFIX = "accord-opened-"
"""Of the folder that a program opens files in, before its number."""


class Viewer:
    """Keeps what was opened in a folder that only its owner enters, until it is closed."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def open(self, file: File) -> Path:
        """Open a file, without waiting for it to be closed; gives where it is.

        Raises `BadInput` where it cannot be written, or no program opens files.
        """
        command = _command()
        if command is None:
            raise BadInput("No program here opens files; s saves a copy that you can open.")
        try:
            path = self._put(file)
            if not command:
                os.startfile(path)  # type: ignore[attr-defined]
            else:
                subprocess.Popen(
                    [*command, str(path)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
        except OSError as error:
            raise BadInput(f"{file.name} cannot be opened: {error.strerror}.") from error
        return path

    def _put(self, file: File) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-")
        # One folder a file: two of one name do not get into each other's way.
        path = Path(tempfile.mkdtemp(dir=self._folder.name)) / _safe(file.name)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o400), "wb") as out:
            out.write(file.content)
        return path

    def close(self) -> None:
        """Remove what was opened."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def sweep() -> None:
    """Remove what was opened by programs that were killed before they could."""
    # Elsewhere, asking whether a program runs may end it.
    if os.name != "posix":
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        number = folder.name.removeprefix(_PREFIX).partition("-")[0]
        with suppress(OSError):
            if folder.lstat().st_uid == os.getuid() and not _runs(number):
                shutil.rmtree(folder)


def _runs(number: str) -> bool:
    """Whether a program of that number runs; also where that is no number."""
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except (OSError, ValueError, OverflowError):
        return True
    return True


def _command() -> list[str] | None:
    """What opens a file here; empty where the system itself does, None where nothing does."""
    if sys.platform == "win32":
        return []
    found = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    return None if found is None else [found]


def _safe(name: str) -> str:
    """A name that leads out of no folder and is no option."""
    bare = re.sub(r"[^\w. ()-]+", "-", name).strip(". -")
    return bare[-120:] or "file"
