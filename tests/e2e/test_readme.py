"""The README's "Try it", as it is written: each command is typed into one shell, and each answer shown has to come.

A ```bash block is run; the ```text block after it is all that comes, on both streams, where `…` stands for whatever
differs from run to run. A block without one says nothing. Only addresses are replaced: the stack took what was free.
"""

import asyncio
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.engines.ports import USUAL
from tests.e2e.town import Town

README = Path(__file__).parents[2] / "README.md"
#: Blocks without a language: what starts and stops things, and what takes long. They are shown and not run.
NOT_RUN = ("forbear up", "forbear status", "forbear doctor", "forbear import sandbox/portfolio/")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANYTHING = "…"
SECONDS = 240.0


@dataclass(frozen=True)
class Example:
    """What is typed, and what comes."""

    typed: str
    shown: str


def section() -> str:
    """The part of the README that is tried out."""
    return README.read_text("utf-8").split("\n## Try it\n")[1].split("\n## ")[0]


def examples() -> list[Example]:
    """What the section has one type, with the answer that it shows after it."""
    found: list[Example] = []
    before = ""
    for language, content in BLOCK.findall(section()):
        if language == "bash":
            found.append(Example(content, ""))
        elif language == "text":
            assert before == "bash", f"this answers nothing:\n{content}"
            found[-1] = Example(found[-1].typed, content)
        before = language
    return found


def at_this_stack(town: Town, typed: str) -> str:
    """The same with the addresses of this stack for the usual ones."""
    addresses = {name: url.removeprefix("http://") for name, url in town.stack.urls.items()}
    addresses["broker"] = town.stack.env["FORBEAR_KAFKA_BOOTSTRAP"]
    for name, address in addresses.items():
        typed = typed.replace(f"127.0.0.1:{USUAL[name]}", address)
    return typed


def as_shown(shown: str) -> re.Pattern[str]:
    """What an answer has to be; spaces at the end of a line say nothing."""
    return re.compile(".*?".join(re.escape(part) for part in tidy(shown).split(ANYTHING)), re.DOTALL)


def tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines())


async def typed_into_bash(script: str, directory: Path, env: dict[str, str]) -> str:
    """All that a shell says, on either stream; it may take a while and not forever."""
    file = directory / "typed.sh"
    file.write_text(script, "utf-8")
    shell = await asyncio.create_subprocess_exec(
        "bash", str(file), cwd=directory, env=env, start_new_session=True,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    assert shell.stdout
    said = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            while chunk := await shell.stdout.read(65536):
                said += chunk
            await shell.wait()
    except TimeoutError:
        os.killpg(shell.pid, 9)
        await shell.wait()
        pytest.fail(f"the README waits for something that does not come; said so far:\n{said.decode()}")
    return said.decode()


def test_what_is_not_run_is_named() -> None:
    commands = [line for language, block in BLOCK.findall(section()) if not language for line in block.splitlines()]
    assert commands and all(command.startswith(NOT_RUN) for command in commands)


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="the README needs bash and curl")
async def test_every_example_answers_as_shown(town: Town, tmp_path: Path) -> None:
    told = examples()
    assert len(told) > 5
    end = "-- end of an example --"
    script = "".join(f"{at_this_stack(town, example.typed)}\necho '{end}'\n" for example in told)
    env = os.environ | {
        "FORBEAR_STATE": str(town.stack.state.root),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "120",
        "NO_PROXY": "127.0.0.1",
    }
    answers = (await typed_into_bash(script, tmp_path, env)).split(f"{end}\n")
    assert len(answers) == len(told) + 1, answers[-1]
    stale = [
        f"{example.typed}shows\n{example.shown}and it is\n{answer}"
        for example, answer in zip(told, answers, strict=False)
        if not as_shown(example.shown).fullmatch(tidy(answer))
    ]
    if stale:
        pytest.fail("\n\n".join(stale), pytrace=False)
    assert [file.name for file in tmp_path.iterdir()] == ["typed.sh"], "what it writes it takes away"
