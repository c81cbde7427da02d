"""What is shown after something went wrong that nobody foresaw."""

from tui import log
from tui.dialogs.dialog import Question
from tui.widgets.cells import plain


class Unforeseen(Question):
    """Says calmly that all is safe, and asks whether to go on; `esc` goes on too."""

    DEFAULT_CSS = """
    Unforeseen Dialog { width: 76; }
    """

    def __init__(self) -> None:
        super().__init__(
            "Something went wrong",
            "This is a mistake in Accord, not yours. Your ledger is whole: what was recorded is "
            "there, and what you were typing is there when you open its form again.\n\n"
            "What happened, without any name or amount, stands in\n"
            f"{plain(str(log.path()))}",
            yes="Go on",
            no="Close Accord",
        )

    def action_back(self) -> None:
        """Goes on."""
        self.dismiss(True)
