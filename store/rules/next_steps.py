"""What to do next with a creditor, worked out from the record: what is urgent first.

Nothing here is advice as law: it names what the record says is open, and who has to hear of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from store.rules import dates

SILENCE = 60
"""Days without a word after which something overdue wants a call."""

OLD_BALANCE = 180
"""Days after which a balance is worth asking for again."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement in force, and how far its writing is."""

    debt: str
    made_on: date
    writing: str
    needs_signing: bool = True
    """Between family a letter is enough."""


@dataclass(frozen=True, slots=True)
class Open:
    """A promise that is overdue: what it was for, when it was due, and how it is written."""

    debt: str
    due_on: date
    amount: str
    priority: bool
    is_cash_known: bool = False
    pay_on: date | None = None
    """The day from which the cash carries it, where that is known; None: not within a month."""


@dataclass(frozen=True, slots=True)
class Situated:
    """What the steps with one creditor follow from."""

    answers: Sequence[tuple[str, str, date]] = ()
    """Debt, stage, and by when a court wants an answer."""
    overdue: Sequence[Open] = ()
    agreed: Sequence[Agreed] = ()
    offers: Sequence[tuple[str, date | None]] = ()
    """Debt of each offer of theirs that is open, and when it lapses."""
    mine: Sequence[tuple[str, date | None]] = ()
    """What I said I would do, and by when."""
    theirs: Sequence[tuple[str, date | None]] = ()
    """What they said they would do, and by when."""
    without: Sequence[str] = ()
    """Debts that are owed, and about which nothing is agreed or offered."""
    balances: Sequence[tuple[str, date | None]] = ()
    """Each debt that is open, and of which day its newest balance is."""
    last_contact: date | None = None
    untold_since: date | None = None
    """Since when my situation is one that they have not heard."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: in words, with its last day where it has one."""

    text: str
    by: date | None = None
    urgent: bool = False


def next_steps(found: Situated, today: date) -> list[Step]:
    """The steps with one creditor: courts, what is overdue, what was said, papers, and the rest."""
    steps = [
        Step(f"Answer the {stage} about {debt}", by, urgent=True)
        for debt, stage, by in sorted(found.answers, key=lambda each: each[2])
    ]
    steps += [
        Step(
            f"{each.debt}: {each.amount} of {dates.short(each.due_on, today)} is open; "
            f"{_affordable(each, today)}",
            urgent=each.priority,
        )
        for each in sorted(found.overdue, key=lambda each: each.due_on)
    ]
    silent = None if found.last_contact is None else (today - found.last_contact).days
    if found.overdue and (silent is None or silent > SILENCE):
        since = "yet" if silent is None else f"for {silent} days"
        steps.append(Step(f"Nobody spoke {since}: call or write before they do"))
    steps += [Step(text, by) for text, by in _by_day(found.mine)]
    steps += [
        Step(f"They have not done it: {text}. Ask", by)
        for text, by in _by_day(found.theirs)
        if by is not None and by < today
    ]
    steps += [Step(f"Answer their offer on {debt}", by) for debt, by in _by_day(found.offers)]
    steps += [
        Step(
            f"Ask for the agreement of {dates.short(each.made_on, today)} in writing"
            if each.writing == "unwritten"
            else f"The paper of {dates.short(each.made_on, today)} was asked for: ask again"
        )
        for each in sorted(found.agreed, key=lambda each: each.made_on)
        if each.writing in ("unwritten", "requested")
    ]
    steps += [
        Step(f"Check what the paper of {dates.short(each.made_on, today)} says, then sign it")
        for each in sorted(found.agreed, key=lambda each: each.made_on)
        if each.writing == "received" and each.needs_signing
    ]
    steps += [
        Step(f"{debt}: nothing is agreed yet; offer what you can keep") for debt in found.without
    ]
    if found.untold_since is not None:
        day = dates.short(found.untold_since, today)
        steps.append(Step(f"Tell them your situation: it changed on {day}"))
    for debt, on in found.balances:
        if on is None:
            steps.append(Step(f"{debt}: ask what they say you owe"))
        elif (today - on).days > OLD_BALANCE:
            steps.append(
                Step(f"{debt}: the balance is of {dates.short(on, today)}; ask for a new one")
            )
    return steps


def _affordable(found: Open, today: date) -> str:
    """What can be done about it that the cash carries."""
    if not found.is_cash_known:
        return "see to the cash ahead on Today, then tell them when it can be paid"
    if found.pay_on is None:
        return "the cash does not carry it: tell them, and ask for other terms"
    if found.pay_on <= today:
        return "the cash carries it: pay it"
    return f"tell them that it comes on {dates.short(found.pay_on, today)}"


def _by_day(found: Sequence[tuple[str, date | None]]) -> list[tuple[str, date | None]]:
    return sorted(found, key=lambda each: (each[1] or date.max, each[0]))
