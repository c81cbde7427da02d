"""What is typed in a form that adds something, kept in the ledger as one goes."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.records.database import Ledger


class Draft:
    """The draft of one form; its methods are called in threads, and the newest text wins."""

    def __init__(self, ledger: Ledger, form: str) -> None:
        """`form` is the name that it is kept by."""
        self.ledger, self.form = ledger, form
        self._lock = Lock()
        self._newest = 0
        self._is_over = False

    def find(self) -> dict[str, str]:
        """The text of each field by its name, as it was left; empty where nothing was."""
        from store.ledger import drafts

        return drafts.find(self.ledger, self.form)

    def keep(self, number: int, typed: Mapping[str, str]) -> None:
        """Keep what is typed, unless a later `number` was kept or it is dropped."""
        from store.ledger import drafts

        with self._lock:
            if number > self._newest and not self._is_over:
                self._newest = number
                drafts.keep(self.ledger, self.form, typed)

    def drop(self) -> None:
        """Forget it: it was saved, or discarded."""
        from store.ledger import drafts

        with self._lock:
            self._is_over = True
            drafts.drop(self.ledger, self.form)
