"""Plan: the budget, its surplus, the shares, and what they turn into; offers side by side."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from textual.widgets import Static

from store.ledger import budget, offer_queries, plan_queries
from store.ledger.budget_views import Line
from store.records import tables
from store.rules.affordability import Strategy
from tests import make
from tests.tui import opening
from tests.tui.opening import flat, press, rows, shown, write
from tui import planning, verdicts
from tui.dialogs.agreement import AgreementForm
from tui.dialogs.budget_line import BudgetLineForm
from tui.dialogs.compare import Compare
from tui.dialogs.details import Details
from tui.dialogs.form import Form
from tui.dialogs.offer import OfferForm
from tui.screens.plan import PlanScreen
from tui.widgets.compare_lines import CompareLines
from tui.widgets.plan_lines import PlanLines


def screen_of(pilot: opening.Accord) -> PlanScreen:
    """The screen, which is up."""
    screen = pilot.app.screen
    assert isinstance(screen, PlanScreen)
    return screen


def text(pilot: opening.Accord, selector: str) -> str:
    """What a part of the screen says."""
    return flat(str(pilot.app.screen.query_one(selector, Static).render()))


def form_of(pilot: opening.Accord) -> Form[Any]:
    """The form, which is on top."""
    screen = pilot.app.screen
    assert isinstance(screen, Form)
    return screen


async def fill(pilot: opening.Accord, **texts: str) -> None:
    """Type into fields of the form."""
    for name, typed in texts.items():
        form_of(pilot).field(name).focus()
        await opening.settled(pilot)
        await write(pilot, typed)
        if getattr(form_of(pilot).field(name), "is_open", False):
            await press(pilot, "enter")


def lines(pilot: opening.Accord) -> list[Line]:
    """The lines of the budget, as recorded."""
    with opening.ledger_of(pilot).reading() as session:
        return budget.lines(session, pilot.app.today)  # type: ignore[attr-defined]


async def test_every_step_to_the_surplus_is_shown_beside_the_shares(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "6")
        assert "£173.54 is left a month" in text(pilot, "#headline")
        steps = text(pilot, "#surplus")
        for step in ("income £1,592.88", "- essentials £1,295.33", "- saving £10.00",
                     "= available £287.55", "- agreed on priority debts £114.01",
                     "= left a month £173.54"):  # fmt: skip
            assert step in steps.replace("−", "-")
        assert "✓ Hillview Council · Council tax: £72.78 a month" in text(pilot, "#first")
        shares = [tuple(row)[:3] for row in rows(pilot, "shares")]
        assert ("Credit card", "49.73", "59.48") in shares
        assert ("together", "141.88", "173.54") in shares
        assert "26 months" in text(pilot, "#payoff")
        assert "£13.61 short on Mon 23 Nov" in text(pilot, "#cash")
        assert "At risk: Northbank, Tue 1 Dec · 8 days to act" in text(pilot, "#cash")


def test_what_never_ends_is_said_beside_the_offers(tmp_path: Path) -> None:
    debt = make.debt(balance="5000.00", apr="24", contractual_payment="50.00")
    ledger = make.loaded(tmp_path / "ledger.db", make.document(debts=[debt]))
    with ledger.reading() as session:
        view = offer_queries.compare(session, make.on("02-01"), make.debt_id(ledger))
    ledger.close()
    lines = CompareLines(view, "en_GB")
    assert lines.detail(view.now) == ["! Going on like this never clears the debt."]
    (row,) = lines.rows()
    assert [row.cells[n][0] for n in (4, 5, 9, 6)] == ["never", "–", "–", "–"]


async def test_a_line_is_added_changed_from_a_day_and_taken_back(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "6", "a")
        assert isinstance(pilot.app.screen, BudgetLineForm)
        await fill(pilot, name="Bus pass", kind="ess", amount="30", next_on="1 dec")
        await press(pilot, "enter")
        await opening.until(pilot, lambda: "£143.54 is left a month" in shown(pilot))
        found = next(each for each in lines(pilot) if each.details.name == "Bus pass")
        screen_of(pilot)._list("budget").cursor = next(
            n for n, row in enumerate(screen_of(pilot)._list("budget").rows)
            if row.key == found.line_id
        )  # fmt: skip
        await press(pilot, "e")
        await fill(pilot, amount="40", on="today")
        await press(pilot, "enter")
        await opening.until(pilot, lambda: "£133.54 is left a month" in shown(pilot))
        known = [
            (each.details.amount, each.is_over)
            for each in lines(pilot)
            if each.details.name == "Bus pass"
        ]
        assert known == [(40_00, False), (30_00, True)]
        await press(pilot, "Z")
        assert "Bus pass, until 22 Nov" in [row[0] for row in rows(pilot, "budget")]
        await press(pilot, "u", "enter")
        await opening.until(pilot, lambda: "£143.54 is left a month" in shown(pilot))


async def test_what_cannot_be_in_a_budget_is_said_at_its_field(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "6", "a")
        await fill(pilot, name="Gift", kind="income", amount="50", every="once")
        await press(pilot, "enter")
        form = form_of(pilot)
        assert "on which day" in form.field("next_on").error
        assert form.field("name").text == "Gift"
        await fill(pilot, every="twice a month on the 1st and 15th", next_on="2 dec")
        await press(pilot, "enter")
        assert "neither of the days" in form.field("next_on").error


async def test_a_change_that_would_start_after_its_last_day_is_refused_there(
    household: Path,
) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "6", "e")
        await fill(pilot, amount="40", on="1 dec", ends_on="30 nov")
        await press(pilot, "enter")
        assert "cannot end before it starts" in form_of(pilot).field("ends_on").error
        assert len(lines(pilot)) == 8


async def test_a_line_is_deleted_only_after_a_yes(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "6", "d", "enter")
        assert len(lines(pilot)) == 8
        await press(pilot, "d", "y")
        await opening.until(pilot, lambda: len(lines(pilot)) == 7)
        await opening.until(pilot, lambda: "is missing every month" in shown(pilot))
        assert "Nothing is left over: get free advice before you offer." in text(pilot, "#first")


async def without_wages(pilot: opening.Accord) -> None:
    """Open Plan and delete the wages, so that nothing is left."""
    await press(pilot, "6", "d", "y")
    await opening.until(pilot, lambda: "is missing every month" in shown(pilot))


async def test_with_nothing_left_o_asks_for_a_token_payment(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await without_wages(pilot)
        assert (
            "o on a debt asks for a token payment, such as £1.00 a month looked at again in 6 "
            "months, or for a deferral of 3 months."
        ) in text(pilot, "#first")
        assert {tuple(row[2:6]) for row in rows(pilot, "shares")} == {("–", "–", "–", "–")}
        await press(pilot, "tab", "o", "enter")
        form = form_of(pilot)
        assert isinstance(form, OfferForm)
        assert (form.field("amount").text, form.field("lasts").text) == ("£1.00", "6")
        preview = form.query_one("SchedulePreview", Static)
        await fill(pilot, first_due="1 dec")
        await opening.until(pilot, lambda: "It is a token payment" in str(preview.render()))


async def test_with_nothing_left_a_deferral_can_be_asked_for(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await without_wages(pilot)
        await press(pilot, "tab", "o", "down", "enter")
        form = form_of(pilot)
        assert isinstance(form, OfferForm)
        assert form.field("defer_until").text == "2027-02-23"
        assert form.field("interest_accrues").text == "no"


async def test_a_share_in_another_currency_is_offered_in_it(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    euro = {"key": "banque", "name": "Banque", "currency": "EUR"}
    document = make.document(
        budget=[{"name": "Wages", "kind": "income", "amount": "100", "every": "month",
                 "currency": "EUR", "next_on": "2026-11-10"}],
    )  # fmt: skip
    document["creditors"].append(euro)
    document["debts"].append(make.debt("pret", creditor="banque"))
    make.loaded(path, document).close()
    async with opening.opened(path) as pilot:
        await press(pilot, "6")
        await opening.until(pilot, lambda: "€100.00 is left a month" in shown(pilot))
        await press(pilot, "tab", "o")
        form = form_of(pilot)
        await opening.until(pilot, lambda: form.field("first_due").text == "2026-12-11")
        assert form.field("amount").text == "€100.00"
        assert form.field("amount").value() == 100_00
        await fill(pilot, amount="£100.00")
        await press(pilot, "enter")
        assert "EUR" in form.field("amount").error


async def test_stress_says_what_is_left_and_when_the_cash_is_short(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "6", "w", "enter")
        await opening.until(
            pilot, lambda: "With income −10 %: £14.25 is left" in text(pilot, "#surplus")
        )
        await press(pilot, "w")
        await fill(pilot, cut="ten")
        await press(pilot, "enter")
        assert "whole per cents" in form_of(pilot).field("cut").error
        await fill(pilot, cut="0", bill="500", bill_on="10 dec")
        await press(pilot, "enter")
        await opening.until(pilot, lambda: "a bill of £500.00 on 10 Dec" in text(pilot, "#surplus"))
        assert "It makes the cash £" in text(pilot, "#surplus")


async def test_a_share_becomes_an_offer_that_is_compared(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "6", "tab")
        assert "£59.48 pro-rata: paid off by January 2029" in text(pilot, "#detail")
        await press(pilot, "o")
        form = pilot.app.screen
        assert isinstance(form, OfferForm)
        await opening.until(pilot, lambda: form.field("first_due").text == "2026-11-29")
        assert form.field("amount").text == "£59.48"
        # At the rate that is agreed now, so that it comes to what Plan says.
        assert form.field("apr").text == "0"
        preview = form.query_one("SchedulePreview", Static)
        await opening.until(pilot, lambda: "It fits" in str(preview.render()))
        await opening.until(pilot, lambda: "Differs from the last offer" in str(preview.render()))
        assert "£1,371.40 in all" in str(preview.render())
        await press(pilot, "enter")
        await opening.until(pilot, lambda: isinstance(pilot.app.screen, Compare))
        await opening.until(pilot, lambda: "Mon 23 Nov, mine" in shown(pilot))
        with opening.ledger_of(pilot).reading() as session:
            made = session.exec(select(tables.Offer).where(tables.Offer.by == "me")).all()
        assert 59_48 in {each.amount for each in made}


async def test_offers_stand_side_by_side_and_the_chosen_one_is_accepted(household: Path) -> None:
    async with opening.opened(household, opening.WIDE) as pilot:
        await press(pilot, "4", *["down"] * 5, "v")
        await opening.until(pilot, lambda: "Thu 12 Nov, theirs" in shown(pilot))
        said = flat(shown(pilot))
        assert "Now, as agreed" in said
        assert "★ £321.40" in said
        assert "short 15 Dec" in said
        whole = text(pilot, ".whole")
        assert "Written off or waived: £321.40." in whole
        assert "The cash does not carry it on 15 December 2026." in whole
        await press(pilot, "A")
        await opening.until(pilot, lambda: isinstance(pilot.app.screen, AgreementForm))
        preview = pilot.app.screen.query_one("SchedulePreview", Static)
        await opening.until(pilot, lambda: "If it waits until after" in str(preview.render()))


async def test_an_answer_given_in_the_comparison_is_shown_there(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "4", *["down"] * 5, "v")
        await opening.until(pilot, lambda: "Thu 12 Nov, theirs" in shown(pilot))
        await press(pilot, "R")
        await fill(pilot, status="declined", note="Too much at once")
        await press(pilot, "enter")
        await opening.until(pilot, lambda: "Thu 12 Nov, theirs, declined" in shown(pilot))
        assert "Why: “Too much at once”" in text(pilot, ".whole")


async def test_free_advice_is_one_key_away(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "6", "f")
        assert isinstance(pilot.app.screen, Details)
        assert "StepChange" in shown(pilot)
        assert "At the door" in shown(pilot)


async def test_strategies_follow_one_another(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "6", "s", "s")
        assert screen_of(pilot).query_one("#payoff").border_title == "Paid off, avalanche"
        assert "is for when nothing is in arrears" in text(pilot, "#first")


async def test_in_a_narrow_window_the_shares_stand_behind_a_key(household: Path) -> None:
    async with opening.opened(household, opening.NARROW) as pilot:
        await press(pilot, "6")
        assert not screen_of(pilot).query_one("#share-side").display
        await press(pilot, "v")
        await opening.until(pilot, lambda: "Personal loan" in shown(pilot))
        assert "109.72" in shown(pilot)
        await press(pilot, "v")
        await opening.until(pilot, lambda: "Wages" in shown(pilot))


async def test_past_the_shares_the_cash_ahead_comes_into_view(household: Path) -> None:
    async with opening.opened(household, opening.NARROW) as pilot:
        await press(pilot, "6", "v")
        assert "8 days to act" not in shown(pilot)
        await press(pilot, *["down"] * 12)
        assert "At risk: Northbank, Tue 1 Dec · 8 days to act" in shown(pilot)
        await press(pilot, *["up"] * 12)
        assert "─ First ─" in shown(pilot)


async def test_on_the_last_day_it_is_said_to_talk_today(tmp_path: Path) -> None:
    cash = [{"on": "2026-02-01", "amount": "50.00"}]
    path = tmp_path / "ledger.db"
    make.loaded(path, make.document(cash=cash, agreements=[make.promise(count=1)])).close()
    async with opening.opened(path, today=make.on("02-01")) as pilot:
        card = text(pilot, "CashCard")
        assert "At risk: Bank, Sun 1 Feb · today is the day to talk to them" in card


async def test_an_empty_plan_asks_for_the_first_line(tmp_path: Path) -> None:
    async with opening.opened(tmp_path / "new.db") as pilot:
        await press(pilot, "6")
        await opening.until(pilot, lambda: "Add the first line with a" in shown(pilot))
        assert "a adds the first line" in shown(pilot)


async def test_today_says_what_the_cash_carries(household: Path) -> None:
    async with opening.opened(household) as pilot:
        card = text(pilot, "CashCard")
        assert "£143.75 now · payday Sat 28 Nov" in card
        assert "▼ £13.61 short on Mon 23 Nov" in card
        assert "At risk: Northbank, Tue 1 Dec · 8 days to act" in card
        assert "Riverside today is safe." in card
        assert "Hillview: Sat 28 Nov · tell them" in card


async def test_a_line_without_a_day_is_named_where_the_cash_goes_without_it(
    household: Path,
) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "6", "a")
        await fill(pilot, name="[b]Rent", kind="ess", amount="30")
        await press(pilot, "enter")
        left_out = "Left out, no day said: [b]Rent"
        await opening.until(pilot, lambda: left_out in text(pilot, "#cash"))
        await press(pilot, "1")
        await opening.until(pilot, lambda: left_out in text(pilot, "CashCard"))
        assert "is safe" not in text(pilot, "CashCard")


def test_the_comparison_says_the_same_on_the_screen_and_on_the_command_line(
    household: Path,
) -> None:
    ledger = make.ledger(household)
    with ledger.reading() as session:
        view = offer_queries.compare(session, opening.TODAY, make.debt_id(ledger, "northbank-card"))
    ledger.close()
    printed = planning.offers_text(view).splitlines()
    for row in CompareLines(view, "en_GB").rows():
        cells = [str(cell[0]).removeprefix("★ ") for cell in row.cells]
        line = next(each for each in printed if each.startswith(cells[0]))
        for text in (cells[1], cells[2].split(" ")[-1], *cells[3:8]):
            assert text in line


def test_where_nothing_is_paid_the_row_of_now_is_blank(tmp_path: Path) -> None:
    cash = [{"on": "2026-02-01", "amount": "50.00"}]
    ledger = make.loaded(tmp_path / "ledger.db", make.document(cash=cash))
    with ledger.reading() as session:
        view = offer_queries.compare(session, make.on("02-01"), make.debt_id(ledger))
    ledger.close()
    lines = CompareLines(view, "en_GB")
    (row,) = lines.rows()
    assert [row.cells[n][0] for n in (2, 3, 4, 6, 9)] == ["", "", "–", "–", "–"]
    assert lines.detail(view.now) == ["! Nothing is paid on it: all of it stays owed."]


def planned(tmp_path: Path, strategy: Strategy, surplus: int = 100_00, **lists: Any) -> PlanLines:
    ledger = make.loaded(tmp_path / "ledger.db", make.document(**lists))
    with ledger.reading() as session:
        view = plan_queries.plan(session, make.on("02-01"), "GBP", surplus=surplus)
    ledger.close()
    return PlanLines(view, "en_GB", strategy)


def test_before_a_priority_debt_is_covered_no_money_is_for_the_others(tmp_path: Path) -> None:
    debts = [make.debt(), make.debt("tax", priority=True)]
    wages = {"kind": "income", "name": "Wages", "amount": "100.00", "every": "month"}
    assert planned(tmp_path, Strategy.PRO_RATA, debts=debts, budget=[wages]).headline() == (
        "£100.00 is left a month. First cover Bank (Tax): a priority debt that nothing covers."
    )


@pytest.mark.parametrize(
    ("surplus", "lists", "said"),
    [
        (100_00, {}, "£100.00 is left a month for debts that are no priority."),
        (
            100_00,
            {"agreements": [make.promise(amount="30.00", count=2)]},
            "£100.00 is left a month for debts that are no priority. £30.00 of it is promised.",
        ),
        (
            100_00,
            {"debts": [make.debt(stage="claim")]},
            "£100.00 is left a month. Bank (Card) is in court: get free advice before you offer.",
        ),
        (
            10_00,
            {},
            "£10.00 is left a month. This plan takes more than 60 months: get free advice before "
            "you offer; there may be a shorter way.",
        ),
        (
            10_00,
            {"agreements": [make.promise(amount="30.00", count=2)]},
            "£10.00 is left a month, and £30.00 is promised: £20.00 too much. This plan takes",
        ),
        (0, {}, "Nothing is left over. Get free advice before you offer."),
        (
            -5_00,
            {"debts": [make.debt(stage="claim")]},
            "Nothing is left: £5.00 is missing every month. Bank (Card) is in court: get free",
        ),
    ],
)
def test_the_headline_says_what_comes_first(
    tmp_path: Path, surplus: int, lists: Any, said: str
) -> None:
    wages = {"kind": "income", "name": "Wages", "amount": "10.00", "every": "month"}
    lines = planned(tmp_path, Strategy.PRO_RATA, surplus=surplus, budget=[wages], **lists)
    assert lines.headline().startswith(said)


async def test_in_a_small_window_plan_opens_with_what_comes_first(tmp_path: Path) -> None:
    debts = [make.debt(stage="judgment")]
    make.loaded(tmp_path / "ledger.db", make.document(debts=debts)).close()
    async with opening.opened(tmp_path / "ledger.db", opening.NARROW) as pilot:
        await press(pilot, "6")
        said = "Bank (Card) is in court: get free advice before you offer."
        await opening.until(pilot, lambda: said in flat(shown(pilot)))


def test_it_is_said_why_avalanche_and_snowball_are_alike(tmp_path: Path) -> None:
    debts = [make.debt(contractual_payment="90.00"),
             make.debt("loan", contractual_payment="90.00")]  # fmt: skip
    assert verdicts.CONTRACTS_TAKE_ALL in planned(tmp_path, Strategy.PRO_RATA, debts=debts).first()


def test_what_no_contract_is_known_of_has_neither_a_share_by_it_nor_months(tmp_path: Path) -> None:
    lines = planned(tmp_path, Strategy.CONTRACTUAL)
    share, _, months, _ = lines.shares()
    assert share.cells[3][0] == "–"
    # Neither what is agreed now nor the contract says how long it takes.
    assert [months.cells[n][0] for n in (1, 2, 3)] == ["–", "10", "–"]
    assert any(
        "No payment by contract is known" in each for each in lines.share(lines.view.debts[0])
    )


def test_a_line_that_is_still_to_come_says_from_when_in_place_of_its_value(tmp_path: Path) -> None:
    food = {"kind": "essential", "name": "Food", "amount": "80.00", "every": "month"}
    budget = [food, {**food, "amount": "90.00", "starts_on": "2026-05-10"},
              {**food, "amount": "95.00", "starts_on": "2028-05-10"}]  # fmt: skip
    lines = planned(tmp_path, Strategy.PRO_RATA, budget=budget)
    heading, *food_rows = lines.budget(ended=False)
    assert heading.cells[0] == "Essentials · £80.00 a month"
    assert [row.cells[3] for row in food_rows] == [
        ("£80.00", ""), ("from 10 May", "muted"), ("from May 2028", "muted"),
    ]  # fmt: skip
