"""The first ledger: every table as of version 0.1."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "blob",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "budget_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("every", sa.String(), nullable=False),
        sa.Column("days", sa.String(), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("weekend", sa.String(), nullable=True),
        sa.CheckConstraint("typeof(amount) IN ('integer', 'null')", name="ck_budget_line_amount"),
        sa.CheckConstraint(
            "\"kind\" IN ('income', 'essential', 'saving')", name="ck_budget_line_kind"
        ),
        sa.CheckConstraint(
            "\"weekend\" IN ('none', 'following', 'preceding', 'modified following')",
            name="ck_budget_line_weekend",
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "cash",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.CheckConstraint("typeof(amount) IN ('integer', 'null')", name="ck_cash_amount"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_cash_on"), "cash", ["on"], unique=False)
    op.create_table(
        "creditor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("website", sa.String(), nullable=True),
        sa.Column("notes", sa.String(), nullable=True),
        sa.Column("my_account_here", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "loaded",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("record", "record_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_loaded_fingerprint"), "loaded", ["fingerprint"], unique=False)
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("use_case", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("changes", sa.String(), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("redoes_id", sa.Integer(), nullable=True),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["redoes_id"],
            ["revision.id"],
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"],
            ["revision.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "situation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "debt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("creditor_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("balance", sa.Integer(), nullable=True),
        sa.Column("balance_on", sa.Date(), nullable=True),
        sa.Column("apr", sa.String(), nullable=True),
        sa.Column("priority", sa.Boolean(), nullable=False),
        sa.Column("consequence", sa.String(), nullable=True),
        sa.Column("contractual_payment", sa.Integer(), nullable=True),
        sa.Column("others_liable", sa.String(), nullable=True),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("last_paid_on", sa.Date(), nullable=True),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("judgment_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("typeof(balance) IN ('integer', 'null')", name="ck_debt_balance"),
        sa.CheckConstraint(
            "typeof(contractual_payment) IN ('integer', 'null')", name="ck_debt_contractual_payment"
        ),
        sa.CheckConstraint(
            "\"stage\" IN ('none', 'notice', 'claim', 'judgment', 'enforcement')",
            name="ck_debt_stage",
        ),
        sa.ForeignKeyConstraint(
            ["creditor_id"],
            ["creditor.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_debt_creditor_id"), "debt", ["creditor_id"], unique=False)
    op.create_table(
        "balance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("debt_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.CheckConstraint("typeof(amount) IN ('integer', 'null')", name="ck_balance_amount"),
        sa.ForeignKeyConstraint(
            ["debt_id"],
            ["debt.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_balance_debt_id"), "balance", ["debt_id"], unique=False)
    op.create_table(
        "charge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("debt_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint("typeof(amount) IN ('integer', 'null')", name="ck_charge_amount"),
        sa.CheckConstraint(
            "\"kind\" IN ('interest', 'fee', 'refund', 'waiver', 'adjustment')",
            name="ck_charge_kind",
        ),
        sa.ForeignKeyConstraint(
            ["debt_id"],
            ["debt.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_charge_debt_id"), "charge", ["debt_id"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("creditor_id", sa.Integer(), nullable=False),
        sa.Column("debt_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("utc_offset", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("hardship", sa.String(), nullable=True),
        sa.Column("situation_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("\"direction\" IN ('out', 'in')", name="ck_contact_direction"),
        sa.ForeignKeyConstraint(
            ["creditor_id"],
            ["creditor.id"],
        ),
        sa.ForeignKeyConstraint(
            ["debt_id"],
            ["debt.id"],
        ),
        sa.ForeignKeyConstraint(
            ["situation_id"],
            ["situation.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contact_creditor_at", "contact", ["creditor_id", "at"], unique=False)
    op.create_table(
        "moratorium",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("debt_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["debt_id"],
            ["debt.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_moratorium_debt_id"), "moratorium", ["debt_id"], unique=False)
    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("debt_id", sa.Integer(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.CheckConstraint("typeof(amount) IN ('integer', 'null')", name="ck_payment_amount"),
        sa.CheckConstraint("amount > 0", name="ck_payment_more_than_zero"),
        sa.ForeignKeyConstraint(
            ["debt_id"],
            ["debt.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_payment_debt_paid", "payment", ["debt_id", "paid_on"], unique=False)
    op.create_index(op.f("ix_payment_paid_on"), "payment", ["paid_on"], unique=False)
    op.create_table(
        "transfer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("debt_id", sa.Integer(), nullable=False),
        sa.Column("to_creditor_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["debt_id"],
            ["debt.id"],
        ),
        sa.ForeignKeyConstraint(
            ["to_creditor_id"],
            ["creditor.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("debt_id", "on"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("every", sa.String(), nullable=True),
        sa.Column("days", sa.String(), nullable=True),
        sa.Column("first_due", sa.Date(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("last_amount", sa.Integer(), nullable=True),
        sa.Column("upfront", sa.Integer(), nullable=True),
        sa.Column("upfront_on", sa.Date(), nullable=True),
        sa.Column("defer_until", sa.Date(), nullable=True),
        sa.Column("deferral", sa.String(), nullable=True),
        sa.Column("interest_accrues", sa.Boolean(), nullable=True),
        sa.Column("apr", sa.String(), nullable=True),
        sa.Column("apr_from", sa.Date(), nullable=True),
        sa.Column("apr_until", sa.Date(), nullable=True),
        sa.Column("fees_waived", sa.Integer(), nullable=True),
        sa.Column("written_off", sa.Integer(), nullable=True),
        sa.Column("weekend", sa.String(), nullable=True),
        sa.Column("holidays", sa.String(), nullable=True),
        sa.Column("grace_days", sa.Integer(), nullable=True),
        sa.Column("paid_by", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("debt_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer_note", sa.String(), nullable=True),
        sa.Column("countered_by_id", sa.Integer(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("typeof(amount) IN ('integer', 'null')", name="ck_offer_amount"),
        sa.CheckConstraint(
            "typeof(fees_waived) IN ('integer', 'null')", name="ck_offer_fees_waived"
        ),
        sa.CheckConstraint(
            "typeof(last_amount) IN ('integer', 'null')", name="ck_offer_last_amount"
        ),
        sa.CheckConstraint("typeof(upfront) IN ('integer', 'null')", name="ck_offer_upfront"),
        sa.CheckConstraint(
            "typeof(written_off) IN ('integer', 'null')", name="ck_offer_written_off"
        ),
        sa.CheckConstraint("\"by\" IN ('me', 'creditor')", name="ck_offer_by"),
        sa.CheckConstraint(
            "\"deferral\" IN ('last instalment', 'raise instalments', 'extend term')",
            name="ck_offer_deferral",
        ),
        sa.CheckConstraint(
            "\"paid_by\" IN ('me', 'standing order', 'direct debit', 'deduction', 'provider')",
            name="ck_offer_paid_by",
        ),
        sa.CheckConstraint(
            "\"status\" IN ('open', 'accepted', 'declined', 'countered', 'lapsed')",
            name="ck_offer_status",
        ),
        sa.CheckConstraint(
            "\"weekend\" IN ('none', 'following', 'preceding', 'modified following')",
            name="ck_offer_weekend",
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
        ),
        sa.ForeignKeyConstraint(
            ["countered_by_id"],
            ["offer.id"],
        ),
        sa.ForeignKeyConstraint(
            ["debt_id"],
            ["debt.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_offer_debt_id"), "offer", ["debt_id"], unique=False)
    op.create_table(
        "undertaking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("creditor_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.CheckConstraint("\"by\" IN ('me', 'creditor')", name="ck_undertaking_by"),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
        ),
        sa.ForeignKeyConstraint(
            ["creditor_id"],
            ["creditor.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_undertaking_contact_id"), "undertaking", ["contact_id"], unique=False)
    op.create_index(
        op.f("ix_undertaking_creditor_id"), "undertaking", ["creditor_id"], unique=False
    )
    op.create_index(op.f("ix_undertaking_due_on"), "undertaking", ["due_on"], unique=False)
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("every", sa.String(), nullable=True),
        sa.Column("days", sa.String(), nullable=True),
        sa.Column("first_due", sa.Date(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("last_amount", sa.Integer(), nullable=True),
        sa.Column("upfront", sa.Integer(), nullable=True),
        sa.Column("upfront_on", sa.Date(), nullable=True),
        sa.Column("defer_until", sa.Date(), nullable=True),
        sa.Column("deferral", sa.String(), nullable=True),
        sa.Column("interest_accrues", sa.Boolean(), nullable=True),
        sa.Column("apr", sa.String(), nullable=True),
        sa.Column("apr_from", sa.Date(), nullable=True),
        sa.Column("apr_until", sa.Date(), nullable=True),
        sa.Column("fees_waived", sa.Integer(), nullable=True),
        sa.Column("written_off", sa.Integer(), nullable=True),
        sa.Column("weekend", sa.String(), nullable=True),
        sa.Column("holidays", sa.String(), nullable=True),
        sa.Column("grace_days", sa.Integer(), nullable=True),
        sa.Column("paid_by", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("debt_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_how", sa.String(), nullable=True),
        sa.Column("writing", sa.String(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=True),
        sa.Column("checklist", sa.String(), nullable=True),
        sa.CheckConstraint("typeof(amount) IN ('integer', 'null')", name="ck_agreement_amount"),
        sa.CheckConstraint("typeof(capacity) IN ('integer', 'null')", name="ck_agreement_capacity"),
        sa.CheckConstraint(
            "typeof(fees_waived) IN ('integer', 'null')", name="ck_agreement_fees_waived"
        ),
        sa.CheckConstraint(
            "typeof(last_amount) IN ('integer', 'null')", name="ck_agreement_last_amount"
        ),
        sa.CheckConstraint("typeof(upfront) IN ('integer', 'null')", name="ck_agreement_upfront"),
        sa.CheckConstraint(
            "typeof(written_off) IN ('integer', 'null')", name="ck_agreement_written_off"
        ),
        sa.CheckConstraint(
            "\"deferral\" IN ('last instalment', 'raise instalments', 'extend term')",
            name="ck_agreement_deferral",
        ),
        sa.CheckConstraint(
            "\"ended_how\" IN ('completed', 'creditor', 'advice', 'insolvency', 'broken')",
            name="ck_agreement_ended_how",
        ),
        sa.CheckConstraint(
            "\"paid_by\" IN ('me', 'standing order', 'direct debit', 'deduction', 'provider')",
            name="ck_agreement_paid_by",
        ),
        sa.CheckConstraint(
            "\"weekend\" IN ('none', 'following', 'preceding', 'modified following')",
            name="ck_agreement_weekend",
        ),
        sa.CheckConstraint(
            "\"writing\" IN ('unwritten', 'requested', 'received', 'signed')",
            name="ck_agreement_writing",
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
        ),
        sa.ForeignKeyConstraint(
            ["debt_id"],
            ["debt.id"],
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"],
            ["offer.id"],
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"],
            ["agreement.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sa.UniqueConstraint("supersedes_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_agreement_debt_id"), "agreement", ["debt_id"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("creditor_id", sa.Integer(), nullable=True),
        sa.Column("debt_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("agreement_id", sa.Integer(), nullable=True),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
        ),
        sa.ForeignKeyConstraint(
            ["creditor_id"],
            ["creditor.id"],
        ),
        sa.ForeignKeyConstraint(
            ["debt_id"],
            ["debt.id"],
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payment.id"],
        ),
        sa.ForeignKeyConstraint(
            ["sha256"],
            ["blob.sha256"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_document_sha256"), "document", ["sha256"], unique=False)
    op.create_table(
        "instalment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.CheckConstraint("typeof(amount) IN ('integer', 'null')", name="ck_instalment_amount"),
        sa.CheckConstraint("amount > 0", name="ck_instalment_more_than_zero"),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agreement_id", "number"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_instalment_due_on"), "instalment", ["due_on"], unique=False)
    op.create_table(
        "allotment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("instalment_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.CheckConstraint("typeof(amount) IN ('integer', 'null')", name="ck_allotment_amount"),
        sa.CheckConstraint("amount > 0", name="ck_allotment_more_than_zero"),
        sa.ForeignKeyConstraint(
            ["instalment_id"],
            ["instalment.id"],
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payment.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("payment_id", "instalment_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_allotment_instalment_id"), "allotment", ["instalment_id"], unique=False
    )
