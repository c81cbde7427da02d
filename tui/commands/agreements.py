"""What can be done on Agreements."""

from tui.commands.command import Command

COMMANDS: tuple[Command, ...] = ()
