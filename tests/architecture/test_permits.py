"""Nothing reaches a borrower without a permit: one place talks to the gateway, and one place makes what it takes."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints

from services.contact.adapters.gateway import HttpGateway
from services.contact.permitted import MessageGateway, PermittedMessage

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ROOT / "services"
GATEWAY_PATH = "/gateway/messages"
ADAPTER = SERVICES / "contact/adapters/gateway.py"
MAKER = SERVICES / "contact/service/permits.py"


def sources() -> Iterator[Path]:
    yield from sorted(SERVICES.rglob("*.py"))


def texts_of(tree: ast.AST) -> Iterator[str]:
    """Every literal text of a file, parts of formatted ones included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def speaks_to_gateway(source: str) -> bool:
    """Whether a file names the gateway's path or reads the setting of its address."""
    tree = ast.parse(source)
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return "gateway_url" in names or any(text.startswith(GATEWAY_PATH) for text in texts_of(tree))


def makes_permitted(source: str) -> bool:
    """Whether a file makes a permitted message, by its name, another name of it, or by copying one."""
    tree = ast.parse(source)
    made = {"PermittedMessage"} | {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name == "PermittedMessage" and alias.asname
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            named = {arg.id for arg in node.args if isinstance(arg, ast.Name)}
            if called in made or (called in ("replace", "__new__", "cast") and made & named):
                return True
    return False


def test_only_the_adapter_speaks_to_the_gateway() -> None:
    speaking = {path for path in sources() if speaks_to_gateway(path.read_text("utf-8"))}
    assert speaking == {ADAPTER, SERVICES / "contact/bootstrap.py"}
    # The bootstrap gives the address to the adapter and does nothing else with it.
    assert GATEWAY_PATH not in (SERVICES / "contact/bootstrap.py").read_text("utf-8")


def test_only_the_permits_service_makes_what_the_gateway_takes() -> None:
    assert [path for path in sources() if makes_permitted(path.read_text("utf-8"))] == [MAKER]


def test_sending_takes_a_permitted_message_and_nothing_else() -> None:
    for gateway in (HttpGateway, MessageGateway):
        public = {name for name, _ in inspect.getmembers(gateway, inspect.isfunction) if not name.startswith("_")}
        assert public == {"send", "find"}
        assert get_type_hints(gateway.send) == {"message": PermittedMessage, "return": str}


def test_ways_around_would_be_found() -> None:
    assert speaks_to_gateway('client.post(base + "/gateway/messages")')
    assert speaks_to_gateway('client.get(f"/gateway/messages/{key}")')
    assert speaks_to_gateway("httpx.post(settings.gateway_url)")
    assert not speaks_to_gateway('"the gateway"')
    assert makes_permitted("PermittedMessage(a, b)")
    assert makes_permitted("permitted.PermittedMessage(a, b)")
    assert makes_permitted("from services.contact.permitted import PermittedMessage as P\nP(a)")
    assert not makes_permitted("def send(message: PermittedMessage) -> str: ...")
