"""API tokens for programs: `crd_` and 256 random bits; only the hash is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from evidence.clock import Clock
from evidence.encoding import b64url_encode
from evidence.errors import AuthenticationError, ForbiddenError, LimitError, NotFoundError, SchemaError
from evidence.keys import Entropy
from node.auth.model import (
    ApiToken,
    Outcome,
    Principal,
    TokenId,
    TrailAction,
    TrailEvent,
    Via,
    hash_secret,
)
from node.auth.permissions import Permission, permissions_of
from node.auth.port import AuthStores

PREFIX: Final = "crd_"
"""What every token begins with, so that secret scanners recognise one that leaked."""
MAX_TOKENS: Final = 100
"""Most tokens that one user may have that are neither expired nor revoked."""
_FORM: Final = re.compile(r"crd_[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Issues, recognises and revokes API tokens."""

    stores: AuthStores
    clock: Clock
    entropy: Entropy
    longest: timedelta = timedelta(days=366)
    touch: timedelta = timedelta(minutes=1)

    def issue(
        self, owner: Principal, *, label: str, scopes: frozenset[Permission], lasts: timedelta, request: str
    ) -> tuple[str, ApiToken]:
        """A new token and its secret, which is shown this once.

        Raises:
            ForbiddenError: the caller is no signed-in person, or asks for more than it may do itself.
            SchemaError: no scope, or a duration out of range.
            LimitError: too many tokens.
        """
        if owner.user is None or owner.via is not Via.SESSION:
            # A leaked token must not be able to give itself successors.
            raise ForbiddenError("only a signed-in person may issue tokens")
        if missing := sorted(scopes - owner.permissions):
            raise ForbiddenError(f"you may not do this yourself: {', '.join(missing)}")
        if not scopes or not timedelta(0) < lasts <= self.longest:
            raise SchemaError(f"a token has a scope and lasts 1 to {self.longest.days} days")
        now = self.clock()
        known = self.stores.tokens.of_owner(owner.user)
        if sum(token.revoked is None and token.expires > now for token in known) >= MAX_TOKENS:
            raise LimitError(f"at most {MAX_TOKENS} tokens at a time", advice="Revoke tokens that are not used.")
        secret = PREFIX + b64url_encode(self.entropy(32))
        token = ApiToken(
            id=TokenId("tok_" + self.entropy(12).hex()),
            secret=hash_secret(secret),
            owner=owner.user,
            label=label,
            scopes=scopes,
            created=now,
            expires=now + lasts,
        )
        self.stores.tokens.add(token)
        self._record(TrailAction.TOKEN_ISSUED, owner, token, request)
        return secret, token

    def resolve(self, secret: str) -> Principal:
        """Who a token's secret belongs to; it may do what its scopes say and its owner still may.

        Raises:
            AuthenticationError: not a token, unknown, expired, revoked, or its owner's account is closed.
        """
        now = self.clock()
        token = self.stores.tokens.by_secret(hash_secret(secret)) if _FORM.fullmatch(secret) else None
        if token is None or token.revoked is not None or token.expires <= now:
            raise AuthenticationError("this token is not valid", advice="Issue a new token and use that one.")
        owner = self.stores.users.by_id(token.owner)
        if owner is None or owner.disabled or owner.must_change:
            raise AuthenticationError("the account behind this token is closed", advice="Ask an administrator.")
        if token.used is None or now - token.used >= self.touch:
            self.stores.tokens.touch(token.id, now)
        return Principal(
            via=Via.TOKEN,
            id=token.id,
            name=f"{owner.name}/{token.label}",
            permissions=token.scopes & permissions_of(owner.roles),
            user=owner.id,
            roles=owner.roles,
        )

    def revoke(self, caller: Principal, token: TokenId, *, request: str) -> None:
        """Revoke one's own token, or anybody's with `users:write`; MAY happen twice.

        Raises:
            NotFoundError: no such token, or not the caller's to revoke (it does not learn which).
        """
        known = self.stores.tokens.by_id(token)
        if known is None or (known.owner != caller.user and Permission.USERS_WRITE not in caller.permissions):
            raise NotFoundError("no such token", advice="List your tokens.")
        if known.revoked is None:
            self.stores.tokens.revoke(token, self.clock())
            self._record(TrailAction.TOKEN_REVOKED, caller, known, request)

    def _record(self, action: TrailAction, actor: Principal, token: ApiToken, request: str) -> None:
        detail = {"scopes": " ".join(sorted(token.scopes)), "owner": token.owner}
        self.stores.trail.append(TrailEvent(self.clock(), actor.id, action, Outcome.DONE, token.id, request, detail))
