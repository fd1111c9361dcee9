"""Proving presence over the node's own door: sessions, passwords, lockout and the access trail of `node.auth`."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.errors import AuthenticationError, ForbiddenError
from node.auth.model import Outcome, Principal, SecretHash, TrailAction, TrailEvent, UserId, Via
from node.auth.sign_in import SignIn
from node.signing.port import Credentials, Signature, Signer


def signer_of(principal: Principal) -> Signer:
    """The person behind a call, as a signer.

    Raises:
        ForbiddenError: no signed-in person (a token or another node never signs for somebody), or one whose password
            was chosen by somebody else and not changed yet.
    """
    if principal.via is not Via.SESSION or principal.user is None or principal.session is None:
        raise ForbiddenError("only a signed-in person signs", advice="Sign in with user name and password.")
    if principal.must_change:
        raise ForbiddenError("a password that somebody else knows does not sign", advice="Change your password first.")
    return Signer(principal.user, principal.name, principal.session.secret)


@dataclass(frozen=True, slots=True)
class DoorPresence:
    """Implements `Presence` over signing in."""

    sign_in: SignIn

    def confirm(self, signer: Signer, credentials: Credentials, *, request: str) -> None:
        stores, rules, now = self.sign_in.stores, self.sign_in.rules, self.sign_in.clock()
        session = stores.sessions.get(SecretHash(signer.session))
        # The session is looked up again, and its person taken from there: no caller can put somebody else's id in.
        if session is None or session.user != signer.user or now >= session.expires or now - session.seen >= rules.idle:
            raise AuthenticationError("this session has ended", advice="Sign in again.")
        user = self.sign_in.confirm(UserId(session.user), credentials.password, name=credentials.name, request=request)
        # After the password: before it, the answer would tell a stranger about the account.
        if user.must_change:
            raise ForbiddenError("a password that somebody else knows does not sign", advice="Change it first.")
        if user.name != signer.name:
            raise ForbiddenError("the signer is shown under another name than this user's", advice="Sign in again.")

    def signed(self, signature: Signature, *, request: str) -> None:
        detail = {
            "about": signature.about,
            "meaning": signature.meaning.value,
            "method": signature.method.value,
            "record": signature.record.hex(),
        }
        event = TrailEvent(
            signature.at, signature.signer, TrailAction.SIGNED, Outcome.DONE, signature.id, request, detail
        )
        self.sign_in.stores.trail.append(event)
