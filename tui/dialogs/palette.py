"""The palette of commands."""

from contextlib import suppress

from textual.await_complete import AwaitComplete
from textual.command import CommandPalette


class Palette(CommandPalette):
    """Textual's palette, for keys that come faster than it draws."""

    def _action_command_list(self, action: str) -> None:
        # Its lines are counted when they are drawn: before that there is no page to turn.
        with suppress(KeyError):
            super()._action_command_list(action)

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Closes, once: a second time would take away the screen below."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
