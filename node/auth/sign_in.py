"""Signing in with a password: lockout after failures, and sessions that end when idle or old.

Source:
    NIST SP 800-63B-4 section 3.2.2 (rate limiting) and 5 (session management); 21 CFR 11.300(d).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from evidence.clock import Clock
from evidence.encoding import b64url_encode
from evidence.errors import AuthenticationError
from evidence.keys import Entropy
from node.auth.model import (
    Outcome,
    Principal,
    Session,
    TrailAction,
    TrailEvent,
    User,
    UserId,
    Via,
    fold_name,
    hash_secret,
)
from node.auth.passwords import PasswordHasher, PasswordPolicy
from node.auth.permissions import permissions_of
from node.auth.port import AuthStores

Alert = Callable[[TrailEvent], None]
"""Told of what a person should look at now, such as a locked account; MUST NOT block."""


@dataclass(frozen=True, slots=True)
class SignInRules:
    """How long sessions last and when accounts lock.

    Attributes:
        free_failures: wrong passwords in a row before the account locks at all.
        first_lock: how long the first lock lasts; each further failure doubles it.
        longest_lock: the bound of that, so that nobody can keep an owner out for ever.
        idle: a session unused for this long has ended.
        absolute: a session this old has ended, however busy.
        touch: last use is written down at most this often, so that reading stays cheap.
    """

    free_failures: int = 5
    first_lock: timedelta = timedelta(minutes=1)
    longest_lock: timedelta = timedelta(hours=1)
    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=12)
    touch: timedelta = timedelta(minutes=1)

    def lock_after(self, failures: int) -> timedelta | None:
        """How long an account is locked after so many failures in a row; None while there are few."""
        if failures < self.free_failures:
            return None
        doublings: int = 2 ** min(failures - self.free_failures, 16)
        return min(self.longest_lock, self.first_lock * doublings)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: `secret` goes into the cookie and is kept nowhere."""

    secret: str
    principal: Principal


@dataclass(frozen=True, slots=True)
class SignIn:
    """Opens, recognises and ends sessions."""

    stores: AuthStores
    hasher: PasswordHasher
    policy: PasswordPolicy
    rules: SignInRules
    clock: Clock
    entropy: Entropy
    alert: Alert

    def __call__(self, name: str, password: str, *, request: str) -> SignedIn:
        """Open a session.

        Raises:
            AuthenticationError: unknown name, wrong password, locked or disabled account, temporary password too old.
                The words are the same for all of them: a stranger learns nothing.
        """
        now = self.clock()
        user = self.stores.users.by_name(name)
        # (1) A locked account is not even tried: guessing on costs time and gives no answer.
        locked = user is not None and user.locked_until is not None and user.locked_until > now
        # (2) Unknown names take as long as known ones, else the time tells which names exist.
        right = self.hasher.matches(None if user is None or locked else user.password, password)
        if user is None or locked or not right:
            raise self._refuse(name, user, now, request, counted=user is not None and not locked)
        if user.disabled or (user.must_change and now - user.password_set > self.policy.temporary_age):
            raise self._refuse(name, user, now, request, counted=False)
        # (3) Only now is the count of failures forgotten.
        if user.failures:
            self.stores.users.set_lock(user.id, None)
        if self.hasher.is_old(user.password):
            self.stores.users.set_password(
                user.id, self.hasher.encode(password), when=user.password_set, must_change=user.must_change
            )
        # (4) A fresh secret for each sign-in: a session fixed by somebody else beforehand is worth nothing.
        secret = b64url_encode(self.entropy(32))
        session = Session(hash_secret(secret), user.id, now, now, now + self.rules.absolute)
        self.stores.sessions.purge(now)
        self.stores.sessions.add(session)
        self._record(TrailAction.SIGN_IN, Outcome.DONE, user.id, user.name, now, request)
        return SignedIn(secret, self._principal(user, session, now))

    def resume(self, secret: str) -> Principal:
        """Who a session's secret belongs to.

        Raises:
            AuthenticationError: unknown, idle or old session, or an account closed since.
        """
        now = self.clock()
        session = self.stores.sessions.get(hash_secret(secret))
        if session is None:
            raise AuthenticationError("this session has ended", advice="Sign in again.")
        user = self.stores.users.by_id(session.user)
        if user is None or user.disabled or now >= session.expires or now - session.seen >= self.rules.idle:
            self.stores.sessions.remove(session.secret)
            raise AuthenticationError("this session has ended", advice="Sign in again.")
        if now - session.seen >= self.rules.touch:
            self.stores.sessions.touch(session.secret, now)
            session = replace(session, seen=now)
        return self._principal(user, session, now)

    def end(self, principal: Principal, *, request: str) -> None:
        """Sign out; MAY happen twice."""
        if principal.session is not None:
            self.stores.sessions.remove(principal.session.secret)
            self._record(TrailAction.SIGN_OUT, Outcome.DONE, principal.id, principal.name, self.clock(), request)

    def change_password(self, principal: Principal, old: str, new: str, *, request: str) -> SignedIn:
        """Replace one's own password; all sessions end and a new one opens.

        Raises:
            AuthenticationError: the old password is wrong.
            SchemaError: the new one breaks the policy, or is the old one again.
        """
        now = self.clock()
        user = None if principal.user is None else self.stores.users.by_id(principal.user)
        if user is None:
            raise AuthenticationError("only a signed-in person has a password")
        locked = user.locked_until is not None and user.locked_until > now
        if locked or not self.hasher.matches(user.password, old):
            # Counts like a sign-in: a stolen session must not become an oracle for the password.
            raise self._refuse(user.name, user, now, request, counted=not locked)
        self.policy.check_change(old, new, name=user.name)
        self.stores.users.set_password(user.id, self.hasher.encode(new), when=now, must_change=False)
        self.stores.sessions.remove_of(user.id)
        self._record(TrailAction.PASSWORD, Outcome.DONE, user.id, user.name, now, request)
        return self(user.name, new, request=request)

    def confirm(self, user_id: UserId, password: str, *, name: str | None, request: str) -> User:
        """Make sure that the person behind an open session is the one who sits there: before a signature, say.

        Args:
            name: the user name as typed, where it is asked for; None where it is not.
        Raises:
            AuthenticationError: wrong password, another name than this user's, or a locked or closed account. It counts
                like a failed sign-in, on this user's account: nobody else's password is ever compared.
        """
        now = self.clock()
        user = self.stores.users.by_id(user_id)
        if user is None or user.disabled:
            raise AuthenticationError("this account is closed", advice="Ask an administrator.")
        locked = user.locked_until is not None and user.locked_until > now
        named = name is None or fold_name(name) == fold_name(user.name)
        right = self.hasher.matches(None if locked or not named else user.password, password)
        if locked or not right:
            raise self._refuse(
                user.name if named else f"{user.name} as {name}",
                user,
                now,
                request,
                counted=not locked,
                action=TrailAction.SIGNED,
            )
        if user.failures:
            self.stores.users.set_lock(user.id, None)
        return user

    def _principal(self, user: User, session: Session, now: datetime) -> Principal:
        aged = self.policy.max_age is not None and now - user.password_set > self.policy.max_age
        return Principal(
            via=Via.SESSION,
            id=user.id,
            name=user.name,
            permissions=permissions_of(user.roles),
            user=user.id,
            roles=user.roles,
            session=session,
            must_change=user.must_change or aged,
        )

    def _refuse(
        self,
        name: str,
        user: User | None,
        now: datetime,
        request: str,
        *,
        counted: bool,
        action: TrailAction = TrailAction.SIGN_IN,
    ) -> AuthenticationError:
        actor = "" if user is None else user.id
        self._record(action, Outcome.REFUSED, actor, name, now, request)
        if user is not None and counted:
            failures = self.stores.users.count_failure(user.id)
            if (lock := self.rules.lock_after(failures)) is not None:
                self.stores.users.set_lock(user.id, now + lock)
                detail = {"failures": str(failures), "seconds": str(int(lock.total_seconds()))}
                event = TrailEvent(now, actor, TrailAction.LOCKED, Outcome.DONE, user.name, request, detail)
                self.stores.trail.append(event)
                self.alert(event)
        return AuthenticationError(
            "user name or password is wrong, or the account is locked or closed",
            advice="Check both; after several failures wait a while, or ask an administrator.",
        )

    def _record(
        self, action: TrailAction, outcome: Outcome, actor: str, target: str, now: datetime, request: str
    ) -> None:
        self.stores.trail.append(TrailEvent(now, actor, action, outcome, target, request))


def csrf_of(secret: bytes, session: Session) -> str:
    """The token that a browser must send in a header with each change: it proves that our own page sent it.

    Bound to the session, so that a token planted for another session is refused.

    Source:
        OWASP Cross-Site Request Forgery Prevention, signed double submit.
    """
    return b64url_encode(hmac.digest(secret, b"credence/csrf/v1:" + session.secret, "sha256"))
