"""Creditors: the list, the chosen one, what is entered and corrected, and a pile of letters."""

from datetime import timedelta
from pathlib import Path

import pytest

from store.exchange import portable
from store.ledger import creditor_queries, creditors, debts
from store.ledger.creditor_views import CreditorLine
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
from tui.dialogs.creditor import CreditorForm
from tui.dialogs.debt import DebtForm
from tui.dialogs.details import Details
from tui.dialogs.dialog import Question
from tui.dialogs.entries import ChargeForm, TransferForm
from tui.dialogs.form import Form
from tui.dialogs.letter import LetterForm
from tui.dialogs.situations import Situations
from tui.screens.creditors import CreditorsScreen

HILLVIEW, KESTREL, NORTHBANK = 1, 2, 4
"""Places in the list of the household."""


def lines(pilot: opening.Accord) -> dict[str, CreditorLine]:
    """What the ledger has of every creditor, by name."""
    with opening.ledger_of(pilot).reading() as session:
        found = creditor_queries.creditors(session, opening.TODAY).creditors
    return {each.name: each for each in found}


async def go(pilot: opening.Accord, place: int = 0) -> CreditorsScreen:
    """Choose a creditor by its place in the list."""
    await press(pilot, "2", *["down"] * place)
    screen = pilot.app.screen
    assert isinstance(screen, CreditorsScreen)
    return screen


async def into(pilot: opening.Accord, table: str) -> None:
    """Go into the chosen creditor, to its first line about a record of a table."""
    detail = record_list(pilot, "detail")
    place = next(
        i for i, row in enumerate(detail.rows) if isinstance(row.key, tuple) and row.key[0] == table
    )
    detail.focus()
    detail.cursor = place
    await opening.settled(pilot)


async def fill(pilot: opening.Accord, **texts: str) -> None:
    """Type into the fields of the form that is up, and save."""
    form = pilot.app.screen
    assert isinstance(form, Form)
    for name, text in texts.items():
        form.field(name).text = text
        await opening.settled(pilot)
    form.action_submit()
    await opening.settled(pilot)


@pytest.mark.parametrize("size", [opening.WIDE, opening.NARROW, opening.TINY])
async def test_the_list_says_who_is_owed_what_and_the_foot_how_much_in_all(
    household: Path, size: opening.Size
) -> None:
    async with opening.opened(household, size) as pilot:
        await go(pilot)
        text = shown(pilot)
        for words in ("Aunt Rosa", "✗  Hillview", "£1,371.40", "In all £4,098.56", "Next"):
            assert words in text
        listed = rows(pilot, "list")
        assert listed[NORTHBANK] == ["○", "Northbank", "£1,371.40", "1 Dec", "71", "12 Nov"]
        assert listed[KESTREL] == ["·", "Kestrel Finance", "", "", "61", "4 May"]
        # However small the window, there is room to read the chosen one.
        assert record_list(pilot, "detail").size.height >= 3


async def test_the_chosen_one_has_next_steps_debts_and_all_that_passed(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, HILLVIEW)
        found = rows(pilot, "detail")
        assert [
            "!",
            "",
            "Council tax: £70.00 of Sat 31 Oct is open; tell them that it comes on Sat 28 Nov",
            "",
        ] in found
        assert ["!", "", "Council tax · priority", "£70.00"] in found
        assert ["✎", "", "Council tax 2025/26", ""] in found
        assert "+44 20 7946 0133" in shown(pilot)
        await press(pilot, "down")
        assert ["⇥", "", "Personal loan → Marlow Collections", ""] in rows(pilot, "detail")
        await into(pilot, "debt")
        assert "Held by Kestrel Finance → Marlow Collections" in shown(pilot)


async def test_enter_opens_what_a_line_of_the_timeline_is_about(household: Path) -> None:
    async with opening.opened(household) as pilot:
        for table, screen in (
            ("contact", "contacts"),
            ("agreement", "agreements"),
            ("payment", "calendar"),
        ):
            await go(pilot, NORTHBANK if table == "contact" else 0)
            await into(pilot, table)
            await press(pilot, "enter")
            assert screen_name(pilot) == screen
        await go(pilot)
        await into(pilot, "offer")
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, Details)


async def test_the_filter_keeps_a_name_and_another_screen_may_choose_what_it_hides(
    household: Path,
) -> None:
    async with opening.opened(household) as pilot:
        screen = await go(pilot)
        await press(pilot, "slash", *"marlow", "enter")
        assert [row[1] for row in rows(pilot, "list")] == ["Marlow Collections"]
        assert screen.creditor is not None
        assert screen.creditor.name == "Marlow Collections"
        screen.choose(lines(pilot)["Northbank"].creditor_id)
        await opening.settled(pilot)
        assert len(rows(pilot, "list")) == 6
        assert screen.creditor.name == "Northbank"


async def test_keys_show_only_where_they_do_something(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, NORTHBANK)
        await opening.footer(pilot, "Edit", "More")
        await into(pilot, "contact")
        await opening.footer(pilot, "Letter", lacks=("Edit",))
        await press(pilot, "e", "d")
        assert screen_name(pilot) == "creditors"
        await into(pilot, "debt")
        await opening.footer(pilot, "Edit", "More")


async def test_a_creditor_and_a_debt_are_added_by_keys(tmp_path: Path) -> None:
    async with opening.opened(tmp_path / "my.accord") as pilot:
        await go(pilot)
        assert "Nobody yet" in shown(pilot)
        await press(pilot, "a")
        assert isinstance(pilot.app.screen, CreditorForm)
        await write(pilot, "Sparkasse 🏦 مصرف")
        await fill(pilot, currency="eur")
        assert "No debt yet: n adds one" in shown(pilot)
        await press(pilot, "n")
        form = pilot.app.screen
        assert isinstance(form, DebtForm)
        await fill(pilot, name="Loan", balance="£50")
        assert form.field("balance").error == "The amount is in EUR, not GBP"
        assert form.field("balance_on").text == "today"
        await fill(pilot, balance="1.234,56", balance_on="")
        assert form.field("balance_on").error == "A balance needs its day, and a day its balance."
        await fill(pilot, balance_on="1 nov")
        assert "In all €1,234.56" in shown(pilot)
        await press(pilot, "a")
        await fill(pilot, name="SPARKASSE 🏦 مصرف")
        assert "already" in shown(pilot)


async def test_correcting_one_thing_of_a_creditor_leaves_the_rest_as_it_was(
    tmp_path: Path,
) -> None:
    path = tmp_path / "my.accord"
    ledger = make.empty(path)
    details = creditors.Details("Bank ☎\ufe0f", "GBP", address="PO Box 11\nLeeds", notes="a\n\nb")
    creditors.add(ledger, details)
    ledger.close()
    async with opening.opened(path) as pilot:
        await go(pilot)
        await press(pilot, "e")
        await fill(pilot, phone="123")
        (line,) = lines(pilot).values()
        assert (line.name, line.address, line.notes) == (
            "Bank ☎\ufe0f",
            "PO Box 11\nLeeds",
            "a\n\nb",
        )
        assert line.phone == "123"


async def test_a_note_of_any_length_leaves_room_and_opens(household: Path) -> None:
    ledger = make.ledger(household)
    long = creditors.Details("Long", "GBP", notes="long words " * 9_000, address="A\nB\nC")
    creditors.add(ledger, long)
    ledger.close()
    async with opening.opened(household, opening.NARROW) as pilot:
        await go(pilot, 3)
        assert "About them" in shown(pilot)
        assert record_list(pilot, "detail").size.height >= 5
        await into(pilot, "address")
        await press(pilot, "enter")
        text = shown(pilot)
        assert isinstance(pilot.app.screen, Details)
        assert all(f"│   {line}" in text or f" {line} " in text for line in "ABC")


async def test_a_charge_is_entered_corrected_and_deleted_on_the_timeline(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, NORTHBANK)
        await press(pilot, "m", "enter")
        assert isinstance(pilot.app.screen, ChargeForm)
        await fill(pilot, kind="a fee they added", amount="12", on="today")
        assert lines(pilot)["Northbank"].balance == 138_340
        await into(pilot, "charge")
        await press(pilot, "e")
        form = pilot.app.screen
        assert isinstance(form, ChargeForm)
        assert (form.field("amount").text, form.field("kind").text) == (
            "£12.00",
            "a fee they added",
        )
        await fill(pilot, amount="2")
        assert lines(pilot)["Northbank"].balance == 137_340
        await into(pilot, "charge")
        await press(pilot, "d", "y")
        assert lines(pilot)["Northbank"].balance == 137_140
        await press(pilot, "u", "enter")
        assert lines(pilot)["Northbank"].balance == 137_340


async def test_a_debt_goes_to_a_collector_and_comes_back(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, NORTHBANK)
        await press(pilot, "t")
        assert isinstance(pilot.app.screen, TransferForm)
        await fill(pilot, to="Marlow Collections", on="today")
        assert lines(pilot)["Northbank"].balance is None
        assert ["⇥", "", "Credit card → Marlow Collections", ""] in rows(pilot, "detail")
        await into(pilot, "transfer")
        await press(pilot, "d", "y")
        assert lines(pilot)["Northbank"].balance == 137_140


async def test_deleting_names_what_goes_with_it_and_refuses_where_money_went(
    household: Path,
) -> None:
    ledger = make.ledger(household)
    bank = creditors.add(ledger, creditors.Details("Zed", "GBP"))
    debts.add(ledger, bank, debts.Details("Card"))
    ledger.close()
    async with opening.opened(household) as pilot:
        await go(pilot, NORTHBANK)
        before = portable.dump(opening.ledger_of(pilot))
        await press(pilot, "d", "y")
        assert "payments were made to Northbank" in said(pilot)[-1]
        assert portable.dump(opening.ledger_of(pilot)) == before
        await press(pilot, "end", "d")
        assert "With it go: 1 debts" in shown(pilot) or "1 debt" in shown(pilot)
        # Enter alone keeps it.
        await press(pilot, "enter")
        assert "Zed" in lines(pilot)
        await press(pilot, "d", "y")
        assert "Zed" not in lines(pilot)


async def test_what_was_deleted_elsewhere_is_said_and_ends_nothing(tmp_path: Path) -> None:
    path = tmp_path / "my.accord"
    ledger = make.empty(path)
    id_ = creditors.add(ledger, creditors.Details("Bank", "GBP"))
    ledger.close()
    async with opening.opened(path) as pilot:
        screen = await go(pilot)
        creditors.delete(opening.ledger_of(pilot), id_)
        screen.action_delete()
        await opening.settled(pilot)
        assert "That creditor is no longer there." in said(pilot)
        assert screen_name(pilot) == "creditors"


async def test_a_letter_makes_the_record_and_says_what_comes_first(tmp_path: Path) -> None:
    async with opening.opened(tmp_path / "my.accord") as pilot:
        await go(pilot)
        await press(pilot, "L")
        form = pilot.app.screen
        assert isinstance(form, LetterForm)
        assert not form.field("answer_by").display
        await fill(
            pilot, who="Inkasso", currency="EUR", debt="Loan", amount="€2.529,80",
            wants="Pay or reply", reply_by="+9d", stage="a claim", answer_by="+4d",
        )  # fmt: skip
        assert type(pilot.app.screen) is Question
        text = shown(pilot)
        assert "Answer the court letter about Loan" in text
        assert "Fri 27 Nov, in 4 days" in text
        # One more of the same: its currency is known.
        await press(pilot, "y")
        again = pilot.app.screen
        assert isinstance(again, LetterForm)
        await fill(pilot, who="Inkasso", debt="Loan", amount="3000")
        assert not again.field("currency").display
        await press(pilot, "n")
        line = lines(pilot)["Inkasso"]
        assert (line.currency, line.balance) == ("EUR", 300_000)
        assert [each.name for each in line.debts] == ["Loan"]
        assert screen_name(pilot) == "creditors"


async def test_what_comes_first_is_suggested_by_the_words_of_a_letter(tmp_path: Path) -> None:
    async with opening.opened(tmp_path / "my.accord") as pilot:
        await go(pilot)
        await press(pilot, "L")
        form = pilot.app.screen
        assert isinstance(form, LetterForm)
        form.field("who").text = "Hillview Council"
        await opening.settled(pilot)
        assert form.field("priority").text == "yes"
        form.field("who").text = "Shine Loans"
        await opening.settled(pilot)
        assert form.field("priority").text == "no"
        await fill(pilot, debt="Rent arrears", amount="300")
        assert lines(pilot)["Shine Loans"].debts[0].priority
        # Of a debt that is there, another letter changes nothing of that.
        await press(pilot, "y")
        again = pilot.app.screen
        assert isinstance(again, LetterForm)
        again.field("who").text = "Shine Loans"
        await opening.settled(pilot)
        again.field("debt").text = "Rent arrears"
        await opening.settled(pilot)
        assert again.field("priority").disabled
        assert again.field("priority").text == "yes"


async def test_tab_after_a_new_name_goes_to_the_next_field_that_was_there(tmp_path: Path) -> None:
    async with opening.opened(tmp_path / "my.accord") as pilot:
        await go(pilot)
        await press(pilot, "L", "A", "b", "tab")
        form = pilot.app.screen
        assert isinstance(form, LetterForm)
        assert form.focused is form.field("dated").input
        assert form.field("currency").display


async def test_a_new_debt_comes_first_where_its_name_says_so(tmp_path: Path) -> None:
    async with opening.opened(tmp_path / "my.accord") as pilot:
        await go(pilot)
        await press(pilot, "a")
        await fill(pilot, name="Shine")
        await press(pilot, "n")
        form = pilot.app.screen
        assert isinstance(form, DebtForm)
        for name, first in (("Mortgage", "yes"), ("Card", "no")):
            form.field("name").text = name
            await opening.settled(pilot)
            assert form.field("priority").text == first
        form.field("priority").text = "yes"
        await fill(pilot, name="Loan")
        assert lines(pilot)["Shine"].debts[0].priority
        # Opened, a debt of which little is known says so.
        await press(pilot, "enter")
        await into(pilot, "debt")
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, Details)
        text = shown(pilot)
        assert "Owed: not known" in text
        assert "Priority: it comes first" in text
        assert "Interest: none known" in text


async def test_my_situation_says_who_heard_it_also_where_it_is_long(household: Path) -> None:
    async with opening.opened(household, opening.NARROW) as pilot:
        await go(pilot)
        await press(pilot, "s")
        assert isinstance(pilot.app.screen, Situations)
        await press(pilot, "down")
        text = shown(pilot)
        assert "Not told yet: Aunt Rosa, Marlow Collections" in text
        await press(pilot, "a")
        await fill(pilot, text="A new job. " * 500)
        text = shown(pilot)
        assert "told nobody yet" in text
        assert "esc closes" in text
        await press(pilot, "escape")
        assert screen_name(pilot) == "creditors"


async def test_going_down_the_list_reads_only_what_passed_and_ends_on_the_last(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opening.opened(household) as pilot:
        screen = await go(pilot)
        read: list[str] = []
        monkeypatch.setattr(screen, "reading", lambda: read.append("all"))
        for _ in range(4):
            await pilot.press("down")
        await opening.settled(pilot)
        assert read == []
        assert any("Interest of 31.40" in row[2] for row in rows(pilot, "detail"))
        assert record_list(pilot, "list").cursor == NORTHBANK
        # Of another creditor one begins at the top, not where the last one was left.
        await press(pilot, "enter", "end", "escape", "up", "enter")
        assert screen.record == ("step", 0)


async def test_a_balance_that_is_taken_up_another_day_is_still_of_its_own(household: Path) -> None:
    yesterday = opening.TODAY - timedelta(days=1)
    async with opening.opened(household, today=yesterday) as pilot:
        await press(pilot, "2", "n")
        form = pilot.app.screen
        assert isinstance(form, DebtForm)
        form.field("balance").text = "500"
        await opening.settled(pilot)
        assert form.field("balance_on").text == "today"
        await press(pilot, "escape", "enter")
    async with opening.opened(household) as pilot:
        await press(pilot, "2", "n")
        form = pilot.app.screen
        assert isinstance(form, DebtForm)
        assert form.field("balance").text == "500"
        assert form.field("balance_on").text == yesterday.isoformat()
