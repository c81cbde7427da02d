"""Asks for an Accord JSON file and loads it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from store.rules.errors import BadInput
from tui.dialogs.form import Form
from tui.dialogs.progress import Progress
from tui.widgets.path_field import PathField

if TYPE_CHECKING:
    from store.records.database import Ledger


class LoadForm(Form[str]):
    """The file's path; what it holds is entered as a whole, or not at all."""

    TITLE = "Load a file"

    def __init__(self, ledger: "Ledger") -> None:
        """`ledger` is loaded into."""
        super().__init__(save_label="Load")
        self.ledger = ledger

    def compose_fields(self) -> ComposeResult:
        """The path."""
        yield PathField(
            "path", "Accord JSON file", hint="Type its path, or drag it in.", required=True
        )

    def save(self, values: Mapping[str, Any]) -> str:
        """Load the file; gives what was added, in words."""
        from store.exchange import portable

        path: Path = values["path"]
        try:
            text = path.read_bytes()
        except OSError as error:
            raise BadInput(f"{path} cannot be read: {error.strerror}.", field="path") from error
        with Progress(self.app, f"Loading {path.name}") as progress:
            report = portable.load(self.ledger, text, progress)
        return f"Loaded {report}"
