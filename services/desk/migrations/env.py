"""The environment of desk's migrations."""

from services.common.runtime.migrate import run_env
from services.desk.models import METADATA

run_env(METADATA)
