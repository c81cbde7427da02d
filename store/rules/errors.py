"""The one family of errors: each carries a sentence that a person can act on."""


class AccordError(Exception):
    """Something that cannot be done, said in one sentence for a person.

    `field` names the input that was wrong (a form's field or a JSON field), where there is one.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class BadInput(AccordError):
    """What was typed or read cannot be right; the message says what would be."""


class NotFound(AccordError):
    """Nothing, or more than one thing, is called that."""


class Stale(AccordError):
    """The record was changed elsewhere after it was read."""


class LedgerError(AccordError):
    """The ledger's file cannot be opened, read or written."""


class Inaccessible(LedgerError):
    """The file may not be used as it stands; what is in it may be whole."""


class Locked(LedgerError):
    """The ledger has a passphrase, and none was given."""


class WrongPassphrase(LedgerError):
    """The passphrase that was given does not open the ledger."""
