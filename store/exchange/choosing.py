"""What a person says of a statement's lines, on top of what was said before.

Pure: each function gives the new `Choices`, or None where there is nothing to say of that line.
"""

from collections.abc import Mapping
from dataclasses import replace

from store.exchange.importing import Choices, Review, payee_key
from store.exchange.matching import Choice, Match, Status


def toggled(found: Review, number: int) -> Choices | None:
    """Leave a line out that would be recorded; take it in, or back, where it would not be."""
    match, said = found.matches[number], found.choices.lines.get(number)
    if match.is_sure:
        return _of_line(found, number, Choice(None))
    if said is not None:
        return _of_line(found, number, None)
    if match.does_something:
        return _of_line(found, number, Choice(match.debt_id))
    return None


def meant(found: Review, number: int, debt_id: int, first: Match) -> Choices | None:
    """Say which debt a line is about; `first` is what it was before anything was said.

    Where its payee pointed to no debt, or to one unsurely, all lines of that payee follow.
    """
    match = found.matches[number]
    if match.is_known and match.payment_id is not None:
        return None
    if not _teaches(found, match, first):
        return _of_line(found, number, Choice(debt_id))
    key = payee_key(match.line)
    return replace(_of_line(found, number, None), payees={**found.choices.payees, key: debt_id})


def another(found: Review, number: int) -> Choices | None:
    """Say that a line is not the payment that was logged already, or take that back."""
    match, said = found.matches[number], found.choices.lines.get(number)
    if said is not None and said.is_new:
        return _of_line(found, number, None)
    if match.payment_id is None or match.is_known or match.line.amount > 0:
        return None
    return _of_line(found, number, Choice(match.debt_id, is_new=True))


def split(found: Review, number: int, parts: Mapping[int, int]) -> Choices | None:
    """Say what a new payment is for: an amount in minor units for each instalment."""
    match, said = found.matches[number], found.choices.lines.get(number)
    if not is_divisible(match):
        return None
    is_new = said is not None and said.is_new
    choice = Choice(match.debt_id, is_new, tuple((key, part) for key, part in parts.items()))
    return _of_line(found, number, choice)


def ignored(found: Review, number: int) -> Choices | None:
    """Ignore the payee of a line for good, or take that back."""
    match, payees = found.matches[number], found.choices.payees
    key = payee_key(match.line)
    if is_ignored(found.choices, match):
        return replace(found.choices, payees={each: payees[each] for each in payees if each != key})
    if not key or match.is_known or match.status is Status.IGNORED:
        return None
    return replace(_of_line(found, number, None), payees={**payees, key: None})


def is_ignored(choices: Choices, match: Match) -> bool:
    """Whether it was said just now that the payee of a line is to be ignored."""
    key = payee_key(match.line)
    return key in choices.payees and choices.payees[key] is None


def is_divisible(match: Match) -> bool:
    """Whether a line is, or may be, a new payment on a debt."""
    return match.does_something and match.payment_id is None and match.line.amount < 0


def _teaches(found: Review, match: Match, first: Match) -> bool:
    """Whether what is said of a line is said of its payee; not where one has several debts."""
    key = payee_key(match.line)
    if not key or match.line.amount > 0:
        return False
    is_open = first.status in (Status.UNMATCHED, Status.IGNORED, Status.DOUBTFUL)
    return key in found.choices.payees or (is_open and not first.rivals)


def _of_line(found: Review, number: int, choice: Choice | None) -> Choices:
    lines = {each: said for each, said in found.choices.lines.items() if each != number}
    if choice is not None:
        lines[number] = choice
    return replace(found.choices, lines=lines)
