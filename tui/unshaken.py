"""What nobody foresaw does not end the app: it is logged, what is typed is kept, and one goes on.

An error in a worker leaves the screens as they were, so that a dialog says it over them. One in a
handler or while drawing leaves a part of the screen dead: the app is left and opened anew.
"""

from threading import Thread
from time import monotonic
from typing import Any

from textual.app import App, ReturnType
from textual.dom import DOMNode
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker, WorkerFailed, WorkerState
from textual.worker_manager import WorkerManager

from store.rules.errors import AccordError
from tui import log

AGAIN = "again"
"""The app's result when it is to be opened anew after an error."""

MOST, WITHIN = 3, 60.0
"""That many errors in that many seconds, and the app is left: going on leads nowhere."""


KEEP_WITHIN = 1.0
"""Seconds that one waits until what is typed is kept; another writer may hold it up for longer."""


class Unshaken(App[ReturnType]):
    """An app that an unforeseen error neither ends with a traceback nor makes lose anything."""

    def __init__(self, mishaps: list[float] | None = None) -> None:
        """`mishaps` are the moments of the errors before it was opened anew, to be added to."""
        super().__init__()
        self.mishaps = [] if mishaps is None else mishaps
        self._workers = _Workers(self)

    def keep_typed(self) -> Thread:
        """Begin to keep what is half typed; gives the thread that does so."""
        raise NotImplementedError

    def say_unforeseen(self) -> None:
        """Show that something went wrong, unless that is what is shown."""
        from tui.dialogs.unforeseen import Unforeseen

        if not isinstance(self.screen, Unforeseen):
            self.push_screen(Unforeseen(), self._go_on)

    def _go_on(self, wanted: bool | None) -> None:
        if not wanted:
            self.exit()

    def set_timer(self, *given: Any, **named: Any) -> Timer:
        """A timer that comes late where the machine stalls; Textual's own does not come at all."""
        timer = super().set_timer(*given, **named)
        timer._skip = False
        return timer

    def worker_failed(self, worker: Worker[Any]) -> None:
        """Log what went wrong in a worker, and say so where somebody still waits for it."""
        from tui.dialogs.unforeseen import Unforeseen

        if self._exit or (error := worker.error) is None:
            return
        reason = log.unforeseen(error)
        # The palette looks for commands on when it is closed, and then cannot show them.
        if not self._is_there(worker.node) or isinstance(self.screen, Unforeseen):
            return
        if worker.exit_on_error:
            self._note(error)
        if self._is_too_often():
            self._leave(reason)
        else:
            self.call_later(self.say_unforeseen)

    def _is_there(self, node: DOMNode) -> bool:
        """Whether a node is the app, or on a screen that was not closed."""
        screens = [each for each in node.ancestors_with_self if isinstance(each, Screen)]
        stacks = self._screen_stacks.values()
        return node is self or any(screens[0] in each for each in stacks if screens)

    def _handle_exception(self, error: Exception) -> None:
        if isinstance(error, WorkerFailed):
            # Its worker tells of it.
            return
        self._note(error)
        reason = log.unforeseen(error)
        if self._exit:
            return
        try:
            self.keep_typed().join(KEEP_WITHIN)
        except Exception as further:
            log.unforeseen(further)
        if self._is_too_often():
            self._leave(reason)
        else:
            self.exit(AGAIN)  # type: ignore[arg-type]

    def _note(self, error: BaseException) -> None:
        """Let a test hear of an error, as Textual has it."""
        if self._exception is None and isinstance(error, Exception):
            self._exception = error
            self._exception_event.set()

    def _is_too_often(self) -> bool:
        now = monotonic()
        self.mishaps.append(now)
        return sum(now - each < WITHIN for each in self.mishaps) >= MOST

    def _leave(self, reason: str) -> None:
        self.exit(return_code=2, message=f"accord: {reason} What was recorded is safe.")


class _Workers(WorkerManager):
    """The app's workers, where none fails unheard."""

    def __init__(self, app: Unshaken[Any]) -> None:
        super().__init__(app)
        self._unshaken = app

    def _remove_worker(self, worker: Worker[Any]) -> None:
        super()._remove_worker(worker)
        if worker.state is WorkerState.ERROR and not isinstance(worker.error, AccordError):
            self._unshaken.worker_failed(worker)
