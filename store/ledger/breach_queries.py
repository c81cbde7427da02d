"""Reads what the creditors did not keep: undertakings, freezes of interest, fees they waived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from store.ledger.facts import holders, rows
from store.ledger.views import Promise
from store.records import schema
from store.records.database import Reading
from store.rules import breaches, dates, money
from store.rules.breaches import Breach, Charged, Freeze, Kind, Undertaken, Waiver


@dataclass(frozen=True, slots=True)
class BreachLine:
    """What a creditor did not keep, and on which debt; `amount` is minor units of `currency`."""

    breach: Breach
    creditor_id: int
    creditor: str
    creditor_name: str
    debt: str
    """The debt's key; empty for an undertaking."""
    debt_name: str
    currency: str

    def text(self, locale: str = "en_GB") -> str:
        """It in words, as a sentence without its end."""
        about = self.breach
        if about.kind is Kind.UNDERTAKING:
            return f"They said they would: {about.about}"
        amount = money.format(about.amount, self.currency, locale)
        if about.kind is Kind.INTEREST:
            return f"{self.debt_name}: {amount} of interest charged, but {about.about} says none"
        return f"{self.debt_name}: {amount} of fees that they waived are not taken off"


def breaches_of(
    session: Reading, as_of: date, promises: Iterable[Promise], creditor_id: int | None = None
) -> list[BreachLine]:
    """What creditors, or one of them, had not kept or kept late by a day, the oldest first.

    `promises` are mine as of that day: a rate holds while its agreement is kept.
    """
    creditor, debt = schema.creditor, schema.debt
    creditors = {row.id: row for row in rows(session, select(creditor))}
    debts = {row.id: row for row in rows(session, select(debt))}
    held_by = holders(session)
    undertaken = _undertaken(session, as_of)
    by_undertaking = {each.id: owner for each, owner in undertaken}
    found = [
        *breaches.undertakings((each for each, _ in undertaken), as_of),
        *breaches.charges(
            freezes(session, as_of, promises), _waivers(session, as_of), _charged(session), as_of
        ),
    ]
    lines = [
        _line(
            each,
            creditors[
                by_undertaking[each.record_id]
                if each.debt_id is None
                else held_by[each.debt_id](each.on)
            ],
            debts,
        )
        for each in found
    ]
    wanted = (each for each in lines if creditor_id in (None, each.creditor_id))
    return sorted(wanted, key=lambda each: (each.breach.on, each.creditor, each.breach.record_id))


def open_charges(session: Reading, as_of: date, promises: Iterable[Promise]) -> list[BreachLine]:
    """Interest in a freeze and fees waived that are still to be put right."""
    return [
        each
        for each in breaches_of(session, as_of, promises)
        if each.breach.is_open and each.breach.kind is not Kind.UNDERTAKING
    ]


def freezes(session: Reading, as_of: date, promises: Iterable[Promise]) -> list[Freeze]:
    """The days on which each debt bears no interest: by agreements, deferrals and moratoriums."""
    found, kept_until = [], _kept_until(promises)
    moratorium = schema.moratorium
    for row in rows(session, select(moratorium)):
        source = f"the moratorium from {dates.full(row.starts_on)}"
        found.append(Freeze(row.debt_id, row.starts_on, row.ends_on, source))
    for row, until in _agreements(session, as_of):
        source = source_of(row.made_on)
        if row.apr is not None and not Decimal(row.apr):
            since = max(row.made_on, row.apr_from or row.made_on)
            last = _earliest(until, row.apr_until, kept_until.get(row.id))
            found.append(Freeze(row.debt_id, since, last, source))
        if row.defer_until is not None and row.interest_accrues is False:
            last = _earliest(until, row.defer_until - timedelta(days=1))
            found.append(Freeze(row.debt_id, row.made_on, last, source))
    return found


def source_of(made_on: date) -> str:
    """What a freeze by the agreement of a day rests on, in words."""
    return f"the agreement of {dates.full(made_on)}"


def _kept_until(promises: Iterable[Promise]) -> dict[int, date]:
    """The last day to pay of what each agreement is behind with, the earliest first."""
    found: dict[int, date] = {}
    for each in promises:
        if each.outcome.is_overdue:
            found[each.agreement_id] = min(
                each.last_day, found.get(each.agreement_id, each.last_day)
            )
    return found


def _agreements(session: Reading, as_of: date) -> list[tuple[Any, date | None]]:
    """The agreements made by a day, with the last day on which each held."""
    agreement = schema.agreement
    found = rows(session, select(agreement))
    replaced = {row.supersedes_id: row.made_on - timedelta(days=1) for row in found}
    return [
        (row, _earliest(replaced.get(row.id), row.ended_on))
        for row in found
        if row.made_on <= as_of
    ]


def _waivers(session: Reading, as_of: date) -> list[Waiver]:
    return [
        Waiver(row.id, row.debt_id, row.made_on, row.fees_waived, source_of(row.made_on))
        for row, _ in _agreements(session, as_of)
        if row.fees_waived
    ]


def _charged(session: Reading) -> list[Charged]:
    charge = schema.charge
    return [
        Charged(
            row.id,
            row.debt_id,
            row.on,
            abs(row.amount),
            row.kind == "interest" and row.amount > 0,
            row.kind in ("refund", "waiver") or (row.kind == "adjustment" and row.amount < 0),
            row.kind == "fee" and row.amount > 0,
        )
        for row in rows(session, select(charge))
    ]


def _undertaken(session: Reading, as_of: date) -> list[tuple[Undertaken, int]]:
    """What creditors said they would do by a day that has come, each with its creditor."""
    undertaking = schema.undertaking
    found: Sequence[Any] = rows(
        session,
        select(undertaking).where(undertaking.c.by == "creditor", undertaking.c.due_on <= as_of),
    )
    return [
        (Undertaken(row.id, row.text, row.due_on, _done_by(row.done_on, as_of)), row.creditor_id)
        for row in found
    ]


def _done_by(done_on: date | None, as_of: date) -> date | None:
    return done_on if done_on is not None and done_on <= as_of else None


def _line(breach: Breach, who: Any, debts: Mapping[int, Any]) -> BreachLine:
    debt = None if breach.debt_id is None else debts[breach.debt_id]
    return BreachLine(
        breach,
        who.id,
        who.key,
        who.name,
        "" if debt is None else debt.key,
        "" if debt is None else debt.name,
        who.currency,
    )


def _earliest(*days: date | None) -> date | None:
    """The first of the days that are known; None where none is."""
    return min((each for each in days if each is not None), default=None)
