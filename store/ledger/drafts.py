"""Half-typed forms: kept while one types, so that neither `esc` nor a crash loses them."""

import json
from collections.abc import Mapping

from store.records.database import Ledger
from store.records.tables import Draft


def keep(ledger: Ledger, form: str, typed: Mapping[str, str]) -> None:
    """Keep the text of each field of a form by its name, in place of what was kept before."""
    with ledger.writing() as session:
        text = json.dumps(typed, ensure_ascii=False)
        session.merge(Draft(form=form, kept_at=ledger.now(), typed=text))


def find(ledger: Ledger, form: str) -> dict[str, str]:
    """What was typed in a form and not saved; empty where nothing was."""
    with ledger.reading() as session:
        draft = session.get(Draft, form)
        return {} if draft is None else json.loads(draft.typed)


def drop(ledger: Ledger, form: str) -> None:
    """Forget what was typed in a form; nothing happens where nothing was."""
    with ledger.reading() as session:
        if session.get(Draft, form) is None:
            return
    with ledger.writing() as session:
        draft = session.get(Draft, form)
        if draft is not None:
            session.delete(draft)
