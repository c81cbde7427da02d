"""What can be done on Contacts."""

from tui.commands.command import Command

COMMANDS: tuple[Command, ...] = ()
