"""How features tell each other that something has happened, without importing each other.

An event is a frozen dataclass in the past tense that carries ids and times, never content. It is delivered after the
commit, and perhaps twice; whoever listens must not mind, and starts a job for anything slow.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

from django.db import transaction

E = TypeVar("E")
_listeners: dict[type, list[Callable[..., None]]] = defaultdict(list)


def on(kind: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Have the decorated function called with every event of this kind. Register in `apps.py`, by importing."""

    def register(listener: Callable[[E], None]) -> Callable[[E], None]:
        _listeners[kind].append(listener)
        return listener

    return register


def publish(event: object) -> None:
    """Tell everybody who listens, once the current transaction is committed; at once where there is none."""
    for listener in _listeners[type(event)]:
        _tell_after_commit(listener, event)


def _tell_after_commit(listener: Callable[..., None], event: object) -> None:
    # A function, not a partial: to log a failure, Django asks for a name that a partial lacks.
    def tell() -> None:
        listener(event)

    # robust: the failure of one listener is logged, and the others are still told
    transaction.on_commit(tell, robust=True)
