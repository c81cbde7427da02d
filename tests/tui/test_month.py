"""The month: its layout at every size, its chosen day, and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.geometry import Offset
from textual.message import Message

from tui.widgets.month import DayEntry, MonthGrid, badge_parts, entry_parts

NOVEMBER = date(2026, 11, 1)
TODAY = date(2026, 11, 23)
PAID = DayEntry("●", "Northbank", "£50.00", "good")
MISSED = DayEntry("✗", "Hillview Council", "£70.00", "danger")
LETTER = DayEntry("←", "letter", "", "muted")


class MonthApp(App[None]):
    """One month, and all that it says."""

    def __init__(
        self,
        entries: Mapping[date, Sequence[DayEntry]] | None = None,
        first: date = NOVEMBER,
        first_weekday: int = 0,
        dim: Sequence[date] = (),
    ) -> None:
        super().__init__()
        self.grid = MonthGrid()
        self.entries, self.first, self.first_weekday = entries or {}, first, first_weekday
        self.dim = dim
        self.said: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.grid

    def on_mount(self) -> None:
        self.grid.set_month(
            self.first, self.entries, today=TODAY, first_weekday=self.first_weekday, dim=self.dim
        )
        self.grid.focus()

    def on_month_grid_day_chosen(self, message: MonthGrid.DayChosen) -> None:
        self.said.append(message)

    def on_month_grid_month_wanted(self, message: MonthGrid.MonthWanted) -> None:
        self.said.append(message)

    def on_month_grid_day_opened(self, message: MonthGrid.DayOpened) -> None:
        self.said.append(message)

    def lines(self) -> list[str]:
        return [self.grid.render_line(y).text for y in range(self.grid.size.height)]

    def days(self, kind: type[Message]) -> list[date]:
        return [said.day for said in self.said if type(said) is kind]  # type: ignore[attr-defined]

    def at(self, text: str) -> Offset:
        """Where a text that has no wide characters before it stands."""
        y = next(y for y, line in enumerate(self.lines()) if text in line)
        return Offset(self.lines()[y].index(text), y)


@pytest.mark.parametrize("size", [(90, 30), (78, 14), (60, 14), (60, 13), (20, 8), (6, 3), (1, 1)])
@pytest.mark.parametrize("first", [date(2026, 11, 1), date(2026, 2, 1), date(2026, 8, 1)])
async def test_every_line_is_as_wide_as_the_grid(size: tuple[int, int], first: date) -> None:
    wide = DayEntry("✉", "日本銀行 👨‍👩‍👧 ❤️ e\u0301", "¥12,000", "late")
    entries = {first.replace(day=d): [wide, PAID, MISSED, LETTER] * (d % 4) for d in range(1, 29)}
    app = MonthApp(entries, first)
    async with app.run_test(size=size):
        assert {cell_len(line) for line in app.lines()} == {size[0]}
        for y in range(size[1]):
            for segment in app.grid.render_line(y):
                assert segment.style is not None
                assert segment.style.bgcolor is not None


async def test_a_wide_day_shows_glyph_name_and_amount() -> None:
    app = MonthApp({date(2026, 11, 10): [MISSED, LETTER]})
    async with app.run_test(size=(140, 30)):
        lines = app.lines()
        y = app.at("✗").y
        assert "✗ Hillview… £70.00" in lines[y]
        assert "← letter" in lines[y + 1]
        assert "10 ─" in lines[y - 1]


async def test_a_narrower_day_cuts_the_name_and_puts_the_amount_below_it() -> None:
    app = MonthApp({date(2026, 11, 10): [MISSED]})
    async with app.run_test(size=(90, 30)):
        lines = app.lines()
        y = app.at("✗").y
        assert "✗ Hillview…" in lines[y]
        assert "  £70.00" in lines[y + 1]


async def test_a_narrow_and_low_day_leaves_the_amount_out() -> None:
    app = MonthApp({date(2026, 11, 10): [MISSED]})
    async with app.run_test(size=(90, 14)):
        assert "✗ Hillview…" in "\n".join(app.lines())
        assert "£70" not in "\n".join(app.lines())


async def test_more_entries_than_lines_stand_as_glyphs_beside_the_number() -> None:
    day = date(2026, 11, 10)
    app = MonthApp({day: [MISSED, PAID, PAID, LETTER, PAID, PAID, PAID]})
    async with app.run_test(size=(78, 14)):
        y = app.at("✗ Hillvi…").y
        assert "10 ●●←●●●" in app.lines()[y - 1]
    app = MonthApp({day: [MISSED, *[PAID] * 6]})
    async with app.run_test(size=(60, 14)):
        assert "10 ●● +4" in app.lines()[app.at("✗").y - 1]  # not a cell to spare, and none lost


@pytest.mark.parametrize(
    ("first", "first_weekday", "weeks"),
    [
        (date(2026, 2, 1), 0, 5),
        (date(2026, 2, 1), 6, 4),
        (date(2026, 11, 1), 0, 6),
        (date(2026, 11, 1), 6, 5),
    ],
)
async def test_a_month_uses_all_its_lines_for_the_weeks_it_has(
    first: date, first_weekday: int, weeks: int
) -> None:
    app = MonthApp(first=first, first_weekday=first_weekday)
    async with app.run_test(size=(60, 13)):
        numbered = [y for y, line in enumerate(app.lines()) if "─" in line]
        assert len(numbered) == weeks
        assert numbered[0] == 1
        gaps = {b - a for a, b in zip(numbered, [*numbered[1:], 13], strict=True)}
        assert min(gaps) >= 2
        assert max(gaps) - min(gaps) <= 1


async def test_february_from_sunday_on_fills_exactly_four_weeks() -> None:
    app = MonthApp(first=date(2026, 2, 1), first_weekday=6)
    async with app.run_test(size=(70, 21)):
        lines = app.lines()
        assert lines[0].split() == ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        assert lines[1].replace("─", "").replace("▌", "").split() == list("1234567")
        assert lines[16].replace("─", "").split() == [str(day) for day in range(22, 29)]


async def test_today_is_framed_and_the_chosen_day_has_a_bar() -> None:
    app = MonthApp()
    async with app.run_test(size=(90, 30)) as pilot:
        assert app.grid.chosen == TODAY
        assert "▌[23]" in "\n".join(app.lines())
        await pilot.press("right")
        text = "\n".join(app.lines())
        assert " [23]" in text
        assert "▌24" in text
        app.set_focus(None)
        await pilot.pause()
        assert "▏24" in "\n".join(app.lines())


async def test_weekends_and_holidays_are_dim_and_other_months_faint() -> None:
    app = MonthApp(dim=[date(2026, 11, 11)])
    async with app.run_test(size=(90, 30)):

        def colour(number: str) -> object:
            place = app.at(f" {number} ─")
            segments = [s for s in app.grid.render_line(place.y) if s.text == f"{number} "]
            return segments[0].style and segments[0].style.color

        assert colour("11") == colour("14") == colour("15")
        assert len({colour("11"), colour("12"), colour("26")}) == 3


async def test_arrows_move_by_day_and_by_week() -> None:
    app = MonthApp()
    async with app.run_test() as pilot:
        await pilot.pause()
        app.said.clear()
        await pilot.press("left", "up", "right", "down")
        expected = [date(2026, 11, day) for day in (22, 15, 16, 23)]
        assert app.days(MonthGrid.DayChosen) == expected
        assert {s.control for s in app.said if isinstance(s, MonthGrid.DayChosen)} == {app.grid}


async def test_leaving_the_month_asks_for_the_other_and_stays() -> None:
    app = MonthApp()
    async with app.run_test() as pilot:
        app.grid.chosen = date(2026, 11, 1)
        await pilot.press("left", "up")
        app.grid.chosen = date(2026, 11, 30)
        await pilot.press("right", "down")
        wanted = [date(2026, 10, 31), date(2026, 10, 25), date(2026, 12, 1), date(2026, 12, 7)]
        assert app.days(MonthGrid.MonthWanted) == wanted
        assert app.grid.chosen == date(2026, 11, 30)
        app.grid.set_month(date(2026, 12, 1), {}, today=TODAY)
        app.grid.chosen = wanted[-1]
        await pilot.pause()
        assert "▌7 ─" in "\n".join(app.lines())


async def test_a_click_chooses_a_day_and_a_double_click_or_enter_opens_it() -> None:
    app = MonthApp()
    async with app.run_test(size=(90, 30)) as pilot:
        place = app.at("18 ─")
        await pilot.click(app.grid, offset=place + Offset(0, 2))
        assert app.grid.chosen == date(2026, 11, 18)
        await pilot.press("enter")
        await pilot.click(app.grid, offset=app.at(" 6 ─"), times=2)
        assert app.days(MonthGrid.DayOpened) == [date(2026, 11, 18), date(2026, 11, 6)]


async def test_a_click_outside_the_month_asks_for_that_month_and_opens_nothing() -> None:
    app = MonthApp()
    async with app.run_test(size=(90, 30)) as pilot:
        await pilot.click(app.grid, offset=app.at("26 ─"), times=2)
        await pilot.click(app.grid, offset=(3, 0), times=2)  # the weekday names
        assert set(app.days(MonthGrid.MonthWanted)) == {date(2026, 10, 26)}
        assert app.days(MonthGrid.DayOpened) == []


async def test_what_a_person_wrote_is_shown_as_written_and_harmless() -> None:
    nasty = DayEntry("\x1b●", "[red]x[/x]\x1b[2J", "\n£1", "late")
    app = MonthApp({date(2026, 11, 10): [nasty] * 9})
    async with app.run_test(size=(180, 30)):
        assert "[red]x[/x]" in "\n".join(app.lines())
        assert all(line.isprintable() for line in app.lines())


async def test_before_a_month_is_given_it_is_blank() -> None:
    class Bare(App[None]):
        def compose(self) -> ComposeResult:
            yield MonthGrid()

    async with Bare().run_test(size=(40, 10)) as pilot:
        await pilot.press("tab", "left", "enter")
        await pilot.click(MonthGrid)
        assert pilot.app.query_one(MonthGrid).render_line(0).text == " " * 40


def test_a_badge_counts_what_it_cannot_show() -> None:
    def text(width: int) -> str:
        return "".join(part for part, _ in badge_parts([MISSED, PAID, PAID, LETTER, PAID], width))

    shown = [text(5), text(6), text(4), text(3), text(2), text(1)]
    assert shown == ["✗●●←●", "✗●●←●", "✗ +4", "+5", "+5", ""]


def test_an_amount_is_kept_whole_or_left_out() -> None:
    for width in range(4, 40):
        text = "".join(part for part, _ in entry_parts(MISSED, width))
        assert cell_len(text) == width
        assert ("£70.00" in text) == (width >= 14)
