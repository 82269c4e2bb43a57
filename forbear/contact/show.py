"""What the contact guard says of one situation, for people, in both languages."""

from __future__ import annotations

from typing import Any

VERDICTS = {"permit": "可以联系 / The contact may be made", "refuse": "不得联系 / The contact is refused"}
MARKS = {"refuse": "✗", "warn": "!"}
NEVER = "没有仅凭等待即可合法的时间 / waiting alone brings no legal moment"


def shown(answer: dict[str, Any]) -> str:
    """Several lines: the verdict, every rule that refused or warned with what it found, the next legal moment."""
    lines = [VERDICTS[answer["verdict"]]]
    for rule in answer["rules"]:
        if mark := MARKS.get(rule["verdict"]):
            lines += [
                f"  {mark} {rule['id']} ({rule['strength']})",
                f"      {rule['sentence']['zh']}",
                f"      {rule['sentence']['en']}",
            ]
    passed = sum(rule["verdict"] == "pass" for rule in answer["rules"])
    lines.append(f"  {passed} 条规则通过 / rules passed; {answer['pack_version']}")
    if answer["verdict"] == "refuse":
        lines.append(f"最早合法时间 / next legal moment: {answer['earliest'] or NEVER}")
    elif answer["closes"] is not None:
        lines.append(f"至 / until: {answer['closes']}")
    return "\n".join(lines)
