"""Opens the app on a ledger as a test wants it, and waits without ever sleeping."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from store.records.database import Ledger
from tests import make
from tui.app import AccordApp
from tui.screens.ledger_screen import LedgerScreen
from tui.typing_ahead import TypingAhead
from tui.widgets.record_list import RecordList

TODAY = date(2026, 11, 23)
PATIENCE = 60  # seconds after which what is waited for never comes; a busy machine is slow
LONGEST = 240  # seconds that one visit to the app takes at most
WIDE, NARROW, TINY = (120, 36), (80, 24), (60, 20)

Size = tuple[int, int]
Accord = Pilot[str]


def app_on(path: Path, today: date = TODAY, **options: Any) -> AccordApp:
    """The app, not running yet, on the ledger at `path`."""
    return AccordApp(lambda: make.ledger(path), today, **options)


@asynccontextmanager
async def opened(path: Path, size: Size = WIDE, today: date = TODAY) -> AsyncIterator[Accord]:
    """The app with its ledger read and shown."""
    async with running(app_on(path, today), size) as pilot:
        yield pilot


@asynccontextmanager
async def running(app: AccordApp, size: Size = WIDE) -> AsyncIterator[Accord]:
    """A given app with its ledger read and shown."""
    # Ends what waits for ever where it waits, which says more than that the loop did nothing.
    async with asyncio.timeout(LONGEST), app.run_test(size=size) as pilot:
        await ready(pilot)
        yield pilot


async def ready(pilot: Pilot[Any]) -> None:
    """Wait until the screen shows its view."""
    await until(pilot, lambda: getattr(pilot.app.screen, "view", None) is not None)
    await settled(pilot)


async def until(pilot: Pilot[Any], is_so: Callable[[], bool], *, idle: bool = True) -> None:
    """Wait until something is so; fail if it never is. Not `idle`: some workers may go on."""
    async with asyncio.timeout(PATIENCE):
        while not is_so():
            await (settled(pilot) if idle else pilot.pause())


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until no worker runs and every message is handled."""
    quiet = 0
    async with asyncio.timeout(PATIENCE):
        # Twice quiet: what a worker led to may be a message that leads to another.
        while quiet < 2:
            # Not `Worker.wait`: that takes what ends this for the worker's end, and goes on.
            if tasks := [each._task for each in pilot.app.workers if each._task is not None]:
                await asyncio.wait(tasks)
            await pilot.pause()
            quiet = quiet + 1 if all(each.is_finished for each in pilot.app.workers) else 0


async def left(pilot: Pilot[Any]) -> None:
    """Wait until the app is left; fail, and leave it, if it never is."""
    async with asyncio.timeout(PATIENCE):
        # A pilot that waits would look at screens that may be gone.
        while not pilot.app._exit:
            await asyncio.sleep(0)


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys one by one, each when all that the one before led to is done."""
    for key in keys:
        # Not `pilot.press`: it waits for every widget, and then this would do so again.
        await pilot.app._press_keys([key])
        await settled(pilot)
        if isinstance(app := pilot.app, TypingAhead) and app.keys_wait:
            # It waits for what the one before has led to.
            await until(pilot, lambda: not app.keys_wait)
            await settled(pilot)


async def write(pilot: Pilot[Any], text: str) -> None:
    """Put a text in place of what stands in the field that has the focus."""
    field = pilot.app.focused
    assert isinstance(field, Input)
    field.value = text
    await settled(pilot)


async def open_day(pilot: Pilot[Any], day: date) -> None:
    """Show a day in the calendar."""
    assert isinstance(pilot.app, AccordApp)
    pilot.app.open_day(day)
    await settled(pilot)


def shown(pilot: Pilot[Any]) -> str:
    """The text of the screen that is on top, as a person would read it."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


async def footer(pilot: Pilot[Any], *has: str, lacks: Sequence[str] = ()) -> None:
    """Wait until the footer has some names and lacks others: it follows after the next frame."""

    def is_so() -> bool:
        line = shown(pilot).splitlines()[-1]
        return all(name in line for name in has) and not any(name in line for name in lacks)

    await until(pilot, is_so)


def said(pilot: Pilot[Any]) -> list[str]:
    """What short notes say, the newest last."""
    return [each.message for each in pilot.app._notifications]


def flat(text: str) -> str:
    """A text with its frames and line breaks taken away."""
    return " ".join(text.replace("│", " ").split())


def rows(pilot: Pilot[Any], list_id: str) -> list[list[str]]:
    """The texts of a list's rows, headings left out."""
    listed = record_list(pilot, list_id)
    return [
        [cell if isinstance(cell, str) else cell[0] for cell in row.cells]
        for row in listed.rows
        if not row.heading
    ]


def record_list(pilot: Pilot[Any], list_id: str) -> RecordList:
    """A list of the screen that is on top."""
    return pilot.app.screen.query_one(f"#{list_id}", RecordList)


def screen_name(pilot: Pilot[Any]) -> str:
    """Which screen is up; empty under a dialog."""
    screen = pilot.app.screen
    return screen.NAME if isinstance(screen, LedgerScreen) else ""


def ledger_of(pilot: Pilot[Any]) -> Ledger:
    """The open ledger."""
    app = pilot.app
    assert isinstance(app, AccordApp)
    assert app.ledger is not None
    return app.ledger
