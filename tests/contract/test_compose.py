"""The stack in containers: a valid file, and nothing in it that the code does not know. No engine is needed."""

import json
import os
import re
import subprocess
import sys
from ipaddress import ip_address
from pathlib import Path

import jsonschema
import pytest
import yaml
from typer.core import TyperGroup

from forbear.cli import cli
from sandbox.engines import apache_kafka
from services.common.runtime.settings import SERVICES
from tests.contract.containers import OWN, ROOT, compose, containers, listens_on, published


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
