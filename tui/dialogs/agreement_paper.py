"""Asks where the paper of an agreement is written to, for both to sign."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from store.ledger.agreement_views import AgreementLine
from tui.dialogs.form import Form
from tui.dialogs.terms_form import label_of, note
from tui.widgets.path_field import NewPathField, free

if TYPE_CHECKING:
    from tui.app import AccordApp


class AgreementPaperForm(Form[str]):
    """The file; gives where it was written, in words."""

    TITLE = "Agreement, to sign"

    def __init__(self, app: "AccordApp", line: AgreementLine) -> None:
        """`line` is the agreement."""
        super().__init__(save_label="Write")
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.line = line

    def compose_fields(self) -> ComposeResult:
        """Which one, and where to."""
        yield note(f"{label_of(self.line.place)}: its terms, every payment, and room to sign.")
        yield NewPathField(
            "path",
            "File",
            hint="Ends in .pdf, in .md for Markdown, or else it is plain text.",
            required=True,
            value=free(f"~/agreement-{self.line.key}.pdf"),
        )

    def save(self, values: Mapping[str, Any]) -> str:
        """Write it."""
        from store.papers import agreement_paper, output
        from store.records.database import write_privately

        path = values["path"]
        with self.ledger.reading() as session:
            parts = agreement_paper.parts(session, self.line, self.today, self.locale)
        format = output.format_of(path.name)
        write_privately(path, output.content(parts, format, "Agreement", "", self.today))
        return f"Agreement written to {path}"
