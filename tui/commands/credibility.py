"""What can be done on Credibility."""

from tui.commands.command import CREDIBILITY, Command

COMMANDS: tuple[Command, ...] = (
    Command(
        "credibility.pane",
        "toggle_pane",
        "o",
        "By creditor",
        "Show or hide creditors and what if, where the window is too narrow for both.",
        (CREDIBILITY,),
    ),
    Command(
        "credibility.open",
        "open",
        "enter",
        "Open",
        "On what moved the score: see its day. On a creditor: show only my word with them.",
        (CREDIBILITY,),
        in_footer=False,
    ),
    Command(
        "credibility.range",
        "range",
        "r",
        "Range",
        "Show three months, a year, or all of it.",
        (CREDIBILITY,),
    ),
    Command(
        "credibility.what-if",
        "what_if",
        "w",
        "What if",
        "Choose the day on which you want to know how your word would stand.",
        (CREDIBILITY,),
    ),
    Command(
        "credibility.everyone",
        "everyone",
        "escape",
        "With everyone",
        "Show my word with everyone again.",
        (CREDIBILITY,),
    ),
    Command(
        "record.write",
        "write_record",
        "x",
        "Record",
        "Write a dated statement of what was promised and kept, to go with a better offer.",
        (CREDIBILITY,),
    ),
)
