"""What a person reads when the demo is up: who is there, and where to click."""

from collections.abc import Mapping
from typing import Any

KINDS = {"care_organisation": "care organisation", "provider": "provider"}


def table(facts: Mapping[str, Any]) -> str:
    """The facts of `var/demo.json` as a table: organisations, people, one-click links, mails, the finished pack."""
    lines = ["The demo is running. Everything in it is made up.", "", f"Sign-in page   {facts.get('url', '')}"]
    if outbox := facts.get("outbox"):
        lines.append(f"Mail outbox    {outbox}")
    if operator := facts.get("operator"):
        lines.append(f"Operator       {operator['sign_in_url']}")
    if docs := facts.get("api_docs"):
        lines.append(f"API pages      {docs}")
    if pack := facts.get("board_pack"):
        lines.append(f"Board pack     {pack.get('html', '')}")
        lines.append(f"  as PDF       {pack.get('pdf_path') or 'not made: a system package is missing'}")
    for organisation in facts.get("organisations", []):
        kind = str(organisation.get("kind", ""))
        lines += ["", f"{organisation['name']} ({KINDS.get(kind, kind)})   {organisation['url']}"]
        lines += _columns([_person(person) for person in organisation.get("people", [])])
    return "\n".join(lines)


def _person(person: Mapping[str, Any]) -> tuple[str, str, str]:
    roles = person.get("roles", [])
    spoken = ", ".join(str(role).replace("_", " ") for role in roles) if isinstance(roles, list) else str(roles)
    return spoken or "member", str(person["email"]), str(person["sign_in_url"])


def _columns(rows: list[tuple[str, str, str]]) -> list[str]:
    if not rows:
        return []
    head = ("Role", "E-mail", "Sign in with one click")
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(2)]
    return [f"  {row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]}" for row in [head, *rows]]
