"""The start: the ledger is opened once something is painted, and keys wait for the first view."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from store.rules.errors import AccordError, Locked
from tui import commands, log
from tui.ahead import Ahead
from tui.messages import LedgerFailed, LedgerLocked, LedgerOpened, LedgerReadable, ReadFailed
from tui.screens import screen_class
from tui.typing_ahead import KeysFree

if TYPE_CHECKING:
    from store.records.database import Ledger
    from tui.app import AccordApp


PAINTED = 0.02  # seconds after which what is to be painted now is painted


class Start:
    """What goes on until there is a view, and once there is one."""

    def __init__(self, app: "AccordApp", open_ledger: "Callable[[], Ledger]") -> None:
        """`open_ledger` is called in a thread; nothing of the database is imported before that."""
        self._app, self._open_ledger = app, open_ledger
        self.ahead = Ahead(app, app.tidying.begin)
        self.is_settled = False
        """Whether the rest was begun: imports, screens built ahead, today's copy."""
        self.is_readable = False
        """Whether the ledger can be read beside the app, which has not opened it yet."""
        self._is_opening = False
        self._is_over = False
        """Whether there is something that a key can be about."""

    def begin(self) -> None:
        """Have the ledger read once something is on the screen."""
        app = self._app
        # No screen is asked to say when it is painted: a dialog over it would keep it from that.
        app.set_timer(PAINTED, partial(self._in_thread, self._prepare))
        # A key that comes before the first view would find nothing to do.
        app.hold_keys(however_long=True)

    def end(self) -> None:
        """Let the keys come that waited; once there is a ledger, do what can wait until then.

        A ledger that was only read so far is opened first.
        """
        if self.is_readable:
            if not self._is_opening:
                self._is_opening = True
                self._app.set_timer(PAINTED, partial(self._in_thread, self._open))
            return
        if not self._is_over:
            self._is_over = True
            self._app.post_message(KeysFree())
        if not self.is_settled and (ledger := self._app.ledger) is not None:
            self.is_settled = True
            self._app.in_thread(partial(self._settle, ledger))

    def is_always_taken(self, key: str) -> bool:
        """Before there is a view, one may leave, and look for another one.

        No letter does so while it may belong to a word: to a passphrase, or after a key that waits.
        """
        app = self._app
        if self._is_over or not app.screen_stack:
            return False
        may_be_typed = len(key) == 1 and (app.ledger is None or app.keys_wait)
        return not may_be_typed and app.leads_away(key)

    def _in_thread(self, work: Callable[[], None]) -> None:
        self._app.run_worker(work, thread=True, group="open", exit_on_error=False)

    def _prepare(self) -> None:
        app = self._app
        log.begin("the app")
        app.viewing.ask_ahead()
        screen_class(commands.TODAY)
        from store.rules import money

        # Babel's data is read here, so that the first amount on a screen costs no frame.
        money.format(0, "GBP", app.locale)
        if app.viewing.is_ready():
            app.post_message(LedgerReadable())
        else:
            self._open()

    def _open(self) -> None:
        post = self._app.post_message
        try:
            ledger = self._open_ledger()
            newest = ledger.newest()
        except Locked as error:
            post(LedgerLocked() if self._app.unlock else LedgerFailed(error.message))
        except AccordError as error:
            post(LedgerFailed(error.message))
        except Exception as error:
            post(LedgerFailed(log.unforeseen(error)))
        else:
            post(LedgerOpened(ledger, newest))

    def _settle(self, ledger: "Ledger") -> None:
        """Import what may come next while the first view is looked at; make the copy of today."""
        # What a payment is logged with, and with that all that writes.
        from store.ledger import payments  # noqa: F401

        for name in commands.ALL:
            screen_class(name)
        # A test goes to its screens itself, and may end in the middle of building one.
        if not self._app.is_headless:
            self._app.call_from_thread(self.ahead.add, *commands.ALL)
        self.back_up(ledger)

    def back_up(self, ledger: "Ledger") -> None:
        """Make the copy of today, if there is none."""
        from store.records import backups
        from tui import viewer

        viewer.sweep()

        if (missing := backups.daily_or_why_not(ledger)) is not None:
            self._app.post_message(ReadFailed(missing))
