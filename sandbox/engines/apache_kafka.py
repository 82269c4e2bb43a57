"""Real Apache Kafka in KRaft mode, from its published jars by Maven (`FORBEAR_BROKER=apache`); kept over restarts."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from sandbox.engines import topics
from sandbox.engines.spec import ProcessSpec
from sandbox.engines.state import State

#: Pinned Maven coordinates: group:artifact:version.
JARS = ("org.apache.kafka:kafka_2.13:4.1.0", "org.slf4j:slf4j-simple:1.7.36")
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
HEAP = "-Xmx512m"


def spec(state: State, port: int, controller_port: int) -> ProcessSpec:
    """Fetch the jars and format the store when that was not done yet, and say how the broker runs."""
    jars = _jars()
    folder = state.data / "kafka"
    folder.mkdir(exist_ok=True)
    # Ports may be others than last time, so the file is written each time; the node and the store stay the same.
    settings = folder / "server.properties"
    settings.write_text(_settings(folder / "log", port, controller_port))
    if not (folder / "log" / "meta.properties").exists():
        _java(jars, "kafka.tools.StorageTool", "format", "-t", _cluster_id(jars), "-c", str(settings))
    address = f"127.0.0.1:{port}"
    return ProcessSpec(
        name="broker",
        argv=[*_command(jars), "kafka.Kafka", str(settings)],
        address=address,
        healthy=lambda: topics.healthy(address),
        stop_within=30.0,
    )


def _settings(log: Path, port: int, controller_port: int) -> str:
    lines = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": str(log),
        "num.partitions": "4",
        "offsets.topic.num.partitions": "8",
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
        "auto.create.topics.enable": "false",
    }
    return "".join(f"{key}={value}\n" for key, value in lines.items())


def _jars() -> Path:
    """Return the folder of jars in the user's cache, filled by Maven the first time (about 43 MB)."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "forbear"
    folder = cache / "-".join(["kafka", *(coordinates.rpartition(":")[2] for coordinates in JARS)])
    if folder.exists():
        return folder
    maven = _program("mvn")
    cache.mkdir(parents=True, exist_ok=True)
    # Filled beside and renamed, so that an interrupted or a second run never sees half of it.
    with tempfile.TemporaryDirectory(dir=cache) as work:
        (Path(work) / "pom.xml").write_text(_pom())
        command = [maven, "-B", "-q", COPY, f"-DoutputDirectory={work}/jars"]
        done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"Maven could not fetch the jars of Apache Kafka:\n{done.stdout}{done.stderr}")
        if not folder.exists():
            (Path(work) / "jars").rename(folder)
    return folder


def _pom() -> str:
    parts = [coordinates.split(":") for coordinates in JARS]
    dependencies = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version></dependency>"
        for group, artifact, version in parts
    )
    return (
        "<project><modelVersion>4.0.0</modelVersion><groupId>forbear</groupId><artifactId>jars</artifactId>"
        f"<version>1</version><packaging>pom</packaging><dependencies>{dependencies}</dependencies></project>"
    )


def _cluster_id(jars: Path) -> str:
    return _java(jars, "kafka.tools.StorageTool", "random-uuid").strip().splitlines()[-1]


def _java(jars: Path, *arguments: str) -> str:
    done = subprocess.run([*_command(jars), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{arguments[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def _command(jars: Path) -> list[str]:
    quiet = ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
    return [_program("java"), HEAP, "-XX:+UseSerialGC", *quiet, "-cp", f"{jars}/*"]


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(f"FORBEAR_BROKER=apache needs `{name}` on PATH")
    return found
