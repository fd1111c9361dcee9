"""Admission: who a call comes from, whether it may do what its route asks, and how often."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from prometheus_client import Counter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from evidence.errors import AuthenticationError, CredenceError, ForbiddenError
from node.api.buckets import Buckets
from node.api.problems import request_id
from node.api.settings import ApiSettings
from node.auth.door import Door
from node.auth.model import Outcome, Principal, TrailAction, Via
from node.auth.permissions import Permission, peer_permissions

CSRF_HEADER: Final = "X-CSRF-Token"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
PUBLIC: Final = Principal(via=Via.PUBLIC, id="", name="", permissions=frozenset())
"""Who calls a public route: nobody is asked."""

Admit = Callable[[Request, Permission | None], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Guard:
    """Admits or refuses each call before anything of its body is read (but for signed calls, whose body is signed)."""

    door: Door
    settings: ApiSettings
    public: Buckets
    callers: Buckets
    failures: Buckets
    refusals: Counter

    async def admit(self, request: Request, permission: Permission | None) -> None:
        """Put the caller's `Principal` into the request's state.

        Args:
            permission: what the route asks for; None for a public route.
        Raises:
            AuthenticationError: no credentials, or wrong ones.
            ForbiddenError: the caller may not do this.
            RateLimitError: too often.
        """
        address = client(request)
        if permission is None:
            self.public.take(address)
            request.state.principal = PUBLIC
            return
        # (1) Whoever sent wrong credentials often is not even looked up.
        self.failures.check(address)
        try:
            principal = await self._identify(request, permission)
        except AuthenticationError as error:
            self.refusals.labels("authentication").inc()
            (self.failures if _presents(request, self.settings.cookie) else self.public).take(address)
            if _presents(request, self.settings.cookie):
                # Calls without any credentials are counted but not written down: scanners would fill the disk.
                await self.refused(request, None, error)
            raise
        request.state.principal = principal
        self.callers.take(principal.id or address)
        try:
            self._authorise(request, principal, permission)
        except ForbiddenError as error:
            await self.refused(request, principal, error)
            raise

    async def refused(self, request: Request, principal: Principal | None, error: CredenceError) -> None:
        """Write a refusal into the access trail."""
        if isinstance(error, ForbiddenError):
            self.refusals.labels("permission").inc()
        route = getattr(request.scope.get("route"), "path", "")
        await run_in_threadpool(
            self.door.record,
            TrailAction.REFUSED,
            Outcome.REFUSED,
            actor=principal,
            target=f"{request.method} {route}",
            request=request_id(request),
            detail={"reason": error.message, "address": client(request)},
        )

    async def _identify(self, request: Request, permission: Permission) -> Principal:
        authorization = request.headers.get("authorization")
        if authorization is not None:
            scheme, _, secret = authorization.partition(" ")
            if scheme.lower() != "bearer":
                raise AuthenticationError("only Bearer tokens are taken", advice="Send: Authorization: Bearer crd_...")
            return await run_in_threadpool(self.door.tokens.resolve, secret.strip())
        if "signature-input" in request.headers:
            if permission not in peer_permissions():
                # Said before the body is read: it is read whole, and until then anybody may have sent it.
                raise AuthenticationError("members' nodes have no access here")
            body = await request.body()
            target = _target(request)
            fields = {name: value for name, value in request.headers.items() if name in _SIGNED}
            return await run_in_threadpool(self.door.peers, request.method, target, fields, body)
        if (cookie := request.cookies.get(self.settings.cookie)) is not None:
            principal = await run_in_threadpool(self.door.sign_in.resume, cookie)
            self._check_origin(request, principal)
            return principal
        if permission is Permission.METRICS_READ and self.settings.metrics_on_loopback and is_loopback(request):
            return Principal(Via.LOOPBACK, "loopback", "loopback", frozenset({Permission.METRICS_READ}))
        raise AuthenticationError("this needs a session, a token or a signature", advice="Sign in, or send a token.")

    def _check_origin(self, request: Request, principal: Principal) -> None:
        """Browsers add cookies by themselves: a change must show that our own page asked for it."""
        if request.method in _SAFE or principal.session is None:
            return
        expected = self.door.csrf(principal.session)
        given = request.headers.get(CSRF_HEADER, "")
        site = request.headers.get("sec-fetch-site", "same-origin")
        if site not in ("same-origin", "none") or not hmac.compare_digest(given.encode(), expected.encode()):
            raise AuthenticationError(
                f"a change made with a session needs the header {CSRF_HEADER}",
                advice="Read `csrf` from GET /v1/session and send it with each change.",
            )

    def _authorise(self, request: Request, principal: Principal, permission: Permission) -> None:
        if principal.must_change and permission is not Permission.SELF:
            raise ForbiddenError("the password has to be changed first", advice="POST /v1/session/password.")
        if permission not in principal.permissions:
            raise ForbiddenError(f"this needs the permission {permission.value}")


_SIGNED: Final = frozenset({"signature", "signature-input", "content-digest"})


def client(request: Request) -> str:
    """The caller's address, as the server sees it; IPv6 by its /64, since one household owns all of it."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else host


def is_loopback(request: Request) -> bool:
    """Whether the call came from this machine, to this machine, and no proxy says that it passed it on."""
    if request.client is None or {"forwarded", "x-forwarded-for"} & set(request.headers.keys()):
        return False
    # A web page can make its own host name point at 127.0.0.1 and let this machine's browser read from us.
    if request.url.hostname not in ("127.0.0.1", "localhost", "::1"):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _presents(request: Request, cookie: str) -> bool:
    return bool({"authorization", "signature-input"} & set(request.headers.keys())) or cookie in request.cookies


def _target(request: Request) -> str:
    """Path and query as they came in: decoding and encoding again could make two calls look alike."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope["query_string"]
    path = raw.partition(b"?")[0]
    return (path + (b"?" + query if query else b"")).decode("latin-1")
