"""The headers that tell browsers what not to do."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders

API_POLICY: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
PORTAL_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'"
)


def harden(headers: MutableHeaders, *, secure: bool, portal: bool) -> None:
    """Add the security headers; what a route has set itself stays.

    Source:
        OWASP REST Security Cheat Sheet; OWASP HTTP Headers Cheat Sheet.
    """
    headers.setdefault("Content-Security-Policy", PORTAL_POLICY if portal else API_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Permissions-Policy", "geolocation=(), microphone=(), payment=(), camera=(self)")
    if not portal:
        headers.setdefault("Cache-Control", "no-store")
    if secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
