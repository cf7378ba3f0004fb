"""Reflecting together: the times, one of them, and what can be done with it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from rollout.kernel import clock
from tenants.pairs.views import OfPair, PairAct, PairFormPage
from tenants.reflections import actions, forms, permissions, policy, queries, rendering
from tenants.reflections.models import PairReflection, PairReflectionPart

if TYPE_CHECKING:
    from uuid import UUID

PER_PAGE = 20
MOST_PASSAGES = 20


class SlotList(OfPair):
    """The next time to look back together, those before it, and the passages that the partner shares."""

    permission = permissions.READ_TOGETHER

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        listed = Paginator(queries.slots_for(self.member, self.pair.pk), PER_PAGE).get_page(request.GET.get("page"))
        is_open = queries.slots_for(self.member, self.pair.pk).filter(state=PairReflection.State.PLANNED).exists()
        return render(
            request,
            "reflections/slot_list_page.html",
            {
                "pair": self.pair,
                "sides": self.sides,
                "lines": [rendering.slot_line(slot) for slot in listed],
                "listed": listed,
                "may_plan": self.sides.partner is not None and not is_open,
                "passages": queries.passages_for(self.member, self.pair.pk)[:MOST_PASSAGES],
            },
        )


class OfSlot(OfPair):
    """A page about one time to look back."""

    @cached_property
    def slot(self) -> PairReflection:
        return queries.slot_for(self.member, self.pair.pk, self.kwargs["pk"])

    def slot_url(self) -> str:
        return reverse("reflections:slot", args=[self.slot.pair_id, self.slot.pk])


class SlotPage(OfSlot):
    """What each wrote, what both say together, who has signed, and what can be done now."""

    permission = permissions.READ_TOGETHER

    def get(self, request: HttpRequest, pair: UUID, pk: UUID) -> HttpResponse:
        slot = self.slot
        return render(
            request,
            "reflections/slot_page.html",
            {
                "pair": self.pair,
                "slot": slot,
                "tag": rendering.slot_tag(slot),
                "keys": rendering.keys_of(slot, self.sides),
                "parts": rendering.parts_of(slot, self.sides),
                "acts": {act.value for act in policy.TRANSITIONS[policy.State(slot.state)]},
                "is_past": slot.planned_on <= clock.today(),
                "may_talk": self.sides.are(slot.citizen_id, slot.professional_id),
            },
        )


class SlotPlan(PairFormPage):
    """Choose the day of the next one, or move it."""

    permission = permissions.WRITE_TOGETHER
    form_class = forms.PlanForm
    template = "reflections/slot_plan_page.html"
    read_as = PairReflection

    def initial(self) -> dict[str, Any]:
        open_now = queries.slots_for(self.member, self.pair.pk).filter(state=PairReflection.State.PLANNED).first()
        return {"on": open_now.planned_on if open_now else clock.today() + policy.EVERY}

    def save(self, typed: dict[str, Any]) -> str:
        slot = actions.together.plan(pair=self.pair, **typed, by=self.member)
        messages.success(self.request, _("The day is saved. Your partner sees it too."))
        return reverse("reflections:slot", args=[slot.pair_id, slot.pk])

    def more(self) -> dict[str, Any]:
        return {**super().more(), "cancel_url": reverse("reflections:slots", args=[self.pair.pk])}


class SlotFormPage(PairFormPage, OfSlot):
    """A form about one time to look back."""

    permission = permissions.WRITE_TOGETHER

    def more(self) -> dict[str, Any]:
        return {**super().more(), "slot": self.slot, "cancel_url": self.slot_url()}


class SlotPart(SlotFormPage):
    """Write one's own part."""

    form_class = forms.PartForm
    template = "reflections/slot_part_page.html"
    read_as = PairReflectionPart

    def initial(self) -> dict[str, Any]:
        mine = self.sides.mine
        parts = {part.seat_id: part.text for part in self.slot.parts.all()}
        return {"text": parts.get(mine.pk, "") if mine else ""}

    def save(self, typed: dict[str, Any]) -> str:
        actions.together.write_part(slot=self.slot, **typed, by=self.member)
        messages.success(self.request, _("Your part is saved. Your partner can read it."))
        return self.slot_url()


class SlotText(SlotFormPage):
    """Write what the pair says together."""

    form_class = forms.JointForm
    template = "reflections/slot_text_page.html"
    read_as = PairReflection

    def initial(self) -> dict[str, Any]:
        return {"text": self.slot.text}

    def save(self, typed: dict[str, Any]) -> str:
        actions.together.write(slot=self.slot, **typed, by=self.member)
        messages.success(self.request, _("The text is saved. Now both of you can sign it."))
        return self.slot_url()


class SlotMissed(SlotFormPage):
    """Say that it did not happen, and choose another day."""

    form_class = forms.MissedForm
    template = "reflections/slot_missed_page.html"
    read_as = PairReflection

    def initial(self) -> dict[str, Any]:
        return {"next_on": clock.today() + policy.EVERY / 4}

    def save(self, typed: dict[str, Any]) -> str:
        actions.together.missed(slot=self.slot, **typed, by=self.member)
        messages.success(self.request, _("That is fine. The other day is saved."))
        if typed["reason"] == PairReflection.Reason.NO_TIME:
            return reverse("relationship:why", args=[self.pair.pk, "pair_reflection", self.slot.pk])
        return reverse("reflections:slots", args=[self.pair.pk])


class SlotAct(PairAct, OfSlot):
    """One act on one time to look back."""

    def back(self) -> str:
        return self.slot_url()


class SlotSign(SlotAct):
    """Sign the text that was shown."""

    permission = permissions.SIGN_TOGETHER
    signs: ClassVar[bool] = True

    def act(self) -> str:
        slot = actions.together.sign(slot=self.slot, shown=self.request.POST.get("shown", ""), by=self.member)
        if slot.state == PairReflection.State.WRITTEN:
            return _("You have both signed. The next time is planned.")
        return _("You have signed. Your partner can sign now.")


class SlotTalked(SlotAct):
    """Say that the pair talked and writes no text."""

    permission = permissions.WRITE_TOGETHER

    def act(self) -> str:
        actions.together.talked(slot=self.slot, by=self.member)
        return _("Good that you talked. The next time is planned.")
