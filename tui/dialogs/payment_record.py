"""Asks where the payment record is to be written, and with whom it is about."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from store.rules.errors import BadInput
from tui.dialogs.form import Form
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import TextField

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
        yield TextField(
            "path",
            "File",
            hint="Ends in .md for Markdown, else it is plain text.",
            required=True,
            value=f"~/payment-record-{self.today.isoformat()}.md",
        )

    def save(self, values: Mapping[str, Any]) -> str:
        """Write it."""
        from store.papers import paper, payment_record
        from store.records.database import write_privately

        try:
            path = Path(str(values["path"]).strip("'\" ")).expanduser()
        except RuntimeError as error:
            raise BadInput(f"{values['path']} cannot be found.", field="path") from error
        if path.exists():
            raise BadInput(f"{path} is there already; give another name.", field="path")
        with self.ledger.reading() as session:
            record = payment_record.collect(session, self.today, values["creditor"] or None)
        parts = payment_record.parts(record, self.locale)
        is_markdown = path.suffix.casefold() == ".md"
        text = paper.markdown(parts) if is_markdown else paper.text(parts)
        write_privately(path, text.encode())
        return f"Payment record written to {path}"
