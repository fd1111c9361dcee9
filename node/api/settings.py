"""What the API must be told: sizes, times and rates. Every number states its unit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket: `burst` calls at once, refilled with `per_second`."""

    burst: float
    per_second: float


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Settings of the API.

    Attributes:
        base_url: the public address of the node, no slash at the end; `https` switches Secure cookies and HSTS on.
        spool: folder for uploads until their import has ended.
        portal: folder of the built portal, or None.
        body_bytes, upload_bytes: largest request body, and largest upload of files.
        signed_bytes: largest body of a signed call, which has to be read before the signature is checked.
        upload_files: most files of one upload.
        stream_s: how long an event stream lives before the client has to come again (so that a revoked permission ends
            it), poll_s: how often it looks for news, ping_s: how often a quiet one shows that it lives.
        streams: most event streams at a time.
        metrics_on_loopback: serve metrics without a token to callers on this machine. Switch off behind a proxy on the
            same machine: every caller then seems to be local.
        public_rate: calls without credentials, by address; caller_rate: calls of one user, token or peer;
        sign_in_rate: sign-ins by address; failure_rate: calls with wrong credentials, by address.
        ready_s: how long an answer about readiness is good; turns: most calls of long work at a time.
        answers_s: how long an Idempotency-Key is remembered; running_s: after which an unfinished call counts as dead.
    """

    base_url: str
    spool: Path
    portal: Path | None = None
    body_bytes: int = 2 * 1024 * 1024
    upload_bytes: int = 256 * 1024 * 1024
    signed_bytes: int = 5 * 1024 * 1024
    upload_files: int = 200
    stream_s: float = 900.0
    poll_s: float = 1.0
    ping_s: float = 15.0
    streams: int = 64
    metrics_on_loopback: bool = True
    tracing: bool = False
    public_rate: Rate = Rate(burst=200, per_second=50)
    caller_rate: Rate = Rate(burst=400, per_second=100)
    sign_in_rate: Rate = Rate(burst=10, per_second=0.2)
    failure_rate: Rate = Rate(burst=20, per_second=0.5)
    ready_s: float = 2.0
    turns: int = 8
    answers_s: int = 86_400
    running_s: int = 300

    @property
    def secure(self) -> bool:
        """Whether browsers reach the node by https."""
        return self.base_url.startswith("https://")

    @property
    def cookie(self) -> str:
        """The session cookie's name; with `__Host-` browsers themselves insist on Secure, Path=/ and no Domain."""
        return "__Host-credence" if self.secure else "credence"
