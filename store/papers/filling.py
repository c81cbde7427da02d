"""Fills a template of a letter in; whatever is wrong with one is said in its writer's words.

A template is a small program of somebody else: it runs in Jinja's sandbox and reads no file.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from store.papers.letter_fields import Facts
from store.rules.errors import BadInput

if TYPE_CHECKING:
    from jinja2 import Environment

LACKING = {
    "debt": "no debt of theirs is recorded",
    "gone": "no debt of theirs went to another",
    "budget": "no budget in their currency is recorded",
    "agreement": "no agreement with them is in force",
    "offer": "no offer of yours is open",
    "their_offer": "no offer of theirs is open",
    "call": "no call, chat or visit is recorded",
}
"""Of each field that may be None, what it is that there is not."""


def fill(name: str, source: str, facts: Facts) -> str:
    """The text that a template (its file's `name`) makes of the facts.

    Raises `BadInput` for a field that there is not or is not known, and for anything else that
    cannot be done.
    """
    from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError
    from jinja2.exceptions import SecurityError

    environment, lacking = _environment(), _lacking()
    given = {
        each: lacking(each) if value is None else value
        for each, value in ((each, getattr(facts, each)) for each in facts.known())
    }
    try:
        return environment.from_string(source).render(given)
    except TemplateSyntaxError as error:
        said = f"{name}, line {error.lineno}: {error.message}."
    except UndefinedError as error:
        said = f"{name} names {error.message}."
    except TemplateNotFound as error:
        said = f"{name} takes in “{error.name}”, but a template stands alone: write it all in it."
    except SecurityError:
        said = f"{name} asks for what no template may have: it can name the fields of a letter."
    except BadInput:
        raise
    except (Exception, MemoryError, RecursionError) as error:
        said = f"{name} cannot be filled in: {str(error) or type(error).__name__}."
    raise BadInput(said, field="template") from None


@cache
def _environment() -> Environment:
    from jinja2 import DictLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from jinja2.utils import missing

    class Unknown(StrictUndefined):
        """A field that there is not."""

        @property
        def _undefined_message(self) -> str:
            if self._undefined_hint:
                return self._undefined_hint
            if self._undefined_obj is missing:
                names = ", ".join(Facts.known())
                return f"{self._undefined_name}, which there is not; there are {names}"
            return _unknown(type(self._undefined_obj), str(self._undefined_name))

    made = ImmutableSandboxedEnvironment(
        undefined=Unknown, loader=DictLoader({}), keep_trailing_newline=True, finalize=_text
    )
    made.tests["none"] = lambda value: value is None or isinstance(value, _lacking())
    return made


@cache
def _lacking() -> Any:
    from jinja2 import Undefined

    class Lacking(Undefined):
        """A field that is not known: false, and all that is asked of it says what lacks."""

        def __init__(self, name: str) -> None:
            super().__init__(name=name, hint=self._said(name, name))

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return self[name]

        def __getitem__(self, name: str) -> Any:
            of, type_ = str(self._undefined_name), _types()[str(self._undefined_name)]
            known = name in {each.name for each in fields(type_)}
            hint = self._said(of, f"{of}.{name}") if known else _unknown(type_, name)
            return _environment().undefined(hint=hint)

        def __str__(self) -> str:
            raise self._undefined_exception(self._undefined_message)

        @staticmethod
        def _said(of: str, what: str) -> str:
            return (
                f"{what}, but {LACKING[of]}: put what speaks of it between {{% if {of} %}} and "
                "{% endif %}"
            )

    return Lacking


@cache
def _types() -> dict[str, Any]:
    """Of each field of a letter that has fields of its own, their class."""
    hints = get_type_hints(Facts)
    bare = {
        name: get_args(hint)[0] if isinstance(hint, UnionType) else hint
        for name, hint in hints.items()
    }
    return {name: hint for name, hint in bare.items() if is_dataclass(hint)}


def _unknown(type_: type, field: str) -> str:
    """A field that something does not have, and those that it has."""
    if not is_dataclass(type_):
        return f"{field} of what has no fields: it is a {_PLAIN.get(type_, 'value')} already"
    called = _called(type_)
    has = f"{called}.{field}, which there is not; {called} has" if called else ""
    return f"{has or f'{field}, which there is not; there are'} {_names(type_)}"


def _text(value: Any) -> Any:
    """What is written as it is; refuses what is no text, as Python would write it."""
    from jinja2 import UndefinedError

    if is_dataclass(value):
        whole = _called(type(value)) or "a line"
        raise UndefinedError(f"{whole} as a whole; name one of {_names(type(value))}")
    if isinstance(value, list | tuple):
        raise UndefinedError("a list as a whole; go through it: {% for each in … %}")
    return value


_PLAIN = {str: "text", list: "list", tuple: "list", bool: "yes or no"}


def _called(type_: type) -> str:
    """The field of a letter that is of a class; empty where none is."""
    return next((name for name, each in _types().items() if each is type_), "")


def _names(type_: Any) -> str:
    return ", ".join(sorted(each.name for each in fields(type_)))
