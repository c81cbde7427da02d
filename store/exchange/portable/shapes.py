"""What Accord JSON may say: one model a record, unknown fields refused by name.

Amounts stay text here, since only the creditor's currency says how many decimals they may have.
A field that is absent, null or at its default says the same.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from store.records import tables
from store.rules import dates
from store.rules.errors import BadInput

Text = Annotated[str, Field(min_length=1)]
Day = Annotated[
    date, Field(ge=date(dates.FIRST_YEAR, 1, 1), le=date(dates.LAST_YEAR, 12, 31), strict=True)
]
Moment = Annotated[
    AwareDatetime,
    Field(
        ge=datetime(dates.FIRST_YEAR, 1, 2, tzinfo=UTC),
        le=datetime(dates.LAST_YEAR, 12, 30, tzinfo=UTC),
    ),
]
Key = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\S(.*\S)?$")]


class Shape(BaseModel):
    """Any part of a file."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)

    amounts: ClassVar[tuple[str, ...]] = ()
    """Fields that are amounts of money."""

    def plain(self) -> dict[str, Any]:
        """What it says as JSON values, without what is absent; `recorded_at` is no part of it."""
        return self.model_dump(
            mode="json",
            by_alias=True,
            exclude_none=True,
            exclude_defaults=True,
            exclude={"recorded_at"},
        )


class Record(Shape):
    """A record of the ledger."""

    recorded_at: Moment | None = None


class CreditorShape(Record):
    """A creditor."""

    key: Key
    name: Text
    currency: str | None = None
    kind: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    website: str | None = None
    notes: str | None = None
    my_account_here: bool | None = None


class MoratoriumShape(Shape):
    """Days on which a debt may not be pursued."""

    starts_on: Day = Field(alias="from")
    ends_on: Day | None = Field(default=None, alias="to")
    note: str | None = None


class DebtShape(Record):
    """A debt."""

    amounts = ("balance", "contractual_payment")

    key: Key
    creditor: str
    name: Text
    reference: str | None = None
    balance: str | None = None
    balance_on: Day | None = None
    apr: str | None = None
    priority: bool = False
    consequence: str | None = None
    contractual_payment: str | None = None
    others_liable: str | None = None
    stage: tables.Stage | None = None
    answer_by: Day | None = None
    last_paid_on: Day | None = None
    acknowledged_on: Day | None = None
    judgment_on: Day | None = None
    closed_on: Day | None = None
    moratoriums: tuple[MoratoriumShape, ...] = ()


class TransferShape(Record):
    """A debt that went to another creditor."""

    debt: str
    to: str
    on: Day
    note: str | None = None


class SituationShape(Record):
    """What happened to me."""

    key: Key
    on: Day
    text: Text
    until: Day | None = None
    private: bool = False


class ContactShape(Record):
    """A call, letter, email, chat or visit."""

    key: Key
    creditor: str
    debt: str | None = None
    at: Moment
    channel: Text
    direction: tables.Direction
    person: str | None = None
    reference: str | None = None
    summary: str
    hardship: str | None = None
    situation: str | None = None


class UndertakingShape(Record):
    """What one side said it would do; `creditor` may be left to the contact."""

    contact: str | None = None
    creditor: str | None = None
    by: tables.Side
    text: Text
    due_on: Day | None = None
    done_on: Day | None = None


class TermsShape(Shape):
    """Terms of an offer or agreement."""

    amounts = ("amount", "last_amount", "upfront", "fees_waived", "written_off")

    amount: str | None = None
    every: str | None = None
    first_due: Day | None = None
    count: int | None = Field(default=None, ge=1, le=10_000)
    until: Day | None = None
    last_amount: str | None = None
    days: tuple[int, ...] = ()
    upfront: str | None = None
    upfront_on: Day | None = None
    defer_until: Day | None = None
    deferral: tables.Deferral | None = None
    interest_accrues: bool | None = None
    apr: str | None = None
    apr_from: Day | None = None
    apr_until: Day | None = None
    fees_waived: str | None = None
    written_off: str | None = None
    weekend: tables.Weekend | None = None
    holidays: str | None = None
    grace_days: int | None = Field(default=None, ge=0, le=366)
    paid_by: tables.PaidBy | None = None


class OfferShape(Record):
    """An offer."""

    key: Key
    debt: str
    contact: str | None = None
    by: tables.Side
    on: Day
    terms: TermsShape
    status: tables.OfferStatus = "open"
    answered_on: Day | None = None
    answer_note: str | None = None
    countered_by: str | None = None
    valid_until: Day | None = None


class InstalmentShape(Shape):
    """One promised payment, said outright."""

    due_on: Day
    amount: str


class AgreementShape(Record):
    """An agreement: by its terms, or by its instalments, which then replace generated ones."""

    amounts = ("capacity",)

    key: Key
    debt: str
    offer: str | None = None
    contact: str | None = None
    made_on: Day
    terms: TermsShape | None = None
    instalments: tuple[InstalmentShape, ...] | None = None
    capacity: str | None = None
    supersedes: str | None = None
    ended_on: Day | None = None
    ended_how: tables.EndedHow | None = None
    writing: tables.Writing = "unwritten"
    written_on: Day | None = None
    checklist: dict[str, Any] | None = None


class PartShape(Shape):
    """How much of a payment was for the instalment due on a day.

    `agreement` and `number` (its place in it) say which, where the day alone does not.
    """

    due_on: Day
    amount: str
    agreement: str | None = None
    number: int | None = None


class StatementLineShape(Shape):
    """A line of a bank statement in which a payment was found; an amount below zero went out."""

    amounts = ("amount",)

    booked_on: Day
    amount: str
    account: str = ""
    payee: str = ""
    memo: str = ""
    id: str = ""


class LeftOutShape(StatementLineShape, Record):
    """A line of a bank statement of which the person said that it pays no debt."""

    currency: str | None = None


class PaymentShape(Record):
    """A payment; `for` is a due date to settle first, or the whole list of what it was for."""

    amounts = ("amount",)

    key: Key | None = None
    debt: str
    paid_on: Day
    amount: str
    method: str | None = None
    reference: str | None = None
    note: str | None = None
    returned_on: Day | None = None
    was_for: Day | tuple[PartShape, ...] | None = Field(default=None, alias="for")
    statement: tuple[StatementLineShape, ...] = ()


class PayeeShape(Record):
    """What a bank calls someone, and the debt that it stands for; without one, nobody I owe."""

    key: Key
    debt: str | None = None


class ChargeShape(Record):
    """What the creditor added or took off."""

    amounts = ("amount",)

    debt: str
    on: Day
    kind: tables.ChargeKind
    amount: str
    note: str | None = None


class BalanceShape(Record):
    """A balance from a creditor's letter."""

    amounts = ("amount",)

    debt: str
    on: Day
    amount: str
    source: str | None = None


class BudgetShape(Record):
    """A line of the budget."""

    amounts = ("amount",)

    name: Text
    kind: tables.BudgetKind
    amount: str
    every: str = "once"
    days: tuple[int, ...] = ()
    next_on: Day | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    weekend: tables.Weekend | None = None
    currency: str | None = None


class CashShape(Record):
    """What I had on a day."""

    amounts = ("amount",)

    on: Day
    amount: str
    currency: str | None = None


class DocumentShape(Record):
    """A file; `of` names the one record that it belongs to, `content` is base64."""

    key: Key
    name: Text
    media_type: Text
    content: str
    of: dict[Literal["creditor", "debt", "contact", "agreement", "payment"], str] = Field(
        min_length=1, max_length=1
    )


class PersonShape(Record):
    """Who keeps the ledger."""

    name: Text | None = None
    address: Text | None = None
    email: Text | None = None
    phone: Text | None = None


class File(Shape):
    """A whole file. `currency` is that of whatever does not say its own."""

    accord: int = Field(ge=1, le=1)
    currency: str | None = None
    me: PersonShape | None = None
    creditors: tuple[CreditorShape, ...] = ()
    debts: tuple[DebtShape, ...] = ()
    transfers: tuple[TransferShape, ...] = ()
    situations: tuple[SituationShape, ...] = ()
    contacts: tuple[ContactShape, ...] = ()
    undertakings: tuple[UndertakingShape, ...] = ()
    offers: tuple[OfferShape, ...] = ()
    agreements: tuple[AgreementShape, ...] = ()
    payments: tuple[PaymentShape, ...] = ()
    left_out: tuple[LeftOutShape, ...] = ()
    payees: tuple[PayeeShape, ...] = ()
    charges: tuple[ChargeShape, ...] = ()
    balances: tuple[BalanceShape, ...] = ()
    budget: tuple[BudgetShape, ...] = ()
    cash: tuple[CashShape, ...] = ()
    documents: tuple[DocumentShape, ...] = ()


SINGULAR = {
    "creditors": "creditor",
    "debts": "debt",
    "transfers": "transfer",
    "situations": "situation",
    "contacts": "contact",
    "undertakings": "undertaking",
    "offers": "offer",
    "agreements": "agreement",
    "payments": "payment",
    "left_out": "line left out",
    "payees": "payee",
    "charges": "charge",
    "balances": "balance",
    "budget": "budget line",
    "cash": "cash balance",
    "documents": "document",
}
"""What one record of each list is called."""


def read(text: str | bytes) -> File:
    """A file's records; raises `BadInput` naming the record and field that cannot be."""
    try:
        return File.model_validate_json(text)
    except ValidationError as error:
        raise BadInput(_sentence(error.errors(include_url=False)[0], text)) from None


def label(list_name: str, number: int, record: Mapping[str, Any]) -> str:
    """A record as a person finds it in the file: by its key, else by its place in its list."""
    key = record.get("key")
    return f"{SINGULAR[list_name]} {key if isinstance(key, str) else f'no. {number + 1}'}"


def _sentence(error: ErrorDetails, text: str | bytes) -> str:
    if error["type"] == "json_invalid":
        reason = str(error.get("ctx", {}).get("error", "it cannot be read"))
        return f"This is not JSON: {reason}."
    place = [str(part) for part in error["loc"] if not _is_a_kind(part)]
    raw = json.loads(text)
    if not isinstance(raw, dict) or place[:1] == ["accord"]:
        return 'This is not Accord JSON: it does not begin with {"accord": 1, …}.'
    said = _reason(error)
    if len(place) > 1 and place[0] in SINGULAR and place[1].isdigit():
        record = raw[place[0]][int(place[1])]
        where = label(place[0], int(place[1]), record if isinstance(record, dict) else {})
        named = f", field {'.'.join(place[2:])}" if place[2:] else ""
        return f"In {where}{named}: {said}."
    return f"Field {'.'.join(place)}: {said}."


def _is_a_kind(part: str | int) -> bool:
    """Pydantic names the member of a union that it tried; a person did not write that."""
    return isinstance(part, str) and (part == "date" or part.startswith("tuple["))


def _reason(error: ErrorDetails) -> str:
    kind, given = error["type"], error["input"]
    shown = json.dumps(given, ensure_ascii=False, default=str)
    shown = shown if len(shown) <= 60 else f"{shown[:57]}…"
    if kind == "extra_forbidden":
        return "there is no such field"
    if kind == "missing":
        return "it is missing"
    if kind in ("greater_than_equal", "less_than_equal") and isinstance(given, str):
        return f"{shown} cannot be: years run from {dates.FIRST_YEAR} to {dates.LAST_YEAR}"
    if kind == "literal_error":
        return f"{shown} is not one of {error['ctx']['expected']}"
    if kind.startswith("date_"):
        return f"{shown} is not a date; write it as 2026-11-23"
    if kind.startswith(("datetime_", "timezone_")):
        return f"{shown} is not a moment; write it as 2026-11-23T18:30:00+00:00"
    if kind == "string_type" and isinstance(given, int | float):
        return f'write {shown} in quotes, as in "50.00"'
    return f"{shown} cannot be: {error['msg'][0].lower()}{error['msg'][1:]}"
