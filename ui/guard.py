"""What Qt calls in our classes must fail in order.

PySide on Python 3.11 reads the value of an exception as an exception object; one raised in C (an `int("x")`, a missing key, a
widget that is gone) is not made into one before Python has caught it, and the process ends with a segmentation fault (seen with 6.10
to 6.12). So every method that overrides one of Qt's catches and raises again: that makes it an object, and the failure is told as others are.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any

from PySide6.QtCore import QObject

NEEDED = sys.version_info < (3, 12)


def _guarded(work: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(work)
    def call(*args: Any, **named: Any) -> Any:
        try:
            return work(*args, **named)
        except BaseException:
            raise

    call.guarded = True  # type: ignore[attr-defined]
    return call


def overrides(cls: type) -> list[str]:
    """Names of the functions of a class that stand in the place of Qt's own."""
    qt = [base for base in cls.__mro__[1:] if base.__module__.startswith("PySide6.")]
    return [
        name
        for name, found in vars(cls).items()
        if isinstance(found, FunctionType) and not name.startswith("__") and any(name in vars(base) for base in qt)
    ]


def _guard(cls: type, /, **_named: Any) -> None:
    for name in overrides(cls):
        setattr(cls, name, _guarded(vars(cls)[name]))


if NEEDED:
    QObject.__init_subclass__ = classmethod(_guard)  # type: ignore[assignment]
