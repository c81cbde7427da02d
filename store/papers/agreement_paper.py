"""The paper of an agreement: what was agreed as sentences, every instalment, and room to sign."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlmodel import Session

from store.ledger import creditor_queries, person
from store.ledger.agreement_views import AgreementLine
from store.papers import output
from store.papers.paper import Bullets, Heading, Paragraph, Part, Signatures, Small, Table
from store.records import revisions
from store.rules import dates, money
from store.rules import terms as term_rules

MISSED = (
    "If a payment cannot be made on its day, the payer says so before it is due, and both look "
    "for new terms before anything else is done."
)
REPORTED = "While the payments are made, it is reported to credit agencies as kept to."
IN_FULL = (
    "With the last payment the debt is settled in full; what is written off is neither asked for "
    "again nor sold or passed on."
)


def parts(session: Session, line: AgreementLine, today: date, locale: str) -> list[Part]:
    """The paper of an agreement as it was made."""
    place, me = line.place, person.get(session)
    debt = next(
        each for each in creditor_queries.debts(session, today) if each.debt_id == place.debt_id
    )
    mine = me.name or "The payer"

    def shown(amount: int) -> str:
        return money.format(amount, place.currency, locale)

    about = f"{place.debt_name}, reference {debt.reference}" if debt.reference else place.debt_name
    first = [f"Between {mine} and {place.creditor_name}, about: {about}."]
    if len(debt.chain) > 1:
        first.append(f"The debt was first owed to {debt.chain[0][2]}.")
    if debt.balance is not None:
        first.append(f"On {dates.full(today)} {shown(debt.balance)} is owed on it.")
    with_whom = f" with {line.contact_person}" if line.contact_person else ""
    first.append(f"It was agreed on {dates.full(line.made_on)}{with_whom}.")
    further = [MISSED, REPORTED, *([IN_FULL] if line.terms.written_off else [])]
    found: list[Part] = [
        Heading("Agreement", 1),
        Paragraph(" ".join(first)),
        Heading("What is agreed"),
        Bullets([*term_rules.sentences(line.terms, place.currency, locale), *_whole(line, shown)]),
        Heading("Further"),
        Bullets(further),
        Heading("Every payment"),
        Table(
            ("No.", "Due", "Amount"),
            [
                (str(each.number), dates.full(each.due_on), shown(each.amount))
                for each in line.promises
            ],
            right=(0, 2),
        ),
        Paragraph("By signing, both agree to this; each keeps a copy."),
        Signatures((mine, place.creditor_name)),
    ]
    if mark := output.mark(revisions.newest(session)):
        found.append(Small(mark))
    return found


def _whole(line: AgreementLine, shown: Callable[[int], str]) -> list[str]:
    """What all instalments come to, and when the first and the last are due."""
    if not line.promises:
        return []
    count = "1 payment" if line.count == 1 else f"{line.count} payments"
    first, last = line.promises[0].due_on, line.promises[-1].due_on
    span = f"from {dates.full(first)} to {dates.full(last)}"
    if first == last:
        span = f"on {dates.full(first)}"
    return [f"In all {shown(line.total)} in {count}, {span}."]
