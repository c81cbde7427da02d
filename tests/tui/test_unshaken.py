"""Errors that nobody foresaw: the app says so calmly, keeps what is typed, and goes on."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from store.ledger import drafts
from store.records import checking
from tests import make
from tests.tui import opening
from tests.tui.opening import press, shown
from tui import cli, log
from tui.app import AccordApp
from tui.dialogs.form import Form
from tui.dialogs.unforeseen import Unforeseen
from tui.screens import screen_class
from tui.screens.ledger_screen import LedgerScreen
from tui.unshaken import AGAIN, MOST
from tui.widgets.record_list import RecordList

SECRET = "Aunt Agatha owes 4,711.00"
RUN = AccordApp.run


class Boom(Exception):
    """What nobody foresaw."""


def boom(*_: Any, **__: Any) -> Any:
    raise Boom(SECRET)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ACCORD_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def check_logged(*places: str) -> None:
    text = log.path().read_text()
    assert "ERROR unforeseen: " in text
    assert "Boom" in text
    for place in places:
        assert place in text
    assert "Agatha" not in text
    assert "4,711" not in text


def check_whole(path: Path) -> None:
    ledger = make.ledger(path)
    with ledger.reading() as session:
        assert list(checking.damage(session)) == []
    ledger.close()


async def test_an_error_in_a_worker_is_said_over_the_form_that_stays_as_it_was(
    household: Path,
) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "6", "a", *"Rent")
        form = pilot.app.screen
        assert isinstance(form, Form)
        form.run_worker(boom, thread=True, exit_on_error=False)
        await opening.until(pilot, lambda: isinstance(pilot.app.screen, Unforeseen))
        over = pilot.app.screen
        assert isinstance(over, Unforeseen)
        assert str(log.path()) in over.body
        text = opening.flat(shown(pilot))
        for part in ("Something went wrong", "Your ledger", "Go on"):
            assert part in text
        assert "Agatha" not in text
        await press(pilot, "enter")
        assert pilot.app.screen is form
        assert "Rent" in shown(pilot)
    check_logged("test_unshaken.py", "boom")
    check_whole(household)


async def test_one_can_also_close_the_app_then(household: Path) -> None:
    app = opening.app_on(household)
    async with opening.running(app) as pilot:
        app.in_thread(boom)
        await opening.until(pilot, lambda: isinstance(app.screen, Unforeseen))
        await pilot.press("n")
    assert (app.return_code, app.return_value) == (0, None)


def in_the_app(app: AccordApp, monkeypatch: pytest.MonkeyPatch) -> None:
    app.call_later(boom)


def in_a_screen(app: AccordApp, monkeypatch: pytest.MonkeyPatch) -> None:
    app.screen.call_later(boom)


def in_a_timer(app: AccordApp, monkeypatch: pytest.MonkeyPatch) -> None:
    app.screen.set_timer(0.001, boom)


def in_what_is_drawn(app: AccordApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RecordList, "render_line", boom)
    for each in app.screen_stack[0].query(RecordList):
        each.refresh()


def in_what_is_read(app: AccordApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.screen_stack[0], "show", boom)
    screen = app.screen_stack[0]
    assert isinstance(screen, LedgerScreen)
    screen.refresh_view()


Somewhere = Callable[[AccordApp, pytest.MonkeyPatch], None]
ANYWHERE: tuple[Somewhere, ...] = (
    in_the_app,
    in_a_screen,
    in_a_timer,
    in_what_is_drawn,
    in_what_is_read,
)


async def type_and_fail(
    app: AccordApp, monkeypatch: pytest.MonkeyPatch, somewhere: Somewhere
) -> None:
    with monkeypatch.context() as broken:
        async with opening.running(app) as pilot:
            await press(pilot, "6", "a", *"Ren")
            # Younger than what is kept in a while.
            await pilot.press("t")
            somewhere(app, broken)
            # A pilot that waits draws by itself, and the app would not hear what fails then.
            await opening.left(pilot)


@pytest.mark.parametrize("somewhere", ANYWHERE)
async def test_an_error_anywhere_else_opens_the_app_anew_and_keeps_what_is_typed(
    household: Path,
    monkeypatch: pytest.MonkeyPatch,
    somewhere: Somewhere,
) -> None:
    app = opening.app_on(household)
    with pytest.raises(Boom):
        await type_and_fail(app, monkeypatch, somewhere)
    assert app.return_value == AGAIN
    assert len(app.mishaps) == 1
    check_logged("boom")
    check_whole(household)
    ledger = make.ledger(household)
    assert drafts.find(ledger, "budget line") == {"name": "Rent"}
    ledger.close()


def visits(
    monkeypatch: pytest.MonkeyPatch, *each: Callable[[opening.Accord], Any]
) -> list[Callable[[opening.Accord], Any]]:
    """Let every app that is opened be used by the next of these."""
    left = list(each)

    def run_it(app: AccordApp) -> str | None:
        return RUN(app, headless=True, size=opening.NARROW, auto_pilot=left.pop(0))  # type: ignore[arg-type]

    monkeypatch.setattr(AccordApp, "run", run_it)
    return left


async def fail(pilot: opening.Accord) -> None:
    app = pilot.app
    await opening.until(pilot, lambda: getattr(app, "ledger", None) is not None)
    app.call_later(boom)
    await opening.until(pilot, lambda: pilot.app._exit)


def test_after_an_error_the_app_says_what_happened_and_goes_on(
    household: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    seen: list[Screen[Any]] = []

    async def go_on(pilot: opening.Accord) -> None:
        await opening.until(pilot, lambda: isinstance(pilot.app.screen, Unforeseen))
        await opening.settled(pilot)
        await press(pilot, "enter", "5")
        seen.append(pilot.app.screen)
        await pilot.press("q")
        await opening.left(pilot)

    left = visits(monkeypatch, fail, go_on)
    assert cli.main(["--ledger", str(household), "--today", "2026-11-23"]) == 0
    assert left == []
    assert [type(each) for each in seen] == [screen_class("calendar")]
    out, err = capfd.readouterr()
    assert "Traceback" not in out + err
    assert "Agatha" not in out + err


def test_where_going_on_leads_to_the_same_error_the_app_leaves_with_one_sentence(
    household: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    left = visits(monkeypatch, *[fail] * MOST)
    assert cli.main(["--ledger", str(household), "--today", "2026-11-23"]) == 2
    assert left == []
    err = opening.flat(capfd.readouterr().err)
    assert err.startswith("accord: Something went wrong that nobody foresaw;")
    assert err.endswith("What was recorded is safe.")
    check_whole(household)


async def test_a_timer_comes_though_the_machine_stalls_as_it_begins(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = asyncio.Event()
    async with opening.opened(household) as pilot:
        with monkeypatch.context() as stalled:
            # So long passes between its first two looks.
            moments = iter((0.0, 10.0))
            stalled.setattr("textual.timer._time.get_time", lambda: next(moments, 10.0))
            pilot.app.set_timer(0.001, came.set)
            async with asyncio.timeout(opening.PATIENCE):
                await came.wait()


async def test_a_worker_that_fails_again_and_again_ends_the_app(household: Path) -> None:
    app = opening.app_on(household)
    async with opening.running(app) as pilot:
        for _ in range(MOST - 1):
            app.in_thread(boom)
            await opening.until(pilot, lambda: isinstance(app.screen, Unforeseen))
            # While it is said, it is not said again.
            app.in_thread(boom)
            await press(pilot, "escape")
        app.in_thread(boom)
        await opening.until(pilot, partial(getattr, app, "_exit"))
    assert app.return_code == 2
    check_whole(household)
