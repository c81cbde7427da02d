"""Somebody who presses anything anywhere: the app neither fails nor hangs, and the ledger is whole.

ACCORD_FUZZ_KEYS presses more keys than every run has time for, ACCORD_FUZZ_SEED others.
"""

import asyncio
import json
import os
import random
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.keys import key_to_character

from store.exchange import portable
from store.records import checking
from store.records.database import Ledger
from tests import make
from tests.tui import opening
from tui import commands, viewer
from tui.app import AccordApp
from tui.unshaken import Unshaken

KEYS = int(os.environ.get("ACCORD_FUZZ_KEYS", "240"))
SEED = int(os.environ.get("ACCORD_FUZZ_SEED", "1"))
BURST = 20
"""Keys that are pressed as fast as the app takes them, before it is looked at."""
MOST_CPU = 2.5
"""Seconds of processor time that the app may be deaf for; a quiet machine needs half a second."""

LEAVING = {"q", "ctrl+q", "ctrl+c", "f6", "ctrl+z"}
SCREENS = tuple(key for _, key, _ in commands.SCREENS)
COMMANDS = tuple(
    sorted({key for each in commands.COMMANDS for key in each.keys.split(",")} - LEAVING)
)
MOVES = (
    *("up", "down", "left", "right", "tab", "shift+tab", "home", "end", "pageup", "pagedown"),
    *("space", "backspace", "delete", "ctrl+u", "ctrl+k", "ctrl+p"),
)
ANSWERS = ("enter", "enter", "enter", "escape", "escape", "y", "n", "ctrl+s")
SAID = (
    *("12", "200.00", "-5", "1e9", "99999999999999999999", "0", "½", "٣"),
    *("today", "+3d", "fri", "2026-02-30", "0000-00-00", "9999-12-31", "yesterday 15:30"),
    *("hillview", "x", "monthly", "every 3 weeks", "phone"),
    *("[/x]", "[@click=app.quit]go[/]", "[red]", "\x1b[31mred\x1b[2J", "\x9b31m", "\x00", "\\"),
    *("👩‍👩‍👧 é̂", "‮abc", "日本銀行", "=1+1", "'; DROP TABLE payment; --", "%s {0}"),
    *("a" * 5_000, "two\nlines\tand a tab", "missing.json", "~nobody/x.csv", "\ud800"),
)
SIZES = ((120, 36), (80, 24), (60, 20), (200, 50))


class Monkey:
    """Presses what a seed says, and looks whether all is well."""

    def __init__(self, seed: int, keys: int) -> None:
        self.random = random.Random(seed)
        self.left = keys
        self.past: deque[str] = deque(maxlen=80)
        self.visited: set[str] = set()

    async def play(self, pilot: opening.Accord, size: opening.Size) -> None:
        """Play until the app is left, or no key is left to press."""
        app = pilot.app
        assert isinstance(app, AccordApp)
        while self.left > 0 and not app._exit:
            for _ in range(BURST):
                self.press(app)
            if self.random.random() < 0.2:
                await pilot.resize_terminal(*self.random.choice((size, size, *SIZES)))
            await opening.settled(pilot)
            self.visited.add(type(app.screen).__name__)
            assert app._exception is None, self.story()
            assert app.mishaps == [], self.story()
            assert not app.return_code, self.story()
            if not app._exit:
                wrong = await asyncio.to_thread(self.wrong_in, opening.ledger_of(pilot))
                assert wrong == [], self.story()

    @staticmethod
    def wrong_in(ledger: Ledger) -> list[str]:
        """What is wrong with the ledger."""
        with ledger.reading() as session:
            return list(checking.damage(session))

    def press(self, app: AccordApp) -> None:
        """Press one key, or paste a text."""
        self.left -= 1
        kind = self.random.choices(
            (SCREENS, COMMANDS, MOVES, ANSWERS, SAID, "abc 1.-"), (4, 10, 10, 8, 4, 4)
        )[0]
        chosen = self.random.choice(kind)
        self.past.append(chosen[:40])
        if kind is SAID:
            app.post_message(events.Paste(chosen))
        else:
            key = {" ": "space", ".": "full_stop", "-": "minus"}.get(chosen, chosen)
            app.post_message(events.Key(key, key_to_character(key)))

    def story(self) -> str:
        """What led here."""
        return f"seed {SEED}, {self.left} keys left, after {list(self.past)}"


@pytest.fixture
def longest(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[float, str]]]:
    """For how long the loop was busy with one thing, in seconds of its processor time, and what."""
    longest = [(0.0, "")]
    run = asyncio.Handle._run

    def measured(handle: asyncio.Handle) -> None:
        callback = handle._callback  # type: ignore[attr-defined]
        before = time.thread_time()
        run(handle)
        took = time.thread_time() - before
        if took > longest[0][0]:
            # The task whose step it was tells more than the step.
            longest[0] = took, repr(getattr(callback, "__self__", callback))[:300]

    monkeypatch.setattr(asyncio.Handle, "_run", measured)
    yield longest
    assert longest[0][0] < MOST_CPU, longest


@contextmanager
def nowhere_to_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home and a folder of its own for what is written, and no program that opens files."""
    folder.mkdir()
    with monkeypatch.context() as there:
        there.chdir(folder)
        there.setenv("HOME", str(folder))
        there.setenv("ACCORD_CONFIG", str(folder / "configuration"))
        there.setattr(viewer, "_command", lambda: None)
        yield


@pytest.mark.parametrize("size", [opening.WIDE, opening.NARROW])
async def test_random_keys_neither_end_the_app_nor_harm_the_ledger(
    household: Path,
    tmp_path: Path,
    size: opening.Size,
    longest: list[tuple[float, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkey = Monkey(SEED * 1_000 + size[0], KEYS)
    with nowhere_to_go(tmp_path / "home", monkeypatch):
        while monkey.left > 0:
            async with opening.running(opening.app_on(household), size) as pilot:
                await monkey.play(pilot, size)
    ledger = make.ledger(household)
    said = portable.dump(ledger)
    again: Any = make.loaded(tmp_path / "again.db", json.loads(said))
    assert portable.dump(again) == said
    for each in (ledger, again):
        each.close()
    print(f"{KEYS} keys, at most {longest[0]} of one thing, saw {sorted(monkey.visited)}")


def test_the_app_is_one_that_errors_do_not_shake() -> None:
    # Or the monkey would hear of no error in a worker.
    assert issubclass(AccordApp, Unshaken)
