"""Judging plans again from what is stored: the same comes out, and an edit shows as the first thing that differs."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from sqlalchemy import text

from forbear.commands.explain import _show
from services.common.kernel.dated import Dated
from services.plans.errors import UnknownCase, UnknownPlan
from services.plans.service.approval.replay import Replay, ReplayPlans
from tests.databases import Databases
from tests.integration.plans_house import MANAGER, House, plans_house


@pytest.fixture
async def house(databases: Databases, tmp_path: Path) -> AsyncIterator[House]:
    async with plans_house(databases, tmp_path) as made:
        yield made


def replays(house: House) -> ReplayPlans:
    return ReplayPlans(house.database, house.context.policies, house.context.zone)


async def edit(house: House, *statements: str) -> None:
    async with house.database.engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))


def named(found: Replay, part: str) -> bool:
    return any(part in step.name for step in found.steps)


async def test_what_was_decided_comes_out_the_same(house: House) -> None:
    case, submitted = await house.submitted(instalments=40)
    signed = await house.decide(case, submitted, subject=MANAGER, role="manager")
    await house.decide(case, signed, subject="risk-1", role="risk")
    found = await replays(house).plan(case.plan_id())
    assert found.difference is None, found.difference
    wanted = (
        "version of authority",
        "own_share",
        "schedule",
        "proposal_hash",
        "level",
        "sign by",
        "approve by",
        "mark",
    )
    for part in wanted:
        assert named(found, part), part
    assert not found.left_out
    assert [one.plan_id for one in await replays(house).case(case.case_id)] == [case.plan_id()]


async def test_every_version_is_judged_by_itself(house: House) -> None:
    case, submitted = await house.submitted()
    await house.decide(case, submitted, "return")
    await house.draft(case, "again", instalments=20)
    first, second = await replays(house).case(case.case_id)
    assert (first.difference, second.difference) == (None, None)
    assert named(first, "return by") and not named(second, "by supervisor")
    assert (await replays(house).plan(case.plan_id(), 1)).version == 1
    with pytest.raises(UnknownPlan):
        await replays(house).plan(case.plan_id(), 3)
    with pytest.raises(UnknownCase):
        await replays(house).case(case.plan_id())


@pytest.mark.parametrize(
    ("statements", "name"),
    [
        (["UPDATE plan SET terms = jsonb_set(terms, '{waived_fees,amount}', '\"60.00\"')"], "proposal_hash"),
        (["UPDATE plan SET terms = jsonb_set(terms, '{payment,amount}', '\"1.00\"')"], "payment"),
        (["UPDATE statement_of_means SET own_share = own_share + 1"], "own_share"),
        (["UPDATE plan SET asked = jsonb_set(asked, '{level}', '\"agent\"')"], "level"),
        (
            [
                "ALTER TABLE approval DISABLE TRIGGER USER",
                "UPDATE approval SET inputs = jsonb_set(inputs, '{seen_hash}', '\"0\"')",
            ],
            "approve by supervisor-he: APR-06",
        ),
        (["UPDATE regulatory_flag SET earliest_end = earliest_end - 1 WHERE code = 'cn_restructured'"], "mark cn_res"),
    ],
)
async def test_an_edit_is_the_first_difference(house: House, statements: list[str], name: str) -> None:
    case = await house.offered()
    await edit(house, *statements)
    found = (await replays(house).plan(case.plan_id())).difference
    assert found is not None and found.name.startswith(name), found


async def test_a_matrix_that_was_changed_under_its_name_shows(house: House) -> None:
    case = await house.offered()
    policies = house.context.policies
    [present] = policies.authority.versions
    strict = replace(present, value=replace(present.value, minimum={"EXTEND": "manager"}))
    other = replace(policies, authority=Dated("authority", (strict,)))
    found = await ReplayPlans(house.database, other, house.context.zone).plan(case.plan_id())
    assert found.difference is not None and found.difference.name == "level"
    renamed = replace(policies, authority=Dated("authority", (replace(present, version="authority-9"),)))
    gone = await ReplayPlans(house.database, renamed, house.context.zone).plan(case.plan_id())
    assert gone.difference is not None and gone.difference.name == "version of authority"
    assert any(one.startswith("authority:") for one in gone.left_out)


async def test_the_command_says_same_or_the_first_difference(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    case = await house.offered()
    _show([await replays(house).plan(case.plan_id())], as_json=False)
    assert capsys.readouterr().out.rstrip().endswith("same")
    await edit(house, "UPDATE plan SET asked = jsonb_set(asked, '{level}', '\"agent\"')")
    with pytest.raises(typer.Exit) as left:
        _show([await replays(house).plan(case.plan_id())], as_json=False)
    assert left.value.exit_code == 1 and "differs: level" in capsys.readouterr().out
    with pytest.raises(typer.Exit):
        _show([await replays(house).plan(case.plan_id())], as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["same"], told["difference"]["name"]) == (False, "level")
