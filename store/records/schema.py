"""The tables and their columns, as queries name them.

Views are read by these and not by the classes in `tables`: to define those takes as long as to
read a household. A test keeps the two equal.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Boolean, Date, DateTime, TableClause, TypeDecorator, column, table


class Moment(TypeDecorator[datetime]):
    """An aware moment, held in UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """What SQLite is given: it keeps no offset."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """What it gives back, aware again."""
        return None if value is None else value.replace(tzinfo=UTC)


_TYPES: dict[str, Any] = {
    **dict.fromkeys(("at", "kept_at", "recorded_at"), Moment()),
    **dict.fromkeys(("interest_accrues", "my_account_here", "priority", "private"), Boolean()),
    **dict.fromkeys(
        (
            *("acknowledged_on", "answer_by", "answered_on", "apr_from", "apr_until"),
            *("balance_on", "booked_on", "closed_on", "defer_until", "done_on", "due_on"),
            *("ended_on", "ends_on", "first_due", "judgment_on", "last_paid_on", "made_on"),
            *("next_on", "on", "paid_on", "returned_on", "starts_on", "until", "upfront_on"),
            *("valid_until", "written_on"),
        ),
        Date(),
    ),
}
"""By the name of a column, what its values are; those of the others are as SQLite gives them."""

_RECORD = "id recorded_at version "
_TERMS = (
    "amount every days first_due count until last_amount upfront upfront_on defer_until deferral "
    "interest_accrues apr apr_from apr_until fees_waived written_off weekend holidays grace_days "
    "paid_by "
)
TERMS = tuple(_TERMS.split())
"""The columns that hold the terms of an offer or agreement."""

_LINE = "account booked_on amount currency payee memo bank_id "


def _table(name: str, columns: str) -> TableClause:
    return table(name, *(column(each, _TYPES.get(each)) for each in columns.split()))


person = _table("person", _RECORD + "name address email phone")
creditor = _table(
    "creditor",
    _RECORD + "key name currency kind phone email address website notes my_account_here",
)
debt = _table(
    "debt",
    _RECORD + "key creditor_id name reference balance balance_on apr priority consequence "
    "contractual_payment others_liable stage answer_by last_paid_on acknowledged_on judgment_on "
    "closed_on",
)
moratorium = _table("moratorium", _RECORD + "debt_id starts_on ends_on note")
transfer = _table("transfer", _RECORD + "debt_id to_creditor_id on note")
situation = _table("situation", _RECORD + "key on text until private")
contact = _table(
    "contact",
    _RECORD + "key creditor_id debt_id at utc_offset channel direction person reference summary "
    "hardship situation_id",
)
undertaking = _table("undertaking", _RECORD + "contact_id creditor_id by text due_on done_on")
offer = _table(
    "offer",
    _RECORD + _TERMS + "key debt_id contact_id by on status answered_on answer_note "
    "countered_by_id valid_until",
)
agreement = _table(
    "agreement",
    _RECORD + _TERMS + "key debt_id offer_id contact_id made_on capacity supersedes_id ended_on "
    "ended_how writing written_on checklist",
)
instalment = _table("instalment", _RECORD + "agreement_id number due_on amount")
payment = _table(
    "payment", _RECORD + "key debt_id paid_on amount method reference note returned_on"
)
allotment = _table("allotment", _RECORD + "payment_id instalment_id amount")
statement_line = _table("statement_line", _RECORD + _LINE + "payment_id")
left_out = _table("left_out", _RECORD + _LINE)
payee = _table("payee", _RECORD + "key debt_id")
charge = _table("charge", _RECORD + "debt_id on kind amount note")
balance = _table("balance", _RECORD + "debt_id on amount source")
budget_line = _table(
    "budget_line",
    _RECORD + "name kind amount currency every days next_on starts_on ends_on weekend",
)
cash = _table("cash", _RECORD + "on amount currency")
document = _table(
    "document",
    _RECORD + "key name media_type sha256 creditor_id debt_id contact_id agreement_id payment_id",
)
postponement = _table("postponement", _RECORD + "record record_id until")
loaded = _table("loaded", _RECORD + "fingerprint record record_id")
draft = _table("draft", "form kept_at typed")
layout = _table("layout", "header mapping")
blob = _table("blob", "sha256 content")
revision = _table(
    "revision", "id at use_case summary changes undoes_id redoes_id previous_hash hash"
)
