"""Locks the ledger: by key, or when nobody was there for a while; and asks for its passphrase."""

from collections.abc import Callable
from threading import Thread
from time import time
from typing import TYPE_CHECKING

from textual import events

from tui.messages import LedgerOpened

if TYPE_CHECKING:
    from store.records.database import Ledger
    from tui.app import AccordApp

MINUTES = 10
"""Without a key, after which a ledger with a passphrase is locked, unless the settings say."""

MAY = ("quit", "focus_next", "focus_previous")
"""What the app still does while it is locked."""


class Locking:
    """Whether the ledger is locked; the screens stay as they are under what covers them."""

    def __init__(self, app: "AccordApp") -> None:
        """Nothing is locked before somebody says so."""
        self._app = app
        self.is_on = False
        self._active_at = time()
        """When somebody last pressed a key or moved the mouse."""

    def notice(self, event: events.Event) -> None:
        """Note that somebody is there."""
        if isinstance(event, (events.InputEvent, events.Paste)):
            self._active_at = time()

    def look(self) -> None:
        """Lock it when nobody is there any more."""
        minutes = self._app.settings.lock_after
        seconds = 60 * (int(minutes) if minutes else MINUTES)
        # Either way: a clock that is set back must not keep it open.
        if seconds and abs(time() - self._active_at) > seconds:
            self.lock()

    def lock(self) -> None:
        """Cover everything and forget the key; nothing happens where there is no passphrase."""
        app, ledger = self._app, self._app.ledger
        if ledger is None or not ledger.has_passphrase:
            return

        keeping = app.keep_typed()

        def let_go() -> None:
            keeping.join()
            ledger.lock()

        going = Thread(target=let_go)
        going.start()

        def again(passphrase: str) -> "Ledger":
            going.join()
            ledger.unlock(passphrase)
            return ledger

        self.ask(again)
        app.ledger = None
        app.clear_notifications()
        app.forget_opened_files()

    def ask(self, unlock: "Callable[[str], Ledger]") -> None:
        """Let nothing be seen or done before a passphrase opens the ledger."""
        from tui.dialogs.unlock import Unlock

        self._app.push_screen(Unlock(unlock), self._unlocked)
        self.is_on = True

    def _unlocked(self, ledger: "Ledger | None") -> None:
        if ledger is not None:
            self.is_on = False
            self._app.post_message(LedgerOpened(ledger))
            if self._app.start.is_settled:
                # It is another day, perhaps.
                self._app.in_thread(lambda: self._app.start.back_up(ledger))
