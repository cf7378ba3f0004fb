"""Pages of whoever takes part without a computer, of the helper, and the page where a letter's code is typed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rollout.kernel.errors import DomainError
from rollout.kernel.views import Guarded, Open
from tenants.assistance import actions, forms, permissions, queries, rendering
from tenants.assistance.models import AssistedEntry, AssistedKey, AssistedSession, HelperChoice
from tenants.instruments import voices
from tenants.instruments.definition import Said
from tenants.members.permissions import INVITE_PARTNER
from tenants.pairs.queries import partner_invitations
from tenants.pairs.views import FormPage, OfPair, PairAct, PairFormPage

if TYPE_CHECKING:
    from rollout.kernel.forms import Form

LIST = "assistance:help"


class TypeLetter(Open):
    """Where somebody types the code of a letter. To look changes nothing; each code opens once."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, forms.LetterForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = forms.LetterForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        organisation: Any = request.organisation  # type: ignore[attr-defined]
        try:
            token = actions.open_letter(
                code=form.cleaned_data["code"],
                address=get_adapter().get_client_ip(request),
                organisation=organisation.pk,
            )
        except DomainError as refusal:
            form.add_error("code", str(refusal.message))
            return self._page(request, form)
        return HttpResponseRedirect(reverse("members:invitation-landing", args=[token]))

    def _page(self, request: HttpRequest, form: Form) -> HttpResponse:
        return render(request, "assistance/letter_page.html", {"form": form})


class Letter(OfPair):
    """The letter for one's own open invitation: a new code each time, and the one before is dead."""

    permission = INVITE_PARTNER
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pair: UUID, pk: UUID) -> HttpResponse:
        invitation = partner_invitations(self.member).filter(pair_id=self.pair.pk, pk=pk).first()
        if invitation is None:
            raise Http404
        code = actions.make_letter(invitation=invitation, by=self.member)
        organisation: Any = request.organisation  # type: ignore[attr-defined]
        where = f"{request.get_host()}{reverse('assistance:letter')}"
        return rendering.letter_of(invitation, code, where, organisation)


class WithoutComputer(PairFormPage):
    """Everything for taking part without a computer: whom one lets help, codes, paper forms."""

    permission = permissions.ASK_FOR_HELP
    template = "assistance/without_computer_page.html"
    read_as = HelperChoice

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page(self._form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self._form(request.POST)
        if form.is_valid():
            actions.name_helper(pair=self.pair, **form.cleaned_data, by=self.member)
            messages.success(request, _("Your helper is named. They find you on their page “Help somebody”."))
            return HttpResponseRedirect(self._here())
        return self.page(form)

    def more(self) -> dict[str, Any]:
        if self.sides.mine is None:
            raise Http404
        return {
            **super().more(),
            "helpers": queries.helpers_of(self.member, self.pair.pk),
            "codes_left": queries.codes_left(self.member),
            "papers": [(found, found.in_language(get_language())) for found in queries.on_paper(self.member)],
            "languages": settings.LANGUAGES,
            "entries": rendering.entries(
                queries.entries_of(self.member, self.pair.pk)[:50], names := queries.who_helped(self.member)
            ),
            "keys": rendering.keys(queries.keys_of(self.member, self.pair.pk)[:50], names),
            "invitations": partner_invitations(self.member).filter(pair_id=self.pair.pk),
        }

    def _form(self, data: Any = None) -> Form:
        return forms.HelperForm(data, facilitators=queries.facilitators(self.member))

    def _here(self) -> str:
        return reverse("assistance:without-computer", args=[self.pair.pk])


class _OfMine(PairAct):
    permission = permissions.ASK_FOR_HELP

    def back(self) -> str:
        return reverse("assistance:without-computer", args=[self.pair.pk])


class EndHelper(_OfMine):
    """Take back that somebody may help."""

    def act(self) -> str:
        choice = queries.helpers_of(self.member, self.pair.pk).filter(pk=self.kwargs["pk"]).first()
        if choice is None:
            raise Http404
        actions.end_helper(choice=choice, by=self.member)
        return _("They can no longer help you here.")


class Codes(OfPair):
    """A new sheet of codes to read out; the one before is dead."""

    permission = permissions.ASK_FOR_HELP
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        if self.sides.mine is None:
            raise Http404
        organisation: Any = request.organisation  # type: ignore[attr-defined]
        return rendering.sheet_of(actions.make_codes(by=self.member), organisation)


class Paper(OfPair):
    """A paper form, or a telephone script, in a language of one's choice; for a keypad, in an order of one's own."""

    permission = permissions.ASK_FOR_HELP

    def get(self, request: HttpRequest, pair: UUID) -> HttpResponse:
        kind, language = request.GET.get("kind", rendering.PAPER), request.GET.get("language", get_language() or "")
        if self.sides.mine is None or kind not in rendering.KINDS or language not in dict(settings.LANGUAGES):
            raise Http404
        asked = request.GET.get("instrument", "")
        organisation: Any = request.organisation  # type: ignore[attr-defined]
        if (kind, asked) == (rendering.PAPER, rendering.SNAPBACK):
            return rendering.snapback_paper(language, organisation)
        definition = next((one for one in queries.on_paper(self.member) if one.code == asked or not asked), None)
        if definition is None:
            raise Http404
        keys = queries.own_order(definition, self.sides.mine.pk) if kind == rendering.KEYPAD else definition.items
        alone = definition.felt_heard and voices.asks_felt_heard(self.member, self.pair.pk)
        return rendering.paper_of(definition, kind, language, organisation, keys, felt_heard=alone)


class Help(FormPage):
    """Whom I may help, and the half hour that is going on."""

    permission = permissions.HELP
    template = "assistance/help_page.html"
    read_as = AssistedSession

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page(forms.StartForm(people=self.people))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = forms.StartForm(request.POST, people=self.people)
        if form.is_valid():
            seat, signed = UUID(form.cleaned_data["seat"]), form.cleaned_data["confidential"]
            try:
                made = actions.start(seat_id=seat, confidential=signed, by=self.member)
            except DomainError as refusal:
                form.add_error(None, str(refusal.message))
            else:
                return HttpResponseRedirect(reverse("assistance:session", args=[made.pk]))
        return self.page(form)

    def more(self) -> dict[str, Any]:
        return {"people": self.people, "session": queries.going_on(self.member), "me": self.member}

    @cached_property
    def people(self) -> list[queries.Helped]:
        actions.recognise(by=self.member)
        return queries.people_i_may_help(self.member)


class OfSession(Guarded):
    """A page of a half hour that is going on, for its helper. What is over does not exist."""

    permission = permissions.HELP

    @cached_property
    def session(self) -> AssistedSession:
        return queries.live_as_helper(self.member, self.kwargs["session"])

    def session_url(self) -> str:
        return reverse("assistance:session", args=[self.session.pk])


class SessionPage(OfSession):
    """What waits for the person's answer or key."""

    def get(self, request: HttpRequest, session: UUID) -> HttpResponse:
        waiting = [
            (found, found.definition.in_language(get_language()))
            for found in queries.rounds_to_enter(self.member, self.session)
        ]
        context = {"waiting": waiting, "decisions": queries.decisions_to_sign(self.member, self.session)}
        return render(request, "assistance/session_page.html", {**context, "session": self.session})


class SessionEnd(Guarded):
    """End a half hour, by the helper or by the person."""

    permission = permissions.HELP
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, session: UUID) -> HttpResponse:
        found = queries.sessions_for(self.member).filter(pk=session).first()
        if found is None:
            raise Http404
        actions.end(session=found, by=self.member)
        messages.success(request, _("The half hour is over. What was not confirmed is gone."))
        if found.person_id == self.member.pk:
            return HttpResponseRedirect(reverse("assistance:without-computer", args=[found.pair_id]))
        return HttpResponseRedirect(reverse(LIST))


class Enter(FormPage, OfSession):
    """Type what the person says: with the questions, or as numbers alone."""

    template = "assistance/enter_page.html"
    read_as = AssistedEntry

    @cached_property
    def asked(self) -> queries.ToEnter:
        return queries.round_to_enter(self.member, self.session, self.kwargs["round"])

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        before = queries.entered(self.member, self.asked)
        typed = forms.NumbersForm.initial_of(self.asked, before[0], keeps_sealed=before[1]) if before else None
        return self.page(self._form(initial=typed))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self._form(request.POST)
        if form.is_valid():
            try:
                entry = actions.enter(session=self.session, round_id=self.asked.id, **form.typed(), by=self.member)
            except DomainError as refusal:
                form.add_error(None, str(refusal.message))
            else:
                return HttpResponseRedirect(reverse("assistance:confirm", args=[self.session.pk, entry.pk]))
        return self.page(form)

    def more(self) -> dict[str, Any]:
        words = self.asked.definition.in_language(get_language())
        return {"session": self.session, "words": words, "cancel_url": self.session_url()}

    def _form(self, *args: Any, **kwargs: Any) -> forms.NumbersForm:
        language = get_language() or ""
        return forms.NumbersForm(self.asked, *args, blind=self.session.blind, language=language, **kwargs)


class Script(OfSession):
    """What to say on the telephone. Whoever may not read the questions has none."""

    def get(self, request: HttpRequest, session: UUID, **kwargs: UUID) -> HttpResponse:
        asked = queries.round_to_enter(self.member, self.session, kwargs["round"])
        if self.session.blind:
            raise Http404
        organisation: Any = request.organisation  # type: ignore[attr-defined]
        return rendering.paper_of(
            asked.definition, rendering.SCRIPT, get_language() or "", organisation, asked.definition.items,
            felt_heard=asked.felt_heard,
        )  # fmt: skip


class Confirm(FormPage, OfSession):
    """The code that the person reads out makes the entry count."""

    form_class = forms.ReadBackForm
    template = "assistance/confirm_page.html"
    read_as = AssistedEntry

    @cached_property
    def entry(self) -> AssistedEntry:
        found = AssistedEntry.objects.filter(session=self.session, pk=self.kwargs["entry"], confirmed_at__isnull=True)
        if (entry := found.first()) is None:
            raise Http404
        return entry

    def save(self, typed: dict[str, Any]) -> str:
        actions.confirm(entry=self.entry, said=typed["code"], by=self.member)
        messages.success(self.request, _("It counts now. Thank the person."))
        return self.session_url()

    def more(self) -> dict[str, Any]:
        again = reverse("assistance:enter", args=[self.session.pk, self.entry.round_id])
        asked = queries.round_to_enter(self.member, self.session, self.entry.round_id)
        said, keeps_sealed = queries.entered(self.member, asked) or (Said(), False)
        rows = rendering.said_back(asked, said, blind=self.session.blind, language=get_language() or "")
        return {
            "session": self.session, "number": queries.next_number(self.session), "cancel_url": again, "rows": rows,
            "keeps_sealed": keeps_sealed,
        }  # fmt: skip


class Sign(FormPage, OfSession):
    """The exact text of a decision to read out, and the code that puts the person's key under it."""

    form_class = forms.ReadBackForm
    template = "assistance/sign_page.html"
    read_as = AssistedKey

    @cached_property
    def decision(self) -> queries.ToSign:
        return queries.decision_to_sign(self.member, self.session, self.kwargs["decision"])

    def save(self, typed: dict[str, Any]) -> str:
        shown = self.request.POST.get("shown", "")
        state = actions.sign_decision(
            session=self.session, decision=self.decision.id, shown=shown, said=typed["code"], by=self.member
        )
        both = _("Both have signed. The decision stands. Thank the person.")
        messages.success(self.request, both if state == "agreed" else _("The person has signed. Thank them."))
        return self.session_url()

    def more(self) -> dict[str, Any]:
        number = queries.next_number(self.session)
        return {"decision": self.decision, "number": number, "cancel_url": self.session_url()}
