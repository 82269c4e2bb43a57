"""What containers are told: variables that the code reads, addresses that lead somewhere, roles that are made."""

import os
import re
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import pytest

from sandbox.settings import SandboxSettings
from services.common.runtime.serve import settings_class
from services.common.runtime.settings import SERVICES, ServiceSettings, load
from tests.contract.containers import OWN, ROOT, containers, listens_on, published


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`told("plans")`: from now on this process is told what that container is told, and nothing else."""

    def be(name: str) -> dict[str, str]:
        for variable in [name for name in os.environ if name.startswith("FORBEAR_")]:
            monkeypatch.delenv(variable)
        environment: dict[str, str] = containers()[name]["environment"]
        for variable, value in environment.items():
            monkeypatch.setenv(variable, value)
        return environment

    return be


@pytest.mark.parametrize("name", [*SERVICES, "sandbox"])
def test_a_container_answers_on_the_port_that_the_code_has(name: str, told: Any) -> None:
    told(name)
    if name == "sandbox":
        settings = SandboxSettings()
        host, port = settings.sandbox_http_host, settings.sandbox_http_port
    else:
        service = load(settings_class(name), name)
        host, port = service.http_host, service.http_port
    assert ip_address(host).is_unspecified, "it listens to itself only"
    assert port == listens_on(name)
    assert [(outside, inside) for _, outside, inside in published(containers()[name])] == [(port, port)]
    check = containers()[name]["healthcheck"]["test"]
    assert check[:3] == ["CMD", "python", "-c"]
    compile(check[3], name, "exec")
    assert f"http://127.0.0.1:{port}/health/ready" in check[3]


@pytest.mark.parametrize("name", sorted(OWN))
def test_every_variable_is_one_that_the_code_reads(name: str) -> None:
    known = {f"FORBEAR_{field.upper()}" for field in ServiceSettings.model_fields}
    for service in SERVICES:
        known |= {f"FORBEAR_{service.upper()}_{field.upper()}" for field in settings_class(service).model_fields}
    if name == "sandbox":
        known = {f"FORBEAR_{field.upper()}" for field in SandboxSettings.model_fields}
    assert set(containers()[name]["environment"]) - known == set()


@pytest.mark.parametrize("name", [*SERVICES, "sandbox"])
def test_every_address_leads_to_a_container_that_answers_there(name: str, told: Any) -> None:
    told(name)
    settings = SandboxSettings() if name == "sandbox" else load(settings_class(name), name)
    addresses = {
        field: str(getattr(settings, field))
        for field in type(settings).model_fields
        if field.endswith("_url") and "database" not in field and getattr(settings, field)
    }
    if isinstance(settings, ServiceSettings):
        addresses |= {"jwks": settings.jwks_address, "token": settings.token_address}
    else:
        addresses["issuer"] = settings.issuer_url
    assert addresses
    for field, address in addresses.items():
        host, port = urlsplit(address).hostname, urlsplit(address).port
        assert host in OWN, f"{field} leads to {host}"
        assert port == listens_on(host), f"{field} leads to port {port} of {host}"
        if field.removesuffix("_url") in SERVICES:
            assert host == field.removesuffix("_url")


def test_engines_are_where_the_services_look(told: Any) -> None:
    inside = {name: {port for _, _, port in published(container)} for name, container in containers().items()}
    listeners = containers()["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"].split(",")
    advertised = dict(listener.split("://") for listener in listeners)
    for name in SERVICES:
        told(name)
        settings = load(settings_class(name), name)
        assert settings.kafka_bootstrap == advertised["INSIDE"]
        host, port = settings.temporal_address.split(":")
        assert int(port) in inside[host]
        assert settings.temporal_namespace == containers()["temporal"]["environment"]["DEFAULT_NAMESPACE"]
        assert settings.enable_idempotence and settings.lapse_clock is None


def roles() -> dict[str, tuple[str, set[str]]]:
    """{role: (password, databases it owns)} that the init script makes."""
    script = (ROOT / "deploy/docker/postgres/roles.sql").read_text()
    passwords = dict(re.findall(r"^CREATE ROLE (\w+) LOGIN PASSWORD '([^']+)';$", script, re.M))
    owners = re.findall(r"^CREATE DATABASE (\w+) OWNER (\w+);$", script, re.M)
    closed = re.findall(r"^REVOKE CONNECT, TEMPORARY ON DATABASE (.+) FROM PUBLIC;$", script, re.M)
    assert {name for names in closed for name in names.split(", ")} == {database for database, _ in owners}
    return {
        role: (password, {database for database, owner in owners if owner == role})
        for role, password in passwords.items()
    }


def test_every_database_address_names_a_role_that_is_made() -> None:
    made, used = roles(), set()
    for name in OWN:
        for variable, value in containers()[name]["environment"].items():
            if not variable.endswith("_DATABASE_URL"):
                continue
            address = urlsplit(value)
            role, database = str(address.username), address.path.removeprefix("/")
            assert made[role] == (address.password, {database})
            assert (address.hostname, address.port) == ("postgres", 5432)
            owner = variable.removeprefix("FORBEAR_").removesuffix("_DATABASE_URL").lower()
            assert role == f"forbear_{owner}"
            assert name in (owner, "migrate"), f"{name} is given the database of {owner}"
            used.add(role)
    temporal = containers()["temporal"]["environment"]
    password, databases = made["temporal"]
    assert password == temporal["POSTGRES_PWD"] and temporal["POSTGRES_USER"] == "temporal"
    assert databases == {temporal["DBNAME"], temporal["VISIBILITY_DBNAME"]}
    assert used == set(made) - {"temporal"}


def test_everything_is_marked_as_a_sandbox() -> None:
    for name in SERVICES:
        assert containers()[name]["environment"]["FORBEAR_SANDBOX"] == "1"
    secret = re.compile(r"PASSWORD|PWD|SECRET|_KEYS?$")
    for container in containers().values():
        for variable, value in container.get("environment", {}).items():
            assert not secret.search(variable) or value.startswith("sandbox-"), f"{variable} looks like a real secret"
