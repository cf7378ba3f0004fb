"""A project with something of every kind, built through the same actions that its pages use."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pikepdf
from PIL import Image

from rollout.kernel import clock
from tenants.workplan.actions import files, frame, measures, plan, stakeholders
from tenants.workplan.actions.measures import MeasureContent
from tenants.workplan.actions.stakeholders import PersonContent
from tenants.workplan.content import FrameContent
from tenants.workplan.models import ProjectFrame
from tests.world import inside

if TYPE_CHECKING:
    from tenants.members.models import Member
    from tenants.workplan.models import Measure, PairFile, Stakeholder
    from tests.world_projects import Workshop


def frame_content(**changed: Any) -> FrameContent:
    """What a project says that can be signed."""
    said = {
        "theme": "pathway", "place": "Heart clinic, Northgate", "aim": "The wait for the first visit",
        "how_much": "From 40 days to 20", "by_when": clock.today() + timedelta(days=90),
        "whose_issue": "People who are sent by their doctor", "how_we_know": "They told us at the door", **changed,
    }  # fmt: skip
    return FrameContent(**said)


def framed(
    shop: Workshop, *, signed_by: tuple[Member, ...] = (), source: str = "users", **changed: Any
) -> ProjectFrame:
    """A project, written by the professional, with one source."""
    with inside(shop.organisation, shop.professional):
        frame.write(pair=shop.pair, content=frame_content(**changed), by=shop.professional)
        if source:
            frame.add_source(pair=shop.pair, kind=source, name="Heart group", says="We wait", by=shop.professional)
    made = now(shop)
    for partner in signed_by:
        with inside(shop.organisation, partner):
            frame.sign(pair=shop.pair, shown=made.content_hash, by=partner)
    return now(shop)


def now(shop: Workshop) -> ProjectFrame:
    """The project as it stands."""
    with inside(shop.organisation, shop.citizen):
        return ProjectFrame.objects.get(pair_id=shop.pair.pk)


def measure_content(**changed: Any) -> MeasureContent:
    """What is measured."""
    said = {
        "name": "Days to the first visit", "unit": "days", "higher_is_better": False, "baseline_value": Decimal(40),
        "baseline_on": clock.today() - timedelta(days=60), **changed,
    }  # fmt: skip
    return MeasureContent(**said)


def measured(shop: Workshop, **changed: Any) -> Measure:
    """A measure with one later value and one note."""
    who = shop.professional
    with inside(shop.organisation, who):
        made = measures.add(pair=shop.pair, content=measure_content(**changed), by=who)
        day = clock.today() - timedelta(days=30)
        measures.add_value(measure=made, on=day, value=Decimal(31), by=who)
        measures.add_note(measure=made, on=day, text="The new letter went out", by=who)
    return made


def person(shop: Workshop, name: str = "The ward manager") -> Stakeholder:
    """Somebody around the project."""
    content = PersonContent(name=name, organisation="Northgate", interest="low", influence="high", needs="Numbers")
    with inside(shop.organisation, shop.professional):
        return stakeholders.add(pair=shop.pair, content=content, by=shop.professional)


def pdf(**root: Any) -> bytes:
    """A PDF file of one empty page."""
    made = pikepdf.new()
    made.add_blank_page()
    made.docinfo["/Author"] = "Zora Author"
    for name, value in root.items():
        made.Root[f"/{name}"] = made.make_indirect(value)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def picture(kind: str = "PNG", size: tuple[int, int] = (4, 3), **more: Any) -> bytes:
    """A picture."""
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **more)
    return out.getvalue()


def kept(shop: Workshop, who: Member | None = None, **more: Any) -> PairFile:
    """A file of the pair, uploaded by the professional if nobody else is named."""
    who = who or shop.professional
    said = {"title": "What they told us", "kind": "evidence", "name": "voices.pdf", "content": pdf(), **more}
    with inside(shop.organisation, who):
        return files.upload(pair=shop.pair, **said, by=who)


def everything(shop: Workshop) -> dict[str, Any]:
    """Something of every kind, by the names that doors use."""
    me, other = shop.partners
    project = framed(shop, signed_by=(other,))
    measure = measured(shop)
    with inside(shop.organisation, me):
        task = plan.add_task(pair=shop.pair, text="Ask the bus company", who="both", due_on=clock.today(), by=me)
        milestone = plan.add_milestone(pair=shop.pair, text="The letter is out", due_on=clock.today(), by=me)
        source, value = project.sources.get(), measure.values.get()
    around = person(shop)
    with inside(shop.organisation, other):
        stakeholders.name_approacher(person=around, who="both", by=other)
    with inside(shop.organisation, me):
        contact = stakeholders.note_contact(person=around, on=clock.today(), text="She likes it", by=me)
    return {
        "frame_hash": project.content_hash,
        "frame_source": source.pk,
        "measure": measure.pk,
        "measure_value": value.pk,
        "plan_task": task.pk,
        "milestone": milestone.pk,
        "stakeholder": around.pk,
        "stakeholder_contact": contact.pk,
        "pair_file": kept(shop).pk,
    }
