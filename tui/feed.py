"""The calendar feed: a file for other programs that follows the ledger while Accord is open."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from store.rules.errors import AccordError
from tui.widgets.cells import plain

if TYPE_CHECKING:
    from tui.app import AccordApp

PAUSE = 0.3  # seconds in which the screen comes first, and further changes may come


class Feed:
    """Writes the file that the settings name, in a thread; what cannot be written stops nothing."""

    def __init__(self, app: "AccordApp") -> None:
        """Nothing is written before `renew`."""
        self._app = app
        self._is_old = False
        self._is_at_it = False
        self._said = ""
        """What was said of the last failure, which is not said again."""

    def renew(self) -> None:
        """Write the file anew in a moment; several calls in that time come to one."""
        app = self._app
        if app.ledger is None or app.is_demo or not app.settings.calendar_feed:
            return
        self._is_old = True
        if not self._is_at_it:
            self._is_at_it = True
            app.run_worker(self._keep_up(), group="feed", exit_on_error=False)

    def finish(self) -> None:
        """Write what is still waiting, before the ledger is closed."""
        if self._is_old:
            self._write()

    async def _keep_up(self) -> None:
        try:
            while self._is_old:
                await asyncio.sleep(PAUSE)
                said = await asyncio.to_thread(self._write)
                if said and said != self._said:
                    self._app.notify(
                        plain(f"The calendar feed was not written: {said}"),
                        severity="warning",
                        markup=False,
                        timeout=10,
                    )
                self._said = said
        finally:
            self._is_at_it = False

    def _write(self) -> str:
        """Write it; gives what went wrong, empty for nothing."""
        self._is_old = False
        from store.exchange import calendar_feed
        from store.records.database import write_privately

        app = self._app
        try:
            if app.ledger is None:
                # Locked meanwhile: it is written when it is opened again.
                return ""
            with app.ledger.reading() as session:
                content = calendar_feed.calendar(session, app.today, app.locale)
            write_privately(Path(app.settings.calendar_feed).expanduser(), content)
        except AccordError as error:
            return error.message
        except Exception as error:
            return f"it could not be done ({error!r})."
        return ""


def refused(path: Path) -> str | None:
    """Why a feed cannot be written to a path, to be read after “It”; None where it can."""
    try:
        if not path.parent.is_dir():
            return "must be in a folder that there is"
        if path.is_dir():
            return "is a folder; name a file in it"
        if path.is_file():
            with path.open("rb") as there:
                if there.read(15).upper() not in (b"", b"BEGIN:VCALENDAR"):
                    return "is there already, and is no calendar; give another name"
        return None
    except OSError as error:
        return f"cannot be used: {(error.strerror or str(error)).lower()}"
