"""A long text: every word of it can be read by keys, and it takes no time to open."""

from textual.app import App, ComposeResult
from textual.geometry import Offset
from textual.selection import Selection

from tests.tui import opening
from tests.tui.opening import press, shown
from tui.dialogs.details import Details, DialogText
from tui.widgets.long_text import LongText

WORDS = "one two three four five six seven eight nine ten eleven twelve thirteen 日本銀行 ok"


class Shows(App[None]):
    """An app with nothing but a text."""

    CSS = "Screen > LongText { height: 1fr; }"

    def __init__(self, *lines: str) -> None:
        super().__init__()
        self.lines = lines

    def compose(self) -> ComposeResult:
        yield LongText(self.lines)


async def test_it_is_wrapped_to_its_width_and_anew_where_that_changes() -> None:
    app = Shows("short", WORDS, "\x1b[31mred")
    async with app.run_test(size=(40, 10)) as pilot:
        text = app.query_one(LongText)
        wide = shown(pilot).splitlines()
        assert wide[0] == "short"
        assert wide[1] == "one two three four five six seven"
        await pilot.resize_terminal(20, 10)
        await opening.settled(pilot)
        narrow = [line for line in shown(pilot).splitlines() if line]
        assert narrow[1] == "one two three four"
        assert " ".join(narrow[1:-1]) == WORDS
        assert narrow[-1].endswith("red")
        assert text.virtual_size.height == len(narrow)


async def test_the_usual_keys_go_through_all_of_it() -> None:
    app = Shows(*(f"line {n}" for n in range(50_000)))
    async with app.run_test(size=(40, 10)) as pilot:
        app.query_one(LongText).focus()
        await opening.settled(pilot)
        await press(pilot, "down")
        assert shown(pilot).splitlines()[0].split()[:2] == ["line", "1"]
        await press(pilot, "pagedown")
        assert shown(pilot).splitlines()[0].split()[:2] == ["line", "11"]
        await press(pilot, "end")
        assert shown(pilot).splitlines()[-1].startswith("line 49999")
        await press(pilot, "home")
        assert shown(pilot).splitlines()[0].split()[:2] == ["line", "0"]


async def test_what_the_mouse_selects_can_be_copied_and_shows() -> None:
    app = Shows("first line", "second line", "third line")
    async with app.run_test(size=(40, 10)) as pilot:
        text = app.query_one(LongText)
        before = text.render_line(1)
        app.screen.selections = {text: Selection(Offset(6, 0), Offset(6, 1))}
        await opening.settled(pilot)
        assert app.screen.get_selected_text() == "line\nsecond"
        assert text.render_line(1).text == before.text
        assert len({each.style for each in text.render_line(1)}) > len(
            {each.style for each in before}
        )
        app.screen.clear_selection()
        await opening.settled(pilot)
        assert text.render_line(1) == before


async def test_in_a_dialog_it_takes_the_room_there_is_and_has_the_keys() -> None:
    app = Shows("behind")
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(Details("Few", ["one", "", "two"]))
        await opening.settled(pilot)
        few = shown(pilot).splitlines()
        # A frame, what it has to say, and a line above and below that.
        assert sum("│" in line for line in few) == 4
        await press(pilot, "escape")
        app.push_screen(Details("Many", [f"line {n}" for n in range(100)]))
        await opening.settled(pilot)
        assert isinstance(app.focused, DialogText)
        assert "╭─ Many" in shown(pilot).splitlines()[0]
        assert "esc closes" in shown(pilot).splitlines()[-1]
        await press(pilot, "end")
        assert "line 99" in shown(pilot)
