"""The history of what is chosen, on each screen; and what is said where it was altered."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store.ledger import payments
from store.records import revisions, tables
from tests import make
from tests.tui import opening
from tests.tui.opening import NARROW, WIDE, flat, open_day, press, rows, shown
from tui import commands
from tui.dialogs.history import History
from tui.screens.ledger_screen import LedgerScreen

PAYMENT = 17


def correct(path: Path, note: str = "from the tin") -> tables.Payment:
    """Correct one payment, take that back, and do it again; gives it as it is then."""
    with closing(make.ledger(path)) as ledger:
        with ledger.reading() as session:
            was = session.get_one(tables.Payment, PAYMENT)
            version, paid_on = was.version, was.paid_on
        payments.edit(
            ledger, PAYMENT, version=version, amount=1_234, paid_on=paid_on, note=note,
            today=opening.TODAY,
        )  # fmt: skip
        revisions.undo(ledger)
        revisions.redo(ledger)
        with ledger.reading() as session:
            return session.get_one(tables.Payment, PAYMENT)


async def history_of_payment(pilot: opening.Accord, payment: tables.Payment) -> None:
    """Go to a payment in the calendar, and open its history."""
    await open_day(pilot, payment.paid_on)
    await press(pilot, "enter")
    lines = opening.record_list(pilot, "lines")
    lines.cursor = next(i for i, row in enumerate(lines.rows) if row.key == ("payment", payment.id))
    await opening.settled(pilot)
    await press(pilot, "h")


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_correction_is_shown_with_before_and_after(
    household: Path, size: opening.Size
) -> None:
    payment = correct(household)
    async with opening.opened(household, size) as pilot:
        await history_of_payment(pilot, payment)
        assert isinstance(pilot.app.screen, History)
        text = shown(pilot)
        assert "History · Payment of" in text
        assert "→ £12.34" in text
        assert "– → from the tin" in text
        with opening.ledger_of(pilot).reading() as session:
            newest = revisions.newest(session)
        assert newest is not None
        assert f"its hash begins {newest[1][:12]}" in text
        whats = [row[2] for row in rows(pilot, "revisions")]
        assert [each.split(" ")[0] for each in whats] == ["Did", "Took", "Corrected", "Loaded"]
        # The one before says it the other way round.
        await press(pilot, "down")
        assert "£12.34 →" in shown(pilot)
        assert "from the tin → –" in shown(pilot)
        await press(pilot, "escape")
        assert opening.screen_name(pilot) == commands.CALENDAR


async def test_what_was_never_corrected_is_as_it_was_entered(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "2", "h")
        assert isinstance(pilot.app.screen, History)
        assert "As it was entered; nothing was changed since." in shown(pilot)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_what_was_altered_outside_is_said_before_all(
    household: Path, size: opening.Size
) -> None:
    payment = correct(household)
    with closing(sqlite3.connect(household)) as raw, raw:
        raw.execute("UPDATE payment SET amount = 999 WHERE id = ?", (PAYMENT,))
    async with opening.opened(household, size) as pilot:
        await history_of_payment(pilot, payment)
        assert (
            "Amount was changed outside Accord: £12.34 was recorded, and now it says £9.99."
            in flat(shown(pilot))
        )


async def test_a_revision_that_cannot_be_read_is_listed_as_such(household: Path) -> None:
    payment = correct(household)
    with closing(sqlite3.connect(household)) as raw, raw:
        raw.execute("UPDATE revision SET changes = 'gone' WHERE id = 2")
    async with opening.opened(household) as pilot:
        await history_of_payment(pilot, payment)
        text = flat(shown(pilot))
        assert "A part of this was altered outside Accord; `accord check` says all of it." in text
        await press(pilot, "down", "down")
        assert "This revision cannot be read" in shown(pilot)


async def test_a_persons_text_is_never_markup_and_is_read_to_its_end(household: Path) -> None:
    note = "[/x] [red]not red[/red] [@click=app.quit]x[/] " + "long " * 400 + "the very end"
    payment = correct(household, note)
    async with opening.opened(household, NARROW) as pilot:
        await history_of_payment(pilot, payment)
        assert "[/x] [red]not red[/red]" in shown(pilot)
        assert "the very end" not in flat(shown(pilot))
        await press(pilot, "enter", "end")
        assert "the very end" in flat(shown(pilot))
        assert "esc closes" in shown(pilot)


@pytest.mark.parametrize(
    ("name", "keys", "table"),
    [
        (commands.TODAY, ("1",), "instalment"),
        (commands.CREDITORS, ("2",), "creditor"),
        (commands.CREDITORS, ("2", "down", "enter", "end"), None),
        (commands.CONTACTS, ("3",), "contact"),
        (commands.AGREEMENTS, ("4",), "agreement"),
        (commands.AGREEMENTS, ("4", "enter"), "instalment"),
        (commands.PLAN, ("6",), "budget_line"),
    ],
)
async def test_the_history_is_that_of_what_is_chosen(
    household: Path, name: str, keys: tuple[str, ...], table: str | None
) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, *keys)
        screen = pilot.app.screen
        assert isinstance(screen, LedgerScreen)
        assert name == screen.NAME
        chosen = screen.chosen_record
        assert chosen is not None
        assert chosen[0] == table or (table is None and chosen[0] in tables.RECORDS)
        await press(pilot, "h")
        assert isinstance(pilot.app.screen, History)
        assert pilot.app.screen.record == chosen
        assert len(opening.rows(pilot, "revisions")) == 1


async def test_where_nothing_is_chosen_there_is_no_history(tmp_path: Path) -> None:
    async with opening.opened(tmp_path / "empty.accord") as pilot:
        for key in "123456":
            await press(pilot, key, "h")
            assert opening.screen_name(pilot) != ""


async def test_every_record_that_creditors_lists_has_a_history(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "2", "down", "enter")
        detail = opening.record_list(pilot, "detail")
        screen = pilot.app.screen
        assert isinstance(screen, LedgerScreen)
        seen = set()
        for place, row in enumerate(detail.rows):
            if not row.heading:
                detail.cursor = place
                assert screen.chosen_record is not None
                seen.add(screen.chosen_record[0])
        assert seen <= set(tables.RECORDS)
        assert {"creditor", "debt", "payment"} <= seen
