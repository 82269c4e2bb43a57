"""Nothing reaches a borrower without a permit: one place talks to the gateways, one place makes what they take."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints

import pytest

from services.contact.adapters import gateway_channels
from services.contact.adapters.gateway_channels import CHANNELS
from services.contact.adapters.gateway_http import GatewayLine, HttpGateway
from services.contact.adapters.gateways import Gateways
from services.contact.permitted import MessageGateway, PermittedMessage

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ROOT / "services"
GATEWAY_PATH = "/gateway/"
ADDRESSES = {"gateway_url", "gateway_urls", "gateway_address"}
LINE = SERVICES / "contact/adapters/gateway_http.py"
ADAPTERS = SERVICES / "contact/adapters/gateway_channels.py"
BOOTSTRAP = SERVICES / "contact/bootstrap.py"
SETTINGS = SERVICES / "contact/settings.py"
MAKER = SERVICES / "contact/service/permits/deciding.py"


def sources() -> Iterator[Path]:
    yield from sorted(SERVICES.rglob("*.py"))


def texts_of(tree: ast.AST) -> Iterator[str]:
    """Every literal text of a file, parts of formatted ones included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def speaks_to_gateway(source: str) -> bool:
    """Whether a file names a gateway's path, reads the setting of an address, or takes the line to one."""
    tree = ast.parse(source)
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    if names & ADDRESSES or GatewayLine.__name__ in called:
        return True
    return any(text.startswith(GATEWAY_PATH) for text in texts_of(tree))


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


def what_is_wrong(gateway: type) -> list[str]:
    """What an adapter offers beside sending what is permitted and asking what became of it."""
    public = {name for name, _ in inspect.getmembers(gateway, callable) if not name.startswith("_")}
    wrong = [f"it can {name}" for name in sorted(public - {"send", "find"})]
    send = getattr(gateway, "send", None)
    if send is None or get_type_hints(send) != {"message": PermittedMessage, "return": str}:
        wrong.append("it sends something that is no permitted message")
    return wrong


def subclasses(kind: type) -> Iterator[type]:
    each: type
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)


def test_only_the_adapters_speak_to_the_gateways() -> None:
    speaking = {path for path in sources() if speaks_to_gateway(path.read_text("utf-8"))}
    assert speaking == {ADAPTERS, BOOTSTRAP, SETTINGS}
    # Settings and bootstrap give the addresses to the adapters and do nothing else with them.
    for path in (BOOTSTRAP, SETTINGS):
        assert not any(text.startswith(GATEWAY_PATH) for text in texts_of(ast.parse(path.read_text("utf-8"))))


def test_only_the_permits_service_makes_what_the_gateways_take() -> None:
    assert [path for path in sources() if makes_permitted(path.read_text("utf-8"))] == [MAKER]


@pytest.mark.parametrize("gateway", [*CHANNELS, Gateways, MessageGateway, HttpGateway], ids=lambda kind: kind.__name__)
def test_sending_takes_a_permitted_message_and_nothing_else(gateway: type) -> None:
    assert what_is_wrong(gateway) == []


def test_every_adapter_is_looked_at() -> None:
    known = {each for each in subclasses(HttpGateway) if not each.__name__.startswith("_") and each is not ShortCut}
    assert known == set(CHANNELS)
    assert {each.__module__ for each in known} == {gateway_channels.__name__}
    # The line that they share calls no gateway by itself: it is given the path and the body by an adapter.
    offered = {name for name, _ in inspect.getmembers(GatewayLine, inspect.isfunction) if not name.startswith("_")}
    assert offered == {"call"}
    texts = {path: path.read_text("utf-8") for path in sources()}
    assert [path for path, text in texts.items() if ".call(" in text and "GatewayLine" in text] == [LINE]


def test_ways_around_would_be_found() -> None:
    assert speaks_to_gateway('client.post(base + "/gateway/sms/messages")')
    assert speaks_to_gateway('client.get(f"/gateway/letter/orders/{key}")')
    assert speaks_to_gateway("httpx.post(settings.gateway_url)")
    assert speaks_to_gateway('httpx.post(settings.gateway_address("sms"))')
    assert speaks_to_gateway("GatewayLine(base, callback, tokens, client)")
    assert not speaks_to_gateway('"the gateway"')
    assert makes_permitted("PermittedMessage(a, b)")
    assert makes_permitted("permitted.PermittedMessage(a, b)")
    assert makes_permitted("from services.contact.permitted import PermittedMessage as P\nP(a)")
    assert not makes_permitted("def send(message: PermittedMessage) -> str: ...")


class TextGateway:
    async def send(self, message: str) -> str:
        return message


class ShortCut(HttpGateway):
    async def push(self, to: str, text: str) -> str:
        return to + text


def test_an_adapter_that_takes_words_would_be_found() -> None:
    assert what_is_wrong(TextGateway) == ["it sends something that is no permitted message"]
    assert what_is_wrong(ShortCut) == ["it can push"]
    assert ShortCut in set(subclasses(HttpGateway)), "and one that nobody registered, too"
