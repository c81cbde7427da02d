"""Reads views for screens and forms: beside the app where that is possible, else in a thread."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from store.rules.errors import AccordError
from tui import views
from tui.reader import Reader, Seen, Unread, see

if TYPE_CHECKING:
    from store.ledger.score_views import Badge
    from store.ledger.views import Today
    from store.records.database import Reading
    from tui.app import AccordApp

View = TypeVar("View")


class Viewing:
    """What the app reads views from. What is read is a function of `tui.views`, with its needs."""

    def __init__(self, app: "AccordApp", beside: Reader | None) -> None:
        """Without a process `beside` the app, views are read in threads."""
        self._app, self._beside = app, beside

    def begin(self) -> None:
        """Have the process beside the app, if it has ended."""
        if self._beside is not None:
            self._beside.begin()

    def end(self) -> None:
        """End it."""
        if self._beside is not None:
            self._beside.end()

    def alone(self) -> AbstractContextManager[None]:
        """In the block, nothing beside the app has the ledger open."""
        return nullcontext() if self._beside is None else self._beside.held_off()

    def ask_ahead(self) -> None:
        """Have the view read that the app opens with."""
        if self._beside is not None:
            self._beside.ask_ahead(self.first)

    def is_ready(self) -> bool:
        """Whether the ledger can be read before the app has opened it; for threads only."""
        return self._beside is not None and self._beside.is_ready()

    @property
    def is_possible(self) -> bool:
        """Whether there is anything to read from."""
        return self._app.ledger is not None or self._app.start.is_readable

    @property
    def first(self) -> "Callable[[Reading], Today]":
        """What reads the view that the app opens with."""
        app = self._app
        return partial(views.today, on=app.today, country=app.settings.country, locale=app.locale)

    def read(self, wanted: "Callable[[Reading], View]") -> View:
        """Read a view; for threads only. Raises as `see` does."""
        return self.see(wanted).view

    def see(self, wanted: "Callable[[Reading], View]") -> Seen[View]:
        """Read a view, and what was newest then; for threads only.

        Raises `Unread` while there is nothing to read from, and `AccordError` where that cannot be
        read.
        """
        ledger, beside = self._app.ledger, self._beside
        if ledger is not None:
            # What reads beside it would take another file for this one.
            ledger.check()
            if ledger.has_passphrase and beside is not None:
                beside.end()
                beside = None
        if self.is_possible and beside is not None:
            with suppress(Unread):
                return beside.see(wanted)
        if ledger is None or self._app._exit:
            raise Unread
        return see(ledger, wanted)

    def badge(self) -> "Badge | None":
        """How my word stands by now; for threads only. None where that cannot be read."""
        with suppress(AccordError):
            return self.read(partial(views.badge, on=self._app.today))
        return None
