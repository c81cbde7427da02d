"""A program in a pseudo-terminal, watched from outside: when it painted what."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

QUIET = 0.2  # seconds without output after which all that a key led to is painted
AT_ONCE = 20.0  # seconds after which a key paints nothing
PATIENCE = 120.0  # seconds after which what is waited for never comes

POINTER = re.compile(rb"\x1b\]22;[^\x07]*\x07")
"""Sets the shape of the mouse's pointer: it paints nothing."""


@dataclass(frozen=True, slots=True)
class Painted:
    """When something was painted after a key, in seconds: at first, and all of it."""

    first: float
    whole: float


class Terminal:
    """A program in a terminal of its own; leaving the block ends it."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], size: tuple[int, int]
    ) -> None:
        """Start it; the clock runs from here. `size` is columns and lines."""
        self._seen = b""
        self.began = perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            try:
                os.execvpe(command[0], list(command), dict(environment))
            finally:
                # Else it would go on as another one of whoever watches it.
                os._exit(127)
        columns, lines = size
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def __enter__(self) -> "Terminal":
        """The program runs already."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._fd)

    def wait_for(self, text: str) -> float:
        """Seconds from the start until a text was painted; raises `TimeoutError`."""
        wanted = text.encode()
        until = perf_counter() + PATIENCE
        while wanted not in self._seen:
            # A cursor that blinks paints for ever.
            if not self._read(until - perf_counter()):
                raise TimeoutError(f"{text!r} was never painted; the end was {self._seen[-400:]!r}")
        return perf_counter() - self.began

    def settle(self, quiet: float = QUIET) -> None:
        """Wait until nothing was painted for so many seconds."""
        while self._read(quiet):
            pass

    def press(self, key: str) -> Painted:
        """Press a key, and wait until all that it leads to is painted."""
        self._seen = b""
        pressed = perf_counter()
        os.write(self._fd, key.encode())
        while not POINTER.sub(b"", self._seen):
            if not self._read(AT_ONCE):
                raise TimeoutError(f"{key!r} painted nothing")
        first = last = perf_counter()
        while self._read(QUIET):
            last = perf_counter()
        return Painted(first - pressed, last - pressed)

    @property
    def memory(self) -> float:
        """What it holds with the programs that it began, in MB; 0 where the system does not say.

        What several share is counted once, in parts.
        """
        return sum(map(_held, [self.pid, *_begun_by(self.pid)]))

    def _read(self, seconds: float) -> bytes:
        ready, _, _ = select.select([self._fd], [], [], max(0.0, seconds))
        if not ready:
            return b""
        try:
            found = os.read(self._fd, 1 << 16)
        except OSError:
            # Linux says so of a terminal whose program ended.
            return b""
        self._seen += found
        return found


def _begun_by(pid: int) -> list[int]:
    try:
        return [
            int(each)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for each in (task / "children").read_text().split()
        ]
    except OSError:
        return []


def _held(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("Pss:")), 0.0)
