"""Names of the regulatory marks of a plan."""

from __future__ import annotations

from enum import StrEnum


class FlagCode(StrEnum):
    """Regulatory marks of a plan: of mainland China, the European Union, the United States."""

    CN_RESTRUCTURED = "cn_restructured"
    CN_CLASS_FLOOR = "cn_class_floor"
    EU_FORBORNE = "eu_forborne"
    EU_DEFAULT = "eu_default"
    US_RE_AGE = "us_re_age"
