"""Credibility: what it says, how it moves through time and creditors, and the payment record."""

from pathlib import Path

import pytest
from textual.widgets import Static

from store.rules.credibility import Confidence
from tests import make
from tests.make import on
from tests.tui import opening
from tests.tui.opening import footer, press, record_list, rows, said, screen_name, shown, write
from tui.dialogs.payment_record import PaymentRecordForm
from tui.dialogs.until import Until
from tui.screens.credibility import CredibilityScreen
from tui.widgets.chart import ScoreChart


def screen(pilot: opening.Accord) -> CredibilityScreen:
    """The screen, which is up."""
    found = pilot.app.screen
    assert isinstance(found, CredibilityScreen)
    return found


def text_of(pilot: opening.Accord, id_: str) -> str:
    """What a part of the screen says."""
    return str(pilot.app.screen.query_one(f"#{id_}", Static).visual)


async def go(pilot: opening.Accord) -> None:
    """Go to the screen."""
    await press(pilot, "7")
    await opening.ready(pilot)


async def test_it_opens_on_a_sentence_with_the_next_step_that_can_be_afforded(
    household: Path,
) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot)
        assert text_of(pilot, "headline") == (
            "Your word: 82 of 100, solid. "
            "Next you can afford: Riverside today (82), Hillview on Sat 28 Nov (84)."
        )
        text = shown(pilot)
        assert "82 ± 12" in text
        assert "told in time 0 of 5" in text
        assert "63 % in writing" in text


async def test_what_moved_it_is_listed_by_month_newest_first(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot)
        listed = rows(pilot, "moves")
        assert listed[0] == ["◌", "11", "Marlow Collections", "missed", "£60.00", "▼2.4"]
        assert listed[2][2:] == ["Hillview Council", "missed", "£70.00", "▼2.8"]
        assert listed[3][2:] == ["What is past weighs less", "fading", "", "▼0.6"]
        headings = [row.cells[0] for row in record_list(pilot, "moves").rows if row.heading]
        assert headings[:2] == ["November 2026   ▼5.5", "October 2026   ▲0.5"]


async def test_a_line_says_how_it_would_stand_without_and_opens_its_day(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot)
        await press(pilot, "down", "down")
        assert "Without this promise it would be 84.7 today" in text_of(pilot, "detail")
        await press(pilot, "down")
        assert "half as much a year after" in text_of(pilot, "detail")
        await press(pilot, "up", "enter")
        assert screen_name(pilot) == "calendar"
        assert getattr(pilot.app.screen, "day", None) == on("10-31")


async def test_r_goes_through_three_ranges(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot)
        chart = screen(pilot).query_one("#chart")
        assert "‹1 year›" in str(chart.border_title)
        counts = []
        for name in ("‹all›", "‹3 months›", "‹1 year›"):
            await press(pilot, "r")
            assert name in str(chart.border_title)
            counts.append(len(rows(pilot, "moves")))
        assert counts[1] < counts[2] <= counts[0]


async def test_enter_on_a_creditor_shows_my_word_with_them_and_esc_all_again(
    household: Path,
) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot)
        record_list(pilot, "creditors").focus()
        await press(pilot, "down", "enter")
        assert text_of(pilot, "headline").startswith("Your word with Northbank:")
        assert "71 ± 22   too little evidence" in text_of(pilot, "summary")
        assert {row[2] for row in rows(pilot, "moves") if row[3] != "fading"} == {"Northbank"}
        assert rows(pilot, "creditors")[0][0] == "Everyone"
        await footer(pilot, "With everyone")
        await press(pilot, "escape")
        assert text_of(pilot, "headline").startswith("Your word: 82")
        assert rows(pilot, "creditors")[0][0] == "Hillview Council"
        await footer(pilot, lacks=["With everyone"])


async def test_what_if_says_the_score_and_whether_the_cash_carries_it(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot)
        lines = [line.split() for line in text_of(pilot, "what-ifs").splitlines()]
        said = [" ".join(line) for line in lines]
        assert said == [
            *("Keep all 8 until 1 Mar 2027 83", "cash carries it"),
            *("Pay the three open ones today 88", "£13.61 short today"),
            *("Pay the three open ones by 28 Nov 87", "cash carries it"),
            *("Miss Northbank Tue 1 Dec 81", "cash carries it"),
            *("Renegotiate Riverside today 83", "stops 1 from counting; cash carries it"),
        ]


async def test_w_asks_until_when_and_refuses_what_is_past(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot)
        await press(pilot, "w")
        form = pilot.app.screen
        assert isinstance(form, Until)
        await write(pilot, "yesterday")
        await press(pilot, "enter")
        assert pilot.app.screen is form
        assert "is not ahead" in shown(pilot)
        await write(pilot, "24 Dec")
        await press(pilot, "enter")
        assert "Keep all 3 until 24 Dec" in text_of(pilot, "what-ifs")


async def test_x_writes_the_payment_record_and_never_over_another_file(
    household: Path, tmp_path: Path
) -> None:
    path = tmp_path / "record.md"
    async with opening.opened(household) as pilot:
        await go(pilot)
        await press(pilot, "x")
        form = pilot.app.screen
        assert isinstance(form, PaymentRecordForm)
        form.field("creditor").text = "Northbank"
        form.field("path").text = str(path)
        await press(pilot, "enter")
        await opening.until(pilot, lambda: pilot.app.screen is not form)
        assert said(pilot) == [f"Payment record written to {path}"]
        text = path.read_text()
        assert text.startswith("# Payment record\n")
        assert "Hillview" not in text
        assert path.stat().st_mode & 0o077 == 0
        await press(pilot, "x")
        form = pilot.app.screen
        assert isinstance(form, PaymentRecordForm)
        form.field("path").text = str(path)
        await press(pilot, "enter")
        await opening.until(pilot, lambda: "there already" in shown(pilot))
        assert path.read_text() == text


async def test_an_empty_ledger_says_that_nothing_has_counted_yet(tmp_path: Path) -> None:
    async with opening.opened(tmp_path / "ledger.db") as pilot:
        await go(pilot)
        assert text_of(pilot, "headline").startswith("Nothing has counted yet")
        await press(pilot, "r", "down", "enter", "r")
        assert "new" in text_of(pilot, "summary")


async def test_below_two_of_evidence_there_is_no_number(tmp_path: Path) -> None:
    document = make.document(agreements=[make.promise()], payments=[make.paid("02-01")])
    make.loaded(tmp_path / "ledger.db", document).close()
    async with opening.opened(tmp_path / "ledger.db", today=on("02-20")) as pilot:
        await go(pilot)
        view = screen(pilot).view
        assert view is not None
        assert view.standing.score.confidence is Confidence.TOO_LITTLE
        assert "too little evidence yet" in text_of(pilot, "headline")
        assert text_of(pilot, "summary").startswith("new")


@pytest.mark.parametrize("size", [opening.NARROW, opening.TINY])
async def test_where_there_is_no_room_what_stands_beside_is_behind_a_key(
    household: Path, size: opening.Size
) -> None:
    async with opening.opened(household, size) as pilot:
        await go(pilot)
        assert screen(pilot).query_one(ScoreChart).region.height >= 5
        assert "Marlow Collections" in shown(pilot)
        assert "What if" not in shown(pilot).rsplit("\n", 1)[0]
        await press(pilot, "o")
        assert "By creditor" in shown(pilot)
        await press(pilot, "end", *["down"] * 6)
        assert "Renegotiate Riverside" in shown(pilot)
        await press(pilot, "o")
        assert "What moved it" in shown(pilot)


async def test_a_key_for_narrow_windows_goes_from_the_footer_as_they_widen(
    household: Path,
) -> None:
    async with opening.opened(household, opening.NARROW) as pilot:
        await go(pilot)
        await footer(pilot, "o By")
        await pilot.resize_terminal(*opening.WIDE)
        await footer(pilot, lacks=["By creditor"])


async def test_markup_in_a_name_is_only_text(tmp_path: Path) -> None:
    nasty = "Bank [b]x[/b]"
    document = make.document(
        creditors=[{"key": "bank", "name": nasty}], agreements=[make.promise()]
    )
    make.loaded(tmp_path / "ledger.db", document).close()
    async with opening.opened(tmp_path / "ledger.db") as pilot:
        await go(pilot)
        record_list(pilot, "creditors").focus()
        await press(pilot, "enter")
        assert f"Score with {nasty}" in shown(pilot)
        await press(pilot, "2")
        await opening.ready(pilot)
        assert f"─ {nasty} ─" in shown(pilot)


async def test_after_a_payment_it_is_read_again(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot)
        await press(pilot, "1", "p", "enter")
        await press(pilot, "7")
        await opening.until(
            pilot, lambda: rows(pilot, "moves")[0][2:4] == ["Hillview Council", "23 days late"]
        )
