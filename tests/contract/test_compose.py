"""The stack in containers: a valid file, and nothing in it that the code does not know. No engine is needed."""

import json
import os
import re
import subprocess
import sys
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
import yaml
from typer.core import TyperGroup

from forbear.cli import cli
from sandbox.engines import apache_kafka
from sandbox.settings import SandboxSettings
from services.common.runtime.serve import settings_class
from services.common.runtime.settings import SERVICES, ServiceSettings, load

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "deploy" / "docker"
#: Containers that run our own image; the others run published ones.
OWN = {"migrate", "topics", "sandbox", *SERVICES}


@cache
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def containers() -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = compose()["services"]
    return services


def published(container: dict[str, Any]) -> list[tuple[str, int, int]]:
    """(address, port outside, port inside) of each published port."""
    ports = (port.split(":") for port in container.get("ports", []))
    return [(address, int(outside), int(inside)) for address, outside, inside in ports]


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


def listens_on(name: str) -> int:
    """The port on which a container of ours answers, according to the code."""
    if name == "sandbox":
        return int(SandboxSettings.model_fields["sandbox_http_port"].default)
    return urlsplit(str(ServiceSettings.model_fields[f"{name}_url"].default)).port or 0


def test_the_file_is_valid() -> None:
    schema = json.loads((Path(__file__).parent / "data" / "compose-spec.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(compose())] == []
    broken = {**compose(), "services": {"x": {"image": "y", "port": ["1:1"]}}}
    assert list(validator.iter_errors(broken)), "a schema that finds no fault"


def test_it_has_what_forbear_is_made_of() -> None:
    engines = {"postgres", "kafka", "temporal", "temporal-ui", "prometheus", "grafana"}
    assert set(containers()) == OWN | engines
    for name in OWN:
        assert containers()[name]["build"] == {"context": ".", "dockerfile": "deploy/docker/Dockerfile"}


def test_published_images_are_pinned() -> None:
    for name in set(containers()) - OWN:
        image, _, tag = containers()[name]["image"].partition(":")
        assert re.fullmatch(r"v?\d+\.\d+(\.\d+)?", tag), f"{image} is not pinned to a version"


def test_kafka_is_the_one_that_tests_run_on() -> None:
    tested = next(jar.rpartition(":")[2] for jar in apache_kafka.JARS if jar.startswith("org.apache.kafka:"))
    assert containers()["kafka"]["image"] == f"apache/kafka:{tested}"


def test_ports_are_published_on_the_loopback_interface_only_and_once() -> None:
    taken = [port for container in containers().values() for port in published(container)]
    assert all(ip_address(address).is_loopback for address, _, _ in taken)
    outside = [port for _, port, _ in taken]
    assert len(outside) == len(set(outside))


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
    script = (DOCKER / "postgres" / "roles.sql").read_text()
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


@pytest.mark.parametrize("name", sorted(OWN - {"sandbox"}))
def test_every_command_is_one_of_forbear(name: str) -> None:
    program, command, *arguments = containers()[name]["command"]
    assert program == "forbear"
    assert isinstance(cli, TyperGroup)
    found = cli.get_command(cli.make_context("forbear", [command, *arguments], resilient_parsing=True), command)
    assert found is not None, f"there is no command {command}"
    found.make_context(command, list(arguments))  # refuses arguments and options that it does not have


def test_the_command_of_the_sandbox_is_one() -> None:
    program, *arguments = containers()["sandbox"]["command"]
    assert program == "python"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FORBEAR_")}
    begun = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False)
    # It has read its arguments and asks for its settings; a wrong argument ends it with 2 before.
    assert begun.returncode == 1 and "sandbox_database_url" in begun.stderr


def test_what_is_waited_for_is_there_and_says_when_it_is_ready() -> None:
    for name, container in containers().items():
        for other, wait in container.get("depends_on", {}).items():
            match wait["condition"]:
                case "service_healthy":
                    assert "healthcheck" in containers()[other], f"{name} waits for {other}, which has no check"
                case "service_completed_successfully":
                    assert containers()[other].get("restart") is None, f"{other} never completes"
                case condition:
                    pytest.fail(f"{name} waits for {other} to be {condition}")


def test_volumes_hold_what_must_survive() -> None:
    named = set(compose()["volumes"])
    mounts = {
        (name, *volume.split(":")[:2])
        for name, container in containers().items()
        for volume in container.get("volumes", [])
    }
    assert {source for _, source, _ in mounts if not source.startswith("./")} == named
    for _, source, _ in mounts:
        assert not source.startswith("./") or (ROOT / source).exists(), f"{source} is mounted and not there"
    # Evidence is kept where plans is told to, on a volume that its user may write to.
    folder = containers()["plans"]["environment"]["FORBEAR_PLANS_OBJECT_STORE"]
    assert ("plans", "evidence", folder) in mounts
    made = (ROOT / "deploy/docker/Dockerfile").read_text()
    assert re.search(rf"install --directory --owner forbear .*{re.escape(folder)}\b", made)


def test_prometheus_scrapes_every_service_where_it_answers() -> None:
    scrapes = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())["scrape_configs"]
    forbear = next(job for job in scrapes if job["job_name"] == "forbear")
    assert "metrics_path" not in forbear
    targets = {entry["labels"]["service"]: entry["targets"] for entry in forbear["static_configs"]}
    assert targets == {name: [f"{name}:{listens_on(name)}"] for name in SERVICES}


def test_everything_is_marked_as_a_sandbox() -> None:
    for name in SERVICES:
        assert containers()[name]["environment"]["FORBEAR_SANDBOX"] == "1"
    secret = re.compile(r"PASSWORD|PWD|SECRET|_KEYS?$")
    for container in containers().values():
        for variable, value in container.get("environment", {}).items():
            assert not secret.search(variable) or value.startswith("sandbox-"), f"{variable} looks like a real secret"
