"""Keys that are pressed faster than the screen follows wait in order, and none goes astray."""

from collections import deque
from typing import Any

from textual import events
from textual.app import App, ReturnType
from textual.message import Message
from textual.widget import Widget

PATIENCE = 3.0  # seconds after which a key is no longer waited for


class KeyPassed(Message):
    """Follows a key along its way through the widgets, twice: all that it led to is done.

    What the key led to may be a message itself, which goes the same way behind the first one.
    """

    def __init__(self, *, again: bool = False) -> None:
        """`again` is the second one."""
        super().__init__()
        self.again = again


class KeysFree(Message):
    """What was read to open a form is there; sent after what opens it."""


class TypingAhead(App[ReturnType]):
    """An app that hands on each key when the one before has been dealt with.

    Textual gives a key to the widget that has the focus when the key arrives. One that moves the
    focus, or opens a form, is done later than that: without waiting, what is typed right after it
    would land where the focus was.
    """

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._keys: deque[events.Key] = deque()
        self._since: float | None = None
        """When the key was handed on that is waited for; None for none."""
        self._held = 0
        """How many forms and views are about to come."""
        self._has_patience = False
        self._pressed_at = 0.0
        """When a key came last, by the clock of events."""

    def hold_keys(self, *, however_long: bool = False) -> None:
        """Let keys wait until `KeysFree` comes: they are meant for what opens.

        After `PATIENCE` they go on without it, unless they are to wait `however_long`.
        """
        self._held += 1
        self._has_patience |= however_long
        if self._since is None:
            # By the clock of events.
            self._since = KeysFree().time

    @property
    def keys_wait(self) -> bool:
        """Whether there are keys that were not handed on yet."""
        return bool(self._keys)

    def is_quiet(self, seconds: float) -> bool:
        """Whether no key came for so long, and none waits for anything."""
        is_free = self._since is None and not self._held
        return is_free and KeyPassed().time - self._pressed_at >= seconds

    def is_always_taken(self, key: str) -> bool:
        """Whether a key needs no waiting for those before it."""
        return False

    async def on_event(self, event: events.Event) -> None:
        """Queue keys; all else goes its way."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        self._pressed_at = event.time
        if self.is_always_taken(event.key):
            await super().on_event(event)
            return
        self._keys.append(event)
        waited = 0.0 if self._since is None else event.time - self._since
        if waited > PATIENCE and not self._has_patience:
            # Whoever had the last one is gone, or takes too long.
            self._since, self._held = None, 0
        if self._since is None and not self._held:
            await self._hand_on()

    async def _hand_on(self) -> None:
        key = self._keys.popleft()
        self._since = key.time
        target = self.focused or self.screen
        await super().on_event(key)
        self._follow(target, KeyPassed())

    def _follow(self, target: Widget, message: KeyPassed) -> None:
        if not target.post_message(message):
            self.post_message(message)

    async def on_key_passed(self, message: KeyPassed) -> None:
        """Hand on the next key, as soon as the screen that is up can take it."""
        message.stop()
        if self._held or not self.screen_stack:
            return
        screen = self.screen
        if not screen.is_mounted:
            # Called when it is mounted, and after whatever that gives the focus to.
            screen.call_after_refresh(self.post_message, KeyPassed())
        elif self._keys and not message.again:
            self._follow(self.focused or screen, KeyPassed(again=True))
        elif self._keys:
            await self._hand_on()
        else:
            self._since = None

    def on_keys_free(self, message: KeysFree) -> None:
        """Go on with the keys that were pressed meanwhile, once nothing else is waited for."""
        message.stop()
        if self._held == 1:
            self._has_patience = False
            # One alone: a second one would hand on the next key before this one is dealt with.
            self.post_message(KeyPassed())
        self._held = max(0, self._held - 1)
