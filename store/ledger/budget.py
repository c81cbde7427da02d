"""The budget: regular income, essentials and saving, line by line.

The past stays true: a changed amount ends one line and starts another. A correction is for what
was entered wrongly.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, get_args

from sqlalchemy import select
from sqlmodel import Session

from store.ledger.budget_views import Details, Line
from store.ledger.facts import rows
from store.ledger.picture import holds_on, monthly_value
from store.ledger.terms import days_from_text, days_to_text
from store.records import revisions, schema, tables
from store.records.database import Ledger, Reading
from store.rules import cadence, dates, money
from store.rules.cadence import Cadence, Unit
from store.rules.errors import BadInput, NotFound, Stale
from store.rules.workdays import WeekendRule


def lines(session: Reading, today: date) -> list[Line]:
    """Every line: income, essentials, saving, each from the largest on; ended ones last.

    What is still to come stands after what holds, by the day that it starts.
    """
    found = [
        Line(
            row.id,
            row.version,
            _details(row),
            None if row.every == "once" else money.nearest(monthly_value(row)),
            not holds_on(row, today) and row.ends_on is not None and row.ends_on < today,
        )
        for row in rows(session, select(schema.budget_line))
    ]
    kinds = list(get_args(tables.BudgetKind))
    return sorted(
        found,
        key=lambda each: (
            each.is_over,
            kinds.index(each.details.kind),
            max(each.details.starts_on or today, today),
            -(each.monthly or 0),
            each.details.name.casefold(),
        ),
    )


def add(ledger: Ledger, details: Details) -> int:
    """Add a line; gives its number. Raises `BadInput` for what cannot be."""
    with revisions.change(ledger, "budget.add") as change:
        _check(details)
        row = tables.BudgetLine(recorded_at=change.now, **_columns(details))
        change.add(row)
        change.summary = f"Budget: {_said(row)}"
        return row.id or 0


def edit(ledger: Ledger, line_id: int, details: Details, *, version: int) -> None:
    """Correct a line that was read at `version`, for all of its time; raises `Stale`."""
    with revisions.change(ledger, "budget.edit") as change:
        row = _get(change.session, line_id, version)
        _check(details)
        for name, value in _columns(details).items():
            setattr(row, name, value)
        change.summary = f"Budget corrected: {_said(row)}"


def change_from(ledger: Ledger, line_id: int, details: Details, *, version: int, on: date) -> int:
    """Let a line be otherwise from a day on: it ends the day before, and a new one starts.

    Gives the number of the new line. Raises `BadInput` where the line starts then or later.
    """
    with revisions.change(ledger, "budget.change_from") as change:
        row = _get(change.session, line_id, version)
        if row.starts_on is not None and on <= row.starts_on:
            raise BadInput(
                f"The line starts on {dates.full(row.starts_on)}: correct it instead, or choose a "
                "later day.",
                field="on",
            )
        if row.ends_on is not None and on > row.ends_on:
            raise BadInput(f"The line ended on {dates.full(row.ends_on)}.", field="on")
        details = replace(details, starts_on=on)
        _check(details)
        row.ends_on = on - timedelta(days=1)
        new = tables.BudgetLine(recorded_at=change.now, **_columns(details))
        change.add(new)
        change.summary = f"Budget from {dates.full(on)}: {_said(new)}"
        return new.id or 0


def delete(ledger: Ledger, line_id: int) -> str:
    """Delete a line, also from the past; gives its name."""
    with revisions.change(ledger, "budget.delete") as change:
        row = _get(change.session, line_id, None)
        change.session.delete(row)
        change.summary = f"Deleted from the budget: {_said(row)}"
        return row.name


def check_days(
    every: Cadence, next_on: date | None, starts_on: date | None, ends_on: date | None
) -> None:
    """Raise `BadInput` at the field of a day that cannot be, in a form or in a file."""
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        raise BadInput("It cannot end before it starts.", field="ends_on")
    if every.days and next_on is not None:
        try:
            cadence.unadjusted(every, next_on, 0)
        except BadInput:
            days = " and ".join(map(str, every.days))
            raise BadInput(
                f"{dates.full(next_on)} is on neither of the days of the month: {days}.",
                field="next_on",
            ) from None


def _check(details: Details) -> None:
    if not details.name.strip():
        raise BadInput("Say what it is for, such as Rent.", field="name")
    if details.kind not in get_args(tables.BudgetKind):
        raise BadInput("It is income, essential or saving.", field="kind")
    if not 0 < details.amount <= money.LARGEST:
        raise BadInput("An amount must be more than zero.", field="amount")
    if not money.is_currency(details.currency):
        raise BadInput(f"{details.currency} is not a currency.", field="currency")
    if details.cadence.unit is Unit.ONCE and details.next_on is None:
        raise BadInput("Say on which day it comes.", field="next_on")
    check_days(details.cadence, details.next_on, details.starts_on, details.ends_on)


def _get(session: Session, line_id: int, version: int | None) -> tables.BudgetLine:
    row = session.get(tables.BudgetLine, line_id)
    if row is None:
        raise NotFound("That line of the budget is no longer there.")
    if version is not None and row.version != version:
        raise Stale("The line was changed elsewhere after you opened it. Open it again.")
    return row


def _details(row: Any) -> Details:
    return Details(
        row.name,
        row.kind,
        row.amount,
        row.currency,
        cadence.parse(row.every, days_from_text(row.days)),
        row.next_on,
        row.starts_on,
        row.ends_on,
        WeekendRule(row.weekend) if row.weekend else None,
    )


def _columns(details: Details) -> dict[str, Any]:
    return {
        "name": details.name.strip(),
        "kind": details.kind,
        "amount": details.amount,
        "currency": details.currency,
        "every": cadence.to_text(details.cadence),
        "days": days_to_text(details.cadence.days),
        "next_on": details.next_on,
        "starts_on": details.starts_on,
        "ends_on": details.ends_on,
        "weekend": None if details.weekend is None else str(details.weekend),
    }


def _said(row: tables.BudgetLine) -> str:
    said = money.format(row.amount, row.currency)
    return (
        f"{row.name}, {said} {cadence.describe(cadence.parse(row.every, days_from_text(row.days)))}"
    )
