"""Asks where the payment record is to be written, and with whom it is about."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from tui.dialogs.form import Form
from tui.widgets.choice_field import ChoiceField
from tui.widgets.path_field import NewPathField, free

if TYPE_CHECKING:
    from tui.app import AccordApp

EVERYONE = 0


class PaymentRecordForm(Form[str]):
    """With whom, and the file; gives where it was written, in words."""

    TITLE = "Payment record"

    def __init__(
        self, app: "AccordApp", creditors: Sequence[tuple[str, int]], creditor_id: int | None
    ) -> None:
        """`creditors` are names with their numbers; `creditor_id` is the one that is chosen."""
        super().__init__(save_label="Write")
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.creditors = [("Everyone", EVERYONE), *creditors]
        self.chosen = next((name for name, id_ in creditors if id_ == creditor_id), "Everyone")

    def compose_fields(self) -> ComposeResult:
        """With whom, and where to."""
        yield ChoiceField(
            "creditor",
            "With whom",
            self.creditors,
            value=self.chosen,
            hint="Everyone: it names all creditors. One: only what was promised to them.",
            required=True,
        )
        yield NewPathField(
            "path",
            "File",
            hint="Ends in .pdf, in .md for Markdown, or else it is plain text.",
            required=True,
            value=free(f"~/payment-record-{self.today.isoformat()}.pdf"),
        )

    def save(self, values: Mapping[str, Any]) -> str:
        """Write it."""
        from store.papers import output, payment_record
        from store.records.database import write_privately

        path = values["path"]
        with self.ledger.reading() as session:
            record = payment_record.collect(session, self.today, values["creditor"] or None)
        made = payment_record.file(record, output.format_of(path.name), self.locale)
        write_privately(path, made.content)
        return f"Payment record written to {path}"
