"""Ends that come from outside, as the API takes them."""

from typing import Literal

from services.common.kernel.said import SaidDay
from services.intake.schemas.base import Body


class ExternalEnd(Body):
    """What ended the case, and on which day; the papers of it are where those who decide keep them."""

    fact: Literal["estate_closed", "debt_sold", "bankruptcy_discharged"]
    on: SaidDay
