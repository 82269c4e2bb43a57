"""Measures of a period as they are shown."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Grouping = Literal["all", "pack", "product", "portfolio", "bucket", "agent"]


class KpiWords(BaseModel):
    """What a measure is called, and its formula in words."""

    title: str
    title_zh: str
    formula: str


class KpiView(KpiWords):
    """A measure: `value` as people read it ("n/a" of nothing), and what it was computed from.

    `part` tells apart what one measure gives several of: by currency, bucket, median and ninetieth percentile.
    """

    name: str
    part: str
    unit: Literal["share", "per_thousand", "hours", "count", "ratio", "score"]
    value: str
    numerator: str | None
    denominator: str | None


class KpiGroup(BaseModel):
    """The measures of one pack, product or whatever was grouped by, by subject."""

    group: str
    measures: dict[str, list[KpiView]]


class KpiReport(BaseModel):
    """The measures of a period: from a day until, and without, another."""

    model_config = ConfigDict(populate_by_name=True)

    since: date = Field(alias="from")
    until: date = Field(alias="to")
    by: Grouping
    groups: list[KpiGroup]
