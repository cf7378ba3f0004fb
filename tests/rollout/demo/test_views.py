"""One-click sign-in and the outbox: for the demo alone."""

from __future__ import annotations

import uuid

import pytest
from django.core.mail import EmailMultiAlternatives

from rollout.accounts.models import Account
from rollout.accounts.outbox import Outbox
from rollout.config.settings import base
from rollout.demo.links import sign_in_path
from tests import world
from tests.world_accounts import BASE, Browser

NORTH = "north.localhost"


@pytest.fixture
def outbox(settings, tmp_path):
    settings.OUTBOX_DIR = tmp_path

    def send(subject: str, text: str, html: str = "") -> None:
        letter = EmailMultiAlternatives(subject, text, "no-reply@example.org", ["ada@example.org"])
        if html:
            letter.attach_alternative(html, "text/html")
        Outbox().send_messages([letter])

    return send


def test_one_click_leads_into_the_organisation(north):
    member, browser = world.member(north, "Petra Partner"), Browser()
    url, page = browser.follow(f"http://{BASE}{sign_in_path(member.pk, 'north', '/notices/')}")
    assert url == f"http://{NORTH}/notices/"
    assert "Petra Partner" in page.content.decode()


def test_another_click_is_another_person(north):
    browser = Browser()
    for name in ("Petra Partner", "Otto Other", "Petra Partner"):
        member = world.member(north, name)
        _url, page = browser.follow(f"http://{BASE}{sign_in_path(member.pk, 'north', '/notices/')}")
        assert name in page.content.decode()


@pytest.mark.django_db
def test_a_wrong_link_is_not_found():
    path = sign_in_path(uuid.uuid4(), "north")
    for wrong in (path, "/demo/sign-in/x/", "/demo/sign-in/" + "0" * 40 + "/"):
        assert Browser().on(BASE).get(wrong).status_code == 404


def test_a_link_of_a_closed_account_is_not_found(north):
    member = world.member(north, "Petra Partner")
    Account.objects.filter(pk=member.pk).update(is_active=False)
    assert Browser().on(BASE).get(sign_in_path(member.pk, "north")).status_code == 404


def test_a_link_leads_to_our_own_organisations_alone(north):
    member = world.member(north, "Petra Partner")
    path = sign_in_path(member.pk, "evil.example")
    assert Browser().on(BASE).get(path)["Location"] == "/"
    url, _page = Browser().follow(f"http://{BASE}{sign_in_path(member.pk, 'north', '//evil.example')}")
    assert url.startswith(f"http://{NORTH}/")


@pytest.mark.django_db
def test_the_outbox_shows_codes_and_links(outbox):
    browser = Browser().on(BASE)
    assert "No e-mail has been sent yet." in browser.get("/demo/outbox/").content.decode()
    outbox("Your sign-in code", "Type it:\n\nBCDF-GHJK\n\nBye")
    outbox("An invitation <b>", "Open http://north.localhost:8000/invitations/abc/?a=1&b=2. <script>x</script>")
    page = browser.get("/demo/outbox/").content.decode()
    assert page.index("An invitation") < page.index("Your sign-in code")
    assert ">BCDF-GHJK</strong>" in page
    link = "http://north.localhost:8000/invitations/abc/?a=1&amp;b=2"
    assert f'<a href="{link}">{link}</a>. &lt;script&gt;' in page
    assert "<script>x" not in page
    name = page.split('href="/demo/outbox/')[3].split('/"')[0]
    assert "BCDF-GHJK" in browser.get(f"/demo/outbox/{name}/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e%2fsecrets", "0" * 300])
def test_a_letter_that_does_not_exist(outbox, name):
    assert Browser().on(BASE).get(f"/demo/outbox/{name}/").status_code == 404


def test_an_organisation_s_host_leads_to_the_one_outbox(north, browser_of):
    assert browser_of(None, north).get("/demo/outbox/")["Location"] == f"http://{BASE}/demo/outbox/"


def test_a_production_server_has_no_demo():
    assert "rollout.demo" not in base.INSTALLED_APPS
    assert not base.DEMO
