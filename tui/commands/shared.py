"""What can be done on every screen: some of it with what is chosen there."""

from tui.commands.command import ALL, Command

COMMANDS: tuple[Command, ...] = (
    Command(
        "payment.record",
        "record_payment",
        "p",
        "Pay",
        "Log a payment; on a promise the form is already filled in, and enter saves it.",
        ALL,
    ),
    Command(
        "contact.log",
        "log_contact",
        "c",
        "Contact",
        "Log a call, a letter, an email or a visit; what is chosen is filled in already.",
        ALL,
    ),
    Command(
        "change.undo",
        "undo",
        "u",
        "Undo",
        "Take back the last thing that was recorded, after naming it.",
    ),
    Command(
        "change.redo",
        "redo",
        "U",
        "Redo",
        "Do again what was taken back.",
        in_footer=False,
        shown_key="U",
    ),
    Command(
        "file.load",
        "load_file",
        "ctrl+o",
        "Load a file",
        "Enter what an Accord JSON file says; nothing is added twice.",
        in_footer=False,
    ),
    Command(
        "app.demo",
        "demo",
        "f6",
        "Look around in a demo",
        "Open a made-up household; your own ledger is left alone.",
        in_footer=False,
    ),
    Command(
        "app.theme",
        "toggle_dark",
        "f2",
        "Dark or light",
        "Switch between the dark and the light theme.",
        in_footer=False,
    ),
    Command(
        "app.settings",
        "settings",
        "f9",
        "Settings",
        "Locale, first day of the week, theme, density, currency, country.",
        in_footer=False,
    ),
    Command("app.help", "help", "question_mark,f1", "Help", "Show this help.", shown_key="?"),
    Command("app.quit", "quit", "q", "Quit", "Close Accord; everything is saved already."),
)
