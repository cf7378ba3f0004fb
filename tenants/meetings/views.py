"""Meetings: read, plan, answer, move, call off; and the address for one's own calendar."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from rollout.accounts.limits import MINUTES, Limit, seconds_to_wait
from rollout.accounts.queries import language_of
from rollout.kernel.mail import public_url
from rollout.kernel.readers import readers_of
from rollout.kernel.views import Guarded, Open
from tenants.agreement.queries import access_needs
from tenants.agreement.rendering import access_line
from tenants.meetings import actions, calendars, forms, permissions, queries, rendering
from tenants.meetings.models import CalendarFeed, Meeting
from tenants.pairs.views import OfPair, PairAct, PairFormPage

if TYPE_CHECKING:
    from uuid import UUID

    from rollout.kernel.forms import Form

PER_PAGE = 20
FETCHED = Limit("calendar.fetched", 30, 10 * MINUTES)
"""Fetching one address of a calendar, from wherever: programs ask a few times an hour."""


def _file(request: HttpRequest, entries: list[queries.Entry], *, is_one: bool = False) -> HttpResponse:
    url = public_url(request.get_host().partition(":")[0], reverse("pairs:home"))
    answer = HttpResponse(calendars.file_of(entries, url=url, is_one=is_one), content_type=calendars.CONTENT_TYPE)
    answer["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return answer


class MeetingList(OfPair):
    """All meetings of a pair."""

    permission = permissions.READ_MEETINGS

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        found = queries.meetings_of(self.member, self.pair.pk).prefetch_related(None)
        listed = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        lines = [rendering.line_of(meeting) for meeting in listed]
        return render(request, "meetings/meeting_list_page.html", {"pair": self.pair, "lines": lines, "listed": listed})


class SharesPage(OfPair):
    """Whose calendar and whose place it was."""

    permission = permissions.READ_MEETINGS

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        shares = rendering.shares_in_words(queries.shares_of(self.member, self.pair.pk), self.sides)
        return render(
            request,
            "meetings/shares_page.html",
            {"pair": self.pair, "shares": shares, "readers": readers_of(Meeting)},
        )


class OfMeeting(OfPair):
    """A page about one meeting."""

    @cached_property
    def meeting(self) -> Meeting:
        return queries.meeting_for(self.member, self.pair.pk, self.kwargs["pk"])

    def meeting_url(self) -> str:
        return reverse("meetings:meeting", args=[self.meeting.pair_id, self.meeting.pk])

    def why_url(self) -> str:
        return reverse("relationship:why", args=[self.meeting.pair_id, "meeting", self.meeting.pk])

    def after(self, reason: str) -> str:
        """Back to the meeting; behind "no time" there is a question for oneself alone."""
        return self.why_url() if reason == Meeting.Reason.NO_TIME else self.meeting_url()


class MeetingPage(OfMeeting):
    """The times or the time, what is planned, and what can be done now."""

    permission = permissions.READ_MEETINGS

    def get(self, request: HttpRequest, pair: UUID, pk: UUID) -> HttpResponse:
        meeting = self.meeting
        mine = self.sides.mine
        said_by = meeting.proposed_by_id if meeting.state == Meeting.State.PROPOSED else meeting.answer_by_id
        asks_more = meeting.reason == Meeting.Reason.NO_TIME and mine and said_by == mine.pk
        return render(
            request,
            "meetings/meeting_page.html",
            {
                "pair": self.pair,
                "meeting": meeting,
                "title": rendering.title_of(meeting),
                "tag": rendering.tag_of(meeting),
                "rows": rendering.rows_of(meeting),
                "access": access_line(access_needs(self.member, self.pair.pk)),
                "acts": rendering.acts_of(meeting, self.sides),
                "times": [(time.pk, rendering.when(time.starts_at)) for time in meeting.times.all()],
                "is_mine": mine is not None and meeting.proposed_by_id == mine.pk,
                "no_time_url": self.why_url() if asks_more else "",
            },
        )


class MeetingPlan(PairFormPage):
    """Offer times for a new meeting. `?for=` says what it is for, when another page leads here."""

    permission = permissions.PLAN_MEETINGS
    form_class = forms.PlanForm
    template = "meetings/plan_page.html"
    read_as = Meeting

    def initial(self) -> dict[str, Any]:
        return forms.PURPOSES.get(self.request.GET.get("for", ""), {})

    def save(self, typed: dict[str, Any]) -> str:
        walls = typed.pop("walls")
        back = self.offered(typed, walls)
        messages.success(self.request, _("Your times are offered. Your partner picks one."))
        return back

    def offered(self, typed: dict[str, Any], walls: Any) -> str:
        """Offer these times, and say where to go next."""
        made = actions.propose(pair=self.pair, plan=actions.Plan(**typed), walls=walls, by=self.member)
        return reverse("meetings:meeting", args=[made.pair_id, made.pk])

    def more(self) -> dict[str, Any]:
        return {
            **super().more(),
            "access": access_line(access_needs(self.member, self.pair.pk)),
            "cancel_url": reverse("meetings:meetings", args=[self.pair.pk]),
        }


class MeetingFormPage(PairFormPage, OfMeeting):
    """A form about one meeting."""

    permission = permissions.PLAN_MEETINGS
    read_as = Meeting

    def more(self) -> dict[str, Any]:
        return {
            **super().more(),
            "meeting": self.meeting,
            "title": rendering.title_of(self.meeting),
            "cancel_url": self.meeting_url(),
        }


class MeetingOffer(MeetingFormPage, MeetingPlan):
    """Offer other times; an agreed meeting is moved by it."""

    template = "meetings/plan_page.html"

    def form(self, *args: Any, **kwargs: Any) -> Form:
        is_move = self.meeting.state == Meeting.State.AGREED
        return (forms.MoveForm if is_move else forms.PlanForm)(*args, **kwargs)

    def initial(self) -> dict[str, Any]:
        names = ("venue", "place", "link", "minutes", "agenda", "access_needs")
        return {name: getattr(self.meeting, name) for name in names}

    def offered(self, typed: dict[str, Any], walls: Any) -> str:
        reason = typed.pop("reason", "")
        plan = actions.Plan(**typed)
        actions.offer(meeting=self.meeting, plan=plan, walls=walls, reason=reason, by=self.member)
        return self.after(reason)


class MeetingAsk(MeetingFormPage):
    """None of the times will do."""

    form_class = forms.AskForm
    template = "meetings/ask_page.html"

    def save(self, typed: dict[str, Any]) -> str:
        actions.ask_for_other_times(meeting=self.meeting, words=typed["words"], by=self.member)
        messages.success(self.request, _("Your partner is asked for other times."))
        return self.meeting_url()


class MeetingDecline(MeetingFormPage):
    """Say no to the meeting itself."""

    form_class = forms.DeclineForm
    template = "meetings/decline_page.html"

    def save(self, typed: dict[str, Any]) -> str:
        actions.decline(meeting=self.meeting, **typed, by=self.member)
        messages.success(self.request, _("The meeting is declined."))
        return self.after(typed["reason"])


class MeetingCancel(MeetingFormPage):
    """Call it off."""

    form_class = forms.CancelForm
    template = "meetings/cancel_page.html"

    def save(self, typed: dict[str, Any]) -> str:
        actions.cancel(meeting=self.meeting, **typed, by=self.member)
        messages.success(self.request, _("The meeting is called off."))
        return self.after(typed["reason"])


class MeetingNotes(MeetingFormPage):
    """What was said."""

    form_class = forms.NotesForm
    template = "meetings/notes_page.html"

    def initial(self) -> dict[str, Any]:
        return {"text": self.meeting.notes}

    def save(self, typed: dict[str, Any]) -> str:
        actions.note(meeting=self.meeting, text=typed["text"], by=self.member)
        messages.success(self.request, _("Your notes are saved."))
        return self.meeting_url()


class MeetingChoose(PairAct, OfMeeting):
    """Pick one of the times."""

    permission = permissions.PLAN_MEETINGS

    def act(self) -> str:
        offered = {str(time.pk): time.pk for time in self.meeting.times.all()}
        picked = offered.get(self.request.POST.get("time", ""))
        # A time of an earlier round is refused by the rule itself, which has the words for it.
        actions.choose(meeting=self.meeting, time=picked or self.meeting.pk, by=self.member)
        return _("The meeting stands.")

    def back(self) -> str:
        return self.meeting_url()


class MeetingClose(PairAct, OfMeeting):
    """Say afterwards whether you met."""

    permission = permissions.PLAN_MEETINGS

    def act(self) -> str:
        actions.close(meeting=self.meeting, met=self.request.POST.get("met") == "yes", by=self.member)
        return _("It is noted.")

    def back(self) -> str:
        return self.meeting_url()


class MeetingFile(OfMeeting):
    """The meeting for one's own calendar."""

    permission = permissions.READ_MEETINGS

    def get(self, request: HttpRequest, pair: UUID, pk: UUID) -> HttpResponse:
        return _file(request, [queries.entry_of(self.meeting)], is_one=True)


class CalendarPage(Guarded):
    """The address at which one's own calendar finds one's meetings: make it, make it anew, take it back."""

    permission = permissions.USE_CALENDAR

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        if "revoke" in request.POST:
            actions.revoke_feed(by=self.member)
            messages.success(request, _("The address is taken back. It no longer works."))
            return HttpResponseRedirect(reverse("meetings:calendar"))
        path = reverse("meetings:feed", args=[actions.make_feed(by=self.member)])
        return self.page(request, public_url(request.get_host().partition(":")[0], path))

    def page(self, request: HttpRequest, made: str = "") -> HttpResponse:
        feed = queries.feed_of(self.member)
        context = {"feed": feed, "made": made, "readers": readers_of(CalendarFeed)}
        return render(request, "meetings/calendar_page.html", context)


class Feed(Open):
    """What a calendar program fetches. The address is the permission.

    Each address has its share of tries, whether it is somebody's, was taken back or never was. The answers are alike.
    """

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        if wait := seconds_to_wait([(FETCHED, token)]):
            return HttpResponse(
                _("This calendar was fetched too often. Wait a few minutes."), status=429,
                content_type="text/plain; charset=utf-8", headers={"Retry-After": str(wait)},
            )  # fmt: skip
        entries = queries.entries_at(token)
        if entries is None:
            raise Http404
        # The program that asks has no language of its own.
        with override(language_of(queries.owner_at(token)) or get_language()):
            return _file(request, entries)
