"""The pages of a project, as the two partners use them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test.utils import CaptureQueriesContext

from rollout.kernel import clock
from tenants.workplan.actions import plan
from tenants.workplan.models import PairFile, PlanTask, ProjectFrame
from tests import world
from tests.permissions.doors import boxes
from tests.world import inside
from tests.world_pairs import accepted, text_of
from tests.world_projects import workshop
from tests.world_workplan import framed, kept, measured, pdf, person, picture


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


def queries_of(client, address):
    with CaptureQueriesContext(connections["default"]) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_aim_and_reasons_from_the_first_word_to_two_keys(shop, mine, theirs):
    place = f"/pairs/{shop.pair.pk}/project/"
    assert "Nothing is written yet." in text_of(mine.get(place))
    mine.post(f"{place}write/", {"aim": "Fewer letters", "place": "Clinic"})
    said = text_of(mine.get(place))
    assert "Before you can sign:" in said
    assert "Say by when." in said
    assert "Sign this text" not in said
    everything = {"aim": "Fewer letters", "place": "Clinic", "how_much": "Half", "theme": "access",
                  "whose_issue": "Ours", "how_we_know": "We asked", **boxes("by_when", -90)}  # fmt: skip
    theirs.post(f"{place}write/", everything)
    theirs.post(f"{place}sources/", {"kind": "professional_partner", "name": "Priya"})
    assert "besides the professional partner" in text_of(mine.get(place))
    assert "both keys are cleared" not in text_of(theirs.get(f"{place}sources/"))
    said = text_of(theirs.post(f"{place}sources/", {"kind": "group", "name": "Heart group"}, follow=True))
    assert "Sign this text" in said
    with inside(shop.organisation, shop.citizen):
        shown = ProjectFrame.objects.get().content_hash
    assert "Your partner can sign now." in text_of(mine.post(f"{place}sign/", {"shown": shown}, follow=True))
    assert "Read and sign the aim and the reasons" in text_of(theirs.get("/pairs/"))
    assert "Your project is active." in text_of(theirs.post(f"{place}sign/", {"shown": shown}, follow=True))
    for page in (place, f"{place}sources/"):
        assert "both keys are cleared and both sign again" in text_of(mine.get(page)), "it is said before"


def test_the_pairs_page_leads_to_all_five(shop, mine):
    said = text_of(mine.get(f"/pairs/{shop.pair.pk}/"))
    for title in ("Aim and reasons", "Plan", "Measures", "People around us", "Files"):
        assert f">{title}</a>" in said


def test_the_plan_is_ticked_off_and_undone(shop, mine):
    place = f"/pairs/{shop.pair.pk}/plan/"
    said = text_of(mine.post(place, {"text": "Ask the bus company", "who": "citizen"}, follow=True))
    assert "Ask the bus company" in said
    assert "Cora Citizen" in said
    assert "Type what is to be done." in text_of(mine.post(place, {"text": " ", "who": "both"}))
    with inside(shop.organisation, shop.citizen):
        task = PlanTask.objects.get()
    move = f"{place}tasks/{task.pk}/move/"
    assert "Done and dropped" in text_of(mine.post(move, {"to": "done"}, follow=True))
    assert "It is open again." in text_of(mine.post(move, {"to": "open"}, follow=True))
    assert mine.post(move, {"to": "elsewhere"}).status_code == 404


def test_a_day_that_has_passed_is_said_without_blame(shop, mine):
    with inside(shop.organisation, shop.citizen):
        plan.add_task(pair=shop.pair, text="Ask", due_on=clock.today() - timedelta(days=1), by=shop.citizen)
    assert "Day has passed" in text_of(mine.get(f"/pairs/{shop.pair.pk}/plan/"))


def test_a_measure_with_its_chart(shop, mine):
    measure = measured(shop)
    place = f"/pairs/{shop.pair.pk}/measures/{measure.pk}/"
    said = text_of(mine.post(place, {"value": "22.5", **boxes("on", 2)}, follow=True))
    assert "<svg" in said
    assert "The new letter went out" in said
    assert "That is better." in said
    assert "There is already a value for that day." in text_of(mine.post(place, {"value": "1", **boxes("on", 2)}))
    table = mine.get(f"/pairs/{shop.pair.pk}/measures/measures.csv")
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    assert b"22.50" in table.content


def test_people_around_are_a_table_and_agreed_by_two(shop, mine, theirs):
    around = person(shop)
    place = f"/pairs/{shop.pair.pk}/people/"
    mine.post(f"{place}{around.pk}/approach/", {"who": "professional"})
    said = text_of(theirs.get(f"{place}{around.pk}/"))
    assert "Priya Professional, not agreed yet" in said
    assert "Yes, that is agreed" in said
    assert "Yes, that is agreed" not in text_of(mine.get(f"{place}{around.pk}/"))
    theirs.post(f"{place}{around.pk}/confirm/", {"shown": "professional"})
    said = text_of(theirs.get(place))
    assert "So far only Priya Professional speaks with people." in said
    assert '<th scope="row"' in said
    assert "Nothing about this person" in text_of(theirs.post(f"{place}{around.pk}/remove/", follow=True))


def send(client, place, name, content, **more):
    sent = SimpleUploadedFile(name, content, content_type="text/html")
    return client.post(place, {"title": "Voices", "kind": "evidence", "file": sent, **more}, follow=True)


def test_a_file_is_a_download_for_two_and_404_for_others(shop, mine, theirs, browser_of):
    result = shop.result()
    place = f"/pairs/{shop.pair.pk}/files/"
    assert "The file is uploaded." in text_of(send(mine, place, "voices.html", pdf(), result=str(result.pk)))
    with inside(shop.organisation, shop.citizen):
        file = PairFile.objects.get()
    answer = theirs.get(f"{place}{file.pk}/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert answer["Content-Disposition"] == 'attachment; filename="voices.pdf"'
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "application/pdf")
    outsider = workshop(shop.organisation, "Another pair").professional
    for stranger in (outsider, world.lead(shop.organisation)):
        assert browser_of(stranger, shop.organisation).get(f"{place}{file.pk}/").status_code == 404
    assert "Evidence for:" in text_of(theirs.get(f"{place}?result={result.pk}"))
    assert "files/?result=" in text_of(theirs.get(f"/pairs/{shop.pair.pk}/results/{result.pk}/"))
    assert theirs.get(f"{place}{file.pk}/take-away/").status_code == 404, "it is not theirs"
    assert f'href="{place}{file.pk}/take-away/"' in text_of(mine.get(place))
    sure = text_of(mine.get(f"{place}{file.pk}/take-away/"))
    assert "The file itself is gone for both of you, at once and for good." in sure
    assert f"It is evidence for the result “{result.title}”." in sure
    assert "Taken away on" not in text_of(theirs.get(place)), "looking takes nothing away"
    said = text_of(theirs.post(f"{place}{file.pk}/take-away/", follow=True))
    assert "Only the person who uploaded a file can take it away." in said
    mine.post(f"{place}{file.pk}/take-away/")
    assert "Taken away on" in text_of(theirs.get(place))
    assert theirs.get(f"{place}{file.pk}/").status_code == 404
    assert mine.get(f"{place}{file.pk}/take-away/").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("page.png", b"<html><script>alert(1)</script>", "This kind of file is not taken."),
        ("empty.txt", b"", "The file is empty. Choose it again."),
        ("big.txt", b"x" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
        ("drawing.svg", b"<svg/>", "This kind of file is not taken."),
    ],
)
def test_what_is_not_taken_is_said_beside_the_file(shop, mine, name, content, words):
    said = text_of(send(mine, f"/pairs/{shop.pair.pk}/files/", name, content))
    assert words in said
    assert 'href="#id_file"' in said
    assert 'value="Voices"' in said
    with inside(shop.organisation, shop.citizen):
        assert not PairFile.objects.exists()


def test_ten_gigabytes_are_refused_before_a_byte_is_read(shop, mine):
    answer = mine.generic(
        "POST", f"/pairs/{shop.pair.pk}/files/", b"--x--", "multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(10 * 2**30),
    )  # fmt: skip
    assert answer.status_code == 400


def test_the_options_of_a_major_decision_on_its_pages(shop, mine, theirs):
    place = f"/pairs/{shop.pair.pk}/decisions/"
    typed = {"title": "Which clinic", "text": "The near one.", "is_major": "on", "propose": "1", **boxes("due_on", -9)}
    answer = mine.post(f"{place}new/", typed)
    address = answer["Location"]
    said = text_of(mine.get(address))
    assert "This is a major decision." in said
    assert "Decide by" in said
    assert "Major" in text_of(mine.get(place))
    assert "needs at least two options" in text_of(mine.post(f"{address}propose/", follow=True))
    for client, text in ((mine, "Go there"), (theirs, "Stay here")):
        assert "Your option lies on the board." in text_of(
            client.post(f"{address}options/", {"text": text, "assumes": "A bus"}, follow=True)
        )
    said = text_of(mine.post(f"{address}propose/", follow=True))
    assert "The decision is proposed." in said
    assert "Stay here" in said
    assert "The options stay as they are" in text_of(mine.post(f"{address}options/", {"text": "Another"}))
    theirs.post(f"{address}contest/", {"reason": "Too far"})
    page = text_of(mine.get(address))
    assert "There is room for the words of both of you." in page
    assert "has not written" not in page


@pytest.mark.parametrize("page", ["", "project/", "plan/", "measures/", "people/", "files/"])
def test_a_list_costs_the_same_with_one_and_with_three(shop, mine, page):
    address = f"/pairs/{shop.pair.pk}/{page}"

    def one_more(number):
        framed(shop, source="data")
        measured(shop, name=f"Measure {number}")
        person(shop, f"Person {number}")
        kept(shop, content=picture(), result=shop.result() if number else None)
        with inside(shop.organisation, shop.citizen):
            plan.add_task(pair=shop.pair, text="Ask", due_on=clock.today(), by=shop.citizen)
            plan.add_milestone(pair=shop.pair, text="There", by=shop.citizen)
            closed = plan.add_task(pair=shop.pair, text="Ask", by=shop.citizen)
            plan.move(line=closed, to="done", by=shop.citizen)

    one_more(0)
    mine.get(address)
    before = queries_of(mine, address)
    for number in (1, 2):
        one_more(number)
    assert queries_of(mine, address) <= before


def test_home_costs_the_same_with_one_thing_and_with_three(shop, mine):
    def one_more():
        with inside(shop.organisation, shop.citizen):
            plan.add_task(pair=shop.pair, text="Ask", due_on=clock.today(), by=shop.citizen)

    one_more()
    mine.get("/pairs/")
    before = queries_of(mine, "/pairs/")
    one_more()
    one_more()
    assert queries_of(mine, "/pairs/") == before
