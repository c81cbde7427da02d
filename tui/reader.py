"""Reads views in a process beside the app: what takes long to read holds up no key and no frame.

Both sides of it are here. The app asks for a view by the function that reads it (`tui.views`); the
process answers with what that gave, or that it cannot: then the app reads for itself, and says what
is wrong. The process changes no record, and opens no ledger that has a passphrase: a key stays
where it was typed.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from functools import partial
from io import BytesIO
from itertools import count
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import IO, TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, cast

from store.rules.errors import AccordError
from tui import log

if TYPE_CHECKING:
    from store.records.database import Ledger, Reading

View = TypeVar("View")

TRIES = 3
"""After so many failures there is something wrong with it, and the app reads for itself."""

PATIENCE = 10.0  # seconds after which a process that says nothing at all is waited for no longer
LONGEST = 60.0  # seconds after which an answer never comes, whatever else the process says
GRACE = 0.5  # seconds in which it can let go of the file when it is to end

_BEGIN = "import sys; sys.path[:] = sys.argv[2:]; from tui.reader import serve; serve(sys.argv[1])"
"""What the process runs: it finds modules where the app does."""

_OPENED = 0
"""The number of the first answer, for which nobody asks: that the ledger is open."""


class Seen(NamedTuple, Generic[View]):
    """A view, and the hash of the newest revision before it was read: it may tell of later ones."""

    newest: str
    view: View


class Unread(AccordError):
    """The process beside the app could not read it; nobody knows why."""

    def __init__(self) -> None:
        super().__init__("The ledger is not open")


def see(ledger: "Ledger", read: "Callable[[Reading], View]") -> Seen[View]:
    """Read a view; raises `LedgerError`."""
    newest = ledger.newest()
    with ledger.viewing() as session:
        return Seen(newest, read(session))


# --- in the app -----------------------------------------------------------------------------


class Reader:
    """The process beside the app. Safe to use from any thread."""

    def __init__(self, path: Path) -> None:
        """Of the ledger in a file."""
        self._path = path
        self._lock = Lock()
        self._failures = 0
        self._is_wanted = False
        self._held_off = 0
        self._ahead: tuple[bytes, _Beside, Future[Any]] | None = None
        self._beside: _Beside | None = None
        self.begin()

    def begin(self) -> None:
        """Have a process from now on: at once where that takes no time from the app."""
        self._is_wanted = True
        if _processors() > 1:
            self._running()

    def is_ready(self) -> bool:
        """Whether it can read the ledger; waits until that is known, but not for ever."""
        beside = self._running()
        if beside is None or beside.can_read():
            return beside is not None
        self._fail(beside)
        return False

    def ask_ahead(self, read: "Callable[[Reading], View]") -> None:
        """Read a view that is about to be asked for."""
        beside = self._running()
        if beside is not None:
            wanted = pickle.dumps(read)
            ahead = wanted, beside, beside.ask(wanted)
            with self._lock:
                self._ahead = ahead

    def see(self, read: "Callable[[Reading], View]") -> Seen[View]:
        """Read a view; raises `Unread`, also while the process only begins.

        `read` is a function of a module, or a `partial` of one.
        """
        beside, answer = self._ask(pickle.dumps(read))
        try:
            found = cast("Seen[View]", beside.wait(answer))
        except Unread:
            self._fail(beside)
            raise
        with self._lock:
            self._failures = 0
        return found

    def end(self) -> None:
        """End the process; there is none before the next `begin`."""
        self._is_wanted = False
        self._let_go()

    @contextmanager
    def held_off(self) -> Iterator[None]:
        """In the block there is no process that has the ledger open."""
        with self._lock:
            self._held_off += 1
        self._let_go()
        try:
            yield
        finally:
            with self._lock:
                self._held_off -= 1

    def _ask(self, wanted: bytes) -> "tuple[_Beside, Future[Any]]":
        with self._lock:
            ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead[0] == wanted:
            return ahead[1:]
        beside = self._running()
        if beside is None or beside.is_opening():
            raise Unread
        return beside, beside.ask(wanted)

    def _running(self) -> "_Beside | None":
        with self._lock:
            may_begin = self._is_wanted and not self._held_off and self._failures < TRIES
            if self._beside is None and may_begin and sys.executable:
                try:
                    self._beside = _Beside(self._path)
                except OSError:
                    self._failures = TRIES
            return self._beside

    def _fail(self, beside: "_Beside") -> None:
        """End a process that could not read: the next one may, if the file is another by now."""
        with self._lock:
            if self._beside is not beside:
                # It was ended already, by the app or for something else that it could not read.
                return
            self._beside = self._ahead = None
            self._failures += 1
            if self._failures == TRIES:
                log.LOGGER.info("the process beside the app failed, and is not begun again")
        beside.end(at_once=True)

    def _let_go(self) -> None:
        with self._lock:
            beside, self._beside, self._ahead = self._beside, None, None
        if beside is not None:
            beside.end()


def _processors() -> int:
    """On how many processors this program may run."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Beside:
    """One process, and what it was asked."""

    def __init__(self, path: Path) -> None:
        self._process = subprocess.Popen(
            (sys.executable, "-c", _BEGIN, str(path), *sys.path),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # What is typed in the terminal, and that it is closed, concerns the app alone.
            start_new_session=True,
        )
        self._requests = cast("IO[bytes]", self._process.stdin)
        self._lock = Lock()
        self._numbers = count(_OPENED + 1)
        self._opened: Future[None] = Future()
        self._asked: dict[int, Future[Any]] = {_OPENED: self._opened}
        self._is_heard = self._has_ended = False

    def can_read(self) -> bool:
        """Whether it could open the ledger; waits until that is known."""
        with self._lock:
            self._hear()
        try:
            return self._opened.exception(PATIENCE) is None
        except TimeoutError:
            return False

    def wait(self, answer: Future[Any]) -> Any:
        """What comes as an answer; raises `Unread` where none does."""
        until = monotonic() + LONGEST
        while monotonic() < until:
            with suppress(TimeoutError):
                return answer.result(PATIENCE)
            # It may take its time, but not be gone.
            try:
                self.ask(pickle.dumps(_nothing)).result(PATIENCE)
            except TimeoutError:
                break
        raise Unread

    def is_opening(self) -> bool:
        """Whether it has not opened the ledger yet."""
        with self._lock:
            self._hear()
        return not self._opened.done()

    def ask(self, wanted: bytes) -> Future[Any]:
        """Ask for something; the answer is what was read, or raises `Unread`."""
        found: Future[Any] = Future()
        number = next(self._numbers)
        with self._lock:
            self._hear()
            if not self._has_ended:
                self._asked[number] = found
                try:
                    pickle.dump((number, wanted), self._requests)
                    self._requests.flush()
                    return found
                except (OSError, ValueError):
                    del self._asked[number]
        found.set_exception(Unread())
        return found

    def end(self, *, at_once: bool = False) -> None:
        """End it, whatever it does: it only reads. Else it lets go of the file first."""
        if not at_once:
            self._hang_up()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(GRACE)
        self._process.kill()
        self._process.wait()
        self._hang_up()

    def _hang_up(self) -> None:
        # Whoever writes to one that does not listen holds the lock until it is gone.
        if self._lock.acquire(timeout=GRACE):
            with suppress(OSError):
                self._requests.close()
            self._lock.release()

    def _hear(self) -> None:
        """Have the answers taken in: a thread for that would hold up the app's first frame."""
        if not self._is_heard:
            self._is_heard = True
            Thread(target=self._receive, daemon=True).start()

    def _receive(self) -> None:
        with cast("IO[bytes]", self._process.stdout) as answers, suppress(Exception):
            while True:
                number, is_read, answer = pickle.load(answers)
                asked = self._asked.pop(number)
                if is_read:
                    asked.set_result(answer)
                else:
                    asked.set_exception(Unread())
        # It has ended, or says what nobody understands.
        self._process.kill()
        with self._lock:
            self._has_ended = True
            for each in self._asked.values():
                each.set_exception(Unread())
            self._asked.clear()


# --- in the process -------------------------------------------------------------------------


class _Pickler(pickle.Pickler):
    """Writes records as calls of their classes: the app reads these in half the time."""

    def __init__(self, written: BytesIO) -> None:
        super().__init__(written, pickle.HIGHEST_PROTOCOL)
        self._names: dict[type, tuple[str, ...] | None] = {}

    def reducer_override(self, value: object) -> Any:
        """How to make a value again."""
        kind = type(value)
        if kind not in self._names:
            self._names[kind] = _made_of(kind)
        names = self._names[kind]
        return NotImplemented if names is None else (kind, _values(value, names))


def _made_of(kind: type) -> tuple[str, ...] | None:
    """The fields that a record is made of; None for what is no record, or is more than them."""
    if not is_dataclass(kind) or hasattr(kind, "__post_init__"):
        return None
    found = fields(kind)
    return tuple(each.name for each in found) if all(each.init for each in found) else None


def _values(value: object, names: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(getattr(value, each) for each in names)


def pickled(value: object) -> bytes:
    """What the app reads a value from."""
    written = BytesIO()
    _Pickler(written).dump(value)
    return written.getvalue()


def serve(path: str) -> None:
    """Answer what comes on stdin about the ledger in a file, until that is closed."""
    import gc
    from datetime import UTC, datetime

    # As in the app: reading makes many objects and hardly any garbage.
    gc.set_threshold(1_000_000, 20, 20)
    requests, lock = sys.stdin.buffer, Lock()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever else writes there would be taken for an answer.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def answer(number: int, read: Callable[[], object]) -> None:
        try:
            said = pickled((number, True, read()))
        except Exception:
            said = pickled((number, False, None))
        with lock:
            answers.write(said)
            answers.flush()

    ledgers: list[Ledger] = []
    with suppress(Exception):
        from store.records.database import open_ledger

        # Whoever has the app makes a ledger, or brings an older one to this version.
        ledger = open_ledger(Path(path), lambda: datetime.now(UTC), create=False, migrate=False)
        ledgers.append(ledger)
        answer(_OPENED, lambda: None)
        # What the first view needs is there before somebody asks.
        from store.ledger import credibility_queries, forecast_queries, today_queries  # noqa: F401

        while True:
            number, wanted = pickle.load(requests)
            read = partial(_see_wanted, ledger, wanted)
            # Each in a thread: what is quickly read does not wait for what is not.
            Thread(target=answer, args=(number, read), daemon=True).start()
    for each in ledgers:
        each.close()
    # Nothing is left to do, and nobody to wait for.
    os._exit(0)


def _nothing(_: "Reading") -> None:
    """A view that takes no time."""


def _see_wanted(ledger: "Ledger", wanted: bytes) -> Seen[Any]:
    return see(ledger, pickle.loads(wanted))
