"""The form that logs a contact, or corrects one."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.app import AccordApp


def begin(app: "AccordApp", creditor_id: int | None = None, debt_id: int | None = None) -> None:
    """Ask for a contact; with a creditor, about a debt, where they are given."""
