"""The payment form: what it proposes, what it says will be settled, and what it refuses."""

import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from store.ledger import debts, drafts, queries
from store.records import tables
from store.records.database import Ledger
from store.rules.errors import LedgerError
from tests import make
from tests.tui import opening
from tests.tui.opening import press, said, screen_name, shown, write
from tui.dialogs.dialog import Leave
from tui.dialogs.payment import PaymentForm


def form_of(pilot: opening.Accord) -> PaymentForm:
    """The payment form, which is on top."""
    screen = pilot.app.screen
    assert isinstance(screen, PaymentForm)
    return screen


def settles(pilot: opening.Accord) -> str:
    """What the form says the payment will settle."""
    return str(form_of(pilot).query_one("#settles").render())


async def go_to(pilot: opening.Accord, name: str) -> None:
    """Put the focus in a field."""
    form_of(pilot).field(name).focus()
    await opening.settled(pilot)


async def fill(pilot: opening.Accord, **texts: str) -> None:
    """Type into fields; `for_` is the field that is called `for`."""
    for name, text in texts.items():
        await go_to(pilot, name.removesuffix("_"))
        await write(pilot, text)
        if getattr(form_of(pilot).field(name.removesuffix("_")), "is_open", False):
            await press(pilot, "enter")


def newest(pilot: opening.Accord) -> dict[str, Any]:
    """The payment that was logged last."""
    with opening.ledger_of(pilot).reading() as session:
        return make.payments(session)[-1].model_dump()


# --- what it proposes ------------------------------------------------------------------------


async def test_it_is_filled_in_with_what_is_still_missing(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "p")
        form = form_of(pilot)
        texts = {name: form.field(name).text for name in ("debt", "amount", "paid_on", "for")}
        assert texts == {
            "debt": "Hillview Council · Council tax",
            "amount": "£70.00",
            "paid_on": "today",
            "for": "Sat 31 Oct · £70.00 · 10 of 10",
        }
        assert settles(pilot) == "→ instalment of 31 Oct, 23 days late"
        assert pilot.app.focused is form.field("debt").input


async def test_of_a_partly_paid_promise_only_the_rest_is_proposed(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "p")
        await fill(pilot, amount="45.50")
        assert "£24.50 still open" in settles(pilot)
        await press(pilot, "enter", "p")
        assert form_of(pilot).field("amount").text == "£24.50"
        await press(pilot, "enter")
        assert said(pilot)[-1].startswith("Paid £24.50 to Hillview Council")


async def test_a_standing_order_is_proposed_for_its_due_date_when_that_is_past(
    household: Path,
) -> None:
    async with opening.opened(household, today=make.on("12-03")) as pilot:
        await press(pilot, "down", "down", "down", "p")
        form = form_of(pilot)
        assert form.field("debt").text == "Northbank · Credit card"
        assert form.field("paid_on").value() == make.on("12-01")
        assert form.field("method").text == "standing order"
        assert settles(pilot) == "→ instalment of 1 Dec, kept"
        await press(pilot, "enter")
        assert newest(pilot)["paid_on"] == make.on("12-01")
        assert newest(pilot)["method"] == "standing order"


async def test_a_standing_order_that_is_still_to_come_is_not_logged_ahead(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "end", "down", "p")
        form = form_of(pilot)
        assert form.field("debt").text == "Northbank · Credit card"
        assert form.field("paid_on").value() == opening.TODAY


async def test_what_i_pay_myself_is_proposed_for_today(household: Path) -> None:
    async with opening.opened(household, today=make.on("12-03")) as pilot:
        await press(pilot, "p")
        assert form_of(pilot).field("paid_on").value() == make.on("12-03")
        assert form_of(pilot).field("method").text == ""


# --- what it is for --------------------------------------------------------------------------


async def test_it_may_be_for_another_instalment(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "down", "p")  # Marlow, 10 November
        await go_to(pilot, "for")
        await press(pilot, "down")
        text = shown(pilot)
        for label in ("Tue 10 Nov · £60.00 · 5 of 50", "Thu 10 Dec · £60.00 · 6 of 50"):
            assert label in text
        await write(pilot, "Thu 10 Dec")
        await press(pilot, "enter")
        assert settles(pilot) == "→ instalment of 10 Dec, kept"
        await press(pilot, "enter")
        assert "instalment of 10 Dec, kept" in said(pilot)[-1]
    async with opening.opened(household) as pilot:
        assert opening.rows(pilot, "needs")[1][1] == "Marlow Collections"


async def test_more_than_the_instalment_goes_on_to_the_next(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "down", "p")
        await fill(pilot, amount="100")
        assert settles(pilot) == (
            "→ instalment of 10 Nov, 13 days late\n→ instalment of 10 Dec, £20.00 still open"
        )


async def test_money_that_no_promise_waits_for_lowers_the_balance_only(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "p")
        await fill(pilot, amount="1,000")
        assert "→ £930.00 lowers the balance only: no promise is open for it" in settles(pilot)
        assert "! more than the £70.00 that is owed" in settles(pilot)
        await press(pilot, "enter")
        assert "£930.00 lowers the balance only · £930.00 more than was owed" in said(pilot)[-1]


async def test_of_many_instalments_the_first_and_the_last_are_said(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "down", "p")
        await fill(pilot, amount="300")
        first, second, rest = settles(pilot).splitlines()[:3]
        assert first == "→ instalment of 10 Nov, 13 days late"
        assert second.startswith("→ instalment of 10 Dec")
        assert rest.startswith("→ and ")
        assert " more, to instalment of " in rest
        await press(pilot, "enter")
        text = said(pilot)[-1]
        assert " · ".join((first[2:], second[2:], rest[2:])) in text


async def test_a_balance_that_counts_the_payment_already_stays_and_that_is_said(
    household: Path,
) -> None:
    today = opening.TODAY
    ledger = make.ledger(household)
    with ledger.reading() as session:
        owed = queries.payable(session, today)
        debt_id = next(each.debt_id for each in owed if each.debt_name == "Council tax")
    debts.letter_balance(ledger, debt_id, amount=50_000, on=today, today=today)
    ledger.close()
    stays = "It does not lower what is owed: the balance of Mon 23 Nov counts what was paid until"
    async with opening.opened(household) as pilot:
        await press(pilot, "p")
        await fill(pilot, amount="500")
        assert f"! {stays}" in settles(pilot)
        assert "that is owed" not in settles(pilot)
        await fill(pilot, amount="9,000")
        assert f"! {stays}" in settles(pilot)
        assert "! more than the £500.00 that is owed: is the amount right?" in settles(pilot)
        assert "is for no instalment: no promise is open for it" in settles(pilot)
        await press(pilot, "enter")
        assert "is for no instalment" in said(pilot)[-1]


async def test_where_nothing_is_owed_any_more_it_asks_too(household: Path) -> None:
    async with opening.opened(household) as pilot:
        for amount in ("70", "5"):
            await press(pilot, "p")
            await fill(pilot, debt="Hillview Council · Council tax", amount=amount)
            asks = "! nothing is owed there any more: is the amount right?" in settles(pilot)
            assert asks is (amount == "5")
            await press(pilot, "enter")


async def test_another_day_may_make_it_kept(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "p")
        await fill(pilot, paid_on="31 Oct")
        assert settles(pilot) == "→ instalment of 31 Oct, kept"
        assert "Sat 31 Oct · 23 days ago" in shown(pilot)
        await press(pilot, "enter")
        assert newest(pilot)["paid_on"] == make.on("10-31")


async def test_another_debt_brings_its_own_instalments(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "p")
        await fill(pilot, debt="rosa", amount="30")
        form = form_of(pilot)
        assert form.field("debt").text == "Aunt Rosa · Family loan"
        assert form.field("for").text == "what is due: the nearest, else the oldest"
        assert settles(pilot) == "→ instalment of 24 Dec, £70.00 still open"
        await press(pilot, "enter")
        assert said(pilot)[-1].startswith("Paid £30.00 to Aunt Rosa")


async def test_without_a_promise_the_debt_is_named_as_it_is_typed(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await opening.open_day(pilot, make.on("11-02"))
        await press(pilot, "p")
        assert form_of(pilot).field("debt").text == ""
        await pilot.press(*"elec")
        await opening.settled(pilot)
        assert "Riverside Energy · Electricity arrears" in shown(pilot)
        await press(pilot, "enter")
        await fill(pilot, amount="27.36", method="cash", note="at the [b]counter[/b]")
        await press(pilot, "enter")
        assert screen_name(pilot) == "calendar"
        logged = newest(pilot)
        assert (logged["method"], logged["note"]) == ("cash", "at the [b]counter[/b]")


# --- what it refuses -------------------------------------------------------------------------


WRONG = (
    ("amount", "12,3,4", "not an amount"),
    ("amount", "-5", "more than zero"),
    ("amount", "0", "more than zero"),
    ("amount", "1.234", "1.234 can mean 1234"),
    ("amount", "€5", "The amount is in GBP, not EUR"),
    ("amount", "", "Type an amount"),
    ("paid_on", "someday", "is not a date"),
    ("paid_on", "2026-11-24", "still to come"),
    ("paid_on", "", "Type a date"),
    ("for", "never", "There is no 'never'"),
    ("debt", "nobody", "There is no 'nobody'"),
)


async def test_what_cannot_be_is_kept_as_typed_with_the_reason_at_its_field(
    household: Path,
) -> None:
    async with opening.opened(household, opening.NARROW) as pilot:
        await press(pilot, "p")
        for name, text, sentence in WRONG:
            field = form_of(pilot).field(name)
            before = field.text
            await fill(pilot, **{name: text})
            await press(pilot, "enter")
            assert sentence in field.error
            assert field.text == text
            assert pilot.app.focused is field.input
            assert f"✗ {field.error}"[:40] in shown(pilot)
            await fill(pilot, **{name: before})
        with opening.ledger_of(pilot).reading() as session:
            assert len(make.payments(session)) == 42


async def test_the_error_goes_with_the_next_edit_and_it_can_be_saved(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "p")
        await fill(pilot, amount="seventy")
        await press(pilot, "enter")
        assert form_of(pilot).field("amount").error
        await write(pilot, "£70")
        assert form_of(pilot).field("amount").error == ""
        await press(pilot, "enter")
        assert screen_name(pilot) == "today"


async def test_escape_asks_only_when_something_was_typed(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "p", "escape")
        assert screen_name(pilot) == "today"
        await press(pilot, "p")
        await fill(pilot, note="half of it", paid_on="yesterday")
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, Leave)
        await press(pilot, "escape")
        assert form_of(pilot).field("note").text == "half of it"


async def test_what_was_put_aside_is_back_in_the_same_form_only(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "p")
        await fill(pilot, note="half of it", paid_on="yesterday")
        await press(pilot, "escape", "y", "p")
        form = form_of(pilot)
        await opening.until(pilot, lambda: form.field("note").text == "half of it")
        # The day that was meant, also when the form is opened on another day.
        assert form.field("paid_on").text == "2026-11-22"
        assert "is back" in shown(pilot)
        await press(pilot, "escape", "escape", "escape", "y", "down", "p")
        assert form_of(pilot).field("note").text == ""


async def test_what_was_discarded_or_saved_is_not_back(household: Path) -> None:
    async with opening.opened(household) as pilot:
        for end in (("escape", "n"), ("enter", "u", "enter")):
            await press(pilot, "p")
            assert form_of(pilot).field("note").text == ""
            await fill(pilot, note="half of it")
            await press(pilot, *end)
            assert screen_name(pilot) == "today"
        await press(pilot, "p")
        assert form_of(pilot).field("note").text == ""


async def test_what_was_typed_survives_a_crash(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "p")
        await fill(pilot, note="half of it")
        other = make.ledger(household)
        await opening.until(
            pilot, lambda: any(drafts.find(other, name) for name in draft_names(other))
        )
        other.close()
    async with opening.opened(household) as pilot:
        await press(pilot, "p")
        await opening.until(pilot, lambda: form_of(pilot).field("note").text == "half of it")


def draft_names(ledger: Ledger) -> list[str]:
    """The forms of which something is kept."""
    with ledger.reading() as session:
        return [each.form for each in session.exec(select(tables.Draft))]


async def test_a_ledger_without_debts_says_that_there_is_none_to_pay(tmp_path: Path) -> None:
    async with opening.opened(tmp_path / "empty.db") as pilot:
        await press(pilot, "p")
        assert form_of(pilot).field("debt").error == "There is no debt yet to pay on."
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, PaymentForm)
        await press(pilot, "escape")
        assert screen_name(pilot) == "today"


async def test_a_day_may_be_taken_from_the_small_month(household: Path) -> None:
    async with opening.opened(household, opening.NARROW) as pilot:
        await press(pilot, "p")
        await go_to(pilot, "paid_on")
        await press(pilot, "down")
        assert "November 2026" in shown(pilot)
        await press(pilot, "up", "enter")
        assert form_of(pilot).field("paid_on").value() == date(2026, 11, 16)
        assert settles(pilot) == "→ instalment of 31 Oct, 16 days late"


# --- correcting ------------------------------------------------------------------------------


async def correct(pilot: opening.Accord, day: str) -> None:
    """Open the form on the payment that was made on a day."""
    await opening.open_day(pilot, make.on(day))
    await press(pilot, "enter", "end", "e")


async def test_correcting_starts_from_what_was_entered(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await correct(pilot, "2026-04-30")
        form = form_of(pilot)
        texts = {n: form.field(n).text for n in ("debt", "amount", "paid_on", "for", "note")}
        assert texts == {
            "debt": "Hillview Council · Council tax",
            "amount": "£40.00",
            "paid_on": "2026-04-30",
            "for": "as it is",
            "note": "All I had",
        }
        assert form.field("debt").disabled
        assert pilot.app.focused is form.field("amount").input


async def test_a_correction_is_saved_with_enter_and_shown(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await correct(pilot, "2026-04-30")
        await fill(pilot, amount="65")
        await press(pilot, "enter")
        assert screen_name(pilot) == "calendar"
        assert [row[1:] for row in opening.rows(pilot, "lines")] == [
            # The 25.00 of 12 May stays where it was decided to go.
            ["Hillview Council", "£65.00", "12 days late"],
            ["Hillview Council", "£65.00", "paid"],
        ]


async def test_correcting_the_note_alone_leaves_what_it_was_for(household: Path) -> None:
    async with opening.opened(household) as pilot:
        before = opening.rows(pilot, "needs")
        await correct(pilot, "2026-08-02")
        await fill(pilot, note="in an envelope")
        await press(pilot, "enter")
        assert "for Sun 2 Aug" in shown(pilot)
        assert "in an envelope" in shown(pilot)
        await press(pilot, "1")
        assert opening.rows(pilot, "needs") == before


async def test_a_payment_that_was_changed_meanwhile_is_not_overwritten(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await correct(pilot, "2026-04-30")
        from store.ledger import payments

        with opening.ledger_of(pilot).reading() as session:
            found = next(e for e in make.payments(session) if e.note == "All I had")
        assert found.id is not None
        payments.edit(
            opening.ledger_of(pilot),
            found.id,
            version=found.version,
            amount=4100,
            paid_on=found.paid_on,
            today=opening.TODAY,
        )
        await fill(pilot, amount="42")
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, PaymentForm)
        assert "changed elsewhere" in shown(pilot)
        assert form_of(pilot).field("amount").text == "42"


@pytest.mark.parametrize("size", [opening.NARROW, opening.TINY])
async def test_every_field_and_button_can_be_reached(household: Path, size: opening.Size) -> None:
    width, height = size
    async with opening.opened(household, size) as pilot:
        await press(pilot, "p")
        form = form_of(pilot)
        for name in ("debt", "amount", "paid_on", "for", "method", "note"):
            await go_to(pilot, name)
            assert form.field(name).label in shown(pilot)
        for button in form.query("Button"):
            region = button.region
            assert region.height == 1
            assert region.right <= width
            assert region.bottom <= height
            assert region.width >= 10
        assert "→ instalment of 31 Oct" in shown(pilot)


async def test_a_note_of_several_lines_is_left_as_it_was_unless_it_is_changed(
    tmp_path: Path,
) -> None:
    note = "first\nsecond \x1b[31mred"
    odd = make.document(
        agreements=[make.promise()],
        payments=[make.paid("02-01", note=note, method="by\ttram", reference="R 1")],
    )
    path = tmp_path / "ledger.db"
    make.loaded(path, odd).close()
    async with opening.opened(path) as pilot:
        await correct(pilot, "2026-02-01")
        assert "\n" not in form_of(pilot).field("note").text
        await fill(pilot, amount="99")
        await press(pilot, "enter")
        kept = newest(pilot)
        assert (kept["amount"], kept["note"], kept["method"]) == (9900, note, "by\ttram")
        assert kept["reference"] == "R 1"
        await press(pilot, "e")
        await fill(pilot, note="third", method="")
        await press(pilot, "enter")
        changed = newest(pilot)
        assert (changed["note"], changed["method"], changed["reference"]) == ("third", None, "R 1")


async def test_before_a_payment_starts_the_time_again_an_adviser_is_named(tmp_path: Path) -> None:
    debts = [make.debt(last_paid_on="2021-03-01"), make.debt("loan", last_paid_on="2026-01-01")]
    make.loaded(tmp_path / "old.db", make.document(debts=debts)).close()
    async with opening.opened(tmp_path / "old.db") as pilot:
        await press(pilot, "p")
        await fill(pilot, debt="Card")
        caution = "! Card: ask an adviser before you pay or write"
        await opening.until(pilot, lambda: caution in opening.flat(shown(pilot)))
        await fill(pilot, debt="Loan")
        await opening.until(pilot, lambda: caution not in opening.flat(shown(pilot)))


async def test_what_was_typed_before_is_looked_for_once(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    find = drafts.find

    def counted(ledger: Ledger, form: str) -> dict[str, str]:
        looked.append(form)
        return find(ledger, form)

    monkeypatch.setattr(drafts, "find", counted)
    async with opening.opened(household) as pilot:
        await press(pilot, "p")
        assert looked == [form_of(pilot).draft_name]


async def test_what_is_saved_before_all_is_read_waits_for_that(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_read, payable = threading.Event(), queries.payable

    def slowly(*given: Any) -> Any:
        assert may_read.wait(20)
        return payable(*given)

    monkeypatch.setattr(queries, "payable", slowly)
    async with opening.opened(household) as pilot:
        pilot.app.simulate_key("p")
        await opening.until(pilot, lambda: isinstance(pilot.app.screen, PaymentForm), idle=False)
        pilot.app.simulate_key("ctrl+s")
        await opening.until(pilot, lambda: "Saving…" in opening.shown(pilot), idle=False)
        assert isinstance(pilot.app.screen, PaymentForm)
        may_read.set()
        await opening.until(pilot, lambda: bool(opening.said(pilot)))
        assert opening.said(pilot)[-1].startswith("Paid £70.00 to Hillview Council")


async def test_a_payment_that_is_recorded_is_said_to_be_also_where_no_score_can_be_read(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "p")

        def fails(*_: object) -> None:
            raise LedgerError("The disk is gone")

        monkeypatch.setattr("store.ledger.scores.badge", fails)
        await press(pilot, "enter")
        assert screen_name(pilot) == "today"
        assert "Paid £70.00" in said(pilot)[-1]
        assert "credibility" not in said(pilot)[-1]
