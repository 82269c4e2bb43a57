"""Roles and databases on a PostgreSQL server: one of each per service, closed to the others."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import asyncpg


async def provision(
    superuser_url: str, passwords: Mapping[str, str], socket_folder: Path | None = None
) -> dict[str, str]:
    """Make database and role `forbear_NAME` for each name; return {name: postgresql+asyncpg://... of that role}.

    The addresses lead to the server's socket in `socket_folder`, or without one to the host of `superuser_url`.
    Running it again changes nothing but the roles' passwords.
    """
    connection = await asyncpg.connect(superuser_url)
    try:
        for name, password in passwords.items():
            await _provision(connection, f"forbear_{name}", password)
    finally:
        await connection.close()
    parts = urlsplit(superuser_url)
    host, query = parts.netloc.rpartition("@")[2], parts.query
    if socket_folder:
        host, query = "", urlencode({"host": str(socket_folder), "port": parts.port}, quote_via=quote)
    urls = {}
    for name, password in passwords.items():
        login = f"forbear_{name}:{password}@{host}"
        urls[name] = urlunsplit(("postgresql+asyncpg", login, f"/forbear_{name}", query, ""))
    return urls


async def healthy(superuser_url: str) -> bool:
    """Tell whether the server answers a query."""
    try:
        connection = await asyncpg.connect(superuser_url, timeout=2)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    try:
        return bool(await connection.fetchval("select true"))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    finally:
        connection.terminate()


async def _provision(connection: asyncpg.Connection, name: str, password: str) -> None:
    # Names are ours and passwords urlsafe; DDL takes no parameters, so the server quotes them.
    quoted = await connection.fetchrow("select quote_ident($1) as name, quote_literal($2) as password", name, password)
    role_exists = await connection.fetchval("select true from pg_roles where rolname = $1", name)
    verb = "alter" if role_exists else "create"
    await connection.execute(f"{verb} role {quoted['name']} login password {quoted['password']}")
    if not await connection.fetchval("select true from pg_database where datname = $1", name):
        await connection.execute(f"create database {quoted['name']} owner {quoted['name']}")
    await connection.execute(f"revoke connect, temporary on database {quoted['name']} from public")
