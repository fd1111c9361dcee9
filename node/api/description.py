"""The OpenAPI 3.1 description, completed with what FastAPI cannot know: problems, credentials, permissions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from node.api.problems import Problem, ProblemError
from node.api.routing import GuardedRoute

VERSION: Final = "1.0.0"
_TAGS: Final = {
    "session": "Sign in and out",
    "users": "People who may sign in",
    "tokens": "Secrets for programs",
    "trail": "Who signed in, who was refused, what was disclosed",
    "imports": "Inspection files become statements",
    "statements": "Statements of this organisation, and proofs of them",
    "attachments": "Files beside statements, encrypted to their readers",
    "proofs": "Checking proofs of others",
    "log": "The log as C2SP tlog-tiles",
    "anchors": "Heads of the log on chain",
    "suppliers": "Scores with their reasons",
    "gate": "Whether a supplier is qualified, computed when read, and months of capability",
    "governance": "Policies by the members' vote",
    "accreditations": "Which bodies may co-sign what",
    "repairs": "Repair claims and their co-signs on chain",
    "objections": "Objections to scores, in public",
    "cases": "Repair claims, 8D and releases, with signatures",
    "credentials": "Checking credentials and scores of others",
    "members": "The consortium and the exchange between its nodes",
    "node": "The node itself",
}


def describe(routes: Sequence[BaseRoute], cookie: str) -> dict[str, Any]:
    """The description of `routes` as an OpenAPI 3.1 document."""
    document = get_openapi(
        title="Credence node",
        version=VERSION,
        openapi_version="3.1.0",
        summary="Evidence nobody can quietly change, scores anyone can recompute",
        routes=routes,
        tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for model in (Problem, ProblemError):
        schemas[model.__name__] = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas[model.__name__].pop("$defs", None)
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "`crd_...`, from POST /v1/tokens"},
        "session": {"type": "apiKey", "in": "cookie", "name": cookie, "description": "from POST /v1/session"},
        "peer": {"type": "apiKey", "in": "header", "name": "Signature", "description": "RFC 9421, node key"},
    }
    for route in routes:
        if isinstance(route, GuardedRoute):
            for method in route.methods or ():
                _complete(document["paths"][route.path_format][method.lower()], route)
    return document


def _complete(operation: dict[str, Any], route: GuardedRoute) -> None:
    if route.permission is None:
        operation["security"] = []
    else:
        operation["security"] = [{"token": []}, {"session": []}, {"peer": []}]
        operation["x-permission"] = route.permission.value
    for status, response in operation["responses"].items():
        # Errors are problem documents only; FastAPI adds "application/json" for the model.
        if "application/problem+json" in response.get("content", {}):
            response["content"].pop("application/json", None)
        headers = response.setdefault("headers", {})
        headers["X-Request-ID"] = {"schema": {"type": "string"}, "description": "Named in logs and problems."}
        if status in ("429", "503"):
            headers["Retry-After"] = {"schema": {"type": "integer"}, "description": "Seconds."}
