"""The log: when Accord ran, which use cases it ran, and where something unforeseen happened.

It never holds a name, an amount or a text: of an error only its type and the places in the code.
A log that cannot be written stops nothing.
"""

import logging
import os
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from store import __version__

if TYPE_CHECKING:
    from logging.handlers import RotatingFileHandler

LOGGER = logging.getLogger("accord")
MOST_BYTES = 200_000
"""How long the log gets before it becomes the old one, of which there is one."""


def path() -> Path:
    """Where the log is: in ACCORD_STATE, else in the platform's folder for state."""
    if given := os.environ.get("ACCORD_STATE"):
        return Path(given).expanduser().absolute() / "accord.log"
    from platformdirs import user_state_path

    return user_state_path("accord", appauthor=False) / "accord.log"


def begin(what: str) -> None:
    """Log that the app or a command starts; from here on use cases are logged too."""
    if _opened():
        LOGGER.info("accord %s starts: %s", __version__, what)


def end(what: str) -> None:
    """Log that it is over."""
    if _opened():
        LOGGER.info("accord %s ends: %s", __version__, what)


def unforeseen(error: BaseException) -> str:
    """Log where an error came from; gives a sentence for a person that says where that stands."""
    if not _opened():
        return "Something went wrong that nobody foresaw, and the log cannot be written."
    LOGGER.error("unforeseen: %s", "\n".join(_places(error)))
    return f"Something went wrong that nobody foresaw; {path()} says where in the program."


def _places(error: BaseException) -> Iterator[str]:
    """The types of an error and of those behind it, each with its places, the newest last."""
    seen = set[int]()
    behind: BaseException | None = error
    while behind is not None and id(behind) not in seen:
        seen.add(id(behind))
        yield type(behind).__qualname__
        yield from _frames(behind.__traceback__)
        behind = behind.__cause__ or behind.__context__


def _frames(traceback: TracebackType | None) -> Iterator[str]:
    while traceback is not None:
        code = traceback.tb_frame.f_code
        # Only the end of the path: before it stand the folders of whoever installed it.
        file = "/".join(Path(code.co_filename).parts[-3:])
        yield f"    {file}:{traceback.tb_lineno} {code.co_name}"
        traceback = traceback.tb_next


def _opened() -> bool:
    """Whether there is a log to write to, opened if it was not."""
    target = path()
    for handler in list(LOGGER.handlers):
        if getattr(handler, "baseFilename", None) == str(target):
            return True
        LOGGER.removeHandler(handler)
        handler.close()
    try:
        missing = [each for each in (target.parent, *target.parents) if not each.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
        handler = _handler(target)
    except OSError:
        return False
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
    return True


def _handler(target: Path) -> "RotatingFileHandler":
    from logging.handlers import RotatingFileHandler

    class Private(RotatingFileHandler):
        """A log that only its owner reads; what it cannot write is lost in silence."""

        def _open(self) -> TextIOWrapper:
            handle = os.open(self.baseFilename, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
            return os.fdopen(handle, "a", encoding="utf-8")

        def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
            pass

    made = Private(target, maxBytes=MOST_BYTES, backupCount=1)
    made.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    return made
