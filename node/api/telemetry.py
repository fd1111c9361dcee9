"""What the API counts, and the hook for traces (off unless switched on and an SDK is installed)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry import trace
from prometheus_client import CollectorRegistry, Counter, Histogram


@dataclass(frozen=True, slots=True)
class Metrics:
    """Counters of one app, in a registry of its own so that two apps in one process do not mix."""

    registry: CollectorRegistry
    requests: Counter
    seconds: Histogram
    refusals: Counter


def build_metrics(registry: CollectorRegistry) -> Metrics:
    """The API's counters in `registry`; labels are route templates, never raw paths (which are endless)."""
    return Metrics(
        registry,
        Counter("credence_http_requests", "Answered requests", ("method", "route", "status"), registry=registry),
        Histogram("credence_http_request_seconds", "Time to answer", ("method", "route"), registry=registry),
        Counter("credence_http_refusals", "Refused calls by kind", ("kind",), registry=registry),
    )


@contextmanager
def span(enabled: bool, method: str) -> Iterator[None]:
    """A trace span around a request; the OpenTelemetry API does nothing by itself without an SDK."""
    if not enabled:
        yield
        return
    with trace.get_tracer("credence.api").start_as_current_span(f"HTTP {method}"):
        yield
