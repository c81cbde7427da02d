"""The app as a whole: screens, keys, help, palette, sizes, themes, and text that means harm."""

import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import cycle
from pathlib import Path
from threading import Event
from typing import Any, cast
from unittest.mock import Mock

import pytest
from textual.color import Color
from textual.events import Key
from textual.geometry import Region
from textual.screen import Screen
from textual.theme import Theme
from textual.widgets import Button, Input

from store.ledger import creditors, payments, today_queries
from store.ledger.creditors import Details
from store.ledger.views import Today
from store.records.database import Ledger
from store.rules.errors import LedgerError
from tests import make
from tests.tui import opening
from tests.tui.opening import (
    press,
    record_list,
    rows,
    said,
    screen_name,
    shown,
    write,
)
from tui import cli, commands, theme, views
from tui.app import OPENING, AccordApp
from tui.dialogs.cash import CashForm
from tui.dialogs.contact import ContactForm
from tui.dialogs.creditor import CreditorForm
from tui.dialogs.debt import DebtForm
from tui.dialogs.dialog import Question
from tui.dialogs.form import Form
from tui.dialogs.help import Help
from tui.dialogs.payment import PaymentForm
from tui.screens import screen_class
from tui.screens.ledger_screen import LedgerScreen
from tui.settings import Configuration, Settings
from tui.widgets.record_list import RecordList
from tui.widgets.top_line import TopLine

SCREENS: dict[str, type[Screen[None]]] = {name: screen_class(name) for name in commands.ALL}
RUN = AccordApp.run
HOSTILE = make.HOSTILE


# --- the registry of commands ----------------------------------------------------------------


def test_every_command_has_an_id_of_its_own() -> None:
    ids = Counter(each.id for each in commands.COMMANDS)
    assert [name for name, count in ids.items() if count > 1] == []
    assert all(name.count(".") == 1 for name in ids)


@pytest.mark.parametrize("name", SCREENS)
def test_no_key_means_two_things_on_a_screen(name: str) -> None:
    here = [*commands.of_screen(name), *commands.everywhere()]
    keys = Counter(key for each in here for key in each.keys.split(","))
    keys.update(key for _, key, _ in commands.SCREENS)
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_command_is_something_that_can_be_done() -> None:
    for each in commands.COMMANDS:
        method = f"action_{each.action.partition('(')[0]}"
        owners: list[type[object]] = [SCREENS[name] for name in each.where]
        for owner in owners or [AccordApp]:
            assert callable(getattr(owner, method, None)), (each.id, owner)


def test_every_command_says_what_it_does() -> None:
    for each in commands.COMMANDS:
        assert each.title
        assert len(each.help) > 8
        assert each.help.endswith(".")


def test_every_screen_of_the_registry_is_there() -> None:
    assert {name for name, _, _ in commands.SCREENS} == set(SCREENS)
    assert {name for each in commands.COMMANDS for name in each.where} <= set(SCREENS)


# --- switching -------------------------------------------------------------------------------


async def test_numbers_switch_screens(household: Path) -> None:
    async with opening.opened(household) as pilot:
        found = []
        for key in ("5", "5", "1", "1", "5"):
            await press(pilot, key)
            found.append(screen_name(pilot))
        assert found == ["calendar", "calendar", "today", "today", "calendar"]


@pytest.mark.parametrize("size", [opening.WIDE, opening.TINY])
async def test_a_click_on_a_name_switches_screens(household: Path, size: opening.Size) -> None:
    async with opening.opened(household, size) as pilot:
        for name in ("calendar", "today", "calendar"):
            line = pilot.app.screen.query_one(TopLine)
            at = [x for x in range(size[0]) if line.tab_at(x) == name]
            for x in (at[0], at[-1]):
                await pilot.click(line, offset=(x, 0))
            await opening.settled(pilot)
            assert screen_name(pilot) == name
            key, title = next((key, title) for each, key, title in commands.SCREENS if each == name)
            assert f"{key} {title}" in shown(pilot).splitlines()[0]


async def test_the_screen_stays_while_a_dialog_waits_for_an_answer(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "u")
        dialog = pilot.app.screen
        assert isinstance(dialog, Question)
        for key in ("5", "1", "p", "u", "f6", "q"):
            await press(pilot, key)
            assert pilot.app.screen is dialog


async def test_q_leaves(household: Path) -> None:
    app = opening.app_on(household)
    async with app.run_test() as pilot:
        await opening.ready(pilot)
        await pilot.press("q")
    assert (app.return_code, app.return_value) == (0, None)


# --- help and palette ------------------------------------------------------------------------


HELP_KEYS = cycle(("question_mark", "f1"))


@pytest.mark.parametrize(("name", "key"), zip(SCREENS, HELP_KEYS, strict=False))
async def test_help_lists_every_command_of_the_screen(household: Path, name: str, key: str) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, next(key for screen, key, _ in commands.SCREENS if screen == name), key)
        assert isinstance(pilot.app.screen, Help)
        found = [row for row in pilot.app.screen.query_one(RecordList).rows if not row.heading]
        listed = {row.key: row.cells[1] for row in found if row.cells[1]}
        for each in (*commands.of_screen(name), *commands.everywhere()):
            assert listed[each.id] == each.title
        elsewhere = {e.id for e in commands.COMMANDS if e.where and name not in e.where}
        assert not elsewhere & set(listed)
        await press(pilot, "escape")
        assert screen_name(pilot) == name


async def test_help_can_be_read_to_its_end_in_a_small_window(household: Path) -> None:
    async with opening.opened(household, opening.TINY) as pilot:
        await press(pilot, "5", "question_mark")
        assert "Calendar" in shown(pilot)
        await press(pilot, "end")
        text = shown(pilot)
        assert "Back." in text
        assert "esc closes" in text


@pytest.mark.parametrize("size", [opening.WIDE, opening.NARROW])
async def test_help_says_every_command_in_full(household: Path, size: opening.Size) -> None:
    async with opening.opened(household, size) as pilot:
        await press(pilot, "2", "question_mark")
        listed = pilot.app.screen.query_one(RecordList)
        said = " ".join(str(row.cells[2]) for row in listed.rows if not row.heading)
        for each in (*commands.of_screen("creditors"), *commands.everywhere()):
            assert each.help in said
        for y in range(listed.size.height):
            assert "…" not in listed.render_line(y).text
        assert "payment.record · esc closes" in shown(pilot)


@pytest.mark.parametrize("size", [opening.WIDE, opening.NARROW, opening.TINY])
@pytest.mark.parametrize("name", SCREENS)
async def test_the_foot_has_whole_commands_only_and_always_help(
    household: Path, name: str, size: opening.Size
) -> None:
    async with opening.opened(household, size) as pilot:
        pilot.app.action_show_screen(name)  # type: ignore[attr-defined]
        await opening.ready(pilot)
        await opening.footer(pilot, "? help  ctrl+p all")
        left, _, right = shown(pilot).splitlines()[-1].partition("▏")
        assert right.split() == ["?", "help", "ctrl+p", "all"]
        names = {each.title for each in commands.COMMANDS} | {"Open"}
        for part in re.split(r" {2,}", left.strip()):
            assert part.split(" ", 1)[1] in names
        if name == "plan" and size == opening.NARROW:
            assert "v Shares" in left


@pytest.mark.parametrize("size", [opening.WIDE, opening.NARROW, opening.TINY])
@pytest.mark.parametrize("name", SCREENS)
async def test_the_score_is_whole_at_every_width_also_in_the_demo(
    household: Path, name: str, size: opening.Size
) -> None:
    async with opening.running(opening.app_on(household, is_demo=True), size) as pilot:
        pilot.app.action_show_screen(name)  # type: ignore[attr-defined]
        await opening.settled(pilot)
        line = shown(pilot).splitlines()[0]
        assert line.rstrip().endswith("82 ▼5")
        assert "demo" in line
        titles = [title for _, _, title in commands.SCREENS]
        assert sum(title in line for title in titles) == (7 if size == opening.WIDE else 1)


@pytest.mark.parametrize("name", SCREENS)
async def test_the_palette_has_every_command_of_the_screen(household: Path, name: str) -> None:
    async with opening.opened(household) as pilot:
        pilot.app.action_show_screen(name)  # type: ignore[attr-defined]
        await opening.settled(pilot)
        listed = {(e.title, e.help) for e in pilot.app.get_system_commands(pilot.app.screen)}
        for each in (*commands.of_screen(name), *commands.everywhere()):
            assert (each.title, each.help) in listed
        for _, _, title in commands.SCREENS:
            assert (title, f"Go to {title}") in listed


@pytest.mark.parametrize("name", SCREENS)
def test_every_command_is_of_this_screen_of_others_or_of_all(name: str) -> None:
    here = commands.of_screen(name)
    there = commands.elsewhere(name)
    assert {each.id for each in (*here, *there, *commands.everywhere())} == {
        each.id for each in commands.COMMANDS
    }
    assert not {each.id for each in here} & {each.id for each in there}


@pytest.mark.parametrize("is_visited", [False, True])
async def test_the_palette_goes_to_the_screen_of_a_command(
    household: Path, *, is_visited: bool
) -> None:
    async with opening.opened(household) as pilot:
        if is_visited:
            await press(pilot, "2", "1")
        await press(pilot, "ctrl+p")
        await write(pilot, "creditors: debt")
        await opening.until(pilot, lambda: hits(pilot) > 0)
        await press(pilot, "enter")
        await opening.until(pilot, lambda: isinstance(pilot.app.screen, DebtForm))
        assert "Riverside" in shown(pilot)
        await press(pilot, "escape")
        assert screen_name(pilot) == "creditors"


async def test_a_command_of_a_screen_that_one_has_left_opens_nothing(household: Path) -> None:
    async with opening.opened(household) as pilot:
        app = pilot.app
        assert isinstance(app, AccordApp)
        app.action_show_screen("creditors")
        screen = app.screen
        assert isinstance(screen, LedgerScreen)
        assert screen.view is None
        screen.once_shown(partial(pytest.fail, "nobody looks at it"))
        # At once: its view has not come yet.
        app.action_show_screen("today")
        await opening.settled(pilot)
        await press(pilot, "2")
        assert screen_name(pilot) == "creditors"
        assert screen.view is not None


async def test_a_key_right_after_the_first_visit_of_a_screen_waits_for_what_it_is_about(
    household: Path,
) -> None:
    async with opening.opened(household) as pilot:
        for key in ("2", "e"):
            pilot.app.post_message(Key(key, key))
        await opening.until(pilot, lambda: isinstance(pilot.app.screen, CreditorForm))


async def test_whoever_waits_for_a_view_may_go_on_to_another(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_read = Event()
    read = views.creditors

    def late(*given: Any, **named: Any) -> Any:
        assert may_read.wait(opening.PATIENCE)
        return read(*given, **named)

    monkeypatch.setattr(views, "creditors", late)
    async with opening.opened(household) as pilot:
        app = pilot.app
        for key, name in (("2", "creditors"), ("3", "contacts")):
            app.post_message(Key(key, key))
            await opening.until(pilot, lambda n=name: screen_name(pilot) == n, idle=False)  # type: ignore[misc]
            for _ in range(3):
                await pilot.pause()
        may_read.set()


async def test_behind_the_question_what_to_take_back_the_screen_stays(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "p", "enter", "u")
        assert "Take this back?" in shown(pilot)
        assert "Next 30 days" in shown(pilot)


async def test_over_a_dialog_the_palette_has_no_commands_of_screens(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "p")
        listed = {each.title for each in pilot.app.get_system_commands(pilot.app.screen)}
        assert not any(each.startswith("Creditors: ") for each in listed)


@pytest.mark.parametrize(
    ("words", "is_so"),
    [
        ("calendar", lambda pilot: screen_name(pilot) == "calendar"),
        ("dark or light", lambda pilot: pilot.app.theme == theme.LIGHT.name),
        ("quit", lambda pilot: not pilot.app.is_running),
    ],
)
async def test_the_palette_does_what_it_lists(household: Path, words: str, is_so: Any) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "ctrl+p")
        assert isinstance(pilot.app.focused, Input)
        await write(pilot, words)
        await opening.until(pilot, lambda: hits(pilot) > 0)
        await press(pilot, "enter")
        await opening.until(pilot, lambda: is_so(pilot))


def hits(pilot: opening.Accord) -> int:
    """How many commands the palette has found so far."""
    return pilot.app.screen.query_one("CommandList").option_count  # type: ignore[attr-defined, no-any-return]


async def test_paying_from_the_palette_pays_the_chosen_row(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "down", "ctrl+p")
        await write(pilot, "pay")
        await opening.until(pilot, lambda: hits(pilot) > 0)
        await press(pilot, "enter")
        await opening.until(pilot, lambda: isinstance(pilot.app.screen, PaymentForm))
        form = pilot.app.screen
        assert isinstance(form, PaymentForm)
        assert form.field("debt").text == "Marlow Collections · Personal loan"


# --- what others do to the ledger ------------------------------------------------------------


async def test_what_another_program_recorded_is_shown_with_the_next_look(household: Path) -> None:
    async with opening.opened(household) as pilot:
        other = make.ledger(household)
        payments.record(
            other,
            debt_id=make.debt_id(other, "hillview-tax"),
            amount=7000,
            paid_on=opening.TODAY,
            today=opening.TODAY,
        )
        other.close()
        assert rows(pilot, "needs")[0][1] == "Hillview Council"
        await press(pilot, "5", "1")
        assert rows(pilot, "needs")[0][1] == "Marlow Collections"


async def test_a_ledger_that_breaks_while_it_is_open_says_so_and_the_app_goes_on(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opening.opened(household) as pilot:

        def broken(*_: Any, **__: Any) -> Any:
            raise LedgerError("It is [/damaged]. Put a backup in its place.")

        monkeypatch.setattr("store.ledger.queries.days", broken)
        await press(pilot, "5")
        assert said(pilot) == ["It is [/damaged]. Put a backup in its place."]
        monkeypatch.undo()
        await press(pilot, "1", "5")
        assert "◌" in shown(pilot)


# --- from the command line, without a terminal -----------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of one's own, and a folder for temporary files that must be empty at the end."""
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    home.mkdir()
    temporary.mkdir()
    for name in ("HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("ACCORD_TODAY", "2026-11-23")
    yield home
    assert list(temporary.iterdir()) == []


def run_headless(
    monkeypatch: pytest.MonkeyPatch, arguments: Sequence[str], *visits: Sequence[str]
) -> tuple[int, list[str]]:
    """Run `accord` where each app that opens gets the keys of a visit; gives what they showed."""
    left, seen = list(visits), list[str]()

    def run_it(app: AccordApp) -> str | None:
        keys = left.pop(0)

        async def visit(pilot: opening.Accord) -> None:
            await opening.ready(pilot)
            seen.append(shown(pilot))
            await press(pilot, *keys)
            await opening.left(pilot)

        return RUN(app, headless=True, size=opening.WIDE, auto_pilot=visit)  # type: ignore[arg-type]

    monkeypatch.setattr(AccordApp, "run", run_it)
    code = cli.main(arguments)
    assert left == []
    return code, seen


def test_the_demo_opens_on_a_household_and_leaves_nothing_behind(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, (text,) = run_headless(monkeypatch, ["demo"], ["p", "enter", "q"])
    assert code == 0
    assert "demo" in text.splitlines()[0]
    assert "Needs you" in text
    assert "Welcome" not in text
    assert list(home.rglob("*")) == []


def test_accord_alone_begins_a_ledger_in_the_data_folder_and_may_go_on_to_the_demo(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, (first, then) = run_headless(monkeypatch, [], ["f6"], ["q"])
    assert code == 0
    assert "Welcome" in first
    assert "demo" in then.splitlines()[0]
    ledger = home / "accord" / "ledger.db"
    assert ledger.stat().st_mode & 0o777 == 0o600
    # The demo left it alone.
    code, (again,) = run_headless(monkeypatch, [], ["q"])
    assert "Welcome" in again


def test_a_demo_on_any_day_opens(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, (text,) = run_headless(monkeypatch, ["demo", "--today", "2028-02-29"], ["q"])
    assert code == 0
    assert "Tue 29 Feb 2028" in text


def test_a_ledger_that_cannot_be_opened_leaves_with_code_2_and_the_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "diary [red]x[b].txt"
    path.write_text("Dear diary, " * 99)
    monkeypatch.setattr(
        AccordApp, "run", lambda app: RUN(app, headless=True, auto_pilot=opening.left)
    )
    assert cli.main(["--ledger", str(path)]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert "".join(err.split()) == f"accord: {path} is not an Accord ledger.".replace(" ", "")
    assert path.read_text().startswith("Dear diary")


def test_what_goes_wrong_that_nobody_foresaw_also_leaves_without_a_traceback(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def opener() -> Ledger:
        raise RuntimeError("nobody foresaw this")

    app = AccordApp(opener, opening.TODAY)
    app.run(headless=True, auto_pilot=opening.left)
    assert app.return_code == 2
    err = capfd.readouterr().err
    assert "that nobody foresaw; " in err
    assert "foresaw this" not in err
    assert "Traceback" not in err


# --- sizes -----------------------------------------------------------------------------------

DIALOGS = {
    "payment": (("p",), 2),
    "undo": (("u",), 2),
    "load": (("ctrl+o",), 2),
    "go to": (("5", "g"), 2),
    "put off": (("z",), 2),
    "catch up": (("k",), 2),
    "settings": (("f9",), 2),
    "passphrase": (("f4",), 2),
    "help": (("question_mark",), 0),
    "correct": (("5", "pageup", "l", "home", "down", "e"), 2),
    "bounced": (("5", "pageup", "l", "home", "down", "b"), 2),
    "delete": (("5", "pageup", "l", "home", "down", "d"), 2),
    "discard": (("ctrl+o", "x", "escape"), 2),
}


def _fits(pilot: opening.Accord, screen: Region, buttons: Sequence[Button]) -> bool:
    text = shown(pilot)
    return screen.contains_region(pilot.app.screen.query_one("Dialog").region) and all(
        screen.contains_region(each.region) and each.region.height == 1 and str(each.label) in text
        for each in buttons
    )


@pytest.mark.parametrize("name", DIALOGS)
async def test_every_dialog_fits_and_goes_on_fitting_when_the_window_changes(
    household: Path, name: str
) -> None:
    keys, count = DIALOGS[name]
    async with opening.opened(household, opening.NARROW) as pilot:
        await press(pilot, *keys)
        assert screen_name(pilot) == ""
        for size in (opening.TINY, opening.WIDE, opening.NARROW):
            await pilot.resize_terminal(*size)
            await opening.settled(pilot)
            screen = Region(0, 0, *size)
            buttons = list(pilot.app.screen.query(Button))
            assert len(buttons) == count
            # A dialog is laid out anew in the frame after the window's own.
            await opening.until(pilot, partial(_fits, pilot, screen, buttons))
        await press(pilot, "escape")
        assert pilot.app.is_running


@pytest.mark.parametrize("name", SCREENS)
async def test_every_screen_keeps_its_head_and_foot_in_any_window(
    household: Path, name: str
) -> None:
    async with opening.opened(household) as pilot:
        pilot.app.action_show_screen(name)  # type: ignore[attr-defined]
        await opening.settled(pilot)
        for size in (opening.TINY, opening.WIDE, opening.NARROW):
            await pilot.resize_terminal(*size)
            await opening.settled(pilot)
            title = next(f"{key} {title}" for each, key, title in commands.SCREENS if each == name)
            # The ends of a screen are laid out anew in the frame after the window's own.
            await opening.until(pilot, partial(_has_its_ends, pilot, title, size[1]))
            lines = shown(pilot).splitlines()
            assert sum(1 for line in lines if line.strip()) > size[1] // 2


def _has_its_ends(pilot: opening.Accord, title: str, height: int) -> bool:
    lines = shown(pilot).splitlines()
    top = [title, "23 Nov", *(f" {key} " for _, key, _ in commands.SCREENS)]
    return len(lines) == height and all(each in lines[0] for each in top) and "p Pay" in lines[-1]


# --- themes ----------------------------------------------------------------------------------


async def test_both_themes_show_the_same_words_in_other_colours(household: Path) -> None:
    async with opening.opened(household) as pilot:
        dark, background = shown(pilot), pilot.app.screen.styles.background
        await press(pilot, "f2")
        assert pilot.app.theme == theme.LIGHT.name
        assert shown(pilot) == dark
        assert pilot.app.screen.styles.background.brightness > background.brightness + 0.5
        await press(pilot, "5", "p", "escape", "1", "f2")
        assert pilot.app.theme == theme.DARK.name


async def test_any_theme_of_textual_works(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "5")
        for name in ("textual-light", "nord", "ansi-dark"):
            pilot.app.theme = name
            await pilot.pause()
            assert "November 2026" in shown(pilot)


# --- text that means harm --------------------------------------------------------------------


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A ledger in which everything that a person names is called something odd."""
    path = tmp_path / "hostile.db"
    make.loaded(path, make.named(*HOSTILE)).close()
    return path


def check_harmless(pilot: opening.Accord) -> str:
    """Check that nothing on the screen, notes too, is obeyed by a terminal; gives its text."""
    for strip in pilot.app.screen._compositor.render_strips():
        assert all(mark.isprintable() for mark in strip.text.replace("\u200d", "")), strip.text
    return shown(pilot)


async def test_names_that_look_like_markup_or_escape_codes_are_shown_as_they_are(
    hostile: Path,
) -> None:
    async with opening.opened(hostile, (160, 60), make.on("04-10")) as pilot:
        text = check_harmless(pilot)
        for part in ("[red]Fee[/red] [/x]", "[2J", "red"):
            assert part in text
        for _ in record_list(pilot, "needs").rows:
            await pilot.press("down")
            check_harmless(pilot)


@pytest.mark.parametrize("number", range(len(HOSTILE)))
async def test_every_dialog_takes_an_odd_name(hostile: Path, number: int) -> None:
    name = HOSTILE[number]
    async with opening.opened(hostile, opening.NARROW, make.on("04-10")) as pilot:
        needs = record_list(pilot, "needs")
        needs.cursor = next(
            index
            for index, row in enumerate(needs.rows)
            if row.cells[1][0] == name and str(row.cells[2])
        )
        await press(pilot, "p")
        check_harmless(pilot)
        await press(pilot, "enter")
        assert screen_name(pilot) == "today"
        assert "Paid £" in said(pilot)[-1]
        check_harmless(pilot)
        await press(pilot, "u")
        check_harmless(pilot)
        await press(pilot, "escape")

        # An undertaking, whole.
        needs.cursor = next(index for index, row in enumerate(needs.rows) if row.cells[4] == name)
        await press(pilot, "enter")
        check_harmless(pilot)
        await press(pilot, "escape")

        # Its payment, in the calendar.
        await opening.open_day(pilot, make.on("02-01"))
        await press(pilot, "enter")
        day = record_list(pilot, "lines")
        day.cursor = next(
            index
            for index, row in enumerate(day.rows)
            if row.cells[1] == name and isinstance(row.key, tuple) and row.key[0] == "payment"
        )
        await opening.settled(pilot)
        check_harmless(pilot)
        for key in ("e", "b", "d"):
            await press(pilot, key)
            assert screen_name(pilot) == ""
            check_harmless(pilot)
            await press(pilot, "escape")
        await press(pilot, "d", "y")
        check_harmless(pilot)
        assert screen_name(pilot) == "calendar"


@pytest.mark.parametrize("key", [key for _, key, _ in commands.SCREENS])
async def test_no_screen_obeys_what_a_name_says(hostile: Path, key: str) -> None:
    async with opening.opened(hostile, opening.NARROW, make.on("04-10")) as pilot:
        await press(pilot, key)
        check_harmless(pilot)
        # What is chosen, whole; and what was done to it.
        for pressed in ("down", "end", "enter", "escape", "h", "escape", "f", "escape"):
            await press(pilot, pressed)
            check_harmless(pilot)
        assert not pilot.app._exit


def test_every_screen_names_itself() -> None:
    for name, screen in SCREENS.items():
        assert issubclass(screen, LedgerScreen)
        assert name == screen.NAME


# --- somebody else writes ----------------------------------------------------------------------


async def test_what_another_program_writes_is_shown_by_itself(household: Path) -> None:
    async with opening.opened(household) as pilot:
        assert any("23 days late · priority" in row for row in rows(pilot, "needs"))
        other = make.ledger(household)
        payments.record(
            other,
            debt_id=make.debt_id(other, "hillview-tax"),
            amount=7_000,
            paid_on=opening.TODAY,
            today=opening.TODAY,
        )
        other.close()
        await opening.until(
            pilot, lambda: all("23 days late · priority" not in row for row in rows(pilot, "needs"))
        )


# --- the badge -------------------------------------------------------------------------------


async def test_the_score_stands_on_every_screen_and_follows_what_is_logged(
    household: Path,
) -> None:
    async with opening.opened(household) as pilot:
        assert "82 ▼5" in shown(pilot).splitlines()[0]
        await press(pilot, "5")
        assert "82 ▼5" in shown(pilot).splitlines()[0]
        await press(pilot, "1", "p", "enter")
        await opening.until(pilot, lambda: "84 ▼4" in shown(pilot).splitlines()[0])


async def test_with_too_little_evidence_there_is_no_number(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    make.loaded(path, make.document()).close()
    async with opening.opened(path) as pilot:
        assert shown(pilot).splitlines()[0].rstrip().endswith("new")


async def test_what_is_typed_while_a_form_opens_waits_for_it_in_order(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "6")
        # All at once, as when somebody types faster than the screen follows.
        for key in ("a", *"Rent", "tab", *"ess", "tab", *"500"):
            pilot.app.post_message(Key(key, key if len(key) == 1 else None))
        form = await form_when_still(pilot, "amount", "500")
        assert form.field("name").text == "Rent"
        assert form.field("kind").value() == "essential"


async def test_keys_wait_for_a_form_that_reads_before_it_opens(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "2", "enter")
        detail = record_list(pilot, "detail")
        detail.cursor = next(
            i
            for i, row in enumerate(detail.rows)
            if isinstance(row.key, tuple) and row.key[0] == "debt"
        )
        await opening.settled(pilot)
        for key in ("e", "tab", *"REF1"):
            pilot.app.post_message(Key(key, key if len(key) == 1 else None))
        await form_when_still(pilot, "reference", "REF1")


async def form_when_still(pilot: opening.Accord, name: str, text: str) -> Form[Any]:
    """The form that opens, once a field of it has a text."""

    def is_so() -> bool:
        form = pilot.app.screen
        return isinstance(form, Form) and form.is_mounted and form.field(name).text.endswith(text)

    await opening.until(pilot, is_so)
    form = pilot.app.screen
    assert isinstance(form, Form)
    return form


def app_that_waits(path: Path) -> tuple[AccordApp, Event]:
    """The app, and what it waits for before it opens the ledger."""
    may_open = Event()

    def open_late() -> Ledger:
        assert may_open.wait(opening.PATIENCE)
        return make.ledger(path)

    return AccordApp(open_late, opening.TODAY), may_open


async def test_keys_that_come_before_the_ledger_wait_for_it(household: Path) -> None:
    app, may_open = app_that_waits(household)
    async with app.run_test(size=opening.WIDE) as pilot:
        for key, character in (("dollar_sign", "$"), ("7", "7")):
            app.post_message(Key(key, character))
        await pilot.pause()
        is_opening = app.current_mode == OPENING
        may_open.set()
        assert is_opening
        await opening.until(pilot, lambda: isinstance(app.screen, CashForm))
        field = app.screen.focused
        assert isinstance(field, Input)
        await opening.until(pilot, lambda: field.value == "7")


async def test_what_stood_over_the_opening_does_not_hold_it_up(household: Path) -> None:
    app, may_open = app_that_waits(household)
    async with app.run_test(size=opening.WIDE) as pilot:
        app.action_command_palette()
        await pilot.pause()
        may_open.set()
        await opening.ready(pilot)
        assert screen_name(pilot) == "today"
        await press(pilot, "p")
        assert isinstance(app.screen, PaymentForm)


async def test_a_screen_that_read_before_another_program_wrote_reads_again(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody looks by the clock.
    monkeypatch.setattr("tui.app.LOOK_EVERY", 3_600.0)
    async with opening.opened(household) as pilot:
        await press(pilot, "2")
        other = make.ledger(household)
        creditors.add(other, Details("Brand New Bank", "GBP"))
        other.close()
        # This one is read for the first time, and with it what is newest.
        await press(pilot, "3", "2")
        await opening.until(pilot, lambda: "Brand New Bank" in shown(pilot))


@pytest.mark.parametrize("chosen", [theme.DARK, theme.LIGHT])
async def test_the_chosen_theme_is_there_from_the_first_and_no_style_is_parsed_twice(
    household: Path, chosen: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed = Mock()
    monkeypatch.setattr(AccordApp, "refresh_css", parsed)
    settings = Configuration(Settings(theme=chosen.name))
    async with opening.running(opening.app_on(household, configuration=settings)) as pilot:
        app = pilot.app
        assert app.screen.styles.background == Color.parse(chosen.background or "")
        assert {"-dark-mode", "-light-mode"} & app.classes == {
            "-dark-mode" if chosen.dark else "-light-mode"
        }
        assert f"-theme-{chosen.name}" in app.classes
        parsed.assert_not_called()


async def test_a_key_after_a_save_is_about_what_it_led_to(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_read = Event()
    whole = today_queries.whole

    def late(*given: Any) -> Today:
        assert may_read.wait(opening.PATIENCE)
        return whole(*given)

    async with opening.opened(household) as pilot:
        app = pilot.app
        await press(pilot, "p")
        monkeypatch.setattr(today_queries, "whole", late)
        app.post_message(Key("enter", "\r"))
        await opening.until(pilot, lambda: bool(said(pilot)), idle=False)
        assert "Paid £70.00 to Hillview" in said(pilot)[-1]
        app.post_message(Key("p", "p"))
        for _ in range(5):
            await pilot.pause()
        waits = screen_name(pilot) == "today"
        may_read.set()
        assert waits
        await opening.until(pilot, lambda: isinstance(app.screen, PaymentForm))
        # Hillview is paid; the form is about what is open then, and nothing lies over it.
        assert said(pilot) == []
        assert "Marlow" in cast("PaymentForm", app.screen).field("debt").text


async def test_keys_go_on_where_what_was_typed_cannot_be_saved(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "p", "tab")
        await write(pilot, "much")
        for key, character in (("enter", "\r"), ("5", "5")):
            pilot.app.post_message(Key(key, character))
        await opening.settled(pilot)
        field = pilot.app.focused
        assert isinstance(field, Input)
        assert "5" in field.value
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, PaymentForm)


async def test_the_first_letters_of_a_contact_are_what_was_said(household: Path) -> None:
    async with opening.opened(household) as pilot:
        for letter in "crang":
            pilot.app.post_message(Key(letter, letter))
        await opening.until(pilot, lambda: isinstance(pilot.app.screen, ContactForm))
        await opening.settled(pilot)
        form = pilot.app.screen
        assert isinstance(form, ContactForm)
        assert form.field("summary").text == "rang"
        assert not form.field("creditor").error


async def test_who_leaves_in_the_middle_of_a_form_finds_all_of_it_again(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "c")
        for letter in "hello":
            pilot.app.post_message(Key(letter, letter))
        await opening.until(
            pilot, lambda: cast("ContactForm", pilot.app.screen).field("summary").text == "hello"
        )
        await pilot.app.run_action("quit")
    async with opening.opened(household) as pilot:
        await press(pilot, "c")
        assert cast("ContactForm", pilot.app.screen).field("summary").text == "hello"
