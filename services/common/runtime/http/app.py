"""Makes the FastAPI application of a service: the same edge for all five."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version

import httpx
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware import Middleware

from services.common.runtime.http.answers import install_replay
from services.common.runtime.http.body_guard import BodyGuard
from services.common.runtime.http.correlation import Edge
from services.common.runtime.http.database_away import install_database_away
from services.common.runtime.http.health import ReadyCheck, health_router
from services.common.runtime.http.jwks import Jwks
from services.common.runtime.http.openapi import install_openapi
from services.common.runtime.http.pagination import Cursors
from services.common.runtime.http.problems import install_problems
from services.common.runtime.http.tokens import TokenChecker
from services.common.runtime.key_ring import decode_key
from services.common.runtime.metrics import Metrics
from services.common.runtime.settings import ServiceSettings


def create_app(
    service: str,
    title: str,
    routers: Iterable[APIRouter],
    *,
    settings: ServiceSettings,
    ready_checks: Mapping[str, ReadyCheck],
    metrics: Metrics,
    issuer_client: httpx.AsyncClient | None = None,
) -> FastAPI:
    """The application: `routers` under `/v1`, health, metrics, problems, identity, pages. Operation ids are the names
    of the route functions, unique in a service. `issuer_client` reads the issuer's keys."""
    client = issuer_client or httpx.AsyncClient()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await client.aclose()

    app = FastAPI(
        title=title,
        version=_version(),
        description=f"The API of the service {service}.",
        # The framework's documentation pages load scripts from elsewhere, which the edge forbids: /openapi.json it is.
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
        middleware=[Middleware(Edge, metrics=metrics), Middleware(BodyGuard)],
        lifespan=lifespan,
    )
    app.state.tokens = TokenChecker(settings.issuer, settings.audience, Jwks(settings.jwks_address, client))
    app.state.cursors = Cursors(decode_key(settings.digest_key.get_secret_value(), "digest_key"))
    install_problems(app)
    install_replay(app)
    install_database_away(app)
    for router in routers:
        app.include_router(router, prefix="/v1")
    app.include_router(health_router(ready_checks))
    app.add_api_route("/metrics", metrics.answer, include_in_schema=False)
    install_openapi(app)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name


def _version() -> str:
    try:
        return version("forbear")
    except PackageNotFoundError:
        return "0.0.0"
