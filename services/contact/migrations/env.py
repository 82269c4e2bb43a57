"""Alembic's environment of contact."""

from services.common.runtime.migrate import run_env
from services.contact.models import ContactTable

run_env(ContactTable.metadata)
