"""What a program shows in a terminal of its own."""

import os
import select
import time
from contextlib import suppress


def read(terminal: int, sign: bytes, seconds: float) -> bytes:
    """What a program shows until a sign is on its screen, or the time is over."""
    shown = b""
    deadline = time.monotonic() + seconds
    while sign not in shown and (left := deadline - time.monotonic()) > 0:
        if select.select([terminal], [], [], left)[0]:
            with suppress(OSError):
                shown += os.read(terminal, 65536)
    return shown
