"""Where we differ: say it, have it said again, and be heard."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.pairs.views import OfPair, PairAct
from tenants.relationship import actions, forms, permissions, policy, queries, rendering
from tenants.relationship.models import DifferenceItem, Restatement
from tenants.relationship.policy import Act
from tenants.relationship.views.shapes import Sheet, ThingList, ThingPage, Writing

if TYPE_CHECKING:
    from django.db.models import QuerySet

LIST = "relationship:difference-list"


class DifferenceList(ThingList):
    """My lines, and those that my partner shows me."""

    heading = gettext_lazy("Where we differ")
    intro = gettext_lazy(
        "Each of you writes what you bring, need, fear to lose and decide, and where you differ. The other says it "
        "again in their own words. Heard does not mean agreed."
    )
    nothing = gettext_lazy("Nothing is written yet. Begin with what you bring.")
    new = "relationship:difference-new"
    new_label = gettext_lazy("Write a line")

    def rows(self) -> QuerySet[DifferenceItem]:
        return queries.differences_for(self.member, self.pair.pk).prefetch_related(None)

    def line(self, row: DifferenceItem) -> dict[str, Any]:
        return rendering.difference_line(row, self.sides)

    def numbers(self) -> list[dict[str, Any]]:
        return rendering.heard_numbers(queries.hearing_of(self.member, self.pair.pk))


class DifferenceNew(Writing):
    """Write a line, for oneself first or for both at once."""

    form_class = forms.DifferenceForm
    read_as = DifferenceItem
    heading = gettext_lazy("Write a line")
    intro = gettext_lazy("Nobody else reads it before you show it.")
    said = gettext_lazy("Your line is saved. Show it when you are ready.")

    def write(self, typed: dict[str, Any]) -> str:
        return rendering.address("difference", actions.differences.write(pair=self.pair, **typed, by=self.member))

    def cancel(self) -> str:
        return reverse(LIST, args=[self.pair.pk])


class OfDifference(OfPair):
    """A page about one line."""

    @cached_property
    def item(self) -> DifferenceItem:
        return queries.one(queries.differences_for(self.member, self.pair.pk), self.kwargs["pk"])

    def item_url(self) -> str:
        return rendering.address("difference", self.item)


class DifferencePage(ThingPage, OfDifference):
    """One line, what was said about it, and what can be done now."""

    list_name = LIST

    def sheet(self) -> Sheet:
        row = self.item
        sheet = Sheet(
            caption=f"{rendering.who(row, self.sides)} · {row.get_kind_display()}",
            heading=_("Where we differ"),
            tag=rendering.difference_tag(row),
            rows=[{"key": _("In my own words") if self.is_mine(row) else _("In their own words"), "value": row.text}],
            talk="difference" if self.sides.are(row.seat_id, row.shown_to_id) else "",
        )
        for said in row.restatements.all():
            sheet.said.append(
                {"name": rendering.name_of(said.seat_id, self.sides), "text": said.text, "on": said.said_at}
            )
            if said.answer:
                words = said.correction or str(said.get_answer_display())
                name = rendering.name_of(said.author_id, self.sides)
                sheet.said.append({"name": name, "text": words, "on": said.answered_at})
        (self._for_author if self.is_mine(row) else self._for_partner)(sheet)
        return sheet

    def _for_author(self, sheet: Sheet) -> None:
        row, post = self.item, sheet.posts.append
        if policy.may(row.state, Act.ACCEPT):
            sheet.notes.append(_("Is that what you meant? Heard does not mean agreed."))
            post({"label": _("Yes, that is it"), "url": rendering.address("difference-accept", row)})
            sheet.links.append((_("Not quite: say what it is instead"), rendering.address("difference-correct", row)))
        if policy.may(row.state, Act.SHOW):
            if self.sides.partner:
                post({"label": _("Show it to your partner"), "url": rendering.address("difference-show", row)})
            else:
                sheet.notes.append(_("Nobody sits on the other side yet. Invite a partner first."))
        if policy.may(row.state, Act.EDIT):
            sheet.links.append((_("Change the text"), rendering.address("difference-edit", row)))
        if policy.may(row.state, Act.TAKE_BACK):
            back = rendering.address("difference-take-back", row)
            post({"label": _("Show it no longer"), "url": back, "kind": "quiet"})

    def _for_partner(self, sheet: Sheet) -> None:
        row = self.item
        if row.not_for_restating:
            sheet.notes.append(_("Reading this is enough. Its author does not want it said again."))
        elif policy.may(row.state, Act.RESTATE):
            sheet.links.append((_("Say in your own words what it says"), rendering.address("difference-restate", row)))
        elif row.state == policy.State.RESTATED:
            sheet.notes.append(_("You have said it again. Its author answers next."))


class DifferenceForm(Writing, OfDifference):
    """A form about one line."""

    def cancel(self) -> str:
        return self.item_url()


class DifferenceEdit(DifferenceForm):
    """Say it otherwise."""

    form_class = forms.DifferenceForm
    read_as = DifferenceItem
    heading = gettext_lazy("Change the text")
    said = gettext_lazy("The line is changed.")

    def initial(self) -> dict[str, Any]:
        row = self.item
        return {"kind": row.kind, "text": row.text, "not_for_restating": row.not_for_restating}

    def write(self, typed: dict[str, Any]) -> str:
        actions.differences.edit(item=self.item, **typed, by=self.member)
        return self.item_url()


class DifferenceRestate(DifferenceForm):
    """Say again what the partner wrote."""

    form_class = forms.RestateForm
    read_as = Restatement
    heading = gettext_lazy("Say it in your own words")
    intro = gettext_lazy("Your partner wrote:")
    said = gettext_lazy("Your partner can now say whether that is it.")

    def write(self, typed: dict[str, Any]) -> str:
        actions.differences.restate(item=self.item, text=typed["text"], by=self.member)
        return self.item_url()

    def quote(self) -> str:
        return self.item.text


class DifferenceCorrect(DifferenceForm):
    """Not quite."""

    form_class = forms.CorrectForm
    read_as = Restatement
    heading = gettext_lazy("Not quite: say what it is instead")
    intro = gettext_lazy("Your partner understood:")
    said = gettext_lazy("Your partner can say it again.")

    def write(self, typed: dict[str, Any]) -> str:
        actions.differences.correct(item=self.item, correction=typed["correction"], by=self.member)
        return self.item_url()

    def quote(self) -> str:
        return next((said.text for said in self.item.restatements.all() if not said.answer), "")


class DifferenceAct(PairAct, OfDifference):
    """One act on one line."""

    permission = permissions.WRITE

    def back(self) -> str:
        return self.item_url()


class DifferenceShow(DifferenceAct):
    """Let the partner read it."""

    def act(self) -> str:
        actions.differences.show(item=self.item, by=self.member)
        return _("Your partner can read it now.")


class DifferenceTakeBack(DifferenceAct):
    """Show it no longer."""

    def act(self) -> str:
        actions.differences.take_back(item=self.item, by=self.member)
        return _("Only you read it now.")


class DifferenceAccept(DifferenceAct):
    """Yes, that is it."""

    def act(self) -> str:
        actions.differences.accept(item=self.item, by=self.member)
        return _("It is heard.")
