"""What measures are called, in Chinese and English, and their formulas in words."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml
from pydantic import TypeAdapter

from services.followup.domain.kpis import KPIS
from services.followup.schemas.measures import KpiWords


@cache
def kpi_words() -> Mapping[str, KpiWords]:
    """Words by the name of a measure. ValueError when a measure has none, or words have no measure."""
    text = (files("services.followup") / "kpi_words.yaml").read_text("utf-8")
    found = TypeAdapter(dict[str, KpiWords]).validate_python(yaml.safe_load(text))
    computed = {name for group in KPIS.values() for name in group}
    if set(found) != computed:
        raise ValueError(f"measures without words, or words without measure: {sorted(set(found) ^ computed)}")
    return found
