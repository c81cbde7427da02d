"""Screens that are built before anybody goes to them, and those that one comes back to."""

from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from tests.tui import opening
from tests.tui.opening import Accord
from tui import commands, theme
from tui.app import AccordApp
from tui.screens.ledger_screen import LedgerScreen


def of(pilot: Accord) -> AccordApp:
    assert isinstance(pilot.app, AccordApp)
    return pilot.app


def screen_of(pilot: Accord, name: str) -> LedgerScreen[object] | None:
    stack = pilot.app._screen_stacks.get(name, [])
    assert all(isinstance(each, LedgerScreen) for each in stack)
    return next((each for each in stack if isinstance(each, LedgerScreen)), None)


async def test_a_screen_is_built_unseen_and_read_when_somebody_goes_there(
    household: Path,
) -> None:
    async with opening.opened(household) as pilot:
        of(pilot).start.ahead.add(commands.CREDITORS)
        await opening.until(pilot, lambda: screen_of(pilot, commands.CREDITORS) is not None)
        await opening.settled(pilot)
        built = screen_of(pilot, commands.CREDITORS)
        assert built is not None
        assert built.view is None
        assert opening.screen_name(pilot) == commands.TODAY
        await pilot.press("2")
        await opening.ready(pilot)
        assert pilot.app.screen is built
        assert opening.rows(pilot, "list")


async def test_nothing_is_built_while_a_key_waits_for_a_form(household: Path) -> None:
    async with opening.opened(household) as pilot:
        app = of(pilot)
        app.hold_keys()
        app.start.ahead.add(commands.PLAN)
        app.start.ahead._build()
        assert screen_of(pilot, commands.PLAN) is None


async def test_a_screen_that_one_comes_back_to_follows_what_changed_meanwhile(
    household: Path,
) -> None:
    async with opening.opened(household) as pilot:
        app = of(pilot)
        await opening.press(pilot, "6", "1")
        dark = app.screen.styles.background
        app.action_toggle_dark()
        app.add_class("-compact")
        await opening.press(pilot, "6")
        assert app.theme == theme.LIGHT.name
        assert app.screen.styles.background not in (dark, None)
        assert app.screen.query_one("#headline").styles.padding.top == 0


@pytest.mark.parametrize("size", [opening.WIDE, opening.NARROW])
async def test_a_form_is_laid_out_alone_and_again_only_for_what_was_read(
    household: Path, size: opening.Size, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out: list[str] = []
    lay_out = Screen._refresh_layout

    def counted(self: Screen[object], *given: Any, **named: Any) -> None:
        laid_out.append(type(self).__name__)
        lay_out(self, *given, **named)

    async with opening.opened(household, size) as pilot:
        monkeypatch.setattr(Screen, "_refresh_layout", counted)
        await pilot.press("p")
        await opening.settled(pilot)
        assert set(laid_out) == {"PaymentForm"}
        # At first, and for each thing that is read, with what it changes in the preview.
        assert len(laid_out) <= 6
