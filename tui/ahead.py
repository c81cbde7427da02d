"""Screens are built ahead, one in each quiet moment: the first visit is as quick as any other."""

from collections.abc import Callable
from typing import Any

from tui.typing_ahead import TypingAhead

QUIET = 0.1  # seconds without a key after which there is time for something else


class Ahead:
    """What builds the screens of an app that nobody has been to yet."""

    def __init__(self, app: TypingAhead[Any], then: Callable[[], None]) -> None:
        """Nothing is built before it is asked for; `then` is what comes after all of it."""
        self._app, self._then = app, then
        self._modes: list[str] = []

    def add(self, *modes: str) -> None:
        """Build the screens of some modes as soon as there is time."""
        self._modes += modes
        self._app.set_timer(QUIET, self._build)

    def _build(self) -> None:
        if self._app.is_quiet(QUIET):
            # The part of `switch_mode` that builds a screen; there is no other way to it.
            self._app._init_mode(self._modes.pop(0))
        if self._modes:
            self._app.set_timer(QUIET, self._build)
        else:
            self._then()
