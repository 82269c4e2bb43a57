"""Alembic's environment for intake."""

from services.common.runtime.migrate import run_env
from services.intake.models import IntakeTable

run_env(IntakeTable.metadata)
