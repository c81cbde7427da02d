"""An edit made on old data says so, shows both, and loses neither."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from textual.screen import Screen

from store.ledger import (
    agreement_queries,
    agreements,
    contact_queries,
    contacts,
    creditor_queries,
    creditors,
    debts,
    payments,
    queries,
)
from store.records import tables
from store.records.database import Ledger
from tests.tui import opening
from tests.tui.opening import press, shown
from tui.app import AccordApp
from tui.dialogs.agreement import AgreementForm
from tui.dialogs.contact import ContactForm
from tui.dialogs.creditor import CreditorForm
from tui.dialogs.debt import DebtForm
from tui.dialogs.form import Form
from tui.dialogs.meanwhile import SAID
from tui.dialogs.payment import PaymentForm


def edit_payment(ledger: Ledger, payment_id: int, **said: Any) -> None:
    """Correct a payment, elsewhere."""
    with ledger.reading() as session:
        row = session.get_one(tables.Payment, payment_id)
    given = {name: getattr(row, name) for name in ("amount", "paid_on", "note", "version")}
    payments.edit(ledger, payment_id, today=opening.TODAY, **{**given, **said})


async def open_form(pilot: opening.Accord, form: Screen[Any]) -> None:
    """Show a form over the app."""
    pilot.app.push_screen(form)
    await opening.settled(pilot)


def form_of(pilot: opening.Accord) -> Form[Any]:
    """The form that is on top."""
    form = pilot.app.screen
    assert isinstance(form, Form)
    return form


async def save(pilot: opening.Accord, **typed: str) -> None:
    """Type into fields, and save."""
    for name, text in typed.items():
        form_of(pilot).field(name).text = text
    await press(pilot, "ctrl+s")


async def until_said(pilot: opening.Accord, name: str, error: str) -> None:
    """Wait until a field of the form says what is there now: first the form reads that."""
    await opening.until(pilot, lambda: form_of(pilot).field(name).error == error)


async def test_both_are_shown_and_saving_again_keeps_what_is_seen(household: Path) -> None:
    async with opening.opened(household) as pilot:
        app, ledger = pilot.app, opening.ledger_of(pilot)
        assert isinstance(app, AccordApp)
        with ledger.reading() as session:
            line = queries.payment(session, 1)
        assert line is not None
        await open_form(pilot, PaymentForm(app, editing=line))
        edit_payment(ledger, 1, amount=4100, note="by card")
        await save(pilot, amount="42")
        await until_said(pilot, "amount", "there now: £41.00")
        form = form_of(pilot)
        await opening.until(pilot, lambda: SAID[:45] in shown(pilot))
        assert form.field("amount").text == "42"
        assert form.field("note").text == "by card"
        assert form.field("note").hint.startswith("changed elsewhere; it was ")
        assert not form.field("paid_on").error
        # And once more, while it was shown.
        edit_payment(ledger, 1, amount=4300)
        await save(pilot)
        await until_said(pilot, "amount", "there now: £43.00")
        await save(pilot)
        assert opening.screen_name(pilot) == "today"
        with ledger.reading() as session:
            row = session.get_one(tables.Payment, 1)
        assert (row.amount, row.note) == (4200, "by card")


async def test_what_was_deleted_meanwhile_is_said(household: Path) -> None:
    async with opening.opened(household) as pilot:
        app, ledger = pilot.app, opening.ledger_of(pilot)
        assert isinstance(app, AccordApp)
        with ledger.reading() as session:
            line = queries.payment(session, 1)
        assert line is not None
        await open_form(pilot, PaymentForm(app, editing=line))
        payments.delete(ledger, 1, opening.TODAY)
        await save(pilot, amount="42")
        assert "no longer there" in shown(pilot)
        assert form_of(pilot).field("amount").text == "42"


def a_contact(app: AccordApp, ledger: Ledger) -> tuple[Form[Any], Callable[[], object]]:
    with ledger.reading() as session:
        line = contact_queries.contact(session, 1)
    assert line is not None
    given = {
        name: getattr(line, name)
        for name in ("creditor_id", "debt_id", "at", "channel", "direction", "version", "summary")
    }
    return ContactForm(app, editing=line), lambda: contacts.edit(
        ledger, 1, **{**given, "person": "Theirs"}
    )


def a_creditor(app: AccordApp, ledger: Ledger) -> tuple[Form[Any], Callable[[], object]]:
    with ledger.reading() as session:
        line = creditor_queries.creditors(session, app.today).creditors[0]
    details = creditors.Details(line.name, line.currency, phone="Theirs")
    return CreditorForm(app, line), lambda: creditors.edit(
        ledger, line.creditor_id, details, version=line.version
    )


def a_debt(app: AccordApp, ledger: Ledger) -> tuple[Form[Any], Callable[[], object]]:
    with ledger.reading() as session:
        line = creditor_queries.debts(session, app.today)[0]
        details = debts.details(session, line.debt_id)
    form = DebtForm(app, line.creditor_id, line.creditor, line.currency, line, details)
    return form, lambda: debts.edit(
        ledger, line.debt_id, replace(details, reference="Theirs"), version=line.version
    )


def an_agreement(app: AccordApp, ledger: Ledger) -> tuple[Form[Any], Callable[[], object]]:
    with ledger.reading() as session:
        there = agreement_queries.agreements(session, app.today)
    line = next(each for each in there if each.terms.amount)
    return AgreementForm(app, editing=line), lambda: agreements.edit(
        ledger,
        line.agreement_id,
        version=line.version,
        made_on=line.made_on,
        terms=line.terms,
        today=app.today,
        capacity=12_300,
    )


@pytest.mark.parametrize(
    ("make", "name", "theirs", "mine"),
    [
        (a_contact, "person", "Theirs", "Mine"),
        (a_creditor, "phone", "Theirs", "Mine"),
        (a_debt, "reference", "Theirs", "Mine"),
        (an_agreement, "capacity", "£123.00", "99"),
    ],
)
async def test_every_form_that_corrects_shows_both(
    household: Path, make: Any, name: str, theirs: str, mine: str
) -> None:
    async with opening.opened(household) as pilot:
        app, ledger = pilot.app, opening.ledger_of(pilot)
        assert isinstance(app, AccordApp)
        form, change = make(app, ledger)
        await open_form(pilot, form)
        change()
        await save(pilot, **{name: mine})
        await until_said(pilot, name, f"there now: {theirs}")
        again = form_of(pilot)
        assert again is not form, shown(pilot)
        assert type(again) is type(form)
        assert again.field(name).text == mine
        others = [each.error for each in again.fields.values() if each.key != name]
        assert not any(others)
        with ledger.reading() as session:
            newest = session.exec(select(tables.Revision.use_case)).all()[-1]
        await save(pilot)
        assert opening.screen_name(pilot) == "today"
        with ledger.reading() as session:
            assert session.exec(select(tables.Revision.use_case)).all()[-2:] == [newest, newest]
