"""The comparison notices what it is there to notice: each promise is broken once, on purpose."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse

from rollout.kernel import views
from rollout.kernel.tenancy import PARTNER
from tenants.audit import actions as audit
from tenants.members.models import Member
from tenants.members.views.own import Profile
from tenants.pairs.views import OfPair
from tests.permissions.matrix import DOORS, Street
from tests.permissions.routes import ORGANISATION, pages
from tests.permissions.test_every_address import Seen, knock

LEAD = "rollout_lead"


def seen_at(street: Street, path: str, who: str) -> Seen:
    route = next(route for route in pages() if (route.host, route.path) == (ORGANISATION, path))
    seen = Seen(route, DOORS[str(route)])
    knock(street, seen, who)
    return seen


@pytest.mark.parametrize("path", ["/people/", "/pairs/<uuid:pair>/", "/profile/"])
def test_nothing_is_wrong_before(street: Street, path: str):
    for who in ("anonymous", "plain", PARTNER, LEAD):
        assert seen_at(street, path, who).wrong == []


def test_a_door_that_lets_everybody_in_is_noticed(street: Street, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(views, "allows", lambda *_: True)
    assert "200 instead of 404" in str(seen_at(street, "/people/", "plain").wrong)


def test_a_refusal_that_tells_what_it_refuses_is_noticed(street: Street, monkeypatch: pytest.MonkeyPatch):
    def refused(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse(f"no {str(kwargs['pair'])[:4]}", status=404)

    monkeypatch.setattr(OfPair, "dispatch", refused)
    assert "hidden and missing are not the same" in str(seen_at(street, "/pairs/<uuid:pair>/", "plain").wrong)


def test_one_question_more_about_what_is_hidden_is_noticed(street: Street, monkeypatch: pytest.MonkeyPatch):
    answer = OfPair.dispatch

    def asks_on(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        known = {str(things["pair"]) for things in street.house.things.values() if "pair" in things}
        if str(kwargs["pair"]) in known:
            Member.objects.filter(name=f"{uuid.uuid4()}").exists()
        return answer(self, request, *args, **kwargs)

    monkeypatch.setattr(OfPair, "dispatch", asks_on)
    assert "the database is asked differently" in str(seen_at(street, "/pairs/<uuid:pair>/", "plain").wrong)


def test_an_act_without_its_entry_is_noticed(street: Street, monkeypatch: pytest.MonkeyPatch):
    assert seen_at(street, "/people/invite/", LEAD).wrong == []
    monkeypatch.setattr(audit, "record", lambda *_, **__: None)
    assert "recorded" in str(seen_at(street, "/people/invite/", LEAD).wrong)


def test_a_page_that_writes_when_it_is_read_is_noticed(street: Street, monkeypatch: pytest.MonkeyPatch):
    read = Profile.get

    def writes(self: Any, request: HttpRequest) -> HttpResponse:
        Member.objects.filter(pk=self.member.pk).update(name="Another")
        return read(self, request)

    assert seen_at(street, "/profile/", "plain").written == set()
    monkeypatch.setattr(Profile, "get", writes)
    assert seen_at(street, "/profile/", "plain").written == {"members_member"}
