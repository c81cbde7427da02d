"""Agreements: the list and the chosen one, and every form that changes them."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from textual.widgets import Static

from store.ledger import agreement_queries
from store.records import checking, tables
from tests import make
from tests.tui import opening
from tests.tui.opening import flat, press, record_list, rows, said, screen_name, shown, write
from tui import commands
from tui.dialogs import agreement
from tui.dialogs.agreement import AgreementForm
from tui.dialogs.compare import Compare
from tui.dialogs.details import Details
from tui.dialogs.form import Form, Question
from tui.dialogs.payment import PaymentForm
from tui.dialogs.renegotiate import RenegotiateForm
from tui.screens.agreements import AgreementsScreen, WholeRead
from tui.widgets.schedule_preview import SchedulePreview
from tui.widgets.terms_fields import More


def listed(pilot: opening.Accord) -> list[tuple[str, ...]]:
    """The lines of the list."""
    return [tuple(row) for row in rows(pilot, "agreements")]


def screen_of(pilot: opening.Accord) -> AgreementsScreen:
    """The screen, which is up."""
    screen = pilot.app.screen
    assert isinstance(screen, AgreementsScreen)
    return screen


def form_of(pilot: opening.Accord) -> Form[Any]:
    """The form, which is on top."""
    screen = pilot.app.screen
    assert isinstance(screen, Form)
    return screen


def preview(pilot: opening.Accord) -> str:
    """What the form says that the terms promise."""
    return flat(str(form_of(pilot).query_one(SchedulePreview).render()))


def number(pilot: opening.Accord, key: str) -> int:
    """The number of an agreement."""
    with opening.ledger_of(pilot).reading() as session:
        wanted = select(tables.Agreement).where(tables.Agreement.key == key)
        return session.exec(wanted).one().id or 0


async def go(pilot: opening.Accord, key: str) -> None:
    """Choose an agreement on its screen."""
    app: Any = pilot.app
    app.open_record(commands.AGREEMENTS, number(pilot, key))
    await opening.until(pilot, lambda: getattr(screen_of(pilot).agreement, "key", "") == key)
    await opening.settled(pilot)


async def fill(pilot: opening.Accord, **texts: str) -> None:
    """Type into fields of the form."""
    for name, text in texts.items():
        form_of(pilot).field(name).focus()
        await opening.settled(pilot)
        await write(pilot, text)
        if getattr(form_of(pilot).field(name), "is_open", False):
            await press(pilot, "enter")


def is_whole(pilot: opening.Accord) -> None:
    """The chain of what was recorded holds."""
    with opening.ledger_of(pilot).reading() as session:
        assert list(checking.damage(session)) == []


# --- what it shows ---------------------------------------------------------------------------


async def test_the_list_has_progress_and_writing_and_the_chosen_one_is_beside_it(
    household: Path,
) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "4")
        assert listed(pilot)[:2] == [
            ("○", "£300.00", "in all", "2 of 3   ▰▰▰▰▰▰▱▱", "✎ unwritten"),
            ("✗", "£65.00", "monthly", "9 of 10  ▰▰▰▰▰▰▰▱", "✎ requested"),
        ]
        assert ("↻", "£80.00", "monthly", "3 of 40  ▰▱▱▱▱▱▱▱", "replaced 4 May") in listed(pilot)
        assert ("←", "£1,050.00", "settles it", "their offer", "open to 10 Dec") in listed(pilot)
        assert "Northbank · Credit card" in shown(pilot)
        await go(pilot, "a-northbank")
        text = str(screen_of(pilot).query_one("#detail").render())
        for said_of_it in (
            "10 of 37 paid in full: £500.00 of £1,840.00.",
            "£50.00 every month from 1 February 2026, 37 times; the last one £40.00.",
            "Paid by standing order.",
            "Writing: signed by both, 26 January 2026.",
            "It came from their offer of 14 January 2026.",
        ):
            assert said_of_it in text
        schedule = rows(pilot, "schedule")
        assert schedule[9][:5] == ["●", "10", "1 Nov", "£50.00", "kept, 1 Nov"]
        assert schedule[10][:5] == ["○", "11", "1 Dec", "£50.00", "in 8 days"]
        assert record_list(pilot, "schedule").cursor == 10
        await press(pilot, "slash")
        await write(pilot, "bank open")
        assert [line[4] for line in listed(pilot)] == ["open to 10 Dec"]
        await press(pilot, "escape")
        assert len(listed(pilot)) == 10


async def test_of_a_long_list_the_chosen_agreement_is_read_whole(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agreement_queries, "view", partial(agreement_queries.view, most=0))
    async with opening.opened(household) as pilot:
        await press(pilot, "4")
        screen = screen_of(pilot)
        for _ in range(2):
            await opening.until(pilot, lambda: screen.agreement is not None)
            line = screen.agreement
            assert line is not None
            assert line.is_whole
            assert len(rows(pilot, "schedule")) == line.count
            await press(pilot, "down")
            while screen.agreement is None:
                await press(pilot, "down")
        # What was read before the list was read anew is not put back into it.
        line = screen.agreement
        assert line is not None
        screen.post_message(WholeRead(replace(line, capacity=7), edition=None))
        await opening.settled(pilot)
        assert screen.agreement is line


@pytest.mark.parametrize("size", [opening.NARROW, opening.TINY])
async def test_in_a_narrow_window_enter_shows_the_chosen_one_whole_and_esc_goes_back(
    household: Path, size: opening.Size
) -> None:
    async with opening.opened(household, size) as pilot:
        await go(pilot, "a-kestrel-2")
        assert "Became" not in shown(pilot)
        await press(pilot, "enter")
        assert "13 days late" in shown(pilot)
        assert "It replaced: 20 January 2026." in str(
            screen_of(pilot).query_one("#detail").render()
        )
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, Details)
        await press(pilot, "escape", "p")
        assert isinstance(pilot.app.screen, PaymentForm)
        assert pilot.app.screen.promise is not None
        assert pilot.app.screen.promise.due_on == make.on("11-10")
        await press(pilot, "escape", "escape")
        assert "£1,050.00" in shown(pilot)
        for key in ("a", "o", "r"):
            await press(pilot, key)
            last = shown(pilot)
            assert "esc" in last
            assert "What it promises" in flat(last) or "instalments of" in flat(last)
            await press(pilot, "escape")


# --- agreements ------------------------------------------------------------------------------


async def test_a_promise_on_the_31st_is_previewed_recorded_chosen_and_taken_back(
    household: Path,
) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "a-hillview")
        await press(pilot, "a")
        await fill(pilot, debt="aunt", made_on="20 nov", amount="£50", every="monthly")
        assert form_of(pilot).field("first_due").text == "2026-11-29"  # the day after payday
        assert "It does not fit: £50.00 in November 2026, and £31.65 a month is left" in preview(
            pilot
        )
        await fill(pilot, first_due="31 dec", lasts="5", last_amount="40")
        assert form_of(pilot).query_one(More).is_open
        assert "5 instalments of £50.00, the last £40.00 · £240.00 in all" in preview(pilot)
        assert "31 Dec, 31 Jan 2027, 28 Feb 2027, 31 Mar 2027, 30 Apr 2027" in preview(pilot)
        assert "1 Mar on this debt goes on beside it" in preview(pilot)
        await press(pilot, "enter")
        assert said(pilot)[-1].startswith("Agreed with Aunt Rosa: 5 instalments, £240.00")
        line = screen_of(pilot).agreement
        assert line is not None
        assert (line.place.creditor_name, line.count, line.total) == ("Aunt Rosa", 5, 24_000)
        assert [row[2] for row in rows(pilot, "schedule")][:3] == [
            "31 Dec",
            "31 Jan 2027",
            "28 Feb 2027",
        ]
        await press(pilot, "e")
        assert "5 instalments of £50.00, the last £40.00" in preview(pilot)
        await fill(pilot, lasts="4")
        assert "Its 5 instalments are made anew from these terms." in preview(pilot)
        await press(pilot, "enter")
        assert len(rows(pilot, "schedule")) == 4
        await press(pilot, "u", "enter", "u", "enter")
        assert len(listed(pilot)) == 10
        is_whole(pilot)


async def test_what_cannot_be_agreed_is_said_at_its_field_and_nothing_typed_is_lost(
    household: Path,
) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "a-hillview")
        await press(pilot, "a")
        for texts, field, words in (
            ({"amount": "€50"}, "amount", "in GBP, not EUR"),
            ({"amount": "50", "every": "now and then"}, "every", "how often"),
            ({"every": "month", "first_due": ""}, "first_due", "first instalment"),
            ({"first_due": "1 dec", "lasts": "10001"}, "lasts", "1 to 10,000"),
            ({"lasts": "602"}, "lasts", "more than 50 years"),
            ({"lasts": "until 1 nov 2026"}, "lasts", "before the first due date"),
            ({"lasts": "12", "made_on": "+1d"}, "made_on", "still to come"),
        ):
            await fill(pilot, **texts)
            await press(pilot, "enter")
            form = form_of(pilot)
            assert words in form.field(field).error, (texts, form.field(field).error)
            assert pilot.app.focused is form.field(field).input
        await fill(pilot, made_on="2 dec 2025", first_due="1 dec 2025")
        assert "1 instalment falls due before the day of the agreement" in preview(pilot)
        await press(pilot, "escape", "enter", "a")
        assert form_of(pilot).field("amount").text == "50"


async def test_new_terms_show_what_becomes_of_the_old_ones_before_they_are_saved(
    household: Path,
) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "a-kestrel-2")
        await opening.footer(pilot, "New terms")
        await press(pilot, "r")
        assert isinstance(pilot.app.screen, RenegotiateForm)
        await fill(pilot, amount="30", first_due="1 jan", lasts="10")
        assert "10 instalments of £30.00 · £300.00 in all" in preview(pilot)
        assert (
            "4 paid, ↺ 1 renegotiated late (10 Nov), ↻ 45 renegotiated (10 Dec to 12 Aug 2030)."
            in preview(pilot)
        )
        await press(pilot, "enter")
        assert said(pilot)[-1].startswith("Renegotiated with Marlow Collections: 10 instalments")
        line = screen_of(pilot).agreement
        assert line is not None
        assert [each.key for each in line.before] == ["a-kestrel-1", "a-kestrel-2"]
        await go(pilot, "a-kestrel-2")
        assert rows(pilot, "schedule")[4][4] == "renegotiated late"
        await opening.footer(pilot, "Writing", lacks=["New terms"])
        await press(pilot, "r", "x", "i")
        assert isinstance(pilot.app.screen, AgreementsScreen)
        is_whole(pilot)


async def test_what_money_rests_on_keeps_its_terms_and_says_why(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "a-hillview")
        await press(pilot, "e")
        form = form_of(pilot)
        assert "renegotiate (r)" in flat(shown(pilot))
        assert form.field("amount").disabled
        assert not form.field("paid_by").disabled
        await fill(pilot, paid_by="standing")
        await press(pilot, "enter")
        line = screen_of(pilot).agreement
        assert line is not None
        assert (line.terms.paid_by, line.terms.amount, line.count) == (
            "standing order",
            6_500,
            10,
        )


async def test_it_ends_goes_on_and_gets_its_paper(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "a-hillview")
        await press(pilot, "x")
        await fill(pilot, ended_how="everything")
        await press(pilot, "enter")
        assert "1 instalment is still open" in form_of(pilot).field("ended_how").error
        await fill(pilot, ended_how="I could not")
        assert "renegotiated late" in flat(shown(pilot))
        await press(pilot, "enter")
        line = screen_of(pilot).agreement
        assert line is not None
        assert (line.state, line.ended_how) == ("ended", "broken")
        await press(pilot, "x")
        assert isinstance(pilot.app.screen, Question)
        await press(pilot, "y", "w")
        await fill(pilot, writing="their letter is here", on="19 nov")
        await press(pilot, "enter")
        line = screen_of(pilot).agreement
        assert line is not None
        assert (line.state, line.writing, line.written_on) == (
            "in force",
            "received",
            make.on("11-19"),
        )


async def test_instalments_are_adjusted_added_and_removed_one_by_one(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "a-rosa")
        await press(pilot, "enter")
        await opening.footer(pilot, "Adjust")
        await press(pilot, "i")
        await fill(pilot, due_on="2 jan", amount="60")
        await press(pilot, "enter")
        assert rows(pilot, "schedule")[2][2:4] == ["2 Jan 2027", "£60.00"]
        await press(pilot, "I")
        await fill(pilot, due_on="15 dec", amount="40")
        await press(pilot, "enter")
        assert [row[2] for row in rows(pilot, "schedule")] == [
            "5 Apr",
            "2 Aug",
            "15 Dec",
            "2 Jan 2027",
        ]
        await press(pilot, "home", "d", "y")
        assert "A payment was recorded for this instalment" in said(pilot)[-1]
        await press(pilot, "end", "d")
        assert "£60.00 due Sat 2 Jan 2027, 4 of 4" in flat(shown(pilot))
        await press(pilot, "y")
        assert len(rows(pilot, "schedule")) == 3
        is_whole(pilot)


@pytest.mark.parametrize("size", [opening.WIDE, opening.NARROW])
@pytest.mark.parametrize("key", ["o", "a"])
async def test_before_an_offer_or_agreement_starts_the_time_again_an_adviser_is_named(
    tmp_path: Path, size: opening.Size, key: str
) -> None:
    debts = [make.debt(last_paid_on="2021-03-01"), make.debt("loan", last_paid_on="2026-01-01")]
    make.loaded(tmp_path / "old.db", make.document(debts=debts)).close()
    async with opening.opened(tmp_path / "old.db", size) as pilot:
        await press(pilot, "4", key)
        await fill(pilot, debt="Card", amount="20", first_due="1 dec")
        caution = "! Card: ask an adviser before you pay or write"
        await opening.until(pilot, lambda: caution in flat(shown(pilot)))
        await fill(pilot, debt="Loan")
        await opening.until(pilot, lambda: caution not in flat(shown(pilot)))
        assert "instalments of £20.00" in preview(pilot)


async def test_an_instalment_says_whether_it_fits_before_it_is_promised(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "a-rosa")
        await press(pilot, "enter")
        await opening.footer(pilot, "Adjust")
        await press(pilot, "i")

        def said_of_it() -> str:
            return flat(str(form_of(pilot).query_one("#fits", Static).render()))

        await fill(pilot, due_on="2 jan", amount="60")
        assert "✓ It fits: £" in said_of_it()
        await fill(pilot, amount="600")
        assert "! It does not fit: £600.00 in January 2027" in said_of_it()
        assert "! The cash does not carry it on 8 January 2027." in said_of_it()
        await fill(pilot, amount="6o0")
        assert said_of_it() == ""
        await fill(pilot, amount="60")
        await press(pilot, "enter", "I")
        await fill(pilot, due_on="20 dec", amount="2000")
        assert "! It does not fit: £2,000.00 in December 2026" in said_of_it()


async def test_a_correction_says_whether_what_it_promises_anew_fits(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "4", "a")
        await fill(pilot, debt="Aunt", made_on="today", amount="10", first_due="15 dec", lasts="6")
        await press(pilot, "enter")
        await press(pilot, "e")
        assert isinstance(pilot.app.screen, AgreementForm)
        assert "It fits" not in preview(pilot)
        await fill(pilot, amount="12")
        assert "✓ It fits" in preview(pilot)
        await fill(pilot, amount="900")
        assert "! It does not fit: £900.00 in" in preview(pilot)
        assert "! The cash does not carry it on 15 December 2026" in preview(pilot)


async def test_deleting_asks_once_and_names_what_goes_with_it(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "a-kestrel-1")
        await press(pilot, "d", "y")
        assert "delete that one first" in said(pilot)[-1]
        await go(pilot, "a-kestrel-2")
        await press(pilot, "d")
        question = pilot.app.screen
        assert isinstance(question, Question)
        for words in ("50 instalments", "£60.00 on Fri 10 Jul", "Tue 20 Jan is in force again"):
            assert words in question.body
        await press(pilot, "enter")
        assert len(listed(pilot)) == 10
        await press(pilot, "d", "y")
        assert len(listed(pilot)) == 9
        await go(pilot, "a-kestrel-1")
        assert screen_of(pilot).agreement.state == "in force"  # type: ignore[union-attr]
        is_whole(pilot)


# --- offers ----------------------------------------------------------------------------------


async def test_an_offer_is_recorded_answered_and_deleted(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "a-northbank")
        await press(pilot, "o")
        await fill(pilot, by="me", on="20 nov", amount="45", first_due="1 jan")
        assert "instalments of £45.00" in preview(pilot)
        await press(pilot, "enter")
        assert said(pilot)[-1].startswith("Recorded my offer to Northbank of Fri 20 Nov")
        # It is shown beside the others first.
        await opening.until(pilot, lambda: isinstance(pilot.app.screen, Compare))
        await press(pilot, "escape")
        await press(pilot, "up", "up")
        assert screen_of(pilot).offer is not None
        await press(pilot, "R")
        await fill(pilot, status="countered", countered_by="£1,050.00", note="Settle it instead")
        await press(pilot, "enter")
        offer = screen_of(pilot).offer
        assert offer is not None
        assert (offer.status, offer.countered_by, offer.answer_note) == (
            "countered",
            "o4",
            "Settle it instead",
        )
        await opening.footer(pilot, "Answer", lacks=["Accept"])
        await press(pilot, "e")
        await fill(pilot, amount="46")
        await press(pilot, "enter")
        assert screen_of(pilot).offer.terms.amount == 4_600  # type: ignore[union-attr]
        await press(pilot, "d", "y")
        assert len(listed(pilot)) == 10


async def test_new_terms_take_over_nothing_that_was_given_for_the_old_ones(tmp_path: Path) -> None:
    agreed = make.promise(count=20)
    agreed["terms"] |= {"written_off": "600.00", "fees_waived": "20.00", "apr": "0"}
    make.loaded(tmp_path / "own.db", make.document(agreements=[agreed])).close()
    async with opening.opened(tmp_path / "own.db") as pilot:
        await go(pilot, "a1")
        await press(pilot, "r")
        texts = {name: form_of(pilot).field(name).text for name in ("written_off", "fees_waived")}
        assert texts == {"written_off": "", "fees_waived": ""}
        assert form_of(pilot).field("amount").text == "£100.00"


async def test_an_accepted_offer_shows_its_schedule_first_and_replaces_what_was_agreed(
    household: Path,
) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "a-northbank")
        await press(pilot, "up")
        await opening.footer(pilot, "Accept")
        await press(pilot, "A")
        assert preview(pilot).startswith("One payment of £1,050.00 15 Dec")
        assert "10 paid, ↻ 27 renegotiated" in preview(pilot)
        assert form_of(pilot).field("upfront").text == "£1,050.00"
        assert form_of(pilot).field("first_due").text == ""
        await press(pilot, "enter")
        line = screen_of(pilot).agreement
        assert line is not None
        assert (line.count, line.total) == (1, 105_000)
        assert [each.key for each in line.before] == ["a-northbank"]
        assert line.offer_id is not None


async def test_another_screen_may_begin_it_with_an_offer_or_a_debt(household: Path) -> None:
    async with opening.opened(household) as pilot:
        app: Any = pilot.app
        agreement.begin(app, offer_id=4)
        await opening.settled(pilot)
        form = form_of(pilot)
        assert isinstance(form, AgreementForm)
        assert form.field("debt").text == "Northbank · Credit card"
        assert "One payment of £1,050.00" in preview(pilot)
        await press(pilot, "escape")
        agreement.begin(app, debt_id=make.debt_id(opening.ledger_of(pilot), "rosa-loan"))
        await opening.settled(pilot)
        assert form_of(pilot).field("debt").text == "Aunt Rosa · Family loan"
        await press(pilot, "escape")
        assert opening.screen_name(pilot) == "today"


async def test_an_empty_ledger_says_how_to_begin(tmp_path: Path) -> None:
    async with opening.opened(tmp_path / "new.accord") as pilot:
        await press(pilot, "4")
        assert "Nothing agreed yet: a records an agreement, o an offer." in flat(shown(pilot))
        await opening.footer(pilot, "Agree", lacks=["New terms", "Writing"])
        await press(pilot, "a")
        assert "There is no debt yet to agree on" in form_of(pilot).field("debt").error


async def test_an_empty_offer_marks_every_field_that_is_needed_at_once(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "4", "o", "enter")
        assert form_of(pilot).field("amount").error
        await fill(pilot, debt="")
        await press(pilot, "enter")
        form = form_of(pilot)
        assert form.field("debt").error
        assert "an amount, or a sum up front" in form.field("amount").error
        assert form.focused is form.field("debt").input
        await press(pilot, "escape", "n")
        assert screen_name(pilot) == "agreements"


async def test_an_offer_may_be_of_whoever_is_named_and_a_freeze_that_ends_too_soon_is_said(
    household: Path,
) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "4", "o")
        await fill(
            pilot, debt="Marlow Collections · Personal loan", by="marlow", amount="50", lasts="3",
            first_due="1 mar", apr="0", apr_until="1 feb",
        )  # fmt: skip
        form = form_of(pilot)
        assert form.field("by").value() == "creditor"
        await opening.until(pilot, lambda: "before the first payment" in preview(pilot))
        assert "ends on Mon 1 Feb 2027" in preview(pilot)
