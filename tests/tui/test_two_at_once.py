"""Two windows on one ledger, and a window beside `accord pay`: each sees what the other did."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from store.ledger import checks, today_queries
from store.ledger.views import Today
from store.rules.errors import LedgerError
from tests import make
from tests.tui import opening
from tests.tui.opening import press, rows, said, until
from tui import cli
from tui.app import LOOK_EVERY


def needs(pilot: opening.Accord) -> list[list[str]]:
    """What needs me, as Today lists it."""
    return rows(pilot, "needs")


async def test_two_windows_see_each_others_changes_within_a_second(household: Path) -> None:
    assert LOOK_EVERY <= 0.5
    async with opening.opened(household) as one, opening.opened(household) as other:
        before = needs(one)
        assert needs(other) == before
        await press(one, "p", "ctrl+s")
        assert said(one)[-1].startswith("Paid £70.00 to Hillview Council")
        after = needs(one)
        assert after != before
        await until(other, lambda: needs(other) == after)
        await press(other, "u", "enter")
        assert needs(other) == before
        await until(one, lambda: needs(one) == before)
        assert checks.everything(opening.ledger_of(one)) == []


async def test_a_window_and_accord_pay_write_at_once_and_neither_is_told_to_wait(
    household: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ACCORD_LEDGER", str(household))
    monkeypatch.setenv("ACCORD_TODAY", opening.TODAY.isoformat())
    async with opening.opened(household) as pilot:
        with opening.ledger_of(pilot).reading() as session:
            before = len(make.payments(session))

        def pay_all() -> list[int]:
            return [cli.main(["pay", "riverside", "1.00"]) for _ in range(8)]

        paying = asyncio.create_task(asyncio.to_thread(pay_all))
        for _ in range(2):
            await press(pilot, "p", "ctrl+s")
            assert said(pilot)[-1].startswith("Paid ")
        assert await paying == [0] * 8
        assert capsys.readouterr().err == ""
        with opening.ledger_of(pilot).reading() as session:
            assert len(make.payments(session)) == before + 10
        assert checks.everything(opening.ledger_of(pilot)) == []


async def test_a_first_view_that_could_not_be_read_is_read_again_by_itself(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, tried = today_queries.today, 0

    def fails_at_first(*given: Any, **named: Any) -> Today:
        nonlocal tried
        tried += 1
        if tried == 1:
            raise LedgerError("Another program is using it.")
        return read(*given, **named)

    monkeypatch.setattr(today_queries, "today", fails_at_first)
    async with opening.app_on(household).run_test(size=opening.WIDE) as pilot:
        await until(pilot, lambda: tried > 1)
        await opening.settled(pilot)
        assert len(needs(pilot)) > 1
