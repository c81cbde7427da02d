"""What a template of a letter may name: each field in the words of a letter.

Amounts and dates are text already. What is not known is empty or None, so that a template can say
what is to be filled in.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from store.ledger.person import Me


@dataclass(frozen=True, slots=True)
class Addressee:
    """The creditor that the letter goes to."""

    name: str
    address: str
    email: str
    is_collector: bool
    is_family: bool


@dataclass(frozen=True, slots=True)
class About:
    """The debt; `original` is who it was owed to first, where another holds it now."""

    name: str
    reference: str
    balance: str
    """What is owed today, by this ledger."""
    is_settled: bool
    """Whether it is closed, or nothing is owed on it any more."""
    original: str
    transferred_on: str


@dataclass(frozen=True, slots=True)
class Gone:
    """A debt that they held and that another holds now."""

    name: str
    reference: str
    to: str
    on: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """The agreement in force; `freeze` says in words how long no interest is charged."""

    made_on: str
    named: str
    """What a letter calls it: `our agreement of …`, or with whom it was made before them."""
    person: str
    writing: str
    terms: Sequence[str]
    amount: str
    next_due: str
    """The next due date from today on, and what is due then."""
    next_amount: str
    total: str
    freeze: str


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer that is open."""

    on: str
    terms: Sequence[str]
    sum: str
    written_off: str
    valid_until: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """A call, chat or visit, and what each side said it would do."""

    on: str
    time: str
    channel: str
    person: str
    reference: str
    summary: str
    mine: Sequence[str]
    theirs: Sequence[str]
    is_agreement: bool
    """Whether the agreement in force was made in it."""


@dataclass(frozen=True, slots=True)
class Item:
    """A named amount, with its date where it has one."""

    name: str
    amount: str
    on: str = ""
    why: str = ""
    """What it is against: `the agreement of 14 January 2026`."""


@dataclass(frozen=True, slots=True)
class Budget:
    """A month's money: its lines, and the steps to what is left for this debt."""

    income: Sequence[Item]
    essentials: Sequence[Item]
    saving: Sequence[Item]
    total_income: str
    total_essentials: str
    total_saving: str
    available: str
    others: str
    """What is promised to others a month."""
    left: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a template may name."""

    today: str
    answer_by: str
    me: Me
    creditor: Addressee
    debt: About | None
    gone: Gone | None
    """Where they hold no debt that is meant: the one that went from them last."""
    is_over: bool
    """Whether they once held a debt, and hold none now that is open."""
    situation: str
    hardship: str
    budget: Budget | None
    agreement: Agreed | None
    must_say: Sequence[str]
    """What the paper of it must say and does not yet, as its checklist has it."""
    offer: Offered | None
    """My newest offer that is open."""
    their_offer: Offered | None
    call: Spoken | None
    charges: Sequence[Item]
    """Interest in a freeze and waived fees that are still to be put right."""
    charges_total: str
    open: Sequence[Item]
    """Instalments that are due or overdue."""
    is_late: bool
    """Whether an instalment is overdue."""
    wrote_lately: bool
    """Whether I wrote within the time that a letter gives them to answer."""
    kept: str
    """How many promises to this creditor were kept, in words; empty before any fell due."""
    closing: str

    @property
    def heading(self) -> str:
        """What a letter is about: the debt, with its reference."""
        debt = self.debt or self.gone
        about = (debt.name, debt.reference) if debt else ()
        return ", ".join(filter(None, about)) or "My account"

    @classmethod
    def known(cls) -> list[str]:
        """The names that a template may use."""
        return sorted((*cls.__slots__, "heading"))
