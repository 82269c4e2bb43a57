"""The topics of the contracts on a real broker."""

import asyncio
import sys

import pytest

from sandbox.engines.engines import Engines
from services.common.contracts.topics import all_topics
from services.common.runtime.kafka_topics import OtherPartitions, TopicSpec, create_topics, declared_topics


async def forbear_topics(bootstrap: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "forbear", "topics", "--bootstrap", bootstrap,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output = (await process.communicate())[0].decode()
    assert process.returncode is not None
    return process.returncode, output


async def test_the_command_makes_every_declared_topic_once(engines: Engines) -> None:
    status, said = await forbear_topics(engines.kafka_bootstrap)
    assert status == 0, said
    assert [line.split()[0] for line in said.splitlines()] == list(all_topics())
    status, said = await forbear_topics(engines.kafka_bootstrap)
    assert status == 0, said
    assert {line.split()[1] for line in said.splitlines()} == {"there"}


async def test_a_topic_with_other_partitions_is_refused(engines: Engines) -> None:
    await create_topics(engines.kafka_bootstrap, [TopicSpec("test.narrow", partitions=2)])
    with pytest.raises(OtherPartitions, match=r"test\.narrow has 2 partitions, not 4"):
        await create_topics(engines.kafka_bootstrap, [TopicSpec("test.narrow")])


def test_partitions_and_retention_come_from_the_contracts() -> None:
    cases = next(spec for spec in declared_topics() if spec.name == "forbear.cases")
    declared = all_topics()["forbear.cases"]
    assert cases.partitions == declared.partitions
    assert cases.config == {"retention.ms": str(declared.retention_days * 86_400_000)}
