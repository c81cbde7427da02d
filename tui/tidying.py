"""Looks for garbage while nobody types: found in the middle of a frame, it would hold that up."""

import gc
from typing import Any

from tui.typing_ahead import TypingAhead

PAUSE = 0.1  # seconds without a key in which there is time for what is new
REST = 5.0  # seconds without a key in which there is time for everything
NEW = 5_000
"""So many new objects are worth a look."""
MOST = 100_000
"""So many are looked at by Python itself, whoever types."""


class Tidying:
    """What keeps the memory of an app tidy."""

    def __init__(self, app: TypingAhead[Any]) -> None:
        """Nothing is looked at before `begin`."""
        self._app = app
        self._has_begun = self._is_due = False

    def begin(self) -> None:
        """What there is by now stays as long as the app: it need not be looked at again."""
        gc.freeze()
        gc.set_threshold(MOST, 20, 20)
        self._has_begun = True

    def look(self) -> None:
        """Tidy up where there is time for it, and something to be found."""
        if not self._has_begun:
            return
        if self._is_due and self._app.is_quiet(REST):
            gc.collect()
            self._is_due = False
        elif gc.get_count()[0] >= NEW and self._app.is_quiet(PAUSE):
            # What is in use a little longer than that is looked at in a rest.
            gc.collect(1)
            self._is_due = True
