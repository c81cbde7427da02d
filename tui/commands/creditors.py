"""What can be done on Creditors."""

from tui.commands.command import Command

COMMANDS: tuple[Command, ...] = ()
