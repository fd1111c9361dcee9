"""Passwords: which ones are accepted, and how they are kept.

Length counts, rules of composition do not: they make passwords worse, not better.

Source:
    NIST SP 800-63B-4 section 3.1.1 (length, block list, no composition rules); RFC 9106 section 4 (Argon2id, second
    recommended option: 3 passes, 64 MiB, 4 lanes); OWASP Password Storage Cheat Sheet.
"""

from __future__ import annotations

import threading
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import argon2
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from evidence.errors import RateLimitError, SchemaError, StorageError
from evidence.keys import Entropy

_SALT_BYTES: Final = 16
_COMMON: Final = ("password", "passwort", "qwertyuiop", "123456789", "letmein", "administrator", "credence", "密码")


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """What a password must be.

    Attributes:
        least: fewest characters; 15, because the password is the only factor.
        most: most characters; long enough for any sentence, short enough to hash.
        max_age: after that a new one is asked for at the next sign-in; None for never.
        temporary_age: how long a password that somebody else chose lets one in, to change it.
    """

    least: int = 15
    most: int = 128
    max_age: timedelta | None = timedelta(days=365)
    temporary_age: timedelta = timedelta(hours=72)

    def check(self, password: str, *, name: str) -> None:
        """Refuse what is easily guessed.

        Raises:
            SchemaError: too short or long, one pattern over and over, or built on the user's name or a common word.
        """
        text = _normal(password)
        if not self.least <= len(text) <= self.most:
            raise SchemaError(f"a password has {self.least} to {self.most} characters", place="/password")
        if len(set(text)) < 5 or _repeats(text):
            raise SchemaError("a password that repeats one pattern is guessed first", place="/password")
        rest = text.casefold()
        for word in (*_COMMON, name.casefold()):
            rest = rest.replace(word, "") if len(word) > 2 else rest
        if len(rest) < self.least // 2:
            raise SchemaError("a password built on your name or a common word is guessed first", place="/password")

    def check_change(self, old: str, new: str, *, name: str) -> None:
        """As `check`, and refuse the old password once more: asked to change it, people otherwise do not."""
        self.check(new, name=name)
        if _normal(old) == _normal(new):
            raise SchemaError("the new password is the old one", place="/password")


class PasswordHasher:
    """Argon2id; at most `at_once` computations run together, since each takes 64 MiB (else sign-ins exhaust memory)."""

    def __init__(
        self, entropy: Entropy, *, at_once: int = 4, wait_s: float = 2.0, hasher: argon2.PasswordHasher | None = None
    ) -> None:
        self._entropy = entropy
        self._slots = threading.BoundedSemaphore(at_once)
        self._wait_s = wait_s
        self._hasher = hasher or argon2.PasswordHasher()
        self._decoy = self.encode(entropy(_SALT_BYTES).hex())

    def encode(self, password: str) -> str:
        """The encoding to keep, with parameters and a fresh salt."""
        with self._slot():
            return self._hasher.hash(_normal(password), salt=self._entropy(_SALT_BYTES))

    def matches(self, encoded: str | None, password: str) -> bool:
        """Whether the password is the one encoded. None (unknown user) takes as long as a wrong password.

        Raises:
            RateLimitError: too many sign-ins at once.
            StorageError: what was kept is not an Argon2 encoding.
        """
        with self._slot():
            try:
                self._hasher.verify(encoded or self._decoy, _normal(password))
            except VerifyMismatchError:
                return False
            except (InvalidHashError, VerificationError) as error:
                raise StorageError("a kept password encoding cannot be read") from error
        return encoded is not None

    def is_old(self, encoded: str) -> bool:
        """Whether the encoding used weaker parameters than today's, so that it should be made anew."""
        return self._hasher.check_needs_rehash(encoded)

    def _slot(self) -> _Slot:
        return _Slot(self._slots, self._wait_s)


class _Slot:
    def __init__(self, slots: threading.BoundedSemaphore, wait_s: float) -> None:
        self._slots, self._wait_s = slots, wait_s

    def __enter__(self) -> None:
        if not self._slots.acquire(timeout=self._wait_s):
            raise RateLimitError("too many sign-ins at once", retry_after=5)

    def __exit__(self, *_: object) -> None:
        self._slots.release()


def _normal(password: str) -> str:
    # Two keyboards may compose one character differently; the normal form makes them one password (SP 800-63B-4).
    return unicodedata.normalize("NFKC", password)


def _repeats(text: str) -> bool:
    """Whether the text is one shorter text written at least three times (`abcabcabc`)."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 3 + 1))
