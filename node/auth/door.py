"""Everything that stands at the door, put together over one set of stores."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

from evidence.clock import Clock
from evidence.keys import Entropy
from node.auth.accounts import Accounts
from node.auth.model import Outcome, Principal, Session, TrailAction, TrailEvent
from node.auth.passwords import PasswordHasher, PasswordPolicy
from node.auth.peer import PeerVerifier
from node.auth.port import AuthStores
from node.auth.sign_in import Alert, SignIn, SignInRules, csrf_of
from node.auth.tokens import Tokens
from node.chain.port import MemberDirectory


@dataclass(frozen=True, slots=True)
class Door:
    """Who may come in: people by session, programs by token, members' nodes by signature."""

    stores: AuthStores
    sign_in: SignIn
    tokens: Tokens
    accounts: Accounts
    peers: PeerVerifier
    clock: Clock
    secret: bytes = field(repr=False)

    def csrf(self, session: Session) -> str:
        """The CSRF token of a session."""
        return csrf_of(self.secret, session)

    def record(
        self,
        action: TrailAction,
        outcome: Outcome,
        *,
        actor: Principal | None,
        target: str,
        request: str,
        detail: dict[str, str],
    ) -> None:
        """Add an entry to the access trail; `actor` None for a caller that could not be recognised."""
        event = TrailEvent(self.clock(), "" if actor is None else actor.id, action, outcome, target, request, detail)
        self.stores.trail.append(event)


def open_door(
    stores: AuthStores,
    directory: MemberDirectory,
    *,
    base_url: str,
    secret: bytes,
    clock: Clock,
    entropy: Entropy,
    alert: Alert,
    rules: SignInRules | None = None,
    policy: PasswordPolicy | None = None,
    hasher: PasswordHasher | None = None,
) -> Door:
    """The door of one node.

    Args:
        base_url: the node's public address without a slash at the end; signed calls must be addressed to it.
        secret: 32 secret bytes that outlive a restart; keys for CSRF tokens and cursors are derived from them.
        alert: told of locked accounts.
    """
    hasher = hasher or PasswordHasher(entropy)
    return Door(
        stores=stores,
        sign_in=SignIn(stores, hasher, policy or PasswordPolicy(), rules or SignInRules(), clock, entropy, alert),
        tokens=Tokens(stores, clock, entropy),
        accounts=Accounts(stores, hasher, clock, entropy),
        peers=PeerVerifier(directory, stores.nonces, clock, base_url.rstrip("/")),
        clock=clock,
        secret=hmac.digest(secret, b"credence/door/v1", "sha256"),
    )
