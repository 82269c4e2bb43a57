"""The OpenAPI document: every operation answers errors with the problem document, and commands need their key."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from services.common.runtime.http.commands import KEY_HEADER
from services.common.runtime.http.problems import MEDIA_TYPE, Problem

_FRAMEWORK = ("HTTPValidationError", "ValidationError")


def install_openapi(app: FastAPI) -> None:
    """Replace the document that FastAPI would make. ValueError, when it is made, for two operations of one name."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas: dict[str, Any] = made.setdefault("components", {}).setdefault("schemas", {})
    for name in _FRAMEWORK:
        schemas.pop(name, None)
    problem = Problem.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    schemas.update(dict(sorted(schemas.items())))
    answer = {
        "description": "An error, as a problem document (RFC 9457)",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    seen: set[str] = set()
    for operations in made.get("paths", {}).values():
        for operation in operations.values():
            if operation["operationId"] in seen:
                raise ValueError(f"two operations are called {operation['operationId']}")
            seen.add(operation["operationId"])
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = answer
            for parameter in operation.get("parameters", []):
                if parameter["name"] == KEY_HEADER:
                    parameter["required"] = True
    return made
