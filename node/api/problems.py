"""Errors as RFC 9457 problem documents; the one place where an error class gets its HTTP status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from evidence import errors
from node.api.hardening import harden

MEDIA_TYPE: Final = "application/problem+json"
_RETRY_S: Final = 5


class ProblemError(BaseModel):
    """One of several faults of a request: where, and what is wrong there."""

    place: str = Field(examples=["/drafts/0/kind"])
    reason: str = Field(examples=["Field required"])


class Problem(BaseModel):
    """A problem document (RFC 9457); `advice` says what to do about it."""

    model_config = ConfigDict(title="Problem")

    type: str = Field(examples=["urn:credence:error:NotFoundError"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["no such statement"])
    advice: str = Field(examples=["Check the identifier."])
    request_id: str = Field(examples=["5d41402abc4b2a76b9719d911017c592"])
    place: str | None = None
    errors: list[ProblemError] | None = None


def status_of(error: errors.CredenceError) -> HTTPStatus:
    """The status that an error is answered with; the nearest class above it counts."""
    table: Mapping[type[errors.CredenceError], HTTPStatus] = {
        errors.MalformedError: HTTPStatus.BAD_REQUEST,
        errors.SchemaError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.ImportRefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.LimitError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        errors.NotFoundError: HTTPStatus.NOT_FOUND,
        errors.ConflictError: HTTPStatus.CONFLICT,
        errors.InputError: HTTPStatus.BAD_REQUEST,
        errors.InconsistentHeadError: HTTPStatus.CONFLICT,
        errors.ProofError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.AuthenticationError: HTTPStatus.UNAUTHORIZED,
        errors.RateLimitError: HTTPStatus.TOO_MANY_REQUESTS,
        errors.AccessError: HTTPStatus.FORBIDDEN,
        errors.FaultError: HTTPStatus.SERVICE_UNAVAILABLE,
    }
    for parent in type(error).__mro__:
        if parent in table:
            return table[parent]
    return HTTPStatus.INTERNAL_SERVER_ERROR


def problem(
    request_id: str,
    status: int,
    name: str,
    detail: str,
    advice: str,
    *,
    place: str | None = None,
    faults: Sequence[tuple[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem response."""
    document = Problem(
        type=f"urn:credence:error:{name}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        advice=advice,
        request_id=request_id,
        place=place or None,
        errors=[ProblemError(place=where, reason=reason) for where, reason in faults] or None,
    )
    content = document.model_dump(exclude_none=True)
    return JSONResponse(content, status, dict(headers or {}), media_type=MEDIA_TYPE)


def request_id(request: Request) -> str:
    """The id that `RequestContext` gave this request."""
    return str(request.scope.get("state", {}).get("request_id", ""))


async def on_error(request: Request, error: Exception) -> Response:
    """Answer one of our own errors."""
    if not isinstance(error, errors.CredenceError):
        return await on_crash(request, error)
    status = status_of(error)
    headers = {}
    if isinstance(error, errors.RateLimitError):
        headers["Retry-After"] = str(error.retry_after)
    elif status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(_RETRY_S)
    elif status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="credence"'
    place = getattr(error, "place", None)
    return problem(request_id(request), status, error.name, error.message, error.advice, place=place, headers=headers)


async def on_invalid(request: Request, error: Exception) -> Response:
    """Answer a request that does not fit the route's types."""
    details: Sequence[Mapping[str, Any]] = error.errors() if isinstance(error, RequestValidationError) else ()
    # Only place and message: echoing the input would put a mistyped password into somebody's log.
    faults = [(_pointer(item["loc"]), str(item["msg"])) for item in details[:50]]
    return problem(
        request_id(request),
        HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.SchemaError.__name__,
        "the request does not have the form that this route takes",
        "Correct the places named; the form is described in /v1/openapi.json.",
        faults=faults,
    )


async def on_http(request: Request, error: Exception) -> Response:
    """Answer what the framework refuses itself: no such path, no such method."""
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
    headers = error.headers if isinstance(error, HTTPException) else None
    names = {404: errors.NotFoundError.__name__, 405: "MethodNotAllowed"}
    return problem(
        request_id(request),
        status,
        names.get(status, errors.MalformedError.__name__),
        str(getattr(error, "detail", "")),
        "Check method, path and body against /v1/openapi.json.",
        headers=headers,
    )


async def on_crash(request: Request, error: Exception) -> Response:
    """Answer what should not happen, without telling a stranger anything of our insides."""
    response = problem(
        request_id(request),
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "InternalError",
        "the node made a mistake; it has been logged",
        "Report the request id to whoever runs this node.",
        headers={"X-Request-ID": request_id(request)},
    )
    # This answer is given outside of `RequestContext`, which adds the headers to all others.
    harden(response.headers, secure=request.url.scheme == "https", portal=False)
    return response


def _pointer(location: Sequence[Any]) -> str:
    # Pydantic says ("body", "drafts", 0, "kind"); for people the place in what they sent is enough.
    return "/" + "/".join(str(part).replace("~", "~0").replace("/", "~1")[:80] for part in location)
