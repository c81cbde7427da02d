"""What a form does when the record that it corrects was changed elsewhere: it shows both.

The form is made anew of the record as it is now, and what was typed is put back into it. Where the
two differ, the field says what is there now; a field in which nothing was typed shows it. Saving
again keeps what is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from store.rules.errors import AccordError
from tui.dialogs.dialog import Dialog

if TYPE_CHECKING:
    from tui.dialogs.form import Form

T = TypeVar("T")

Typed = Mapping[str, tuple[str, str]]
"""For each field, the text that it began with and the one that was there in the end."""

SAID = "It was changed elsewhere after you opened it. Save again to keep what you see here."
LONGEST = 120  # signs of what is there now


def show_both(form: Form[T], said: str) -> None:
    """Open a form again on the record as it is now; where there is no such form, say `said`."""
    form.run_worker(partial(_read, form, said), thread=True, exit_on_error=False)


def _read(form: Form[T], said: str) -> None:
    make = None
    try:
        assert form.accord.ledger is not None
        with form.accord.ledger.reading() as session:
            make = form.afresh(session)
    except AccordError as error:
        said = error.message
    form.app.call_from_thread(
        partial(form.tell, said) if make is None else partial(_open, form, make)
    )


def _open(form: Form[T], make: Callable[[], Form[T]]) -> None:
    typed = {name: (field.initial, field.text) for name, field in form.fields.items()}
    again = make()

    def done(result: T | None) -> None:
        form.dismiss(result)

    form.query_one(Dialog).display = False
    form.app.push_screen(again, done)
    # Once it is mounted, which is when it says what it reads.
    again.call_after_refresh(again.once_read, partial(_compare, again, typed))


def _compare(form: Form[Any], typed: Typed) -> None:
    """Put back what was typed, and say where something else is there now."""
    differing = []
    for name, (was, text) in typed.items():
        field = form.fields.get(name)
        if field is None or field.disabled:
            continue
        now = field.text
        if text != was:
            field.text = text
            if now not in (was, text):
                field.error = f"there now: {_brief(now)}"
                differing.append(field)
        elif now != was:
            field.hint = f"changed elsewhere; it was {_brief(was)}"

    for field in differing[:1]:
        field.focus()
    form.tell(SAID, until_saved=True)


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return (line if len(line) <= LONGEST else f"{line[:LONGEST]}…") or "nothing"
