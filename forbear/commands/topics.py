"""`forbear topics`: make the topics of the contracts on a broker."""

import asyncio
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def topics(
    bootstrap: Annotated[
        str, typer.Option(envvar="FORBEAR_KAFKA_BOOTSTRAP", help="Where the broker is.")
    ] = "127.0.0.1:9092",
    replication: Annotated[int, typer.Option(min=1, help="Copies of each partition; three in production.")] = 1,
) -> None:
    """Make the topics that are missing, each with its partitions and retention; safe to run again."""
    from aiokafka.errors import KafkaError

    from services.common.runtime.kafka_topics import OtherPartitions, create_topics, declared_topics

    declared = declared_topics()
    try:
        made = asyncio.run(create_topics(bootstrap, declared, replication))
    except (KafkaError, OtherPartitions) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    for topic in declared:
        typer.echo(f"{topic.name:<20} {'made' if topic.name in made else 'there'}")
