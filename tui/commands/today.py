"""What can be done on Today."""

from tui.commands.command import TODAY, Command

COMMANDS: tuple[Command, ...] = (
    Command(
        "line.open",
        "open",
        "enter",
        "Open",
        "See the chosen line whole; a promise opens on its day in the calendar.",
        (TODAY,),
        in_footer=False,
    ),
    Command(
        "pane.toggle",
        "toggle_pane",
        "o",
        "What I owe",
        "Show or hide what I owe, where the window is too narrow for both.",
        (TODAY,),
    ),
)
