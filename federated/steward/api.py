"""The steward's JSON interface: on the loopback address, for whoever holds the token (the node of the organisation)."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from evidence.canonical import loads
from evidence.draft import JsonValue
from evidence.encoding import hex0x_encode
from evidence.errors import AuthenticationError, CredenceError, InputError, NotFoundError
from evidence.json_shape import members, text
from federated.drift_report import report
from federated.learning.spec import read
from federated.pin import code_hash
from federated.shares import shares
from federated.steward.export import export_run
from federated.steward.keeper import Keeper

MAX_BYTES = 1 << 16
Handler = Callable[[Request], Awaitable[Response]]


def make_api(keeper: Keeper) -> Starlette:
    """The routes; every one wants `Authorization: Bearer <token>`."""
    book = keeper.book

    async def status(request: Request) -> Response:
        return JSONResponse({**keeper.status(), "code": hex0x_encode(code_hash()), "runs": list(book.names())})

    async def runs(request: Request) -> Response:
        if request.method == "GET":
            return JSONResponse({"runs": await run_in_threadpool(lambda: [book.show(name) for name in book.names()])})
        wishes = await _body(request)
        name = await run_in_threadpool(book.create, wishes)
        return JSONResponse(book.show(name), 201)

    async def run(request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(book.show, request.path_params["name"]))

    async def steer(request: Request) -> Response:
        name, what = request.path_params["name"], request.path_params["what"]
        if what not in ("stop", "resume"):
            raise NotFoundError(f"a run can be stopped and resumed, not {what[:20]}")
        await run_in_threadpool(getattr(book, what), name)
        return JSONResponse(book.show(name))

    async def leave(request: Request) -> Response:
        name, body = request.path_params["name"], members(await _body(request), "body", ("party",))
        return JSONResponse(await run_in_threadpool(book.leave, name, text(body["party"], "party")), 202)

    async def drift(request: Request) -> Response:
        store, other = book.store(request.path_params["name"]), request.query_params.get("against")
        against = None if other is None else book.store(other)
        return JSONResponse(await run_in_threadpool(lambda: report(store, read(book.spec), against)))

    async def contributions(request: Request) -> Response:
        store = book.store(request.path_params["name"])
        span = [_number(request, name) for name in ("first", "last")]
        return JSONResponse(await run_in_threadpool(lambda: shares(store, span[0] or 1, span[1])))

    async def record(request: Request) -> Response:
        store, number = book.store(request.path_params["name"]), request.path_params["number"]
        rounds = await run_in_threadpool(store.rounds)
        if not 1 <= number <= len(rounds):
            raise NotFoundError(f"there is no round {number}")
        return JSONResponse(rounds[number - 1].to_json())

    async def model(request: Request) -> Response:
        path = book.store(request.path_params["name"]).model_path(request.path_params["number"])
        if not path.exists():
            raise NotFoundError(f"there is no model of round {request.path_params['number']}")
        return Response(path.read_bytes(), media_type="application/octet-stream")

    async def export(request: Request) -> Response:
        name, asked = request.path_params["name"], dict(request.query_params)
        return Response(await run_in_threadpool(export_run, book, name, asked), media_type="application/json")

    def guarded(handler: Handler) -> Handler:
        async def call(request: Request) -> Response:
            try:
                given = request.headers.get("authorization", "").removeprefix("Bearer ")
                if not hmac.compare_digest(given.encode("utf-8"), keeper.home.token.encode("ascii")):
                    raise AuthenticationError("the steward's token is missing or wrong")
                return await handler(request)
            except CredenceError as error:
                status = (
                    401 if isinstance(error, AuthenticationError) else 404 if isinstance(error, NotFoundError) else 0
                )
                status = status or (400 if isinstance(error, InputError) else 503)
                return JSONResponse({"error": error.name, "message": error.message, "advice": error.advice}, status)

        return call

    return Starlette(
        routes=[
            Route("/v1/status", guarded(status)),
            Route("/v1/runs", guarded(runs), methods=["GET", "POST"]),
            Route("/v1/runs/{name}", guarded(run)),
            Route("/v1/runs/{name}/rounds/{number:int}", guarded(record)),
            Route("/v1/runs/{name}/models/{number:int}", guarded(model)),
            Route("/v1/runs/{name}/export", guarded(export)),
            Route("/v1/runs/{name}/drift", guarded(drift)),
            Route("/v1/runs/{name}/contributions", guarded(contributions)),
            Route("/v1/runs/{name}/leave", guarded(leave), methods=["POST"]),
            Route("/v1/runs/{name}/{what}", guarded(steer), methods=["POST"]),
        ]
    )


def _number(request: Request, name: str) -> int | None:
    """A whole number from 1 on in the query, if there is one."""
    given = request.query_params.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) <= 6 and int(given) >= 1):
        raise InputError(f"{name} is a round, from 1 on")
    return int(given)


async def _body(request: Request) -> dict[str, JsonValue]:
    data = await request.body()
    value = loads(data, limit=MAX_BYTES) if data else {}
    if not isinstance(value, dict):
        raise InputError("the body is a JSON object")
    return value
