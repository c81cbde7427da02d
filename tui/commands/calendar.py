"""What can be done on the calendar."""

from tui.commands.command import CALENDAR, Command

COMMANDS: tuple[Command, ...] = (
    Command(
        "calendar.day",
        "enter_day",
        "enter",
        "Open day",
        "Go into the chosen day: its promises and payments.",
        (CALENDAR,),
        in_footer=False,
    ),
    Command(
        "payment.edit",
        "edit_payment",
        "e",
        "Edit",
        "Correct the chosen payment, or say what it was for.",
        (CALENDAR,),
    ),
    Command(
        "payment.return",
        "return_payment",
        "b",
        "Bounced",
        "Say that the chosen payment came back, or that it did not after all.",
        (CALENDAR,),
    ),
    Command(
        "payment.delete",
        "delete_payment",
        "d",
        "Delete",
        "Delete the chosen payment, after asking once.",
        (CALENDAR,),
    ),
    Command(
        "calendar.previous",
        "month(-1)",
        "pageup",
        "Month before",
        "Show the month before.",
        (CALENDAR,),
        in_footer=False,
    ),
    Command(
        "calendar.next",
        "month(1)",
        "pagedown",
        "Month after",
        "Show the month after.",
        (CALENDAR,),
        in_footer=False,
        shown_key="pgdn",
    ),
    Command(
        "calendar.today", "go_today", "t", "To today", "Choose today.", (CALENDAR,), in_footer=True
    ),
    Command("calendar.go", "go_to", "g", "Go to", "Go to a date that you type.", (CALENDAR,)),
    Command(
        "calendar.agenda",
        "agenda",
        "l",
        "List",
        "Show the month as a list, or as a month again.",
        (CALENDAR,),
    ),
    Command(
        "calendar.year",
        "year",
        "y",
        "Year",
        "Show the year as a heat map of kept promises, or the month again.",
        (CALENDAR,),
    ),
)
