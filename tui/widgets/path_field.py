"""Fields for files: a path as it is typed, pasted, or dragged into the terminal."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from store.rules.errors import BadInput
from tui.widgets.fields import TextField


def path_of(text: str, field: str = "path") -> Path:
    """The path that a text means: quoted, escaped or as a URL, as terminals paste it.

    Raises `BadInput` for one that cannot be.
    """
    said = text.strip()
    if said.casefold().startswith("file://"):
        # Not parsed as a URL: as terminals paste it, a # or ? belongs to the name.
        said = unquote(re.sub(r"^.{7}[^/]*", "", said))
    elif len(said) > 1 and said[0] == said[-1] and said[0] in "'\"":
        said = said[1:-1]
    try:
        path = Path(said).expanduser()
        if "\\" in said and not stands(path):
            path = Path(re.sub(r"\\(.)", r"\1", said)).expanduser()
        if "\0" in said:
            raise ValueError
    except (RuntimeError, ValueError, OSError):
        raise BadInput(f"{text} cannot be found.", field=field) from None
    return path


def stands(path: Path) -> bool:
    """Whether something is at a path; not where that cannot be looked at: nothing is raised."""
    try:
        path.stat()
    except (OSError, ValueError):
        return False
    return True


def free(text: str) -> str:
    """A path like the one given at which nothing stands yet: numbered, where it has to be."""
    path, number = Path(text), 2
    while stands(path.expanduser()):
        path = Path(text).with_stem(f"{Path(text).stem} ({number})")
        number += 1
    return str(path)


class PathField(TextField):
    """One file; its value is a `Path`, or None."""

    def parse(self, text: str) -> Path:
        """Gives the path."""
        return path_of(super().parse(text), self.key)


class NewPathField(PathField):
    """A file that is to be written; a path at which something stands is refused."""

    def parse(self, text: str) -> Path:
        """Gives the path."""
        path = super().parse(text)
        try:
            path.stat()
        except FileNotFoundError:
            return path
        except OSError as error:
            said = (error.strerror or str(error)).lower()
            raise BadInput(f"{path} cannot be written: {said}.", field=self.key) from None
        if path.is_dir():
            raise BadInput(f"{path} is a folder; name a file in it", field=self.key)
        raise BadInput(f"{path} is there already; give another name", field=self.key)


class PathsField(TextField):
    """Some files, one after the other; its value is a list of paths."""

    def parse(self, text: str) -> list[Path]:
        """Gives the paths."""
        whole = path_of(text, self.key)
        if stands(whole):
            return [whole]
        try:
            parts = shlex.split(text)
        except ValueError:
            parts = [text]
        return [path_of(each, self.key) for each in parts]

    def value(self) -> Any:
        """Gives the paths, none where nothing is typed."""
        return super().value() or []
