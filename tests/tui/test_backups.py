"""Copies of the ledger in the app: one is made, and one is put back."""

from contextlib import closing
from pathlib import Path

import pytest

from store.exchange import portable
from store.records import backups
from tests import make
from tests.tui import opening
from tests.tui.opening import NARROW, WIDE, press, shown
from tui.dialogs.backups import Backups


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_copy_is_made_and_put_back(household: Path, size: opening.Size) -> None:
    with closing(make.ledger(household)) as ledger:
        before = portable.dump(ledger)
    async with opening.opened(household, size) as pilot:
        await press(pilot, "f7")
        assert "No copies yet" in shown(pilot)
        await press(pilot, "a")
        assert "23 Nov" in shown(pilot)
        await press(pilot, "escape", "p", "enter")
        with closing(make.ledger(household)) as ledger:
            after = portable.dump(ledger)
            assert after != before
        await press(pilot, "f7", "enter", "left", "enter")
        assert isinstance(pilot.app.screen, Backups)
        with closing(make.ledger(household)) as ledger:
            assert portable.dump(ledger) == before
        assert [each.why for each in backups.kept(household)] == ["before restore", "by hand"]
        assert "before restore" in shown(pilot)
        lines = [line for line in shown(pilot).splitlines() if "23 Nov  18:" in line]
        assert ["Payment of £70.00" in line for line in lines] == [True, False]
        assert "Loaded" in lines[1]
