"""The list: its cursor, what it says, and how it lays out a line."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual import events
from textual.app import App, ComposeResult
from textual.message import Message
from textual.strip import Strip

from tests.tui.opening import until
from tui.widgets.cells import Column, Lines, Row, fit, plain, spread
from tui.widgets.record_list import RecordList

COLUMNS = (
    Column("glyph", width=1),
    Column("who", flex=True),
    Column("amount", justify="right"),
    Column("note", low=True),
)


class CountingList(RecordList):
    """Counts the lines it is asked to draw."""

    drawn = 0

    def render_line(self, y: int) -> Strip:
        self.drawn += 1
        return super().render_line(y)


class ListApp(App[None]):
    """One list, and all that it says."""

    CSS = "#other { height: 3; }"

    def __init__(
        self,
        rows: Sequence[Row] = (),
        columns: Sequence[Column] = COLUMNS,
        empty: str = "",
        height: str = "1fr",
    ) -> None:
        super().__init__()
        self.list = CountingList(columns, empty=empty, id="main")
        self.list.styles.height = height
        self.start = rows
        self.said: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.list
        yield RecordList(COLUMNS, id="other")

    def on_mount(self) -> None:
        self.list.set_rows(self.start)
        self.list.focus()

    def on_record_list_highlighted(self, message: RecordList.Highlighted) -> None:
        self.said.append(message)

    def on_record_list_opened(self, message: RecordList.Opened) -> None:
        self.said.append(message)

    def on_record_list_left(self, message: RecordList.Left) -> None:
        self.said.append(message)

    def lines(self) -> list[str]:
        return [self.list.render_line(y).text for y in range(self.list.size.height)]

    def opened(self) -> list[object]:
        return [said.row.key for said in self.said if isinstance(said, RecordList.Opened)]

    def left(self) -> list[int]:
        return [said.direction for said in self.said if isinstance(said, RecordList.Left)]


def some(count: int) -> list[Row]:
    return [Row(i, ("●", f"Creditor {i}", f"£{i}.00", "note")) for i in range(count)]


def headed() -> list[Row]:
    return [
        Row("late", ("Overdue",), heading=True),
        *some(2),
        Row("soon", ("Soon",), heading=True),
        Row(2, ("○", "Creditor 2", "£2.00")),
    ]


@pytest.mark.parametrize(
    ("keys", "cursor"),
    [
        ("down", 1),
        ("end", 49),
        ("end home", 0),
        ("end up", 48),
        ("pagedown", 9),
        ("pagedown pagedown pageup", 9),
        ("end pagedown", 49),
        ("pageup", 0),
    ],
)
async def test_keys_move_the_cursor_and_keep_it_in_sight(keys: str, cursor: int) -> None:
    app = ListApp(some(50), height="10")
    async with app.run_test() as pilot:
        await pilot.press(*keys.split())
        assert app.list.cursor == cursor
        assert sum(line.startswith("▌") for line in app.lines()) == 1
        assert app.list.selected is not None
        assert app.list.selected.key == cursor


async def test_pushing_past_an_end_says_so_and_stays() -> None:
    app = ListApp(some(2))
    async with app.run_test() as pilot:
        await pilot.press("up", "down", "down", "down")
        assert (app.left(), app.list.cursor) == ([-1, 1, 1], 1)


async def test_an_empty_list_lets_the_cursor_out_on_both_sides() -> None:
    app = ListApp()
    async with app.run_test() as pilot:
        await pilot.press("up", "down", "enter", "pagedown", "home", "end")
        assert (app.left(), app.opened(), app.list.cursor) == ([-1, 1], [], -1)
        assert app.list.selected is None


async def test_enter_opens_the_row_under_the_cursor() -> None:
    app = ListApp(some(3))
    async with app.run_test() as pilot:
        await pilot.press("down", "enter")
        assert app.opened() == [1]


async def test_a_click_chooses_and_a_double_click_opens() -> None:
    app = ListApp(headed())
    async with app.run_test() as pilot:
        await pilot.click(app.list, offset=(5, 2))
        assert (app.list.cursor, app.opened()) == (2, [])
        await pilot.click(app.list, offset=(5, 4), times=2)
        assert (app.list.cursor, app.opened()) == (4, [2])


async def test_a_click_on_a_heading_or_below_the_rows_does_nothing() -> None:
    app = ListApp(headed())
    async with app.run_test() as pilot:
        for y in (0, 3, 9):
            await pilot.click(app.list, offset=(5, y), times=2)
        assert (app.list.cursor, app.opened()) == (1, [])


async def test_a_click_counts_the_header_and_what_is_scrolled_away() -> None:
    app = ListApp(some(50), (Column("glyph"), Column("who", header="Who")), height="10")
    async with app.run_test() as pilot:
        app.list.scroll_to(y=20, animate=False)
        await pilot.pause()
        await pilot.click(app.list, offset=(5, 3))
        assert app.list.cursor == 22
        await pilot.click(app.list, offset=(5, 0))
        assert app.list.cursor == 22


async def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    app = ListApp(some(50), height="10")
    async with app.run_test() as pilot:
        wheel = events.MouseScrollDown(app.list, 5, 5, 0, 1, 0, False, False, False, 5, 5)
        app.list.post_message(wheel)
        await pilot.pause()
        assert app.list.scroll_target_y > 0
        assert app.list.cursor == 0


async def test_the_row_under_the_mouse_is_tinted_until_it_leaves() -> None:
    app = ListApp(some(3))
    async with app.run_test() as pilot:

        def ground() -> object:
            segment = next(iter(app.list.render_line(2)))
            return segment.style and segment.style.bgcolor

        before = ground()
        await pilot.hover(app.list, offset=(5, 2))
        assert ground() != before
        await pilot.hover("#other")
        assert ground() == before


async def test_the_cursor_skips_headings() -> None:
    app = ListApp(headed())
    async with app.run_test() as pilot:
        assert app.list.cursor == 1
        await pilot.press("down", "down")
        assert app.list.cursor == 4
        await pilot.press("up")
        assert app.list.cursor == 2
        await pilot.press("home", "up")
        assert (app.list.cursor, app.left()) == (1, [-1])


async def test_paging_is_never_stuck_at_a_heading() -> None:
    rows = [Row(i, (f"{i}",) * 2, heading=i % 2 == 0) for i in range(20)]
    app = ListApp(rows, height="2")
    async with app.run_test() as pilot:
        await pilot.press(*["pagedown"] * 20)
        assert app.list.cursor == 19
        await pilot.press(*["pageup"] * 20)
        assert app.list.cursor == 1


async def test_the_heading_above_the_first_row_comes_back_into_sight() -> None:
    app = ListApp([Row("top", ("Overdue",), heading=True), *some(30)], height="10")
    async with app.run_test() as pilot:
        await pilot.press("end", "home")
        assert app.lines()[0].strip() == "Overdue"


async def test_a_list_of_headings_has_no_cursor() -> None:
    app = ListApp([Row(i, ("Heading",), heading=True) for i in range(3)])
    async with app.run_test() as pilot:
        await pilot.press("down", "pagedown", "end", "enter")
        assert (app.list.cursor, app.opened()) == (-1, [])


async def test_the_cursor_stays_on_its_record_when_rows_change() -> None:
    app = ListApp(some(10))
    async with app.run_test() as pilot:
        app.list.cursor = 5
        app.list.set_rows([Row("new", ("●", "New")), *some(10)])
        assert app.list.cursor == 6
        app.list.set_rows(some(5))
        assert app.list.cursor == 4  # its record is gone: the nearest index
        app.list.set_rows(some(10), keep=False)
        assert app.list.cursor == 0
        app.list.set_rows([])
        assert app.list.cursor == -1
        app.list.set_rows(some(2))
        await pilot.pause()
        assert app.list.cursor == 0


async def test_it_says_when_the_chosen_row_changed_and_only_then() -> None:
    app = ListApp(some(3))
    async with app.run_test() as pilot:
        await pilot.pause()
        app.said.clear()
        app.list.set_rows(some(4))
        await pilot.pause()
        assert app.said == []
        changed = Row(0, ("●", "Creditor 0", "£9.00", "paid"))
        app.list.set_rows([changed])
        await pilot.press("down")
        app.list.set_rows([])
        await pilot.pause()
        said = [s for s in app.said if isinstance(s, RecordList.Highlighted)]
        assert [message.row for message in said] == [changed, None]
        assert {message.control for message in said} == {app.list}


async def test_the_cursor_shows_without_colour_and_tells_where_the_focus_is() -> None:
    app = ListApp(some(3))
    async with app.run_test() as pilot:
        assert [line[0] for line in app.lines()[:3]] == ["▌", " ", " "]
        app.query_one("#other").focus()
        await pilot.pause()
        assert [line[0] for line in app.lines()[:3]] == ["▏", " ", " "]


async def test_low_columns_go_first_and_then_the_flexible_one_is_cut() -> None:
    rows = [Row(1, ("●", "Marlow Collections", "£1,250.00", "priority"))]
    for width, expected in (
        (60, "▌ ●  Marlow Collections" + " " * 17 + "£1,250.00  priority "),
        (40, "▌ ●  Marlow Collections" + " " * 7 + "£1,250.00 "),
        (26, "▌ ●  Marlow C…  £1,250.00 "),
        (20, "▌ ●  Ma…  £1,250.00 "),
        (18, "▌ ●  …  £1,250.00 "),
    ):
        app = ListApp(rows)
        async with app.run_test(size=(width, 10)):
            assert app.lines()[0] == expected


async def test_columns_are_laid_out_anew_when_the_terminal_changes() -> None:
    app = ListApp(some(3))
    async with app.run_test(size=(60, 10)) as pilot:
        assert "note" in app.lines()[0]
        await pilot.resize_terminal(24, 10)
        await until(pilot, lambda: "note" not in app.lines()[0])
        assert {cell_len(line) for line in app.lines()} == {24}


async def test_a_header_stands_still_and_numbers_line_up() -> None:
    columns = (Column("who", header="Creditor"), Column("sum", justify="right", header="Owed"))
    app = ListApp([Row(i, ("x", f"{10**i}.00")) for i in range(8)], columns, height="5")
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.press("end")
        assert app.lines()[0].split() == ["Creditor", "Owed"]
        ends = {len(line.rstrip()) for line in app.lines()}
        assert len(ends) == 1


async def test_a_column_with_nothing_in_it_takes_no_room() -> None:
    columns = (Column("a"), Column("none", header="None"), Column("b"))
    app = ListApp([Row(1, ("a", "", "b"))], columns)
    async with app.run_test():
        assert app.lines()[1].rstrip() == "▌ a  b"


async def test_what_a_person_wrote_is_shown_as_written_and_harmless() -> None:
    nasty = "[red]x[/x] [@click=app.quit]go[/]\x1b[31m\x1b]0;t\x07\nnext\u202e\u200d\x9b"
    app = ListApp(
        [Row(1, (nasty,)), Row(2, (nasty,), heading=True)],
        [Column("text", flex=True)],
        empty=nasty,
    )
    async with app.run_test():
        for text in app.lines()[:2]:
            assert "[red]x[/x] [@click=app.quit]go[/]" in text
            assert text.isprintable()
        app.list.set_rows([])
        assert "[red]x[/x]" in app.lines()[0]
        assert all(line.isprintable() for line in app.lines())


async def test_wide_characters_and_emoji_keep_every_line_in_shape() -> None:
    texts = [
        "日本銀行の督促状です",
        "👨‍👩‍👧 family",
        "❤️ heart",
        "🇬🇧 bank",
        "e\u0301galite\u0301",
        "✉ letter",
    ]
    rows = [Row(i, ("●", text, "£1.00", text)) for i, text in enumerate(texts)]
    for width in (80, 41, 30, 23, 12, 5, 1):
        app = ListApp([*rows, Row("h", (texts[0],), heading=True)])
        async with app.run_test(size=(width, 20)):
            assert {cell_len(line) for line in app.lines()} == {width}


async def test_every_cell_of_every_line_has_a_background() -> None:
    app = ListApp(headed())
    async with app.run_test():
        for y in range(8):
            for segment in app.list.render_line(y):
                assert segment.style is not None
                assert segment.style.bgcolor is not None


async def test_every_key_does_nothing_harmful_in_an_empty_list() -> None:
    app = ListApp()
    async with app.run_test() as pilot:
        await pilot.press("pageup", "pagedown", "home", "end", "enter")
        assert app.list.cursor == -1
        assert app.opened() == []


async def test_an_empty_list_says_why_and_wraps_it() -> None:
    app = ListApp(empty="Nothing falls due in the next thirty days", height="auto")
    async with app.run_test(size=(24, 10)):
        assert app.list.size.height == 2
        assert " ".join("".join(app.lines()).split()) == app.list.empty


async def test_an_automatic_height_follows_the_rows_up_to_its_maximum() -> None:
    app = ListApp(some(3), height="auto")
    async with app.run_test(size=(60, 30)) as pilot:
        app.list.styles.max_height = 8
        for count, height in ((3, 3), (50, 8), (1, 1), (0, 1)):
            app.list.set_rows(some(count))
            await pilot.pause()
            assert app.list.size.height == height
        app.list.set_rows(some(50))
        await pilot.pause()
        await pilot.press("end")
        assert app.list.scroll_offset.y == 42


async def test_of_a_hundred_thousand_rows_only_the_visible_lines_are_drawn() -> None:
    app = ListApp(some(100_000), height="20")
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.pause()
        assert app.list.drawn <= 20 * 4  # a few whole paints while it starts
        app.list.drawn = 0
        await pilot.press("down")
        await pilot.pause()
        assert 2 <= app.list.drawn <= 4  # the two rows that the cursor touched
        app.list.drawn = 0
        await pilot.press("end")
        await pilot.pause()
        assert app.list.cursor == 99_999
        assert app.list.drawn <= 20 * 2 + 4
        assert "£99999.00" in app.lines()[-1]  # measured over all rows, never cut


def made_when_shown(count: int, made: list[int]) -> Lines:
    """Rows that count themselves when they are made; one in the middle is wider than all."""

    def make(place: int) -> Row:
        made.append(place)
        amount = "£1,000,000.00" if place == count // 2 + 1 else "£5.00"
        return Row(place, ("●", f"Creditor {place}", amount, "note"))

    return Lines(range(count), make, [Row("all", ("All",), heading=True)])


async def test_rows_are_made_when_they_are_shown_and_a_wider_one_is_not_cut() -> None:
    made: list[int] = []
    app = ListApp(made_when_shown(100_000, made), height="20")
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.pause()
        assert "Creditor 0" in app.lines()[1]
        app.list.cursor = 50_002
        await pilot.pause()
        line = next(line for line in app.lines() if "Creditor 50001" in line)
        assert line.rstrip().endswith("£1,000,000.00  note")
        assert len(made) < 200
        made.clear()
        app.list.set_rows(made_when_shown(100_001, made))
        # The cursor is kept on its key, and no row is made to find it.
        assert app.list.selected is not None
        assert app.list.selected.key == 50_001
        assert len(made) < 200


def test_rows_that_are_made_when_wanted_are_a_sequence() -> None:
    made: list[int] = []
    lines = made_when_shown(3, made)
    assert len(lines) == 4
    assert lines[0].heading
    assert lines[-1].key == 2
    assert [row.key for row in lines] == list(lines.keys()) == ["all", 0, 1, 2]
    assert sorted(made) == [0, 1, 2]  # each once
    with pytest.raises(IndexError):
        lines[4]


@given(st.text(), st.integers(0, 30), st.sampled_from(["left", "right"]))
def test_any_text_fits_its_width_exactly(text: str, width: int, justify: str) -> None:
    fitted = fit(plain(text), width, "right" if justify == "right" else "left")
    assert cell_len(fitted) == width


@given(st.text())
def test_plain_text_is_one_line_without_control_characters(text: str) -> None:
    assert all(unicodedata.category(mark)[0] != "C" for mark in plain(text))
    assert len(plain(text).splitlines()) <= 1


@given(
    st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.booleans()), max_size=6),
    st.integers(-3, 200),
)
def test_columns_never_take_more_than_there_is(
    wishes: list[tuple[int, bool, bool]], room: int
) -> None:
    columns = [Column(str(i), flex=flex, low=low) for i, (_, flex, low) in enumerate(wishes)]
    widths = spread(columns, [wish for wish, _, _ in wishes], room)
    shown = [width for width in widths if width]
    total = sum(shown) + 2 * (len(shown) - 1)
    assert total <= max(room, 3 * len(shown))  # one cell each is the least that can be shown
    assert all(width >= 0 for width in widths)


async def test_a_row_that_spans_runs_on_over_the_columns() -> None:
    long = "a long sentence that no single column of this narrow list has any room for"
    rows = [*some(1), Row("long", ("▸", "by 30 Jan", long, ""), spans=True)]
    app = ListApp(rows)
    async with app.run_test(size=(100, 8)):
        first, second, *_ = app.lines()
        assert first.startswith("▌ ●  Creditor 0")
        assert first.rstrip().endswith("£0.00  note")
        assert f"▸  by 30 Jan  {long}" in second
    app = ListApp(rows)
    async with app.run_test(size=(40, 8)):
        assert cell_len(app.lines()[1]) == app.list.size.width
        assert app.lines()[1].rstrip().endswith("…")
