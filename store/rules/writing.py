"""What a paper must say before it is signed, and what to look at first.

Source: DESIGN section 1, "agreement"; issue "In writing". A checklist holds for each clause that
the paper has True, or the reason why it is not needed; whatever else it holds is left alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Checklist = Mapping[str, bool | str]
"""By clause or red flag: True, or the reason for which a clause is waived."""

FAMILY = ("family", "friend")
"""Kinds of creditor between whom a letter is enough: nobody has to sign."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that a paper says."""

    key: str
    text: str


PARTIES = Clause("parties", "who the parties are, by name and address")
ORIGINAL_CREDITOR = Clause("original creditor", "who the original creditor was")
ACCOUNT = Clause("account", "the account or reference number")
BALANCE = Clause("balance", "the balance, and of which date it is")
SCHEDULE = Clause("amounts and dates", "every amount and its date")
METHOD = Clause("method", "how it is paid, and to which account")
PERIOD = Clause("start and end", "when it starts and when it ends")
INTEREST = Clause("interest and fees", "what interest and fees are charged, or that none are")
MISSED = Clause("missed payment", "what happens if a payment is missed")
CREDIT_FILE = Clause("credit file", "how it is reported to credit agencies")
IN_FULL = Clause("in full", "that it settles the debt in full, and that the rest is not sold on")
SIGNED_BY = Clause("signed by", "who signed it, and that they may")

CLAUSES = (
    *(PARTIES, ORIGINAL_CREDITOR, ACCOUNT, BALANCE, SCHEDULE, METHOD, PERIOD, INTEREST, MISSED),
    *(CREDIT_FILE, IN_FULL, SIGNED_BY),
)
"""Everything that a paper may have to say, in the order in which it is read."""

RED_FLAGS = (
    Clause("new security", "it asks for something as security: a home, a car, an account"),
    Clause("new guarantor", "it asks for somebody else to be liable"),
    Clause("new fees", "it adds fees or costs"),
    Clause("acknowledges", "it has me acknowledge the debt"),
)
"""What a paper had better not ask for."""


def clauses(*, is_settlement: bool, is_transferred: bool, is_family: bool = False) -> list[Clause]:
    """What the paper must say: of a settlement, and of a debt that went to another, a line more.

    Between family nobody has an account, reports to an agency, or signs for somebody.
    """
    only_where = {ORIGINAL_CREDITOR: is_transferred, IN_FULL: is_settlement}
    only_where |= dict.fromkeys((PARTIES, ACCOUNT, CREDIT_FILE, SIGNED_BY), not is_family)
    return [each for each in CLAUSES if only_where.get(each, True)]


def missing(wanted: Sequence[Clause], checklist: Checklist) -> list[Clause]:
    """The clauses that are neither there nor waived with a reason."""
    return [each for each in wanted if not is_settled(checklist.get(each.key))]


def is_settled(said: bool | str | None) -> bool:
    """Whether a clause is ticked, or waived with a reason."""
    return said is True or (isinstance(said, str) and bool(said.strip()))


def flagged(checklist: Checklist) -> list[Clause]:
    """The red flags that the paper has."""
    return [each for each in RED_FLAGS if is_settled(checklist.get(each.key))]
