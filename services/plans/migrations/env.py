"""Migrations of plans; see services.common.runtime.migrate."""

from services.common.runtime.migrate import run_env
from services.plans.models import PlansTable

run_env(PlansTable.metadata)
