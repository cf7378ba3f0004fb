"""The pages: nothing typed is lost, what may tell is shown, and each list costs the same for one and for three."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from rollout.kernel import clock
from tenants.pairs import actions as pairs
from tenants.reflections import queries
from tenants.reflections.actions import learning, own, together
from tenants.reflections.models import LearningShare, PairReflection
from tests.world import inside
from tests.world_pairs import accepted, text_of
from tests.world_projects import workshop

HOSTILE = "\u202egnp.exe <script>alert(1)</script> " + "e" + "\u0301" * 10_000 + " \u2066end"


@pytest.fixture
def shop(north):
    made = workshop(north)
    accepted(*made.partners)
    return made


@pytest.fixture
def mine(shop, browser_of):
    return browser_of(shop.professional, shop.organisation)


@pytest.fixture
def theirs(shop, browser_of):
    return browser_of(shop.citizen, shop.organisation)


def boxes(name, moment):
    return {f"{name}_day": moment.day, f"{name}_month": moment.month, f"{name}_year": moment.year}


def asked(client, address):
    client.get(address)
    with (
        CaptureQueriesContext(connections["default"]) as first,
        CaptureQueriesContext(connections["platform"]) as second,
    ):
        answer = client.get(address)
    assert answer.status_code == 200
    found = [one["sql"] for one in (*first, *second)]
    return sum(sql.startswith("SELECT") and "set_config" not in sql for sql in found)


def test_what_may_tell_is_shown_before_it_is_saved_and_nothing_typed_is_lost(shop, mine):
    typed = "Mr Brown on ward 7 said:\r\nno. Call 07700 900123."
    said = text_of(mine.post("/reflections/new/", {"text": typed}))
    assert "This may tell who somebody is." in said
    assert "Perhaps a name: “<bdi>Mr Brown</bdi>”" in said
    assert "Perhaps a phone number: “<bdi>07700 900123</bdi>”" in said
    assert "no. Call 07700 900123." in said
    assert 'name="anyway"' in said
    with inside(shop.organisation, shop.professional):
        assert not queries.reflections_of(shop.professional).exists()
    saved = text_of(mine.post("/reflections/new/", {"text": typed, "anyway": "on"}, follow=True))
    assert "Only you can read it." in saved
    assert "no. Call 07700 900123." in saved
    page = text_of(mine.get("/reflections/new/"))
    assert 'name="anyway"' not in page
    assert "Who can read this:</strong> Only you." in page


def test_from_a_reflection_to_a_passage_and_back(shop, mine, theirs):
    mine.post("/reflections/new/", {"text": "Before. I still speak first. After."})
    with inside(shop.organisation, shop.professional):
        (row,) = queries.reflections_of(shop.professional)
    here = f"/reflections/{row.pk}/"
    assert theirs.get(here).status_code == 404
    share = {"passage": "I speak first.", "pair": str(shop.pair.pk)}
    refused = text_of(mine.post(f"{here}share/", share))
    assert "These words do not stand in your reflection like this." in refused
    assert "I speak first.</textarea>" in refused
    said = text_of(mine.post(f"{here}share/", {**share, "passage": "I still speak first."}, follow=True))
    assert "Cora Citizen can read this since" in said
    read = text_of(theirs.get(f"/pairs/{shop.pair.pk}/reflections/"))
    assert "I still speak first." in read
    assert "Before." not in read
    with inside(shop.organisation, shop.professional):
        (passage,) = queries.passages_from(shop.professional)
    assert theirs.post(f"/reflections/passages/{passage.pk}/take-back/").status_code == 404
    mine.post(f"/reflections/passages/{passage.pk}/take-back/")
    assert "I still speak first." not in text_of(theirs.get(f"/pairs/{shop.pair.pk}/reflections/"))
    assert "Other words." in text_of(mine.post(f"{here}change/", {"text": "Other words."}, follow=True))
    assert "Your reflection is deleted." in text_of(mine.post(f"{here}delete/", follow=True))
    assert mine.get(here).status_code == 404


def test_a_passage_goes_to_no_pair_that_was_not_offered(shop, mine):
    mine.post("/reflections/new/", {"text": "Words."})
    with inside(shop.organisation, shop.professional):
        (row,) = queries.reflections_of(shop.professional)
    other = workshop(shop.organisation, "Another")
    said = text_of(mine.post(f"/reflections/{row.pk}/share/", {"passage": "Words.", "pair": str(other.pair.pk)}))
    assert "cannot be chosen here" in said


def test_they_stay_after_leaving_and_are_taken_along(shop, mine):
    for text in ("First, with an é.", "Second."):
        mine.post("/reflections/new/", {"text": text})
    with inside(shop.organisation, shop.professional):
        pairs.leave(pair=shop.pair, by=shop.professional)
    assert 'href="/reflections/">My reflections</a>' in text_of(mine.get("/pairs/"))
    assert "Second." in text_of(mine.get("/reflections/"))
    told = mine.get("/reflections/download/")
    assert told["Content-Disposition"] == 'attachment; filename="my-reflections.txt"'
    assert "First, with an é." in told.content.decode()
    rows = json.loads(mine.get("/reflections/download/?as=json").content)
    assert [row["text"] for row in rows] == ["Second.", "First, with an é."]


def test_a_time_together_from_the_day_to_two_keys(shop, mine, theirs):
    here = f"/pairs/{shop.pair.pk}/reflections/"
    assert "No time planned yet." in text_of(mine.get(here))
    mine.post(f"{here}plan/", boxes("on", clock.today()))
    with inside(shop.organisation, shop.citizen):
        slot = PairReflection.objects.get()
    there = f"{here}{slot.pk}/"
    assert "Your reflection time" in text_of(theirs.get("/pairs/"))
    mine.post(f"{there}part/", {"text": "His part."})
    assert "His part." in text_of(theirs.get(there))
    theirs.post(f"{there}text/", {"text": "Ours."})
    with inside(shop.organisation, shop.citizen):
        slot.refresh_from_db()
    said = text_of(mine.post(f"{there}sign/", {"shown": slot.content_hash}, follow=True))
    assert "You have signed. Your partner can sign now." in said
    said = text_of(theirs.post(f"{there}sign/", {"shown": slot.content_hash}, follow=True))
    assert "You have both signed. The next time is planned." in said
    assert "Write your part" not in said


def test_what_did_not_happen_asks_for_another_day_without_blame(shop, mine):
    with inside(shop.organisation, shop.professional):
        slot = together.plan(pair=shop.pair, on=clock.today(), by=shop.professional)
    there = f"/pairs/{shop.pair.pk}/reflections/{slot.pk}/missed/"
    page = text_of(mine.get(there))
    assert "Nobody counts this, and nobody else reads it." in page
    past = {"reason": "away", **boxes("next_on", clock.today() - timedelta(days=2))}
    assert "Choose today or a day after it." in text_of(mine.post(there, past))
    said = text_of(mine.post(there, {**past, **boxes("next_on", clock.today() + timedelta(days=2))}, follow=True))
    assert "That is fine. The other day is saved." in said


def test_the_chart_and_a_sentence_for_others(shop, mine, theirs):
    here = f"/pairs/{shop.pair.pk}/learning/"
    assert "Nothing here yet." in text_of(mine.get(here))
    mine.post(f"{here}new/", {"text": "Ask first.", "evidence": "Seen.", "changed": ""})
    with inside(shop.organisation, shop.professional):
        (row,) = queries.learnings_for(shop.professional)
    mine.post(f"{here}{row.pk}/share/", {"audience": "The <b>board</b>", "sentence": "Ask first."})
    with inside(shop.organisation, shop.professional):
        share = LearningShare.objects.get()
    for browser in (mine, theirs):
        said = text_of(browser.post(f"{here}shares/{share.pk}/sign/", {"shown": share.content_hash}, follow=True))
    assert "You have both signed. Now you can tell them." in said
    chart = mine.get(here).content.decode()
    assert "The &lt;b&gt;board&lt;/b&gt;" in chart
    assert "Nobody outside" not in chart
    theirs.post(f"{here}shares/{share.pk}/take-back/")
    assert "Nobody outside" in text_of(mine.get(here))


def test_hostile_text_is_kept_or_refused_and_stays_in_its_place(shop, mine, theirs):
    here = f"/pairs/{shop.pair.pk}"
    assert mine.post("/reflections/new/", {"text": HOSTILE}).status_code == 302
    assert mine.post("/reflections/new/", {"text": "x" * 20_001}).status_code == 200
    with inside(shop.organisation, shop.professional):
        (row,) = queries.reflections_of(shop.professional)
        assert queries.text_of(shop.professional, row) == HOSTILE
    for address in ("/reflections/", f"/reflections/{row.pk}/", f"{here}/my-reflections/"):
        page = mine.get(address).content.decode()
        assert "<script>alert" not in page
        assert page.count("\u0301") <= 10_000
    assert '<p class="typed" dir="auto">' in page or "…" in page
    long = mine.post(f"{here}/learning/new/", {"text": HOSTILE, "evidence": HOSTILE, "changed": HOSTILE})
    assert long.status_code == 200
    mine.post(f"{here}/learning/new/", {"text": HOSTILE[:900], "evidence": HOSTILE[:1900], "changed": "\u202eabc"})
    assert "<script>alert" not in theirs.get(f"{here}/learning/").content.decode()
    assert mine.post("/reflections/new/", {"text": "a\x00b"}).status_code == 200


@pytest.mark.parametrize("address", ["/reflections/", "{pair}/my-reflections/", "{pair}/reflections/",
                                     "{pair}/learning/", "/pairs/", "{pair}/"])  # fmt: skip
def test_a_list_costs_the_same_for_one_and_for_three(shop, mine, address):
    here = address.format(pair=f"/pairs/{shop.pair.pk}")

    def add(number):
        with inside(shop.organisation, shop.citizen):
            his = own.write(text=f"His {number}.", by=shop.citizen)
            own.share(reflection=his, pair=shop.pair, passage=f"His {number}.", by=shop.citizen)
        with inside(shop.organisation, shop.professional):
            me = shop.professional
            own.write(text=f"Mine {number}.", by=me)
            slot = together.plan(pair=shop.pair, on=clock.today(), by=me)
            together.write_part(slot=slot, text="Part.", by=me)
            slot = together.write(slot=slot, text="Ours.", by=me)
            together.sign(slot=slot, shown=slot.content_hash, by=me)
            row = learning.write(pair=shop.pair, text=f"Learnt {number}.", evidence="Seen.", by=me)
            share = learning.propose(learning=row, audience="Them", sentence="Words.", by=me)
            learning.sign(share=share, shown=share.content_hash, by=me)
        with inside(shop.organisation, shop.citizen):
            together.sign(slot=slot, shown=slot.content_hash, by=shop.citizen)
            learning.sign(share=share, shown=share.content_hash, by=shop.citizen)

    add(1)
    one = asked(mine, here)
    add(2)
    add(3)
    assert asked(mine, here) == one


def test_the_reminder_stands_on_the_home_page_until_one_writes_or_sets_it_aside(shop, browser_of):
    mine, theirs = (browser_of(who, shop.organisation) for who in shop.partners)
    said = text_of(mine.get("/reflections/"))
    assert "We can remind you to write." in said
    mine.post("/notifications/", {"how": "none", "reflect_weeks": "1"})
    assert "We remind you on" in text_of(mine.get("/reflections/"))
    for answered in (lambda: mine.post("/reflections/"), lambda: mine.post("/reflections/new/", {"text": "A week."})):
        with clock.at(clock.now() + timedelta(days=8)):
            assert "A moment to write for yourself" in text_of(mine.get("/pairs/"))
            assert "A moment to write for yourself" not in text_of(theirs.get("/pairs/"))
            assert "Not this time" in text_of(mine.get("/reflections/"))
            answered()
            assert "A moment to write for yourself" not in text_of(mine.get("/pairs/"))
            mine.post("/notifications/", {"how": "none", "reflect_weeks": "0"})
        mine.post("/notifications/", {"how": "none", "reflect_weeks": "1"})
    assert mine.post(f"/pairs/{shop.pair.pk}/my-reflections/").status_code == 405
