"""The pages of leaving: after a fresh proof, in plain words, and one's own alone."""

from __future__ import annotations

import io
import uuid
import zipfile
from datetime import timedelta
from typing import Any

from django.core import mail
from django.utils import timezone

from rollout.accounts.models import Account, Session
from rollout.accounts.sessions import PROVED
from rollout.jobs import work
from rollout.jobs.models import Job
from rollout.leaving import queries
from rollout.leaving.models import Erasure
from tests import world
from tests.rollout.leaving.life import Life
from tests.world_accounts import signed_in
from tests.world_pairs import text_of


def zipped(answer: Any) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        return set(file.namelist())


def test_she_asks_is_told_and_fetches_it(life: Life, petra: Account):
    client = signed_in(petra)
    assert "Take what your account holds" in text_of(client.get("/yours/"))
    answer = client.post("/yours/prepare/", follow=True)
    assert "1 organisation knows you." in text_of(answer)
    assert "It is being prepared." in text_of(answer)
    work.run(work.claim(Job.objects.get(kind=queries.COLLECT).pk))
    answer = client.get("/yours/")
    assert "Take what is yours at Northmoor Hospitals Group" in text_of(answer)
    (download,) = queries.downloads_of(petra)
    fetched = client.post(f"/yours/{download.id}/")
    assert (fetched.status_code, fetched["Content-Type"]) == (200, "application/zip")
    assert fetched["Content-Disposition"] == 'attachment; filename="yours.zip"'
    assert fetched["Cache-Control"] == "no-store"
    assert {"index.html", "data.json", "projects-decision.csv"} <= zipped(fetched)
    account = client.post("/yours/account/")
    assert {"index.html", "data.json", "accounts-session.csv"} <= zipped(account)
    partner = signed_in(Account.objects.get(pk=life.partner.pk))
    hidden, unknown = (partner.post(f"/yours/{job}/") for job in (download.id, uuid.uuid4()))
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert client.get(f"/yours/{download.id}/").status_code == 405


def test_a_proof_that_is_old_is_asked_for_again(life: Life, petra: Account):
    client = signed_in(petra)
    session = client.session
    session[PROVED] = (timezone.now() - timedelta(minutes=11)).isoformat()
    session.save()
    for path in ("/yours/", "/leave/"):
        assert client.get(path)["Location"] == f"/second-step/?next=%2F{path.strip('/')}%2F"
    for path in ("/yours/prepare/", "/yours/account/", f"/yours/{uuid.uuid4()}/"):
        assert client.post(path)["Location"] == "/second-step/?next=%2Fyours%2F"
    assert client.post("/leave/", {"sure": "on"})["Location"] == "/second-step/?next=%2Fleave%2F"
    assert not Job.objects.filter(kind=queries.COLLECT).exists()
    assert queries.waiting_erasure(petra) is None


def test_asking_to_be_forgotten_signs_out_and_can_be_taken_back(life: Life, petra: Account):
    client, elsewhere = signed_in(petra), signed_in(petra)
    page = text_of(client.get("/leave/"))
    assert "What you and a partner both signed stays with your partner" in page
    assert "Tick that you have read what happens." in text_of(client.post("/leave/", {}))
    assert queries.waiting_erasure(petra) is None
    mail.outbox.clear()
    answer = client.post("/leave/", {"sure": "on"})
    assert "We forget you in 7 days." in text_of(answer)
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert [(told.to, told.subject) for told in mail.outbox] == [([petra.email], "You asked us to forget you")]
    assert "/yours/" in mail.outbox[0].body
    assert not Session.objects.filter(account=petra).exists()
    assert elsewhere.get("/yours/")["Location"].startswith("/sign-in/")
    client = signed_in(petra)
    assert "You asked us to forget you. It happens on" in text_of(client.get("/yours/"))
    assert "Your account stays as it is." in text_of(client.post("/leave/stay/", follow=True))
    assert queries.waiting_erasure(petra) is None


def test_the_only_lead_reads_what_to_do_first(db: None, north: Any):
    lead = world.lead(north)
    account = Account.objects.get(pk=lead.pk)
    client = signed_in(account)
    page = text_of(client.post("/leave/", {"sure": "on"}))
    assert (
        "You are the only rollout lead of Northmoor Hospitals Group. Give this office to somebody else first." in page
    )
    assert not Erasure.objects.filter(account=account).exists()
    assert Session.objects.filter(account=account).exists()


def test_the_page_costs_the_same_for_one_download_and_for_three(db: None, north: Any, django_assert_num_queries: Any):
    account = world.account("Ada Many")
    client = signed_in(account)

    def asked(count: int) -> None:
        for number in range(count):
            Job.objects.create(
                organisation=north, kind=queries.COLLECT, key=f"{count}{number}", person=account.pk,
                capacity="partner", due_at=timezone.now(), created_at=timezone.now(),
            )  # fmt: skip

    asked(1)
    client.get("/yours/")
    with django_assert_num_queries(6, using="platform"):
        client.get("/yours/")
    asked(2)
    with django_assert_num_queries(6, using="platform"):
        assert text_of(client.get("/yours/")).count("It is being prepared.") == 3


def test_the_way_there_leads_from_an_organisation_s_host(north: Any, browser_of: Any):
    reader = world.member(north, "Rita Reader")
    client = browser_of(reader, north)
    assert 'href="/yours/"' in client.get("/profile/").content.decode()
    assert client.get("/yours/")["Location"].endswith("localhost/yours/")
