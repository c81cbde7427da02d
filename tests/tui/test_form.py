"""The form and its fields: what is typed, how it is understood, saved, refused or kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from store.rules.errors import AccordError, BadInput
from tests.tui import opening
from tui.app import AccordApp
from tui.dialogs.dialog import Dialog, Leave, Question, Scrolling
from tui.dialogs.form import Form
from tui.widgets.choice_field import ChoiceField, matching
from tui.widgets.date_picker import DatePicker
from tui.widgets.fields import AmountField, DateField, Field, NoteField, TextField

TODAY = date(2026, 11, 23)
NAMES = ("Northbank", "Hillview Council", "Marlow Collections", "Northern Water", "Bank of Hill")
OPTIONS = [(name, number) for number, name in enumerate(NAMES)]
SAVED = "saved"


class PayForm(Form[str]):
    """A payment, with a field of each kind."""

    TITLE = "Log a payment"

    def __init__(self, save: Callable[[Mapping[str, Any]], str] | None = None) -> None:
        super().__init__()
        self.seen: list[Mapping[str, Any]] = []
        self.edits: list[str] = []
        self.answer = save

    def compose_fields(self) -> ComposeResult:
        yield TextField("reference", "Reference", required=True, hint="as on the letter")
        yield AmountField("amount", "Amount", "GBP", "en_GB", required=True)
        yield DateField("day", "Day", TODAY, "en_GB", past=True, value="today")
        yield ChoiceField("creditor", "Creditor", OPTIONS)
        yield ChoiceField("person", "Person", [("Jo", "jo")], allow_new_text=True)
        yield NoteField("note", "Note")

    def compose_preview(self) -> ComposeResult:
        yield Static("credibility 82 → 84", markup=False)

    def changed(self, field: Field) -> None:
        self.edits.append(field.key)

    def save(self, values: Mapping[str, Any]) -> str:
        self.seen.append(dict(values))
        return self.answer(values) if self.answer else SAVED


class FieldForm(Form[str]):
    """Only some fields, whatever they are."""

    def __init__(self, *fields: Field) -> None:
        super().__init__("A [red]title[/x]")
        self.given = fields

    def compose_fields(self) -> ComposeResult:
        yield from self.given

    def save(self, values: Mapping[str, Any]) -> str:
        return SAVED


class FormApp(App[None]):
    """One dialog, and what it closes with."""

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__()
        self.dialog = screen
        self.results: list[Any] = []

    def on_mount(self) -> None:
        self.animation_level = "none"
        self.push_screen(self.dialog, self.results.append)


async def type_in(pilot: Pilot[None], text: str) -> None:
    names = {" ": "space", ".": "full_stop", ",": "comma", "£": "pound_sign"}
    await pilot.press(*(names.get(letter, letter) for letter in text))
    await pilot.pause()


async def settle(pilot: Pilot[None]) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def fill(pilot: Pilot[None], form: PayForm) -> None:
    form.field("reference").text = "NB-1"
    form.field("amount").text = "50"
    await pilot.pause()


def understood(field: Field) -> str:
    return field.beside


def under(field: Field) -> str:
    return field.below


def offered(field: ChoiceField) -> list[str]:
    return [str(option.prompt) for option in field.offers.options]


# What the keys do


async def test_the_first_field_has_the_focus() -> None:
    form = PayForm()
    async with FormApp(form).run_test() as pilot:
        await pilot.pause()
        assert form.focused is form.field("reference").input


@pytest.mark.parametrize("name", ["reference", "amount", "day", "creditor", "person"])
async def test_enter_saves_from_any_input(name: str) -> None:
    form = PayForm()
    app = FormApp(form)
    async with app.run_test() as pilot:
        await fill(pilot, form)
        form.field(name).focus()
        await pilot.press("enter")
        await settle(pilot)
        assert app.results == [SAVED]
    assert form.seen == [
        {
            "reference": "NB-1",
            "amount": 5000,
            "day": TODAY,
            "creditor": None,
            "person": None,
            "note": None,
        }
    ]


async def test_enter_makes_a_line_in_a_note_and_ctrl_s_saves_from_it() -> None:
    form = PayForm()
    app = FormApp(form)
    async with app.run_test() as pilot:
        await fill(pilot, form)
        form.field("note").focus()
        await type_in(pilot, "a")
        await pilot.press("enter")
        await type_in(pilot, "b")
        assert app.results == []
        assert "ctrl+s" in str(form.query_one("#save", Button).label)
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert app.results == [SAVED]
    assert form.seen[0]["note"] == "a\nb"


async def test_a_field_opens_with_its_text_and_its_meaning() -> None:
    fields = [
        NoteField("note", "Note", value="a\nb"),
        AmountField("amount", "Amount", "GBP", "en_GB", value="50"),
        ChoiceField("creditor", "Creditor", OPTIONS, value="northbank"),
    ]
    app = FormApp(FieldForm(*fields))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert [field.value() for field in fields] == ["a\nb", 5000, 0]
        assert understood(fields[1]) == "= £50.00"
        fields[1].focus()
        await type_in(pilot, "7")
        assert fields[1].text == "7"
        fields[0].focus()
        await pilot.press("escape")
        await pilot.press("n")
        assert app.results == [None]


class Letter(NoteField):
    from_the_top = True


@pytest.mark.parametrize("size", [opening.WIDE, opening.TINY, (8, 2), (5, 1)])
async def test_a_dialog_is_painted_by_itself_first_and_then_what_is_behind_it(
    household: Path, monkeypatch: pytest.MonkeyPatch, size: opening.Size
) -> None:
    painted: list[object] = []

    def paint(app: AccordApp, screen: Screen[Any], update: Any) -> None:
        if update is not None and isinstance(screen, Form):
            update.render_segments(app.console)
            painted.append(update)

    async with opening.opened(household, size) as pilot:
        monkeypatch.setattr(AccordApp, "_display", paint)
        await opening.press(pilot, "p")
        assert isinstance(pilot.app.screen, Form)
        dialog = pilot.app.screen.query_one(Dialog).region
        assert size != opening.WIDE or "Needs you" in opening.shown(pilot)
    if size == opening.WIDE:
        first = painted[0]
        assert isinstance(first, ChopsUpdate)
        assert {(y, x, end) for y, x, end in first.spans} == {
            (y, dialog.x, dialog.right) for y in dialog.line_range
        }
    assert any(isinstance(each, LayoutUpdate) for each in painted)


async def test_one_writes_on_at_the_end_of_a_note_and_reads_a_letter_from_the_top() -> None:
    note = NoteField("note", "Note", value="one\ntwo")
    letter = Letter("letter", "Letter", value="Dear\nAll")
    async with FormApp(FieldForm(note, letter)).run_test() as pilot:
        await pilot.pause()
        await type_in(pilot, "!")
        assert note.text == "one\ntwo!"
        note.text = "three"
        await type_in(pilot, "!")
        assert note.text == "three!"
        letter.focus()
        await type_in(pilot, "!")
        assert letter.text == "!Dear\nAll"


async def test_tab_leaves_a_note() -> None:
    form = PayForm()
    async with FormApp(form).run_test() as pilot:
        form.field("note").focus()
        await pilot.press("tab")
        assert form.focused is form.query_one("#save")


async def test_esc_closes_at_once_where_nothing_was_typed() -> None:
    app = FormApp(PayForm())
    async with app.run_test() as pilot:
        await pilot.press("escape")
        await pilot.pause()
        assert app.results == [None]


async def test_a_text_that_is_filled_in_does_not_count_as_typed() -> None:
    form = PayForm()
    app = FormApp(form)
    async with app.run_test() as pilot:
        form.field("amount").fill("50")
        await pilot.press("escape")
        await pilot.pause()
        assert app.results == [None]


@pytest.mark.parametrize("key", ["y", "escape", "enter"])
async def test_esc_asks_where_something_was_typed_and_keeps_it_unless_told(key: str) -> None:
    form = PayForm()
    app = FormApp(form)
    async with app.run_test() as pilot:
        await type_in(pilot, "x")
        await pilot.press("escape")
        assert isinstance(app.screen, Leave)
        await pilot.press(key)
        await pilot.pause()
        assert form.is_active
        assert form.field("reference").text == "x"
        await pilot.press("escape", "n")
        await pilot.pause()
        assert app.results == [None]


async def test_the_buttons_do_what_the_keys_do() -> None:
    form = PayForm()
    app = FormApp(form)
    async with app.run_test(size=(80, 24)) as pilot:
        await fill(pilot, form)
        await pilot.click("#cancel")
        assert isinstance(app.screen, Leave)
        await pilot.press("y")
        await pilot.click("#save")
        await settle(pilot)
        assert app.results == [SAVED]


# What is wrong


async def test_errors_stand_at_their_fields_and_what_was_typed_stays() -> None:
    form = PayForm()
    app = FormApp(form)
    async with app.run_test() as pilot:
        form.field("reference").text = "NB-1"
        form.field("amount").text = "lots"
        form.field("day").text = "someday"
        await pilot.press("enter")
        await pilot.pause()
        assert form.seen == []
        assert form.focused is form.field("amount").input
        assert under(form.field("amount")).startswith("✗ 'lots' is not an amount")
        assert "not a date" in under(form.field("day"))
        assert under(form.field("reference")) == "as on the letter"
        assert form.field("amount").text == "lots"
        await type_in(pilot, "5")
        assert form.field("amount").error == ""
        assert form.field("day").error


async def test_a_needed_field_says_so() -> None:
    form = PayForm()
    async with FormApp(form).run_test() as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert form.field("reference").error == "Reference is needed"
        assert form.field("amount").error.startswith("Type an amount")
        assert form.focused is form.field("reference").input


async def test_going_on_to_another_field_says_what_is_wrong_in_the_last() -> None:
    form = PayForm()
    async with FormApp(form).run_test() as pilot:
        form.field("amount").focus()
        await type_in(pilot, "x")
        assert form.field("amount").error == ""
        await pilot.press("tab")
        await pilot.pause()
        assert "not an amount" in form.field("amount").error


@pytest.mark.parametrize("name", ["amount", None, "unknown"])
async def test_an_error_of_the_ledger_is_shown_and_everything_is_kept(name: str | None) -> None:
    def refuse(values: Mapping[str, Any]) -> str:
        raise AccordError("More than is [owed]", field=name)

    form = PayForm(refuse)
    app = FormApp(form)
    async with app.run_test(size=(80, 24)) as pilot:
        await fill(pilot, form)
        await pilot.press("enter")
        await pilot.pause()
        await pilot.pause()
        await wait_until(pilot, lambda: form._saving is None)
        message = form.query_one(".message", Static)
        if name == "amount":
            assert under(form.field("amount")) == "✗ More than is [owed]"
            assert form.focused is form.field("amount").input
            assert not message.display
        else:
            assert str(message.content) == "✗ More than is [owed]"
            assert message.display
        assert form.field("reference").text == "NB-1"
        assert app.results == []
        form.answer = None
        form.field("reference").focus()
        await pilot.press("enter")
        await settle(pilot)
        assert app.results == [SAVED]


async def test_an_unforeseen_error_does_not_end_the_app() -> None:
    def break_down(values: Mapping[str, Any]) -> str:
        raise RuntimeError("[/x] disk")

    form = PayForm(break_down)
    app = FormApp(form)
    async with app.run_test() as pilot:
        await fill(pilot, form)
        await pilot.press("enter")
        await wait_until(pilot, lambda: bool(form.seen) and form._saving is None)
        message = str(form.query_one(".message", Static).content)
        assert "what you typed is still here" in message
        assert "disk" not in message
        assert app.screen is form


async def wait_until(pilot: Pilot[None], happened: Callable[[], bool]) -> None:
    for _ in range(200):
        if happened():
            break
        await pilot.pause(0.005)
    assert happened()


async def test_saving_twice_saves_once_and_esc_waits_for_it() -> None:
    go_on = threading.Event()

    def wait(values: Mapping[str, Any]) -> str:
        go_on.wait(5)
        return SAVED

    form = PayForm(wait)
    app = FormApp(form)
    async with app.run_test() as pilot:
        await fill(pilot, form)
        await pilot.press("enter", "enter", "ctrl+s", "escape")
        assert app.screen is form
        assert form.query_one(Dialog).border_subtitle == "Saving…"
        go_on.set()
        await settle(pilot)
        assert app.results == [SAVED]
    assert len(form.seen) == 1


async def test_a_form_that_was_saved_under_another_screen_closes_with_it() -> None:
    go_on = threading.Event()

    def wait(values: Mapping[str, Any]) -> str:
        go_on.wait(5)
        return SAVED

    form = PayForm(wait)
    app = FormApp(form)
    async with app.run_test() as pilot:
        await fill(pilot, form)
        await pilot.press("enter")
        app.push_screen(Question("Over it"))
        await pilot.pause()
        go_on.set()
        await settle(pilot)
        assert app.results == []
        await pilot.press("y")
        await pilot.pause()
        assert app.results == [SAVED]


async def test_a_form_hears_of_each_edit_and_hides_what_is_not_asked() -> None:
    form = PayForm()
    app = FormApp(form)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert form.edits == []
        await type_in(pilot, "ab")
        assert form.edits == ["reference", "reference"]
        form.field("amount").display = False
        await pilot.press("enter")
        await settle(pilot)
        assert "amount" not in form.seen[0]


# Fields


@pytest.mark.parametrize(
    ("locale", "currency", "text", "amount", "shown"),
    [
        ("en_GB", "GBP", "50", 5000, "= £50.00"),
        ("en_GB", "GBP", "£50", 5000, "= £50.00"),
        ("en_GB", "GBP", "1,234.5", 123450, "= £1,234.50"),
        ("de_DE", "EUR", "1.234,56", 123456, "= 1.234,56\xa0€"),
        ("de_DE", "EUR", "50", 5000, "= 50,00\xa0€"),
    ],
)
async def test_amounts_are_read_by_locale_and_shown_beside(
    locale: str, currency: str, text: str, amount: int, shown: str
) -> None:
    field = AmountField("amount", "Amount", currency, locale)
    async with FormApp(FieldForm(field)).run_test() as pilot:
        await pilot.pause()
        assert understood(field) == currency
        field.text = text
        await pilot.pause()
        assert understood(field) == shown
        assert field.value() == amount


async def test_another_currency_is_shown_at_once() -> None:
    field = AmountField("amount", "Amount", "GBP", "en_GB", value="50")
    async with FormApp(FieldForm(field)).run_test() as pilot:
        await pilot.pause()
        field.currency = "EUR"
        assert understood(field) == "= €50.00"
        field.text = "£50"
        with pytest.raises(BadInput) as caught:
            field.value()
        assert caught.value.field == "amount"


@pytest.mark.parametrize(
    ("text", "past", "day", "shown"),
    [
        ("today", False, TODAY, "Mon 23 Nov · today"),
        ("fri", False, date(2026, 11, 27), "Fri 27 Nov · in 4 days"),
        ("fri", True, date(2026, 11, 20), "Fri 20 Nov · 3 days ago"),
        ("+1m", False, date(2026, 12, 23), "Wed 23 Dec · in 30 days"),
        ("2025-01-02", True, date(2025, 1, 2), "Thu 2 Jan 2025 · 690 days ago"),
    ],
)
async def test_dates_take_words_and_show_the_day_beside(
    text: str, past: bool, day: date, shown: str
) -> None:
    field = DateField("day", "Day", TODAY, "en_GB", past=past)
    async with FormApp(FieldForm(field)).run_test() as pilot:
        await pilot.pause()
        assert understood(field) == ""
        field.text = text
        await pilot.pause()
        assert understood(field) == shown
        assert field.value() == day
        field.text = "whenever"
        await pilot.pause()
        assert understood(field) == ""


async def test_down_opens_a_month_and_enter_takes_its_day_without_saving() -> None:
    form = PayForm()
    app = FormApp(form)
    async with app.run_test(size=(80, 24)) as pilot:
        field = form.field("day").focus()
        assert isinstance(field, DateField)
        await pilot.press("down")
        assert field.picker.has_focus
        assert field.picker.day == TODAY
        await pilot.press("down", "right", "pagedown", "up", "left", "enter")
        await pilot.pause()
        assert field.text == "2026-12-24"
        assert field.input.has_focus
        assert not field.picker.display
        assert form.seen == []


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_esc_closes_the_month_only_and_it_lies_within_the_screen(
    size: tuple[int, int],
) -> None:
    fields: list[Field] = [TextField(f"t{number}", "Text") for number in range(5)]
    field = DateField("day", "Day", TODAY, "en_GB", value="fri")
    app = FormApp(FieldForm(*fields, field))
    async with app.run_test(size=size) as pilot:
        field.focus()
        await pilot.pause()
        await pilot.press("down")
        await pilot.pause()
        assert app.screen.region.contains_region(field.picker.region)
        assert field.picker.region.size == (32, 10)
        assert not field.picker.region.overlaps(field.input.region)
        await pilot.press("escape")
        await pilot.pause()
        assert not field.picker.display
        assert app.screen.focused is field.input
        assert field.text == "fri"
        assert app.results == []


async def test_the_month_is_drawn_with_today_and_takes_clicks() -> None:
    field = DateField("day", "Day", TODAY, "en_GB")
    app = FormApp(FieldForm(field))
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.pause()
        await pilot.click(field, offset=field.opener.offset)
        await pilot.pause()
        picker = field.picker
        assert picker.has_focus
        lines = [picker.render_line(y).text for y in range(8)]
        assert lines[0].split() == ["‹", "November", "2026", "›"]
        assert lines[1].split() == ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
        assert "▌23]" in lines[6]
        await pilot.press("right")
        assert "[23]▌24 " in picker.render_line(6).text
        await pilot.click(picker, offset=(3, 1))  # the arrow at the left
        assert picker.day == date(2026, 10, 24)
        await pilot.press("t")
        assert picker.day == TODAY
        await pilot.click(picker, offset=(3, 4))  # Monday of the second week
        await pilot.pause()
        assert field.text == "2026-11-02"


async def test_the_month_closes_when_the_focus_goes_on_and_keeps_within_its_years() -> None:
    field = DateField("day", "Day", TODAY, "en_US", value="2200-12-20")
    other = TextField("other", "Other")
    app = FormApp(FieldForm(field, other))
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.press("down")
        # The month has a size after the next frame.
        await pilot.pause()
        assert field.picker.render_line(1).text.split()[0] == "Su"
        await pilot.press("pagedown", "down", "down")
        assert field.picker.day == date(2200, 12, 31)
        await pilot.press("tab")
        await pilot.pause()
        assert not field.query_one(DatePicker).display
        assert app.screen.focused is other.input


# Names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("north", ["Northbank", "Northern Water"]),
        ("BANK", ["Bank of Hill", "Northbank"]),
        ("hill", ["Hillview Council", "Bank of Hill"]),
        ("hi co", ["Hillview Council"]),
        ("zz", []),
        ("", list(NAMES)),
    ],
)
def test_names_match_from_the_start_then_by_word_then_inside(text: str, found: list[str]) -> None:
    assert [NAMES[index] for index in matching(text, NAMES)] == found


def test_names_match_without_their_accents() -> None:
    assert matching("muller", ["Ann Müller"]) == [0]


async def test_typing_offers_names_and_enter_takes_one_without_saving() -> None:
    form = PayForm()
    app = FormApp(form)
    async with app.run_test() as pilot:
        await fill(pilot, form)
        field = form.field("creditor").focus()
        assert isinstance(field, ChoiceField)
        await type_in(pilot, "nor")
        assert offered(field) == ["Northbank", "Northern Water"]
        assert app.screen.region.contains_region(field.offers.region)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert field.text == "Northern Water"
        assert field.value() == NAMES.index("Northern Water")
        assert not field.is_open
        assert form.seen == []
        await pilot.press("enter")
        await settle(pilot)
        assert form.seen[0]["creditor"] == NAMES.index("Northern Water")


async def test_a_name_is_completed_in_grey_and_right_accepts_it() -> None:
    field = ChoiceField("creditor", "Creditor", OPTIONS)
    app = FormApp(FieldForm(field))
    async with app.run_test() as pilot:
        await type_in(pilot, "marl")
        await settle(pilot)
        await pilot.press("right")
        await pilot.pause()
        assert field.text == "Marlow Collections"
        assert not field.is_open


async def test_tab_takes_the_name_and_goes_on() -> None:
    form = PayForm()
    async with FormApp(form).run_test() as pilot:
        field = form.field("creditor").focus()
        await type_in(pilot, "marl")
        await pilot.press("tab")
        await pilot.pause()
        assert field.text == "Marlow Collections"
        assert field.error == ""
        assert form.focused is form.field("person").input


async def test_esc_closes_the_list_first_and_keeps_the_text() -> None:
    form = PayForm()
    app = FormApp(form)
    async with app.run_test() as pilot:
        field = form.field("creditor").focus()
        assert isinstance(field, ChoiceField)
        await type_in(pilot, "nor")
        await pilot.press("escape")
        assert app.screen is form
        assert not field.is_open
        assert field.text == "nor"
        await pilot.press("escape")
        assert isinstance(app.screen, Leave)


async def test_down_and_the_mark_offer_all_names_and_a_click_takes_one() -> None:
    field = ChoiceField("creditor", "Creditor", OPTIONS)
    app = FormApp(FieldForm(field))
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.press("down")
        await pilot.pause()
        assert offered(field) == list(NAMES)
        await pilot.press("escape")
        await pilot.click(field, offset=field.opener.offset)
        await pilot.pause()
        assert field.is_open
        await pilot.click(field.offers, offset=(4, 2))
        await pilot.pause()
        assert field.text == "Hillview Council"
        assert app.screen.focused is field.input
        assert not field.is_open


async def test_a_name_that_is_none_says_what_it_could_be() -> None:
    field = ChoiceField("creditor", "Creditor", OPTIONS, required=True)
    for text, message in (
        ("", "Choose one: Northbank, Hillview Council, Marlow Collections and 2 more"),
        ("nor", "Which one is it: Northbank, Northern Water?"),
        ("zz", "There is no 'zz'; there is Northbank, Hillview Council, Marlow Collections"),
    ):
        field.text = text
        with pytest.raises(BadInput) as caught:
            field.value()
        assert caught.value.message.startswith(message)
        assert caught.value.field == "creditor"
    field.text = "  NORTHBANK "
    assert field.value() == 0


async def test_a_new_text_is_kept_unless_a_name_is_chosen() -> None:
    field = ChoiceField("person", "Person", OPTIONS, allow_new_text=True)
    app = FormApp(FieldForm(field))
    async with app.run_test() as pilot:
        await type_in(pilot, "Bank")
        assert field.is_open
        await pilot.press("enter")
        await pilot.pause()
        assert app.results == []
        assert field.value() == "Bank"
        await type_in(pilot, " ")
        await pilot.press("down", "enter")
        await pilot.pause()
        assert field.value() == NAMES.index("Bank of Hill")


async def test_equal_names_are_told_apart_by_choosing() -> None:
    field = ChoiceField("debt", "Debt", [("Card", 1), ("Card", 2)])
    async with FormApp(FieldForm(field)).run_test() as pilot:
        field.text = "Card"
        with pytest.raises(BadInput, match="2 called Card"):
            field.value()
        await pilot.press("down", "down", "enter")
        await pilot.pause()
        assert field.value() == 2
        field.choose(1)
        await pilot.pause()
        assert field.value() == 1
        assert not field.touched


# Everywhere


async def test_markup_is_only_text() -> None:
    nasty = "[red]x[/x] [@click=app.quit]y"
    form = PayForm()
    app = FormApp(form)
    async with app.run_test() as pilot:
        for name in ("reference", "amount", "day", "creditor", "person", "note"):
            form.field(name).text = nasty
        creditor = form.field("creditor")
        assert isinstance(creditor, ChoiceField)
        creditor.set_options([(nasty, 9)])
        creditor.focus()
        await pilot.press("down")
        await pilot.pause()
        assert offered(creditor) == [nasty]
        await pilot.press("escape", "enter")
        await pilot.pause()
        assert "[red]x[/x]" in under(form.field("amount"))
        assert creditor.value() == 9


async def test_markup_in_titles_labels_and_questions_is_only_text() -> None:
    nasty = "[red]x[/x]"
    field = ChoiceField(nasty, nasty, [(nasty, 1)], hint=nasty)
    app = FormApp(FieldForm(field))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert under(field) == nasty
        app.push_screen(Question(nasty, nasty, yes=nasty, no=nasty))
        await pilot.pause()
        assert str(app.screen.query_one("#yes", Button).label).startswith(nasty)


def scrolled_to(form: Form[Any], field: Field) -> bool:
    return form.query_one(Scrolling).region.contains_region(field.region)


def inside(screen: Screen[Any], widgets: Iterable[Any]) -> bool:
    return all(widget.region and screen.region.contains_region(widget.region) for widget in widgets)


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20)])
async def test_title_preview_and_buttons_are_always_in_sight(size: tuple[int, int]) -> None:
    form = PayForm()
    async with FormApp(form).run_test(size=size) as pilot:
        form.field("day").text = "x" * 50
        await pilot.press("enter")
        await pilot.pause()
        await pilot.pause()
        dialog = form.query_one(Dialog)
        assert inside(form, [dialog, *form.query(Button), form.query_one(".preview Static")])
        assert all(dialog.region.contains_region(button.region) for button in form.query(Button))
        for field in form.query(Field):
            field.focus()
            await wait_until(pilot, partial(scrolled_to, form, field))


async def test_six_fields_of_one_line_fit_24_rows() -> None:
    fields = [TextField(f"t{number}", "Text") for number in range(6)]
    app = FormApp(FieldForm(*fields))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert not app.screen.query_one(Scrolling).show_vertical_scrollbar
        assert inside(app.screen, fields)


async def test_fields_may_stand_side_by_side() -> None:
    class Beside(FieldForm):
        def compose_fields(self) -> ComposeResult:
            with Horizontal():
                yield from self.given

    fields = [TextField("a", "A"), AmountField("b", "B", "GBP", "en_GB")]
    app = FormApp(Beside(*fields))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert inside(app.screen, app.screen.query(Input))
        assert fields[0].region.y == fields[1].region.y


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["enter"], True),
        (["y"], True),
        (["n"], False),
        (["escape"], False),
        (["right", "enter"], False),
    ],
)
async def test_a_question_takes_keys(keys: list[str], answer: bool) -> None:
    app = FormApp(Question("Delete it?", "It can be undone.", yes="Delete", no="Keep"))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert inside(app.screen, app.screen.query(Button))
        await pilot.press(*keys)
        await pilot.pause()
        assert app.results == [answer]


async def test_a_long_question_keeps_its_buttons() -> None:
    app = FormApp(Question("Sure?", "word " * 500))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert inside(app.screen, [*app.screen.query(Button), app.screen.query_one(Dialog)])
        await pilot.click("#no")
        await pilot.pause()
        assert app.results == [False]


async def test_beside_a_date_what_has_no_room_goes_whole() -> None:
    field = DateField("day", "Day", TODAY, "en_GB", value="28 nov")
    async with FormApp(FieldForm(field)).run_test() as pilot:
        await pilot.pause()
        assert understood(field) == "Sat 28 Nov · in 5 days"
        field.styles.width = 24 + 3 + 16
        await wait_until(pilot, lambda: understood(field) == "Sat 28 Nov")
        field.styles.width = 24 + 3 + 40
        await wait_until(pilot, lambda: understood(field) == "Sat 28 Nov · in 5 days")


async def test_a_field_about_the_future_reads_forward() -> None:
    field = DateField("day", "Day", TODAY, "en_GB", ahead=True, value="1 aug")
    async with FormApp(FieldForm(field)).run_test() as pilot:
        await pilot.pause()
        assert field.value() == date(2027, 8, 1)


class LongForm(FieldForm):
    """Many fields, and something below them that may grow."""

    def compose_preview(self) -> ComposeResult:
        yield Static("one line", markup=False, id="said")


def _contains(outer: Widget, inner: Widget) -> bool:
    return outer.region.contains_region(inner.region)


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_the_field_with_the_focus_stays_in_sight_also_when_the_preview_grows(
    size: tuple[int, int],
) -> None:
    form = LongForm(*(TextField(f"name{n}", f"Name {n}") for n in range(20)))
    async with FormApp(form).run_test(size=size) as pilot:
        for n in (19, 0, 7):
            field = form.field(f"name{n}").focus()
            for lines in (30, 1):
                form.query_one("#said", Static).update("a line\n" * lines)
                await pilot.pause()
                await pilot.pause()
                fields = form.query_one(Scrolling)
                await opening.until(pilot, partial(_contains, fields, field.input))
                assert fields.size.height >= 6
                assert form.query_one("#save").region.height == 1


async def test_only_the_form_scrolls_to_the_field_with_the_focus(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    form = LongForm(*(NoteField(f"name{n}", f"Name {n}") for n in range(20)))
    scrolled: list[Widget] = []
    monkeypatch.setattr(form, "scroll_to_center", lambda widget, **_: scrolled.append(widget))
    async with FormApp(form).run_test(size=(80, 24)) as pilot:
        last = form.field("name19").focus()
        await opening.until(pilot, lambda: _contains(form.query_one(Scrolling), last))
    assert scrolled == []


async def test_what_the_preview_has_no_room_for_is_a_page_down() -> None:
    form = LongForm(TextField("name", "Name"))
    async with FormApp(form).run_test(size=(80, 24)) as pilot:
        said = form.query_one("#said", Static)
        said.update("a line\n" * 30)
        await opening.until(pilot, lambda: form.query_one(".preview").max_scroll_y > 0)
        before = said.region.y
        await pilot.press("pagedown")
        await opening.until(pilot, lambda: said.region.y < before)


async def test_other_words_are_understood_though_not_offered() -> None:
    field = ChoiceField("by", "By", [("me", 1), ("the creditor", 2)])
    field.also = {"them": 2, "they": 2, "mine": 1, "Marlow Collections": 2}
    for text, value in {"them": 2, "THEY": 2, "mine": 1, "marl": 2, "me": 1, "the cr": 0}.items():
        field.text = text
        if value:
            assert field.value() == value
        else:
            with pytest.raises(BadInput, match="the creditor"):
                field.value()


async def test_a_dialog_that_is_closed_twice_takes_no_other_screen_with_it() -> None:
    form = PayForm(lambda values: SAVED)
    app = FormApp(form)
    async with app.run_test() as pilot:
        await settle(pilot)
        below = app.screen_stack[0]
        form.dismiss(None)
        form.dismiss(None)
        await wait_until(pilot, lambda: app.results == [None])
        assert app.screen is below
