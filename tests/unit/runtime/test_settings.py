"""What a process is told, which setting wins, and which starts are refused."""

import base64
from pathlib import Path

import pytest
from pydantic import ValidationError

from sandbox.settings import SandboxSettings
from services.common.runtime.secrets_policy import SANDBOX_SECRETS
from services.common.runtime.settings import SERVICES, ServiceSettings, driverless, load


def _key(letter: str) -> str:
    return base64.b64encode(bytes(range(ord(letter), ord(letter) + 32))).decode()


GOOD = {
    "INSTITUTION": "Example Bank",
    "ISSUER": "https://login.example.com",
    "DATABASE_URL": "postgresql://forbear:pw@db.example.com:5432/postgres?ssl=require",
    "CLIENT_SECRET": "q8Jw2LxVd7Ht5RbNc9Ym3Kf6Zp1Sg4Ta",
    "DATA_KEY": f"k1:{_key('a')}",
    "DIGEST_KEY": _key("b"),
    "PAYLOAD_KEYS": f"p1:{_key('c')}",
    "GATEWAY_WEBHOOK_SECRET": "whsec_q8Jw2LxVd7Ht5RbNc9Ym3Kf6Zp1Sg4Ta",
}


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of a complete production start."""
    import os

    for name in list(os.environ):
        if name.startswith("FORBEAR_"):
            monkeypatch.delenv(name)
    for name, value in GOOD.items():
        monkeypatch.setenv(f"FORBEAR_{name}", value)
    return monkeypatch


def test_the_database_is_derived_by_name(env: pytest.MonkeyPatch) -> None:
    settings = load(ServiceSettings, "plans")
    assert settings.sqlalchemy_url == "postgresql+asyncpg://forbear:pw@db.example.com:5432/forbear_plans?ssl=require"
    assert settings.client_id == "svc-plans"
    assert settings.http_port == 8103
    assert settings.jwks_address == "https://login.example.com/.well-known/jwks.json"
    assert settings.token_address == "https://login.example.com/token"
    assert settings.enable_idempotence is True


def test_services_of_a_sandbox_look_for_it_where_it_listens(env: pytest.MonkeyPatch) -> None:
    for name in GOOD:
        env.delenv(f"FORBEAR_{name}")
    env.setenv("FORBEAR_SANDBOX", "1")
    env.setenv("FORBEAR_DATABASE_URL", GOOD["DATABASE_URL"])
    env.setenv("FORBEAR_SANDBOX_DATABASE_URL", GOOD["DATABASE_URL"])
    settings, sandbox = load(ServiceSettings, "contact"), SandboxSettings()
    address = f"http://{sandbox.sandbox_http_host}:{sandbox.sandbox_http_port}"
    assert (settings.core_url, settings.gateway_url, settings.issuer) == (address, address, sandbox.issuer_url)
    assert {name: settings.url_of(name) for name in SERVICES} == sandbox.service_urls


def test_an_address_is_told_to_others_without_our_driver() -> None:
    assert driverless("postgresql+asyncpg://a:b@/c?host=%2Frun") == "postgresql://a:b@/c?host=%2Frun"
    assert driverless("postgres://a:b@h/c") == "postgresql://a:b@h/c"


def test_the_services_own_setting_wins(env: pytest.MonkeyPatch) -> None:
    env.setenv("FORBEAR_PLANS_DATABASE_URL", "postgresql+asyncpg:///own?host=/run/pg")
    env.setenv("FORBEAR_PLANS_HTTP_PORT", "9001")
    env.setenv("FORBEAR_INTAKE_URL", "http://intake.internal/")
    plans, intake = load(ServiceSettings, "plans"), load(ServiceSettings, "intake")
    assert plans.sqlalchemy_url == "postgresql+asyncpg:///own?host=/run/pg"
    assert (plans.http_port, intake.http_port) == (9001, 8101)
    assert plans.url_of("intake") == "http://intake.internal"
    assert "forbear_intake" in intake.sqlalchemy_url


def test_secrets_may_be_files(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    env.delenv("FORBEAR_CLIENT_SECRET")
    env.setenv("FORBEAR_SECRETS_DIR", str(tmp_path))
    (tmp_path / "FORBEAR_CLIENT_SECRET").write_text(GOOD["CLIENT_SECRET"])
    assert load(ServiceSettings, "plans").client_secret.get_secret_value() == GOOD["CLIENT_SECRET"]


@pytest.mark.parametrize("name", ["INSTITUTION", "ISSUER", "DATABASE_URL", *(n.upper() for n in SANDBOX_SECRETS)])
def test_a_start_without_it_is_refused(env: pytest.MonkeyPatch, name: str) -> None:
    env.setenv(f"FORBEAR_{name}", "")
    with pytest.raises(ValidationError, match=f"FORBEAR_{name}"):
        load(ServiceSettings, "contact")


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, value in SANDBOX_SECRETS.items()])
def test_the_sandboxs_secrets_are_refused_elsewhere(env: pytest.MonkeyPatch, name: str, value: str) -> None:
    env.setenv(f"FORBEAR_{name.upper()}", value)
    with pytest.raises(ValidationError, match=f"FORBEAR_{name.upper()} is the sandbox's") as refused:
        load(ServiceSettings, "contact")
    assert value not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CLIENT_SECRET", "changeme"),
        ("CLIENT_SECRET", "a" * 40),
        ("DATA_KEY", "k1:c2hvcnQ="),
        ("DATA_KEY", f"good:{_key('a')},renamed:{SANDBOX_SECRETS['data_key'].partition(':')[2]}"),
        ("DIGEST_KEY", "not base64!"),
        ("PAYLOAD_KEYS", _key("c")),
    ],
)
def test_weak_secrets_are_refused_without_quoting_them(env: pytest.MonkeyPatch, name: str, value: str) -> None:
    env.setenv(f"FORBEAR_{name}", value)
    with pytest.raises(ValidationError, match=f"FORBEAR_{name} is") as refused:
        load(ServiceSettings, "plans")
    assert value not in str(refused.value)


def test_the_sandbox_starts_with_a_database_alone(env: pytest.MonkeyPatch) -> None:
    for name in GOOD:
        env.delenv(f"FORBEAR_{name}")
    env.setenv("FORBEAR_SANDBOX", "1")
    env.setenv("FORBEAR_DATABASE_URL", "postgresql://localhost/x")
    settings = load(ServiceSettings, "desk", role="api")
    assert settings.issuer and settings.institution and settings.role == "api"


def test_secrets_do_not_show(env: pytest.MonkeyPatch) -> None:
    shown = repr(load(ServiceSettings, "contact"))
    for name in ("CLIENT_SECRET", "DATA_KEY", "DIGEST_KEY", "PAYLOAD_KEYS", "GATEWAY_WEBHOOK_SECRET", "DATABASE_URL"):
        assert GOOD[name] not in shown
