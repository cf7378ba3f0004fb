"""What we assume, hard conversations, and experiments."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.pairs.views import OfPair, PairAct
from tenants.relationship import actions, forms, permissions, queries, rendering
from tenants.relationship.models import Assumption, Experiment, HardConversation
from tenants.relationship.views.shapes import Sheet, ThingList, ThingPage, Writing

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenants.relationship.models.written import OfSeat

CHANGE = gettext_lazy("Change the text")
SAVED = gettext_lazy("It is saved.")


def why_url(kind: str, row: OfSeat) -> str:
    """The page that asks why there was no time."""
    return reverse("relationship:why", args=[row.pair_id, kind, row.pk])


class AssumptionList(ThingList):
    """What we take for granted."""

    heading = gettext_lazy("What we assume")
    intro = gettext_lazy("Write down what you both take for granted, and how you find out whether it holds.")
    nothing = gettext_lazy("No assumption yet. What do you both believe and have never tested?")
    new = "relationship:assumption-new"
    new_label = gettext_lazy("Write an assumption")

    def rows(self) -> QuerySet[Assumption]:
        return queries.assumptions_for(self.member, self.pair.pk)

    def line(self, row: Assumption) -> dict[str, Any]:
        return rendering.assumption_line(row, self.sides)


class AssumptionNew(Writing):
    """Write one down."""

    form_class = forms.AssumptionForm
    read_as = Assumption
    heading = gettext_lazy("Write an assumption")
    said = SAVED

    def write(self, typed: dict[str, Any]) -> str:
        return rendering.address("assumption", actions.trying.assume(pair=self.pair, **typed, by=self.member))

    def cancel(self) -> str:
        return reverse("relationship:assumption-list", args=[self.pair.pk])


class OfAssumption(OfPair):
    """A page about one assumption."""

    @cached_property
    def assumption(self) -> Assumption:
        return queries.one(queries.assumptions_for(self.member, self.pair.pk), self.kwargs["pk"])

    def cancel(self) -> str:
        return rendering.address("assumption", self.assumption)


class AssumptionPage(ThingPage, OfAssumption):
    """One assumption."""

    list_name = "relationship:assumption-list"

    def sheet(self) -> Sheet:
        row = self.assumption
        sheet = Sheet(_("What we assume"), row.text[:80], None, rendering.assumption_rows(row), talk="assumption")
        if row.closed_at is None:
            sheet.links = [(_("Say what came out"), rendering.address("assumption-close", row))]
            if self.is_mine(row):
                sheet.links.append((CHANGE, rendering.address("assumption-edit", row)))
            sheet.links.append((_("We did not get to it"), why_url("assumption", row)))
        return sheet


class AssumptionEdit(OfAssumption, Writing):
    """Say it otherwise, or move the day."""

    permission = permissions.WRITE
    form_class = forms.AssumptionForm
    read_as = Assumption
    heading = CHANGE
    said = SAVED

    def initial(self) -> dict[str, Any]:
        row = self.assumption
        return {"text": row.text, "test": row.test, "due_on": row.due_on}

    def write(self, typed: dict[str, Any]) -> str:
        actions.trying.edit_assumption(assumption=self.assumption, **typed, by=self.member)
        return self.cancel()


class AssumptionClose(OfAssumption, Writing):
    """Say what came out, and who saw it."""

    permission = permissions.WRITE
    form_class = forms.CloseForm
    read_as = Assumption
    heading = gettext_lazy("Say what came out")
    intro = gettext_lazy("You assumed:")
    said = SAVED

    def write(self, typed: dict[str, Any]) -> str:
        actions.trying.close(assumption=self.assumption, **typed, by=self.member)
        return self.cancel()

    def quote(self) -> str:
        return self.assumption.text


class ConversationList(ThingList):
    """Conversations that one prepares."""

    heading = gettext_lazy("Hard conversations")
    intro = gettext_lazy("Prepare a conversation for yourself. Share your notes with your partner if you want to.")
    nothing = gettext_lazy("Nothing prepared yet. Which conversation do you put off?")
    new = "relationship:conversation-new"
    new_label = gettext_lazy("Prepare a conversation")

    def rows(self) -> QuerySet[HardConversation]:
        return queries.conversations_for(self.member, self.pair.pk)

    def line(self, row: HardConversation) -> dict[str, Any]:
        return rendering.conversation_line(row, self.sides)


class ConversationNew(Writing):
    """Prepare one."""

    form_class = forms.ConversationForm
    read_as = HardConversation
    heading = gettext_lazy("Prepare a conversation")
    said = SAVED

    def write(self, typed: dict[str, Any]) -> str:
        return rendering.address("conversation", actions.trying.prepare(pair=self.pair, **typed, by=self.member))

    def cancel(self) -> str:
        return reverse("relationship:conversation-list", args=[self.pair.pk])


class OfConversation(OfPair):
    """A page about one preparation."""

    @cached_property
    def conversation(self) -> HardConversation:
        return queries.one(queries.conversations_for(self.member, self.pair.pk), self.kwargs["pk"])

    def cancel(self) -> str:
        return rendering.address("conversation", self.conversation)


class ConversationPage(ThingPage, OfConversation):
    """One preparation."""

    list_name = "relationship:conversation-list"

    def sheet(self) -> Sheet:
        row = self.conversation
        sheet = Sheet(
            caption=rendering.who(row, self.sides),
            heading=row.title,
            tag=rendering.conversation_tag(row, self.sides),
            rows=rendering.conversation_rows(row),
            talk="conversation" if self.sides.are(row.seat_id, row.shown_to_id) else "",
        )
        if self.is_mine(row):
            sheet.links = [
                (_("Say what you learned"), rendering.address("conversation-after", row)),
                (CHANGE, rendering.address("conversation-edit", row)),
            ]
            share = {"url": rendering.address("conversation-share", row), "name": "share"}
            if row.shown_to_id:
                sheet.posts = [{**share, "label": _("Keep it for yourself again"), "value": "no", "kind": "quiet"}]
            elif self.sides.partner:
                sheet.posts = [{**share, "label": _("Share it with your partner"), "value": "yes", "kind": "secondary"}]
        return sheet


class ConversationEdit(OfConversation, Writing):
    """Change one's notes from before."""

    permission = permissions.WRITE
    form_class = forms.ConversationForm
    read_as = HardConversation
    heading = CHANGE
    said = SAVED

    def initial(self) -> dict[str, Any]:
        row = self.conversation
        return {"title": row.title, "tags": row.tags, "before": row.before}

    def write(self, typed: dict[str, Any]) -> str:
        actions.trying.edit_conversation(conversation=self.conversation, **typed, by=self.member)
        return self.cancel()


class ConversationAfter(OfConversation, Writing):
    """What one learned."""

    permission = permissions.WRITE
    form_class = forms.AfterForm
    read_as = HardConversation
    heading = gettext_lazy("What did you learn?")
    intro = gettext_lazy("Nobody asks who won.")
    said = SAVED

    def initial(self) -> dict[str, Any]:
        return {"learned": self.conversation.learned, "after": self.conversation.after}

    def write(self, typed: dict[str, Any]) -> str:
        actions.trying.look_back(conversation=self.conversation, **typed, by=self.member)
        return self.cancel()


class ConversationShare(PairAct, OfConversation):
    """Share it, or keep it for oneself again."""

    permission = permissions.WRITE

    def act(self) -> str:
        if self.request.POST.get("share") == "no":
            actions.trying.unshare(conversation=self.conversation, by=self.member)
            return _("Only you read it now.")
        actions.trying.share(conversation=self.conversation, by=self.member)
        return _("Your partner can read it now.")

    def back(self) -> str:
        return self.cancel()


class ExperimentList(ThingList):
    """What we try."""

    heading = gettext_lazy("Experiments")
    intro = gettext_lazy("Try something small that may fail. Both of you read the cards, nobody else ever does.")
    nothing = gettext_lazy("No experiment yet. What would you do otherwise, just once?")
    new = "relationship:experiment-new"
    new_label = gettext_lazy("Try something")

    def rows(self) -> QuerySet[Experiment]:
        return queries.experiments_for(self.member, self.pair.pk)

    def line(self, row: Experiment) -> dict[str, Any]:
        return rendering.experiment_line(row, self.sides)


class ExperimentNew(Writing):
    """Say what one will try."""

    form_class = forms.ExperimentForm
    read_as = Experiment
    heading = gettext_lazy("Try something")
    said = SAVED

    def write(self, typed: dict[str, Any]) -> str:
        return rendering.address("experiment", actions.trying.try_out(pair=self.pair, **typed, by=self.member))

    def cancel(self) -> str:
        return reverse("relationship:experiment-list", args=[self.pair.pk])


class OfExperiment(OfPair):
    """A page about one card."""

    @cached_property
    def experiment(self) -> Experiment:
        return queries.one(queries.experiments_for(self.member, self.pair.pk), self.kwargs["pk"])

    def cancel(self) -> str:
        return rendering.address("experiment", self.experiment)


class ExperimentPage(ThingPage, OfExperiment):
    """One card."""

    list_name = "relationship:experiment-list"

    def sheet(self) -> Sheet:
        row = self.experiment
        rows = rendering.experiment_rows(row)
        sheet = Sheet(rendering.who(row, self.sides), row.attempt[:80], None, rows, talk="experiment")
        if self.is_mine(row) and row.finished_at is None:
            sheet.links = [
                (_("Say what happened"), rendering.address("experiment-finish", row)),
                (CHANGE, rendering.address("experiment-edit", row)),
                (_("I did not get to it"), why_url("experiment", row)),
            ]
        return sheet


class ExperimentEdit(OfExperiment, Writing):
    """Change an open card."""

    permission = permissions.WRITE
    form_class = forms.ExperimentForm
    read_as = Experiment
    heading = CHANGE
    said = SAVED

    def initial(self) -> dict[str, Any]:
        return {"attempt": self.experiment.attempt, "limit": self.experiment.limit}

    def write(self, typed: dict[str, Any]) -> str:
        actions.trying.edit_experiment(experiment=self.experiment, **typed, by=self.member)
        return self.cancel()


class ExperimentFinish(OfExperiment, Writing):
    """Say what happened."""

    permission = permissions.WRITE
    form_class = forms.FinishForm
    read_as = Experiment
    heading = gettext_lazy("What happened?")
    intro = gettext_lazy("You tried:")
    said = SAVED

    def write(self, typed: dict[str, Any]) -> str:
        actions.trying.finish(experiment=self.experiment, happened=typed["happened"], by=self.member)
        return self.cancel()

    def quote(self) -> str:
        return self.experiment.attempt
