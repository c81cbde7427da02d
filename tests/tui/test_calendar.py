"""Calendar: moving through days and months, the chosen day, and what is done to a payment."""

import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from store.ledger import queries
from tests import make
from tests.tui import opening
from tests.tui.opening import press, record_list, rows, said, screen_name, shown, write
from tui.dialogs.bounced import Bounced
from tui.dialogs.dialog import Question
from tui.dialogs.go_to import GoTo
from tui.dialogs.payment import PaymentForm
from tui.screens.calendar import CalendarScreen
from tui.widgets.month import MonthGrid
from tui.widgets.year import YearGrid


def calendar(pilot: opening.Accord) -> CalendarScreen:
    """The calendar, which is up."""
    screen = pilot.app.screen
    assert isinstance(screen, CalendarScreen)
    return screen


def chosen(pilot: opening.Accord) -> date:
    """The chosen day, on which the month and the screen agree."""
    screen = calendar(pilot)
    day = screen.query_one(MonthGrid).chosen
    assert screen.day == day
    assert screen.query_one(MonthGrid).first == day.replace(day=1)
    return day


async def go(pilot: opening.Accord, day: str) -> None:
    """Go to a day of the calendar."""
    await opening.open_day(pilot, make.on(day))
    assert chosen(pilot) == make.on(day)


def focused(pilot: opening.Accord) -> str | None:
    """The name of what has the focus."""
    return pilot.app.focused.id if pilot.app.focused else None


def lines(pilot: opening.Accord) -> list[tuple[str, ...]]:
    """The lines of the chosen day."""
    return [tuple(row) for row in rows(pilot, "lines")]


# --- moving ----------------------------------------------------------------------------------


async def test_it_opens_on_today(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "5")
        assert chosen(pilot) == opening.TODAY
        text = shown(pilot)
        assert "November 2026" in text
        assert "[23]" in text
        assert "Mon 23 Nov" in text
        assert "Nothing on this day." in text


async def test_arrows_go_by_day_and_week_also_into_other_months(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "5", "right")
        assert chosen(pilot) == make.on("11-24")
        await press(pilot, "left", "left")
        assert chosen(pilot) == make.on("11-22")
        await press(pilot, "down")
        assert chosen(pilot) == make.on("11-29")
        await press(pilot, "down")
        assert chosen(pilot) == make.on("12-06")
        assert "December 2026" in shown(pilot)
        await press(pilot, "up", "up", "up", "up", "up", "up")
        assert chosen(pilot) == make.on("10-25")
        assert "October 2026" in shown(pilot)


async def test_pages_go_by_month_to_the_same_day_of_it(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "2026-01-31")
        await press(pilot, "pagedown")
        assert chosen(pilot) == make.on("02-28")
        assert "February 2026" in shown(pilot)
        await press(pilot, "pageup", "pageup")
        assert chosen(pilot) == make.on("2025-12-28")
        assert "December 2025" in shown(pilot)


async def test_t_goes_back_to_today(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "5", "pageup", "pageup", "left", "t")
        assert chosen(pilot) == opening.TODAY
        assert "November 2026" in shown(pilot)


async def test_g_goes_to_a_day_in_words(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "5", "g")
        assert isinstance(pilot.app.screen, GoTo)
        await write(pilot, "1 dec")
        await press(pilot, "enter")
        assert chosen(pilot) == make.on("12-01")
        assert "Northbank" in lines(pilot)[0]
        await press(pilot, "g")
        await write(pilot, "someday")
        await press(pilot, "enter")
        assert "is not a date" in shown(pilot)
        await press(pilot, "escape", "n")
        assert chosen(pilot) == make.on("12-01")


async def test_a_click_chooses_a_day_and_a_second_goes_into_it(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "5")
        grid = calendar(pilot).query_one(MonthGrid)
        row = next(y for y in range(grid.size.height) if " 9 ──" in grid.render_line(y).text)
        x = grid.render_line(row).text.index("10 ──")
        await pilot.click(MonthGrid, offset=(x, row))
        await opening.settled(pilot)
        assert chosen(pilot) == make.on("11-10")
        await pilot.click(MonthGrid, offset=(x, row), times=2)
        await opening.settled(pilot)
        assert pilot.app.focused is record_list(pilot, "lines")


async def test_paging_fast_ends_on_the_month_that_was_asked_for_last(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_days, is_held, may_end = queries.days, threading.Event(), threading.Event()

    def slow_days(session: Any, as_of: date, since: date, until: date) -> Any:
        found = read_days(session, as_of, since, until)
        if since.month == 10:
            is_held.set()
            assert may_end.wait(20)
        return found

    async with opening.opened(household) as pilot:
        await press(pilot, "5")
        monkeypatch.setattr(queries, "days", slow_days)
        try:
            await pilot.press("pageup")
            await opening.until(pilot, is_held.is_set, idle=False)
            await pilot.press("pageup")
            await opening.until(
                pilot,
                lambda: calendar(pilot).view.days.since.month == 9,  # type: ignore[union-attr]
                idle=False,
            )
        finally:
            may_end.set()
        await opening.settled(pilot)
        assert chosen(pilot) == make.on("09-23")
        assert calendar(pilot).view.days.since == make.on("09-01")  # type: ignore[union-attr]


# --- what it shows ---------------------------------------------------------------------------


@pytest.mark.parametrize("size", [opening.WIDE, opening.NARROW])
async def test_the_month_has_what_falls_due_and_what_was_paid(
    household: Path, size: opening.Size
) -> None:
    async with opening.opened(household, size) as pilot:
        await press(pilot, "5")
        text = shown(pilot)
        for glyph in "●◌◔":
            assert glyph in text
        if size == opening.WIDE:
            names = ("● Northb", "◔ River", "◌ Marlow", "+ Wages")
            for words in (*names, "50", "27.36", "60", "1480"):
                assert words in text
        await press(pilot, "pageup")
        assert "✗" in shown(pilot)


async def test_the_day_has_its_promises_and_payments_with_what_there_is_to_know(
    household: Path,
) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "2026-08-02")
        assert lines(pilot) == [
            ("●", "Aunt Rosa", "£100.00", "kept"),
            ("✓", "Aunt Rosa", "£50.00", "paid"),
        ]
        assert "Family loan, instalment 2 of 3" in shown(pilot)
        await press(pilot, "enter", "down")
        assert "for Sun 2 Aug" in shown(pilot)
        assert "cash" in shown(pilot)


async def test_what_was_renegotiated_is_left_to_the_day(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "2026-11-10")
        assert [line[0] for line in lines(pilot)] == ["↻", "◌"]
        grid = calendar(pilot).query_one(MonthGrid)
        month = "\n".join(grid.render_line(y).text for y in range(grid.size.height))
        assert "↻" not in month


async def test_the_agenda_lists_the_month_by_day_and_goes_back(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "5", "l")
        text = shown(pilot)
        assert "Sun 1 Nov · 22 days ago" in text
        assert "Fri 20 Nov · 3 days ago" in text
        assert pilot.app.focused is record_list(pilot, "agenda")
        await press(pilot, "home")
        assert calendar(pilot).day == make.on("11-01")
        assert calendar(pilot).query_one("#day").border_title == "Sun 1 Nov"
        await press(pilot, "l")
        assert chosen(pilot) == make.on("11-01")
        assert focused(pilot) == "month"


async def test_the_agenda_follows_the_months(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "5", "l", "pagedown")
        text = shown(pilot)
        assert "December 2026" in text
        assert "Thu 10 Dec · in 17 days" in text
        assert "Nov ·" not in text


async def test_the_agenda_has_the_chosen_day_beside_it_also_on_a_payday(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "5", "l", "end")
        assert rows(pilot, "agenda")[-1] == ["+", "Wages", "£1,480.00", "comes in"]
        assert calendar(pilot).day == make.on("11-28")
        assert lines(pilot) == [("+", "Wages", "£1,480.00", "comes in")]
        await press(pilot, "enter")
        assert pilot.app.focused is record_list(pilot, "lines")
        await press(pilot, "enter")
        assert pilot.app.focused is record_list(pilot, "agenda")
        await press(pilot, "l")
        assert chosen(pilot) == make.on("11-28")


async def test_enter_goes_into_the_day_and_out_of_it(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "2026-11-20")
        found = [focused(pilot)]
        # The last one is on a day with nothing to go into.
        for keys in (["enter"], ["enter"], ["enter"], ["escape"], ["right", "enter"]):
            await press(pilot, *keys)
            found.append(focused(pilot))
        assert found == ["month", "lines", "month", "lines", "month", "month"]


# --- paying, correcting, bouncing, deleting --------------------------------------------------


async def test_p_pays_the_open_promise_of_the_chosen_day(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "2026-11-20")
        await press(pilot, "p")
        form = pilot.app.screen
        assert isinstance(form, PaymentForm)
        assert form.field("amount").text == "£27.36"
        await press(pilot, "enter")
        assert screen_name(pilot) == "calendar"
        assert lines(pilot)[0] == ("●", "Riverside Energy", "£27.36", "kept")
        await press(pilot, "t")
        assert lines(pilot) == [("✓", "Riverside Energy", "£27.36", "paid")]


async def test_what_is_done_to_a_payment_has_keys_only_on_one(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "2026-08-02")
        await opening.footer(pilot, "Pay", lacks=("Edit", "Bounced", "Delete"))
        await press(pilot, "e", "b", "d")
        assert screen_name(pilot) == "calendar"
        await press(pilot, "enter", "down")
        await opening.footer(pilot, "Edit", "Bounced", "Delete")


async def test_e_corrects_a_payment(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "2026-08-02")
        await press(pilot, "enter", "end", "e")
        assert isinstance(pilot.app.screen, PaymentForm)
        await write(pilot, "40")
        await press(pilot, "enter")
        assert lines(pilot)[1] == ("✓", "Aunt Rosa", "£40.00", "paid")
        assert "part paid" in lines(pilot)[0][3]
        assert said(pilot)[-1].startswith("Paid £40.00 to Aunt Rosa")


async def test_a_bounced_payment_reopens_its_instalment(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "2026-11-01")
        assert lines(pilot)[0] == ("●", "Northbank", "£50.00", "kept")
        await press(pilot, "enter", "end", "b")
        assert isinstance(pilot.app.screen, Bounced)
        await write(pilot, "3 nov")
        await press(pilot, "enter")
        assert lines(pilot) == [
            ("◌", "Northbank", "£50.00", "22 days late"),
            ("⤺", "Northbank", "£50.00", "came back"),
        ]
        assert "came back Tue 3 Nov" in shown(pilot)
        await press(pilot, "1")
        assert [row[1] for row in rows(pilot, "needs")[:2]] == ["Hillview Council", "Northbank"]

        # It did not come back after all.
        await press(pilot, "5", "b")
        await write(pilot, "")
        await press(pilot, "enter")
        assert lines(pilot)[0] == ("●", "Northbank", "£50.00", "kept")


async def test_a_payment_cannot_come_back_before_it_was_made(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "2026-11-01")
        await press(pilot, "enter", "end", "b")
        await write(pilot, "31 oct")
        await press(pilot, "enter")
        form = pilot.app.screen
        assert isinstance(form, Bounced)
        assert "before it was made on Sun 1 Nov" in form.field("returned_on").error


async def test_d_asks_once_and_deletes(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "2026-11-01")
        await press(pilot, "enter", "end", "d")
        assert isinstance(pilot.app.screen, Question)
        text = shown(pilot)
        assert "£50.00 to Northbank, paid Sun 1 Nov" in text
        assert "opens again: Sun 1 Nov" in text
        # Enter alone keeps it.
        await press(pilot, "enter")
        assert len(lines(pilot)) == 2
        await press(pilot, "d", "y")
        assert screen_name(pilot) == "calendar"
        assert lines(pilot) == [("◌", "Northbank", "£50.00", "22 days late")]
        assert said(pilot)[-1] == "Deleted: £50.00 to Northbank · u takes it back"
        await press(pilot, "u", "enter")
        assert len(lines(pilot)) == 2


async def test_a_payment_is_corrected_from_the_agenda_too(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "2026-08-01")
        await press(pilot, "l")
        agenda = record_list(pilot, "agenda")
        while agenda.selected is not None and agenda.selected.key[0] != "payment":  # type: ignore[index]
            await press(pilot, "down")
        await opening.footer(pilot, "Edit")
        await press(pilot, "e")
        assert isinstance(pilot.app.screen, PaymentForm)


async def test_beyond_the_years_that_can_be_typed_it_still_moves(household: Path) -> None:
    async with opening.opened(household) as pilot:
        for day, keys in (
            ("1900-01-01", ("pageup", "left", "up")),
            ("2200-12-31", ("pagedown", "right", "down")),
        ):
            await go(pilot, day)
            await press(pilot, *keys)
            assert screen_name(pilot) == "calendar"


# --- the year --------------------------------------------------------------------------------


def the_year(pilot: opening.Accord) -> YearGrid:
    """The year, which is up."""
    found = calendar(pilot).query_one(YearGrid)
    assert found.display
    return found


async def test_y_shows_the_year_as_a_heat_map_and_the_month_again(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "5", "y")
        assert the_year(pilot).has_focus
        lines = shown(pilot).splitlines()
        months = {line[3:6]: line for line in lines if line[3:6] in ("Jan", "Apr", "Oct", "Nov")}
        assert months["Apr"].count("●") == 3  # two on the tenth
        assert "4/5" in months["Apr"]
        assert "✗" in months["Oct"]
        assert "◌" in months["Nov"]
        assert "1/2" in months["Nov"]
        await press(pilot, "y")
        assert chosen(pilot) == opening.TODAY


async def test_arrows_go_by_day_and_month_and_pages_by_year(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "5", "y", "up")
        assert the_year(pilot).chosen == make.on("10-23")
        assert lines(pilot)[0][1] == "Riverside Energy"
        await press(pilot, "left")
        assert the_year(pilot).chosen == make.on("10-22")
        await press(pilot, "pageup")
        assert the_year(pilot).chosen == make.on("2025-10-22")
        assert the_year(pilot).first == make.on("2025-01-01")
        assert "2025" in shown(pilot)
        await press(pilot, "t")
        assert the_year(pilot).chosen == opening.TODAY


async def test_enter_on_a_day_of_the_year_shows_its_month(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "5", "y", "up", "enter")
        assert chosen(pilot) == make.on("10-23")
        assert "October 2026" in shown(pilot)
        assert "✗ Hillv" in shown(pilot)
        await press(pilot, "y", "l")
        assert record_list(pilot, "agenda").has_focus
        assert {row.key for row in record_list(pilot, "agenda").rows if row.heading} <= {
            make.on(f"10-{day:02}") for day in range(1, 32)
        }


async def test_a_click_chooses_a_day_of_the_year(household: Path) -> None:
    async with opening.opened(household, opening.NARROW) as pilot:
        await press(pilot, "5", "y")
        await pilot.click(YearGrid, offset=(5 + 2 * 30 + 1, 3))
        await opening.settled(pilot)
        assert the_year(pilot).chosen == make.on("03-31")


async def test_the_last_of_a_month_goes_to_the_last_of_a_shorter_one(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "03-31")
        await press(pilot, "y", "up")
        assert the_year(pilot).chosen == make.on("02-28")
