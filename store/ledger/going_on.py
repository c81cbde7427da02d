"""What goes on under the agreements in force on a debt: what waits, and on which terms.

Plan and the comparison of offers both project it from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from store.ledger.commitments import Commitment
from store.ledger.picture import Picture
from store.rules import projection
from store.rules.projection import Projection
from store.rules.terms import Promised, Terms


def agreed(
    picture: Picture, debt_id: int, *, more: Promised | None = None, without: int | None = None
) -> tuple[Terms, list[Promised]] | None:
    """The terms agreed on a debt, and what waits under them; None where nothing is agreed.

    What is overdue waits for today; `more` waits too, and the instalment `without` (by number) does
    not. Of what was waived and written off the terms keep what the balance does not have yet.
    """
    there = picture.on_debt(debt_id)
    if not there:
        return None
    waiting = [
        Promised(max(each.due_on, picture.today), each.unpaid)
        for commitment in there
        for each in commitment.open
        if each.instalment_id != without
    ]
    waiting += [] if more is None else [more]
    waiting.sort(key=lambda each: (each.due_on, each.amount))
    return _with_what_was_given(picture, there[-1], waiting), waiting


def projected(picture: Picture, debt_id: int) -> Projection | None:
    """The debt under what is agreed, from today; None where no balance is known or none agreed."""
    found, balance = agreed(picture, debt_id), picture.owed[debt_id]
    if found is None or balance is None:
        return None
    terms, waiting = found
    return projection.project(balance, waiting, picture.today, terms, picture.rates_now(debt_id))


def _with_what_was_given(
    picture: Picture, commitment: Commitment, waiting: Sequence[Promised]
) -> Terms:
    """Terms with what is still to be taken off: less what was recorded as waived since.

    Of a balance that a later letter says, no more than the instalments leave over: the creditor
    may have taken it off already.
    """
    agreed, debt_id, today = commitment.terms, commitment.debt_id, picture.today
    said, balance = picture.said[debt_id], picture.owed[debt_id]
    waived = said.waived(commitment.made_on, today)
    fees = max(0, (agreed.fees_waived or 0) - waived)
    rest = max(0, waived - (agreed.fees_waived or 0))
    written_off = max(0, (agreed.written_off or 0) - rest)
    terms = replace(agreed, upfront=None, fees_waived=None, written_off=None)
    if balance is not None and said.is_restated(commitment.made_on, today):
        accrues = picture.rates_now(debt_id)
        left = projection.project(balance, waiting, today, terms, accrues).left_over
        written_off = min(written_off, left)
        fees = min(fees, left - written_off)
    return replace(terms, fees_waived=fees or None, written_off=written_off or None)
