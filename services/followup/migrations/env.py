"""The environment of followup's migrations."""

from services.common.runtime.migrate import run_env
from services.followup.models import METADATA

run_env(METADATA)
