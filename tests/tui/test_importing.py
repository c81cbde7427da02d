"""Importing a bank statement: the file, its columns, the review, and what is recorded."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store.exchange import importing
from store.exchange.importing import Choices
from store.exchange.statements import reading
from store.exchange.statements.line import Statement
from store.ledger import payments
from tests import make
from tests.tui import opening
from tests.tui.opening import TINY, TODAY, flat, press, rows, said, shown, write
from tui.dialogs import progress
from tui.dialogs.import_columns import ColumnsDialog
from tui.dialogs.import_review import ReviewDialog
from tui.dialogs.import_statement import StatementForm

FOUND = "02/11/2026,NORTHBANK,NB-4471-0092,-100.00"
LOGGED = "01/10/2026,NORTHBANK,NB-4471-0092,-100.00"
DOUBTFUL = "01/09/2026,TFR 2231,,-100.00"
SHOP = "05/11/2026,[/x] CORNER SHOP,CARD,-12.40"
WAGES = "27/10/2026,ACME LTD,WAGES,1900.00"
ALL = (DOUBTFUL, LOGGED, FOUND, SHOP, WAGES)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A card of 100.00 a month, of which October's payment is logged; gives the ledger's path."""
    document = make.document(agreements=[make.promise(count=14)], payments=[make.paid("10-02")])
    document["creditors"] = [{"key": "northbank", "name": "Northbank"}]
    document["debts"] = [make.debt(creditor="northbank", reference="NB-4471-0092")]
    found = tmp_path / "ledger.db"
    make.loaded(found, document).close()
    return found


def bank(path: Path, *lines: str, header: str = "Date,Payee,Details,Amount") -> Path:
    """A statement beside the ledger, which is proposed."""
    file = path.with_name("statement.csv")
    file.write_text("\n".join([header, *(lines or ALL)]) + "\n")
    return file


def dialog_of(pilot: opening.Accord) -> ReviewDialog:
    """The review, which is on top."""
    screen = pilot.app.screen
    assert isinstance(screen, ReviewDialog)
    return screen


async def go_to(pilot: opening.Accord, number: int) -> None:
    """Put the cursor on a line."""
    listed = opening.record_list(pilot, "lines")
    listed.cursor = next(at for at, row in enumerate(listed.rows) if row.key == number)
    await opening.settled(pilot)


def glyphs(pilot: opening.Accord) -> dict[object, str]:
    """Of each line that is shown, what becomes of it."""
    listed = opening.record_list(pilot, "lines")
    return {row.key: row.cells[0][0] for row in listed.rows if not row.heading}


def paid(pilot: opening.Accord) -> list[str]:
    """The days of all payments that are recorded."""
    with opening.ledger_of(pilot).reading() as session:
        return sorted(each.paid_on.isoformat() for each in make.payments(session))


# --- from the file to what is recorded --------------------------------------------------------


async def test_three_enters_lead_from_the_file_to_recorded_payments(path: Path) -> None:
    bank(path)
    async with opening.opened(path) as pilot:
        await press(pilot, "B", "enter")
        assert isinstance(pilot.app.screen, ColumnsDialog)
        text = flat(shown(pilot))
        assert "Amount Amount -100.00" in text
        assert "5 lines, Tue 1 Sep to Thu 5 Nov: 4 went out, 1 came in." in text
        await press(pilot, "enter")
        text = flat(shown(pilot))
        assert "1 payment found, 1 logged already, 1 to look at, 2 others." in text
        assert "[/x] CORNER SHOP" in text
        assert paid(pilot) == ["2026-10-02"]
        await press(pilot, "enter")
        assert paid(pilot) == ["2026-10-02", "2026-11-02"]
        assert "1 payment recorded, 1 found that was logged already" in said(pilot)[-1]
        await press(pilot, "B", "enter")
        # The columns are known now, and so are two lines.
        assert "No new payment, 1 to look at, 4 others." in flat(shown(pilot))
        await press(pilot, "escape", "u", "enter")
        assert paid(pilot) == ["2026-10-02"]


@pytest.mark.parametrize(("content", "why"), [(None, "no such file"), (b"%PDF-1.7", "a PDF")])
async def test_a_file_that_is_no_statement_is_refused_at_the_field(
    path: Path, tmp_path: Path, content: bytes | None, why: str
) -> None:
    file = tmp_path / "november.csv"
    if content is not None:
        file.write_bytes(content)
    async with opening.opened(path) as pilot:
        await press(pilot, "B")
        await write(pilot, str(file))
        await press(pilot, "enter")
        form = pilot.app.screen
        assert isinstance(form, StatementForm)
        assert why in form.field("path").error
        assert form.field("path").text == str(file)


# --- the columns ------------------------------------------------------------------------------


async def test_columns_that_cannot_be_found_are_asked_for(path: Path) -> None:
    bank(path, "02/11/2026,NORTHBANK,3.50,100.00", "03/11/2026,SHOP,4.75,9.00", header="Wann,A,B,C")
    async with opening.opened(path) as pilot:
        await press(pilot, "B", "enter")
        dialog = pilot.app.screen
        assert isinstance(dialog, ColumnsDialog)
        assert "Say which column has the amount" in shown(pilot)
        await press(pilot, "enter")
        assert pilot.app.screen is dialog
        # Down to the amount, and there to the last column, which is C.
        await press(pilot, "down", "space", "end", "enter")
        assert rows(pilot, "read")[0] == ["Mon 2 Nov", "NORTHBANK", "£100.00"]
        dialog.query_one("#mapping").focus()
        listed = opening.record_list(pilot, "mapping")
        listed.cursor = next(at for at, row in enumerate(listed.rows) if row.key == "out")
        await press(pilot, "space", "end", "enter")
        assert rows(pilot, "read")[0] == ["Mon 2 Nov", "NORTHBANK", "-£100.00"]
        await press(pilot, "enter")
        assert "1 payment found, 1 other." in flat(shown(pilot))


async def test_another_delimiter_finds_the_columns_anew(path: Path) -> None:
    bank(path, "02/11/2026,NORTHBANK,-100.00", header="Date,Payee,Amount")
    async with opening.opened(path) as pilot:
        await press(pilot, "B", "enter")
        dialog = pilot.app.screen
        assert isinstance(dialog, ColumnsDialog)
        dialog._changed("delimiter", ";")
        await opening.settled(pilot)
        assert dialog.header == ("Date,Payee,Amount",)
        assert "Say which column has" in shown(pilot)
        dialog._changed("delimiter", ",")
        await opening.settled(pilot)
        assert rows(pilot, "read") == [["Mon 2 Nov", "NORTHBANK", "-£100.00"]]


# --- the review -------------------------------------------------------------------------------


@pytest.fixture
def review(path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Opens the review of a statement whose columns need no asking."""
    bank(path)
    monkeypatch.setattr(
        importing, "remembered", lambda *_: reading.read(path.with_name("statement.csv")).mapping
    )

    def open_it(size: opening.Size = opening.WIDE) -> Any:
        return opening.opened(path, size)

    return open_it


async def test_space_takes_a_doubtful_line_in_and_leaves_a_sure_one_out(
    review: Callable[..., Any],
) -> None:
    async with review() as pilot:
        await press(pilot, "B", "enter")
        assert glyphs(pilot) == {0: "?", 1: "=", 2: "✓", 3: "·"}
        for number in (0, 2):
            await go_to(pilot, number)
            await press(pilot, "space")
            assert dialog_of(pilot).chosen == number
        assert glyphs(pilot) == {0: "✓", 1: "=", 2: "–", 3: "·"}
        assert "left out" in shown(pilot)
        await press(pilot, "ctrl+s")
        assert paid(pilot) == ["2026-09-01", "2026-10-02"]


async def test_a_payee_is_named_or_ignored_for_good(review: Callable[..., Any]) -> None:
    async with review() as pilot:
        await press(pilot, "B", "enter")
        await go_to(pilot, 3)
        await press(pilot, "c", "enter")
        assert "All lines of this payee follow" in shown(pilot)
        assert glyphs(pilot)[3] == "✓"
        await press(pilot, "i")
        assert glyphs(pilot)[3] == "–"
        assert dialog_of(pilot).choices == Choices(payees={"x corner shop": None})
        await press(pilot, "i")
        assert dialog_of(pilot).choices == Choices()
        await press(pilot, "escape")
        assert opening.screen_name(pilot) == "today"


async def test_a_payment_is_another_one_and_split(review: Callable[..., Any]) -> None:
    async with review() as pilot:
        await press(pilot, "B", "enter")
        await go_to(pilot, 1)
        await press(pilot, "n", "s")
        await write(pilot, "60")
        assert "£60.00 of £100.00; £40.00 lowers the balance only" in shown(pilot)
        await write(pilot, "160")
        await press(pilot, "enter")
        assert "Only £100.00 of it is open" in shown(pilot)
        await write(pilot, "60")
        await press(pilot, "enter")
        choice = dialog_of(pilot).choices.lines[1]
        assert choice.is_new
        assert [part for _, part in choice.parts or ()] == [6000]
        # Something was decided: leaving asks.
        await press(pilot, "escape")
        assert "Leave without recording?" in shown(pilot)
        await press(pilot, "n", "enter")
        assert paid(pilot) == ["2026-10-01", "2026-10-02", "2026-11-02"]


async def test_what_changed_meanwhile_is_looked_at_again(review: Callable[..., Any]) -> None:
    async with review() as pilot:
        await press(pilot, "B", "enter")
        ledger = opening.ledger_of(pilot)
        debt = make.debt_id(ledger)
        payments.record(ledger, debt_id=debt, amount=10000, paid_on=make.on("11-02"), today=TODAY)
        await press(pilot, "enter")
        assert "nothing was recorded" in flat(shown(pilot))
        assert glyphs(pilot)[2] == "="
        assert paid(pilot) == ["2026-10-02", "2026-11-02"]


async def test_columns_are_corrected_from_the_review(review: Callable[..., Any]) -> None:
    async with review() as pilot:
        await press(pilot, "B", "enter", "m")
        dialog = pilot.app.screen
        assert isinstance(dialog, ColumnsDialog)
        dialog._changed("payee", "2")
        await press(pilot, "enter")
        assert dialog_of(pilot).statement.lines[3].payee == "CARD"
        assert "2 other" in flat(shown(pilot))


@pytest.mark.parametrize("size", [opening.NARROW, TINY])
async def test_no_dialog_loses_its_buttons(review: Callable[..., Any], size: opening.Size) -> None:
    async with review(size) as pilot:
        await press(pilot, "B", "enter")
        for number in range(4):
            await go_to(pilot, number)
            assert "Record 1, tick off 1  enter        Cancel  esc" in shown(pilot)
        await press(pilot, "m")
        text = flat(shown(pilot))
        assert "Read it so enter Cancel esc" in text
        assert "5 lines, Tue 1 Sep to Thu 5 Nov: 4 went out, 1 came in." in text


# --- what takes longer ------------------------------------------------------------------------


@pytest.fixture
def slow(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements that are never read to their end."""
    looked = threading.Event()

    def read(file: Path, *, progress: Callable[[float], None], **_: Any) -> Statement:
        while True:
            progress(0.4)
            looked.wait(0.005)

    bank(path)
    monkeypatch.setattr(progress, "SHOWN_AFTER", 0.001)
    monkeypatch.setattr(reading, "read", read)


async def read_on(pilot: opening.Accord) -> None:
    """Have a statement read, and see how far it is."""
    await press(pilot, "B")
    await pilot.press("enter")
    await opening.until(pilot, lambda: "Reading statement.csv" in shown(pilot), idle=False)
    await opening.until(pilot, lambda: " 40%" in shown(pilot), idle=False)


@pytest.mark.usefixtures("slow")
async def test_what_takes_longer_shows_a_bar_and_can_be_stopped(path: Path) -> None:
    async with opening.opened(path) as pilot:
        await read_on(pilot)
        await pilot.press("escape")
        await opening.settled(pilot)
        assert isinstance(pilot.app.screen, StatementForm)
        assert "Stopped; nothing was changed." in shown(pilot)


@pytest.mark.usefixtures("slow")
async def test_one_may_leave_while_something_takes_longer(path: Path) -> None:
    async with opening.opened(path) as pilot:
        await read_on(pilot)
        await pilot.press("ctrl+q")
        await opening.until(pilot, lambda: all(each.is_finished for each in pilot.app.workers))
    assert pilot.app.return_code == 0


def test_a_bar_is_as_wide_as_it_may_be() -> None:
    assert progress.drawn(0.5, 15) == "▰▰▰▰▰▱▱▱▱▱  50%"
    assert progress.drawn(2, 7) == "▰▰ 100%"
    assert progress.drawn(-1, 0) == "   0%"
