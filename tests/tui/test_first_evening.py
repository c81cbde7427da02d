"""From an empty ledger, by keys alone: a whole record in one evening, and all of it found again."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from store.exchange import portable
from tests import make
from tests.tui import opening
from tests.tui.opening import press, record_list, rows, shown, write
from tui.dialogs.dialog import Question
from tui.dialogs.letter import LetterForm

TODAY = date(2026, 11, 23)


async def typed(pilot: opening.Accord, *fields: str | None) -> None:
    """Type into one field after the other, from the one that has the focus; None leaves one."""
    for index, text in enumerate(fields):
        if index:
            await press(pilot, "tab")
        if text is not None:
            await write(pilot, text)


def dumped(pilot: opening.Accord) -> dict[str, Any]:
    """What the ledger holds, as Accord JSON says it."""
    found: dict[str, Any] = json.loads(portable.dump(opening.ledger_of(pilot)))
    return found


def without_moments(found: Any) -> Any:
    """The same without when it was entered."""
    if isinstance(found, list):
        return [without_moments(each) for each in found]
    if isinstance(found, dict):
        left = {name: value for name, value in found.items() if name not in ("recorded_at", "at")}
        return {name: without_moments(value) for name, value in left.items()}
    return found


async def test_a_record_is_built_renegotiated_paid_and_found_by_keys_alone(tmp_path: Path) -> None:
    async with opening.opened(tmp_path / "my.accord") as pilot:
        # Two creditors with a debt each.
        for name, debt, owed in (("Northbank", "Card", "1400"), ("Hillview", "Tax", "650")):
            await press(pilot, "2", "a")
            await typed(pilot, name)
            await press(pilot, "enter", "n")
            await typed(pilot, debt, None, owed, "1 jan 2026")
            await press(pilot, "enter")
        assert [row[1:3] for row in rows(pilot, "list")] == [
            ["Hillview", "£650.00"],
            ["Northbank", "£1,400.00"],
        ]
        # A call with Northbank: what was said, and what each side will do.
        await press(pilot, "down", "c")
        pilot.app.screen.query_one("TextArea").text = "They freeze the marmalade"  # type: ignore[attr-defined]
        await press(pilot, "tab")
        await typed(pilot, "Send the budget", "+3d", "Confirm by letter")
        await press(pilot, "ctrl+s")
        # Twelve months on the 31st, made in January; other terms in month three.
        await press(pilot, "4", "a")
        await typed(pilot, "north", "5 jan 2026", "50", None, "31 jan 2026", "12")
        assert "31 Jan, 28 Feb, 31 Mar" in shown(pilot)
        await press(pilot, "enter", "r")
        await typed(pilot, "20 mar 2026", "30", None, "30 apr 2026", "20")
        await opening.until(pilot, lambda: "renegotiated late" in shown(pilot))
        await press(pilot, "enter")
        # Three payments: one as proposed, two by catching up.
        await press(pilot, "1", "p", "enter", "k", "space", "down", "space", "enter")
        # A word of the call finds it.
        await press(pilot, "3", "slash")
        await write(pilot, "marmal")
        assert [row[3] for row in rows(pilot, "timeline")] == ["Northbank"]
        assert "Confirm by letter" in shown(pilot)
        found = dumped(pilot)
    assert without_moments(found["creditors"]) == [
        {"key": "hillview", "name": "Hillview", "currency": "GBP"},
        {"key": "northbank", "name": "Northbank", "currency": "GBP"},
    ]
    assert [(each["key"], each["balance"]) for each in found["debts"]] == [
        ("hillview-tax", "650.00"),
        ("northbank-card", "1400.00"),
    ]
    (contact,) = without_moments(found["contacts"])
    assert (contact["creditor"], contact["debt"]) == ("northbank", "northbank-card")
    assert {(each["by"], each["text"]) for each in found["undertakings"]} == {
        ("me", "Send the budget"),
        ("creditor", "Confirm by letter"),
    }
    first, second = without_moments(found["agreements"])
    assert first["terms"] == {
        "amount": "50.00", "every": "month", "first_due": "2026-01-31", "count": 12,
    }  # fmt: skip
    assert second["supersedes"] == first["key"]
    assert [(each["paid_on"], each["amount"]) for each in found["payments"]] == [
        ("2026-05-30", "30.00"),
        ("2026-06-30", "30.00"),
        ("2026-11-23", "30.00"),
    ]
    assert set(found) == {
        "accord", "creditors", "debts", "contacts", "undertakings", "agreements", "payments",
    }  # fmt: skip


async def test_a_pile_of_letters_is_entered_one_form_each(tmp_path: Path) -> None:
    async with opening.opened(tmp_path / "my.accord", opening.NARROW) as pilot:
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, LetterForm)
        letter = {"who": "Marlow", "dated": "18 nov 2026", "debt": "Loan", "amount": "2500"}
        for name, text in letter.items():
            pilot.app.screen.field(name).text = text
            await opening.settled(pilot)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, Question)
        assert "Nothing in it has a date" in shown(pilot)
        # Another letter: a claim, which comes before everything.
        await press(pilot, "y")
        form = pilot.app.screen
        assert isinstance(form, LetterForm)
        await typed(pilot, "Court")
        form.field("debt").text = "Fine"
        form.field("stage").text = "a claim"
        await opening.settled(pilot)
        form.field("answer_by").text = "4 dec 2026"
        await opening.settled(pilot)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, Question)
        assert "First comes: Answer the court letter about Fine" in shown(pilot)
        await press(pilot, "n")
        assert record_list(pilot, "needs").rows[0].cells[0] == ("§", "danger")
        assert rows(pilot, "needs")[0][1] == "Court"


async def test_who_has_promised_nothing_yet_is_shown_where_it_goes_on(tmp_path: Path) -> None:
    owed = make.document()
    make.loaded(tmp_path / "my.accord", owed).close()
    async with opening.opened(tmp_path / "my.accord") as pilot:
        text = shown(pilot)
        assert "Nothing is promised yet: 2 shows what comes next with each." in text
        assert "Done for today" not in text
        assert "Enjoy the evening" not in text
