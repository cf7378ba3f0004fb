"""What exactly is signed of a project: its canonical form, and the hash of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from tenants.projects.content import plain

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tenants.workplan.models import ProjectFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameContent:
    """What a project says. As long as it is a draft, each part may be missing."""

    theme: str = ""
    place: str = ""
    aim: str = ""
    how_much: str = ""
    by_when: date | None = None
    whose_issue: str = ""
    how_we_know: str = ""

    def kept(self) -> FrameContent:
        """The same, as it is kept and signed."""
        said = self.values()
        return FrameContent(**{**said, **{name: plain(value) for name, value in said.items() if name != "by_when"}})

    def values(self) -> dict[str, Any]:
        """Field by field, under the names that the model has as well."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def content_of(frame: ProjectFrame) -> FrameContent:
    """What a project that is kept says."""
    return FrameContent(**{field.name: getattr(frame, field.name) for field in fields(FrameContent)})


def hash_of_frame(content: FrameContent, sources: Iterable[tuple[str, str, str]]) -> str:
    """The hash that keys to a project carry. Its sources belong to what is signed."""
    said = [str(value or "") for value in content.kept().values().values()]
    parts = json.dumps([*said, sorted(sources)], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(parts.encode()).hexdigest()
