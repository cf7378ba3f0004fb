"""When we snapped back: a private note, opened to both when both have written one."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.pairs.views import OfPair, PairAct
from tenants.relationship import actions, forms, permissions, queries, rendering
from tenants.relationship.models import LookBack, SnapBack
from tenants.relationship.views.shapes import Sheet, ThingList, ThingPage, Writing

if TYPE_CHECKING:
    from django.db.models import QuerySet

LIST = "relationship:snapback-list"


class SnapBackList(ThingList):
    """My entries, and those that were opened to both of us."""

    heading = gettext_lazy("When we snapped back")
    intro = gettext_lazy(
        "Under pressure people fall back into old parts. Write down what you did yourself. When your partner writes "
        "about the same two days, you both read both entries."
    )
    nothing = gettext_lazy("No entry yet. Write one when it happens: nobody is to blame.")
    new = "relationship:snapback-new"
    new_label = gettext_lazy("We snapped back")

    def rows(self) -> QuerySet[SnapBack]:
        return queries.snapbacks_for(self.member, self.pair.pk)

    def line(self, row: SnapBack) -> dict[str, Any]:
        return rendering.snapback_line(row, self.sides)

    def numbers(self) -> list[dict[str, Any]]:
        return rendering.snap_numbers(queries.snaps_of(self.member, self.pair.pk))

    def asks(self) -> list[dict[str, Any]]:
        return [
            {
                "text": _("Your partner would like to look back at %(day)s.") % {"day": rendering.day_of(asked.day)},
                "url": f"{reverse(self.new, args=[self.pair.pk])}?day={asked.day.isoformat()}",
                "label": _("Write about that day"),
                "aside_url": rendering.address("look-back-aside", asked),
            }
            for asked in queries.asked_back(self.member).filter(pair_id=self.pair.pk)[:10]
        ]


class SnapBackNew(Writing):
    """Write one down."""

    form_class = forms.SnapBackForm
    read_as = SnapBack
    heading = gettext_lazy("We snapped back")
    intro = gettext_lazy("This is about what you did yourself. Nobody can say it for the other.")
    said = gettext_lazy("Your entry is saved.")

    def initial(self) -> dict[str, Any]:
        try:
            return {"day": date.fromisoformat(self.request.GET.get("day", ""))}
        except ValueError:
            return {}

    def write(self, typed: dict[str, Any]) -> str:
        names = ("moment", "trigger", "own_default", "intensity", "words")
        made = actions.snapbacks.log(
            pair=self.pair, **{name: typed[name] for name in names}, mended_at=typed.get("mended_at"), by=self.member
        )
        return rendering.address("snapback", made)

    def more(self) -> dict[str, Any]:
        return {**super().more(), "is_about_harm": True}

    def cancel(self) -> str:
        return reverse(LIST, args=[self.pair.pk])


class OfSnapBack(OfPair):
    """A page about one entry."""

    @cached_property
    def snapback(self) -> SnapBack:
        return queries.one(queries.snapbacks_for(self.member, self.pair.pk), self.kwargs["pk"])


class SnapBackPage(ThingPage, OfSnapBack):
    """One entry, and what can be done about it."""

    list_name = LIST

    def sheet(self) -> Sheet:
        row = self.snapback
        sheet = Sheet(
            caption=rendering.who(row, self.sides),
            heading=rendering.day_of(row.moment),
            tag=rendering.snapback_tag(row),
            rows=rendering.snapback_rows(row),
            talk="snapback" if self.sides.are(row.seat_id, row.shown_to_id) else "",
        )
        if row.pairing:
            others = queries.snapbacks_for(self.member, self.pair.pk).filter(pairing=row.pairing).exclude(pk=row.pk)
            sheet.links = [(_("Read the other entry"), rendering.address("snapback", other)) for other in others]
        if self.is_mine(row):
            sheet.links.append((_("Say when it felt mended"), rendering.address("snapback-mend", row)))
            if not row.revealed_at and not row.invited_at and self.sides.partner:
                sheet.notes = [_("You can ask your partner to look back. They read the day and nothing else.")]
                invite = rendering.address("snapback-invite", row)
                sheet.posts = [{"label": _("Ask to look back at that day"), "url": invite, "kind": "secondary"}]
        return sheet


class SnapBackMend(Writing, OfSnapBack):
    """Say when it felt mended."""

    form_class = forms.MendForm
    read_as = SnapBack
    heading = gettext_lazy("When did it feel mended?")
    said = gettext_lazy("It is saved.")

    def write(self, typed: dict[str, Any]) -> str:
        actions.snapbacks.mend(snapback=self.snapback, mended_at=typed["mended_at"], by=self.member)
        return self.cancel()

    def cancel(self) -> str:
        return rendering.address("snapback", self.snapback)


class SnapBackInvite(PairAct, OfSnapBack):
    """Ask the partner to look back."""

    permission = permissions.WRITE

    def act(self) -> str:
        actions.snapbacks.invite(snapback=self.snapback, by=self.member)
        return _("Your partner can see that you would like to look back at that day, and nothing else.")

    def back(self) -> str:
        return rendering.address("snapback", self.snapback)


class LookBackAside(PairAct):
    """Not now."""

    permission = permissions.WRITE

    @cached_property
    def look_back(self) -> LookBack:
        return queries.one(queries.look_backs_for(self.member, self.pair.pk), self.kwargs["pk"])

    def act(self) -> str:
        actions.snapbacks.set_aside(look_back=self.look_back, by=self.member)
        return _("It is set aside. You can still write about that day.")

    def back(self) -> str:
        return reverse(LIST, args=[self.pair.pk])
