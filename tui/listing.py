"""What the command line prints of the record: creditors, debts, contacts and agreements."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from store.ledger.agreement_views import AgreementLine
from store.ledger.contact_views import ContactLine, Undertaken
from store.ledger.creditor_views import CreditorLine, DebtLine
from store.rules import dates, money
from store.rules.terms import sentences
from tui.printing import Plain, promise_json, table
from tui.settings import people_locale


def creditors_json(found: Sequence[CreditorLine]) -> list[Plain]:
    """Each creditor with its balance, what falls due next, and the next steps."""
    return [
        {
            "key": each.key,
            "name": each.name,
            "currency": each.currency,
            "balance": _amount(each.balance, each.currency),
            "state": each.worst and each.worst.value,
            "next_due": each.next_due
            and {
                "on": each.next_due[0].isoformat(),
                "amount": _amount(each.next_due[1], each.currency),
            },
            "last_contact": _day(each.last_contact),
            "debts": [debt.key for debt in each.debts if debt.creditor_id == each.creditor_id],
            "next_steps": [
                {"text": step.text, "by": _day(step.by), "urgent": step.urgent}
                for step in each.steps
            ],
        }
        for each in found
    ]


def creditors_text(found: Sequence[CreditorLine], today: date) -> str:
    """Each creditor on a line, and what comes next with it under it."""
    locale = people_locale()
    lines = [
        (
            each.name,
            "" if each.balance is None else money.format(each.balance, each.currency, locale),
            "" if each.next_due is None else f"next {dates.short(each.next_due[0], today)}",
            each.steps[0].text if each.steps else "",
        )
        for each in found
    ]
    return table(lines, (1,)) if lines else "No creditors yet."


def debts_json(found: Sequence[DebtLine], keys: dict[int, str]) -> list[Plain]:
    """Each debt; `keys` are those of creditors by number."""
    return [
        {
            "key": each.key,
            "name": each.name,
            "creditor": keys[each.creditor_id],
            "currency": each.currency,
            "reference": each.reference,
            "balance": _amount(each.balance, each.currency),
            "apr": None if each.apr is None else str(each.apr),
            "priority": each.priority,
            "stage": each.stage,
            "answer_by": _day(each.answer_by),
            "closed_on": _day(each.closed_on),
            "held": [
                {"from": _day(day), "creditor": keys[number]} for day, number, _ in each.chain
            ],
        }
        for each in found
    ]


def debts_text(found: Sequence[DebtLine]) -> str:
    """Each debt on a line."""
    locale = people_locale()
    lines = [
        (
            each.key,
            each.creditor,
            each.name,
            "not known"
            if each.balance is None
            else money.format(each.balance, each.currency, locale),
            "priority" if each.priority else "",
        )
        for each in found
    ]
    return table(lines, (3,)) if lines else "No debts yet."


def contacts_json(found: Sequence[ContactLine]) -> list[Plain]:
    """Each contact with its undertakings."""
    return [
        {
            "key": each.key,
            "creditor": each.creditor,
            "debt": each.debt,
            "at": each.at.isoformat(),
            "channel": each.channel,
            "direction": each.direction,
            "person": each.person,
            "reference": each.reference,
            "summary": each.summary,
            "undertakings": [_undertaking(one) for one in each.undertakings],
        }
        for each in found
    ]


def contacts_text(found: Sequence[ContactLine], today: date) -> str:
    """Each contact on a line."""
    lines = [
        (
            dates.short(each.at.date(), today),
            f"{each.at:%H:%M}",
            f"{'→' if each.direction == 'out' else '←'} {each.channel}",
            each.creditor_name,
            " ".join(each.summary.split())[:100],
        )
        for each in found
    ]
    return table(lines) if lines else "No contacts there."


def agreements_json(found: Sequence[AgreementLine]) -> list[Plain]:
    """Each agreement with its terms in words and its instalments."""
    return [
        {
            "key": each.key,
            "creditor": each.place.creditor,
            "debt": each.place.debt,
            "currency": each.place.currency,
            "made_on": each.made_on.isoformat(),
            "state": each.state,
            "writing": each.writing,
            "terms": sentences(each.terms, each.place.currency),
            "settled": each.settled,
            "count": each.count,
            "total": _amount(each.total, each.place.currency),
            "paid": _amount(each.paid, each.place.currency),
            "supersedes": each.before[-1].key if each.before else None,
            "replaced_on": _day(each.replaced_on),
            "ended_on": _day(each.ended_on),
            "ended_how": each.ended_how,
            "instalments": [promise_json(one) for one in each.promises],
        }
        for each in found
    ]


def agreements_text(found: Sequence[AgreementLine], today: date) -> str:
    """Each agreement on a line."""
    locale = people_locale()
    lines = [
        (
            each.key,
            each.place.creditor_name,
            f"{each.settled} of {each.count}",
            each.state,
            each.writing,
            (sentences(each.terms, each.place.currency, locale) or [""])[0],
        )
        for each in found
    ]
    return table(lines) if lines else "No agreements yet."


def _undertaking(each: Undertaken) -> Plain:
    return {
        "by": each.by,
        "text": each.text,
        "due_on": _day(each.due_on),
        "done_on": _day(each.done_on),
    }


def _amount(minor: int | None, currency: str) -> str | None:
    return None if minor is None else money.to_text(minor, currency)


def _day(day: date | None) -> Any:
    return day and day.isoformat()
