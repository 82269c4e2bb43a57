"""One application for everything outside: bank, gateway, issuer and the sandbox's own levers, by path."""

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from sandbox.access import require_client
from sandbox.bank.api_commands import command_routes
from sandbox.bank.api_customers import customer_routes
from sandbox.bank.api_interest import interest_routes
from sandbox.bank.api_reading import reading_routes
from sandbox.bank.errors import BankInvalid, BankRefusal
from sandbox.bank.faults import LostAnswer
from sandbox.control import control_routes
from sandbox.gateway.api import gateway_routes
from sandbox.issuer.api import issuer_routes
from sandbox.world import World
from services.common.kernel.errors import ForbearError

BANK = "/fineract-provider/api/v1"


def create_app(world: World) -> FastAPI:
    """The application over an open world."""
    secret = world.settings.client_secret.get_secret_value()
    known = [Depends(require_client(world.issuer, secret))]
    app = FastAPI(title="Forbear sandbox", version="1")
    app.include_router(reading_routes(world.books, world.faults), prefix=BANK, dependencies=known)
    app.include_router(command_routes(world.books, world.faults), prefix=BANK, dependencies=known)
    app.include_router(interest_routes(world.books, world.faults), prefix=BANK, dependencies=known)
    app.include_router(customer_routes(world.books), prefix=BANK, dependencies=known)
    app.include_router(gateway_routes(world.gateway), prefix="/gateway", dependencies=known)
    app.include_router(issuer_routes(world.issuer, secret), prefix="/issuer")
    app.include_router(control_routes(world), prefix="/sandbox")

    @app.get("/health/live")
    @app.get("/health/ready")
    async def healthy() -> dict[str, str]:
        async with world.store.reading() as tx:
            await tx.fetchval("SELECT 1")
        return {"status": "ok"}

    @app.exception_handler(BankRefusal)
    async def refused(_: Request, refusal: BankRefusal) -> JSONResponse:
        return _fineract_error(refusal)

    @app.exception_handler(ForbearError)
    async def no_money(_: Request, error: ForbearError) -> JSONResponse:
        return _fineract_error(BankInvalid("validation.msg.validation.errors.exist", error.title))

    @app.exception_handler(LostAnswer)
    async def lost(_: Request, __: LostAnswer) -> JSONResponse:
        return JSONResponse({"detail": "The answer was lost on the way."}, 504)

    @app.exception_handler(RequestValidationError)
    async def wrong(_: Request, error: RequestValidationError) -> JSONResponse:
        fields = sorted({".".join(str(part) for part in e["loc"]) for e in error.errors()})
        return _fineract_error(
            BankInvalid("validation.msg.validation.errors.exist", f"Wrong fields: {', '.join(fields)}")
        )

    return app


def _fineract_error(refusal: BankRefusal) -> JSONResponse:
    body = {
        "developerMessage": refusal.message,
        "httpStatusCode": str(refusal.status),
        "defaultUserMessage": refusal.message,
        "userMessageGlobalisationCode": refusal.code,
        "errors": [],
    }
    return JSONResponse(body, refusal.status)
