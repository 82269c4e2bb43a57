"""A database whose socket is gone is a 503; a file of ours that is missing is our own mistake."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import create_async_engine

from services.common.runtime.http.database_away import install_database_away


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    """One path asks a server that stopped, the other reads a file that is not there."""
    made = FastAPI()
    install_database_away(made)

    @made.get("/database")
    async def database() -> None:
        engine = create_async_engine(f"postgresql+asyncpg://one:secret@/one?host={tmp_path}&port=5432")
        async with engine.connect():
            raise AssertionError("nobody listens there")

    @made.get("/file")
    async def file() -> str:
        return (tmp_path / "missing").read_text()

    return made


async def test_a_stopped_server_may_be_asked_again(app: FastAPI) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        answer = await client.get("/database")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_missing_file_is_not_taken_for_it(app: FastAPI) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        with pytest.raises(FileNotFoundError):
            await client.get("/file")
