"""Today: what needs me, in order; two keys log a payment; the ways to begin."""

import json
from datetime import date
from pathlib import Path

import pytest

from store.exchange import portable
from store.ledger import payments
from store.records import tables
from tests import make
from tests.tui import opening
from tests.tui.opening import flat, press, record_list, rows, said, screen_name, shown, write
from tui.dialogs.dialog import Question
from tui.dialogs.load import LoadForm
from tui.dialogs.payment import PaymentForm
from tui.widgets.fields import AmountField, Field
from tui.widgets.first_run import FirstRun
from tui.widgets.owed import OwedCard
from tui.widgets.record_list import RecordList


def headline(pilot: opening.Accord) -> str:
    """The sentence that Today opens on."""
    return str(pilot.app.screen.query_one("#headline").render())


def who(pilot: opening.Accord, list_id: str = "needs") -> list[str]:
    """The names in a list, from the top."""
    return [row[1] for row in rows(pilot, list_id)]


# --- what it shows ---------------------------------------------------------------------------


async def test_the_oldest_overdue_comes_first_then_what_is_due(household: Path) -> None:
    async with opening.opened(household) as pilot:
        assert [(row[0], row[1], row[2], row[3]) for row in rows(pilot, "needs")[:3]] == [
            ("✗", "Hillview Council", "£70.00", "Sat 31 Oct"),
            ("◌", "Marlow Collections", "£60.00", "Tue 10 Nov"),
            ("◔", "Riverside Energy", "£27.36", "Fri 20 Nov"),
        ]
        whats = [row[4] for row in rows(pilot, "needs")[:3]]
        assert "23 days late" in whats[0]
        assert "13 days late" in whats[1]
        assert "last day is today" in whats[2]
        assert headline(pilot) == "Two payments are open and one is due now."


async def test_only_a_priority_debt_in_danger_is_shown_in_red(household: Path) -> None:
    async with opening.opened(household) as pilot:
        dangerous = [
            row.cells[1]
            for list_id in ("needs", "next")
            for row in record_list(pilot, list_id).rows
            if any(isinstance(cell, tuple) and cell[1] == "danger" for cell in row.cells)
        ]
        assert dangerous == [("Hillview Council", "title")]


async def test_what_has_a_date_and_what_lacks_a_paper_comes_after_the_promises(
    household: Path,
) -> None:
    async with opening.opened(household) as pilot:
        after = rows(pilot, "needs")[3:]
        assert [row[0] for row in after] == ["←", "✉", "!", "!", "✎", "✎"]
        assert "Write to have the October interest refunded" in after[1][4]
        assert "Thu 26 Nov" in after[1][3]


async def test_the_next_thirty_days_are_in_the_second_list(household: Path) -> None:
    async with opening.opened(household) as pilot:
        assert [row[1:4] for row in rows(pilot, "next")] == [
            ["Northbank", "£50.00", "Tue 1 Dec"],
            ["Marlow Collections", "£60.00", "Thu 10 Dec"],
        ]
        assert "in 8 days · 11 of 37 · standing order" in rows(pilot, "next")[0][4]


async def test_the_cards_say_how_my_word_stands_and_what_is_owed(household: Path) -> None:
    async with opening.opened(household) as pilot:
        text = shown(pilot)
        assert "36 kept" in text
        assert "3 late" in text
        assert "What I owe" in text
        assert "£1,371.40" in text
        assert "In all                   £4,098.56" in text


async def test_a_credit_with_one_creditor_pays_nothing_of_what_others_are_owed(
    household: Path,
) -> None:
    ledger = make.ledger(household)
    debt = make.debt_id(ledger, "northbank-card")
    payments.record(
        ledger, debt_id=debt, amount=99_999_900, paid_on=opening.TODAY, today=opening.TODAY
    )
    ledger.close()
    async with opening.opened(household) as pilot:
        card = str(pilot.app.screen.query_one(OwedCard).content)
        assert "-£998,627.60 In all £2,727.16" in flat(card)
        await press(pilot, "2")
        await opening.ready(pilot)
        assert "In all £2,727.16" in shown(pilot)


async def test_the_first_row_has_the_focus(household: Path) -> None:
    for size in (opening.WIDE, opening.TINY):
        async with opening.opened(household, size) as pilot:
            needs = record_list(pilot, "needs")
            assert pilot.app.focused is needs
            assert needs.cursor == 0


# --- logging payments ------------------------------------------------------------------------


async def test_two_keys_log_the_chosen_payment_and_its_row_goes(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "p", "enter")
        assert screen_name(pilot) == "today"
        assert who(pilot)[:2] == ["Marlow Collections", "Riverside Energy"]
        assert said(pilot)[-1].startswith(
            "Paid £70.00 to Hillview Council · instalment of 31 Oct, 23 days late"
        )
        assert pilot.app.focused is record_list(pilot, "needs")
        assert record_list(pilot, "needs").cursor == 0


async def test_two_keys_are_enough_however_fast_they_come(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await pilot.press("p", "enter")
        await opening.settled(pilot)
        assert who(pilot)[0] == "Marlow Collections"
        with opening.ledger_of(pilot).reading() as session:
            assert len(make.payments(session)) == 43


async def test_after_the_last_one_it_is_done_for_today(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, *("p", "enter") * 3)
        assert headline(pilot) == (
            "No payment is due, but five things need you. "
            "The cash is £13.61 short on Mon 23 Nov. Next: Northbank on Tue 1 Dec."
        )
        assert who(pilot)[0] == "Hillview Council"  # whose letter is still to come
        assert "✗" not in "".join(row[0] for row in rows(pilot, "needs"))
        # The next `p` has no promise under it, so it asks for a debt.
        await press(pilot, "p")
        assert isinstance(pilot.app.screen, PaymentForm)
        assert pilot.app.screen.field("debt").text == ""


async def test_escape_leaves_the_form_and_logs_nothing(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "p", "escape")
        assert screen_name(pilot) == "today"
        assert who(pilot)[0] == "Hillview Council"
        assert said(pilot) == []


async def test_the_form_on_a_row_below_is_about_that_row(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "down", "down", "p")
        form = pilot.app.screen
        assert isinstance(form, PaymentForm)
        assert form.field("debt").text == "Riverside Energy · Electricity arrears"
        assert form.field("amount").text == "£27.36"
        assert form.field("paid_on").text == "today"
        await press(pilot, "enter")
        assert who(pilot)[:3] == ["Hillview Council", "Marlow Collections", "Hillview Council"]


# --- undo ------------------------------------------------------------------------------------


async def test_undo_names_what_it_takes_back_and_redo_does_it_again(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "p", "enter", "u")
        question = pilot.app.screen
        assert isinstance(question, Question)
        assert "£70.00 to Hillview Council" in shown(pilot)
        await press(pilot, "enter")
        assert screen_name(pilot) == "today"
        assert who(pilot)[0] == "Hillview Council"
        assert said(pilot)[-1].startswith("Took back: Payment of £70.00 to Hillview Council")

        await press(pilot, "U")
        assert "£70.00 to Hillview Council" in shown(pilot)
        await press(pilot, "enter")
        assert who(pilot)[0] == "Marlow Collections"
        assert said(pilot)[-1].startswith("Did again: Payment of £70.00")


@pytest.mark.parametrize("answer", ["n", "escape"])
async def test_undo_may_be_thought_better_of(household: Path, answer: str) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "p", "enter", "u", answer)
        assert screen_name(pilot) == "today"
        assert who(pilot)[0] == "Marlow Collections"


async def test_with_nothing_to_do_again_redo_says_so(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "U")
        assert screen_name(pilot) == "today"
        assert said(pilot) == ["There is nothing to do again."]


# --- opening, moving -------------------------------------------------------------------------


async def test_enter_on_a_promise_opens_its_day_in_the_calendar(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "enter")
        assert screen_name(pilot) == "calendar"
        text = shown(pilot)
        assert "October 2026" in text
        assert "Sat 31 Oct" in text
        assert [row[1] for row in rows(pilot, "lines")] == ["Hillview Council"]
        # And again, now that the calendar is there already.
        await press(pilot, "1", "down", "enter")
        assert "Tue 10 Nov" in shown(pilot)
        assert {row[1] for row in rows(pilot, "lines")} == {"Marlow Collections"}


async def test_enter_on_any_other_line_goes_where_it_belongs(household: Path) -> None:
    async with opening.opened(household, opening.NARROW) as pilot:
        await press(pilot, *["down"] * 4)
        text = shown(pilot)
        assert "I said I would: Write to have the October interest refunded" in text
        assert "By Thu 26 Nov" in text
        await press(pilot, "enter")
        assert screen_name(pilot) == "contacts"
        await press(pilot, "1", "end")
        assert "Aunt Rosa · Family loan" in shown(pilot)
        assert "not in writing" in shown(pilot)
        await press(pilot, "enter")
        assert screen_name(pilot) == "agreements"


async def test_down_past_the_end_goes_to_the_next_list_and_up_comes_back(household: Path) -> None:
    async with opening.opened(household) as pilot:
        needs, following = record_list(pilot, "needs"), record_list(pilot, "next")
        await press(pilot, *["down"] * (len(needs.rows) - 1))
        assert pilot.app.focused is needs
        await press(pilot, "down")
        assert pilot.app.focused is following
        assert following.cursor == 0
        assert "Northbank · Credit card" in shown(pilot)
        await press(pilot, "up")
        assert pilot.app.focused is needs
        assert needs.cursor == len(needs.rows) - 1
        await press(pilot, "home", "up")
        assert (pilot.app.focused, needs.cursor) == (needs, 0)


async def test_what_a_row_has_no_room_for_stands_below(household: Path) -> None:
    async with opening.opened(household, opening.NARROW) as pilot:
        text = shown(pilot)
        assert "Hillview Council · Council tax, instalment 10 of 10" in text
        assert "A court order; bailiffs" in text


async def test_where_there_is_no_room_the_cards_are_behind_a_key(household: Path) -> None:
    async with opening.opened(household, opening.NARROW) as pilot:
        await opening.footer(pilot, "Owed")
        assert "In all" not in shown(pilot)
        await press(pilot, "o")
        assert "In all" in shown(pilot)
        assert "36 kept" in shown(pilot)
        await press(pilot, "o", "p", "enter")
        assert who(pilot)[0] == "Marlow Collections"
    async with opening.opened(household, opening.WIDE) as pilot:
        await opening.footer(pilot, "Pay", lacks=("Owed",))


async def test_on_another_day_other_things_need_me(household: Path) -> None:
    async with opening.opened(household, today=make.on("12-02")) as pilot:
        assert headline(pilot) == "Four payments are open."
        assert [row[3] for row in rows(pilot, "needs")[:4]] == [
            *("Sat 31 Oct", "Tue 10 Nov", "Fri 20 Nov", "Tue 1 Dec")
        ]


# --- the first run ---------------------------------------------------------------------------


async def test_an_empty_ledger_shows_one_friendly_panel_and_no_empty_tables(
    tmp_path: Path,
) -> None:
    for size in (opening.WIDE, opening.NARROW, opening.TINY):
        async with opening.opened(tmp_path / "empty.db", size) as pilot:
            text = shown(pilot)
            assert "Welcome" in text
            assert "Load a file" in text
            assert "Look around in a demo" in text
            assert "Needs you" not in text
            assert pilot.app.focused is pilot.app.screen.query_one(FirstRun).query_one("#letter")


async def test_a_file_is_loaded_from_there_and_the_first_row_is_chosen(tmp_path: Path) -> None:
    async with opening.opened(tmp_path / "empty.db") as pilot:
        await press(pilot, "down", "enter")
        assert isinstance(pilot.app.screen, LoadForm)
        await write(pilot, str(make.HOUSEHOLD))
        await press(pilot, "enter")
        assert screen_name(pilot) == "today"
        assert said(pilot)[-1].startswith("Loaded 6 creditors")
        assert "Welcome" not in shown(pilot)
        assert pilot.app.focused is record_list(pilot, "needs")
        await press(pilot, "p", "enter")
        assert who(pilot)[0] == "Marlow Collections"


async def test_a_path_that_cannot_be_loaded_is_kept_with_the_reason_under_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "broken.json").write_text("{")
    odd = make.document(payments=[make.paid("02-01", colour="green")])
    (tmp_path / "odd.json").write_text(json.dumps(odd))
    async with opening.opened(tmp_path / "empty.db") as pilot:
        await press(pilot, "down", "enter")
        form = pilot.app.screen
        assert isinstance(form, LoadForm)
        field = form.query_one(Field)
        for name, sentence in (
            ("broken.json", "not JSON"),
            ("odd.json", "colour"),
            ("none.json", "none.json cannot be read: No such file"),
        ):
            path = str(tmp_path / name)
            await write(pilot, path)
            await press(pilot, "enter")
            assert sentence in flat(shown(pilot))
            assert field.text == path
            assert pilot.app.focused is field.input
        assert "No such file" in field.error
        await press(pilot, "escape", "n")
        assert "Welcome" in shown(pilot)


async def test_from_the_panel_a_demo_may_be_asked_for(tmp_path: Path) -> None:
    for keys in (("down", "down", "enter"), ("tab", "tab", "enter"), ("f6",)):
        app = opening.app_on(tmp_path / "empty.db")
        async with app.run_test() as pilot:
            await opening.ready(pilot)
            await pilot.press(*keys)
            await pilot.pause()
        assert app.return_value == "demo", keys


async def test_taking_back_the_load_shows_the_panel_again(tmp_path: Path) -> None:
    async with opening.opened(tmp_path / "empty.db") as pilot:
        await press(pilot, "down", "enter")
        await write(pilot, str(make.HOUSEHOLD))
        await press(pilot, "enter", "u", "enter")
        assert "Welcome" in shown(pilot)
        await press(pilot, "U", "enter")
        assert who(pilot)[0] == "Hillview Council"


async def test_amounts_are_written_as_the_locale_has_them(household: Path) -> None:
    async with opening.running(opening.app_on(household, locale="de_DE")) as pilot:
        assert rows(pilot, "needs")[0][2].replace("\xa0", " ") == "70,00 £"
        await press(pilot, "p")
        form = pilot.app.screen
        assert isinstance(form, PaymentForm)
        amount = form.field("amount")
        assert isinstance(amount, AmountField)
        assert amount.value() == 7000


# --- what a court wants, what is put off, what was not logged ----------------------------------


def with_a_claim(tmp_path: Path) -> Path:
    """The household, where a claim about the card is to be answered by 4 December."""
    path = tmp_path / "claim.db"
    document = make.household()
    document["debts"][0] |= {"stage": "claim", "answer_by": "2026-12-04"}
    make.loaded(path, document).close()
    return path


async def test_the_answer_to_a_court_stands_above_everything(tmp_path: Path) -> None:
    async with opening.opened(with_a_claim(tmp_path)) as pilot:
        assert headline(pilot).startswith("Answer the claim about ")
        assert "by Fri 4 Dec, in 11 days. Two payments are open" in headline(pilot)
        assert rows(pilot, "needs")[0][0] == "§"
        await press(pilot, "home", "z")
        assert screen_name(pilot) == "today"


async def test_what_cannot_be_done_is_put_off_and_comes_back_on_its_day(household: Path) -> None:
    async with opening.opened(household) as pilot:
        names = who(pilot)
        await press(pilot, "down", "z")
        await write(pilot, "+2d")
        await press(pilot, "enter")
        assert who(pilot) == [names[0], *names[2:]]
        assert "Put off until Wed 25 Nov: Marlow Collections" in said(pilot)[-1]
        assert "Two payments are open" in headline(pilot)
        await press(pilot, "Z")
        assert who(pilot) == names
        assert "put off until Wed 25 Nov" in shown(pilot)
        await press(pilot, "Z", "u", "enter")
        assert who(pilot) == names
        await press(pilot, "U", "enter")
    async with opening.opened(household, today=date(2026, 11, 25)) as pilot:
        assert "Marlow Collections" in who(pilot)


async def test_a_day_that_is_not_to_come_is_refused_at_the_field(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "z")
        await write(pilot, "today")
        await press(pilot, "enter")
        assert "still to come" in shown(pilot)


async def test_slash_keeps_the_lines_with_the_words(household: Path) -> None:
    async with opening.opened(household) as pilot:
        everybody = who(pilot)
        await press(pilot, "slash")
        await write(pilot, "north write interest")
        assert who(pilot) == ["Northbank"]
        await press(pilot, "enter")
        assert pilot.app.focused is record_list(pilot, "needs")
        await press(pilot, "slash", "escape")
        assert who(pilot) == everybody


async def test_after_silence_it_proposes_to_catch_up_and_all_is_one_save(household: Path) -> None:
    # Nothing was entered since 23 November; on 10 December more has fallen due.
    async with opening.opened(household, today=date(2026, 12, 10)) as pilot:
        text = shown(pilot)
        assert "not logged yet since Mon 23 Nov: k goes through them" in text
        assert "not logged yet · priority" in text
        before = len(who(pilot))
        await press(pilot, "k")
        # What a standing order pays is taken to be paid; of the others nothing is said yet.
        assert [row[4] for row in catch_up_rows(pilot)] == [
            "not logged yet",
            "not logged yet",
            "not logged yet",
            "✓ paid on the day",
            "not logged yet",
        ]
        # The first was paid on its day, the second the day after, the third not, the fourth open.
        await press(pilot, "space", "down", "space", "space", "right", "down", *["space"] * 3)
        await press(pilot, "down", *["space"] * 3)
        assert "paid on Thu 12 Nov" in shown(pilot)
        await press(pilot, "enter")
        assert screen_name(pilot) == "today"
        assert said(pilot)[-1] == "Caught up: 2 payments logged, 1 not paid · u takes it back"
        assert len(who(pilot)) < before
        logged = [
            (each.paid_on.isoformat(), each.amount)
            for each in payments_of(pilot)
            if each.recorded_at.date() >= date(2026, 11, 23)
        ][-2:]
        assert logged == [("2026-10-31", 7_000), ("2026-11-12", 6_000)]
        await press(pilot, "u", "enter")
        assert len(who(pilot)) == before


def catch_up_rows(pilot: opening.Accord) -> list[list[str]]:
    """The texts of the rows in the list that one catches up with."""
    listed = pilot.app.screen.query_one(RecordList)
    return [
        [cell if isinstance(cell, str) else cell[0] for cell in row.cells] for row in listed.rows
    ]


def payments_of(pilot: opening.Accord) -> list[tables.Payment]:
    """Every payment, in order of entry."""
    with opening.ledger_of(pilot).reading() as session:
        return make.payments(session)


async def test_what_was_not_paid_is_not_asked_again(household: Path) -> None:
    async with opening.opened(household, today=date(2026, 12, 10)) as pilot:
        assert "k goes through them" in shown(pilot)
        await press(pilot, "k")
        for index in range(len(catch_up_rows(pilot))):
            while "not paid" not in catch_up_rows(pilot)[index][4]:
                await press(pilot, "space")
            await press(pilot, "down")
        await press(pilot, "enter")
        assert "k goes through them" not in shown(pilot)
        assert "days late" in shown(pilot)


async def test_an_undertaking_is_done_with_one_key(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, *["down"] * 4)
        await opening.footer(pilot, "Done")
        await press(pilot, "x")
        assert said(pilot)[-1].startswith("Done: Write to have the October interest refunded")
        assert "October interest" not in shown(pilot)


async def test_after_saving_it_says_what_that_did_to_the_score(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "p", "enter")
        assert "23 days late · credibility 82 → 84 · u takes it back" in said(pilot)[-1]


async def test_what_comes_to_need_me_has_the_focus_at_once(tmp_path: Path) -> None:
    path = tmp_path / "later.db"
    make.loaded(path, make.document()).close()
    async with opening.opened(path) as pilot:
        assert who(pilot) == []
        later = make.document(agreements=[make.promise()])
        portable.load(opening.ledger_of(pilot), json.dumps(later))
        await opening.until(pilot, lambda: len(who(pilot)) > 0)
        assert pilot.app.focused is record_list(pilot, "needs")


# --- cash ------------------------------------------------------------------------------------


async def test_the_card_says_what_the_cash_carries_and_when(household: Path) -> None:
    async with opening.opened(household) as pilot:
        text = shown(pilot)
        assert "82   solid   ▼5 in 30 days" in text
        assert "Riverside paid today: 82" in text
        assert "Hillview paid on Sat 28 Nov: 84" in text


async def test_cash_is_asked_for_where_it_is_old_and_entered_by_one_key(household: Path) -> None:
    async with opening.opened(household, today=make.on("12-20")) as pilot:
        assert "what cash is there?" in shown(pilot)
        await press(pilot, "dollar_sign")
        await write(pilot, "1000")
        await press(pilot, "enter")
        await opening.until(pilot, lambda: "Hillview paid today" in shown(pilot))
        assert said(pilot) == ["Cash: £1,000.00 · u takes it back"]
        await press(pilot, "u", "enter")
        await opening.until(pilot, lambda: "what cash is there?" in shown(pilot))


async def test_cash_that_is_none_is_refused_at_the_field(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "dollar_sign")
        form = pilot.app.screen
        await write(pilot, "some")
        await press(pilot, "enter")
        assert pilot.app.screen is form
        assert "'some' is not an amount of money" in flat(shown(pilot))
