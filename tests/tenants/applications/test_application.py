"""What each writes alone stays sealed, what both sign is locked, and how they started stays for ever."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from rollout.kernel import clock
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.tenancy import settle
from rollout.organisations import actions as organisations
from tenants.applications import actions, queries, requirements
from tenants.applications.models import Application, JointText, Kind, OwnText
from tenants.members.models import OFFICES, Role
from tenants.pairs import actions as pairs
from tenants.projects.actions import shared_task
from tenants.workplan.actions import frame
from tests import world
from tests.world import inside, joined, sql
from tests.world_applications import put_down, ready, shown, signed, system_of, together
from tests.world_projects import workshop
from tests.world_workplan import frame_content
from tests.world_workplan import now as framed_now


@pytest.fixture
def shop(north):
    return workshop(north)


def refused(code):
    return pytest.raises(DomainError, match=f"^{code}$")


def keys(shop):
    with inside(shop.organisation, shop.citizen):
        return sql("SELECT count(*) FROM applications_applicationkey")[0][0]


@pytest.mark.parametrize("kind", Kind)
def test_what_one_wrote_alone_is_unreadable_until_both_have_put_it_down(north, shop, kind):
    put_down(shop, kind, shop.citizen)
    with inside(north, shop.professional):
        assert sql("SELECT count(*) FROM applications_owntext") == [(0,)]
        actions.write_own(pair=shop.pair, kind=kind, text="Only saved", is_put_down=False, by=shop.professional)
    for who, wanted in ((shop.professional, {"Only saved"}), (shop.citizen, {"Cora Citizen alone"})):
        with inside(north, who):
            assert {text for (text,) in sql("SELECT text FROM applications_owntext")} == wanted
    put_down(shop, kind, shop.professional)
    for who in shop.partners:
        with inside(north, who):
            assert sql("SELECT count(*) FROM applications_owntext") == [(2,)]


def test_one_kind_does_not_open_the_other(north, shop):
    put_down(shop, Kind.AMBITION, *shop.partners)
    put_down(shop, Kind.REFLECTION, shop.citizen)
    with inside(north, shop.professional):
        assert {text.kind for text in OwnText.objects.all()} == {Kind.AMBITION}


def test_it_can_be_changed_until_both_are_there_and_never_after(north, shop):
    put_down(shop, Kind.AMBITION, shop.citizen)
    put_down(shop, Kind.AMBITION, shop.citizen, text="better")
    put_down(shop, Kind.AMBITION, shop.professional)
    with refused("both_wrote"):
        put_down(shop, Kind.AMBITION, shop.citizen, text="after reading")
    with inside(north, shop.citizen), pytest.raises(DatabaseError, match="both_wrote"), transaction.atomic():
        sql("UPDATE applications_owntext SET text = 'x' WHERE seat_id IN (SELECT own_seats())")
    with inside(north, shop.citizen), pytest.raises(DatabaseError, match="put_down"), transaction.atomic():
        sql("UPDATE applications_owntext SET put_down_at = NULL WHERE seat_id IN (SELECT own_seats())")


def test_nobody_writes_in_the_partners_name(north, shop):
    put_down(shop, Kind.AMBITION, *shop.partners)
    with inside(north, shop.citizen):
        sql("UPDATE applications_owntext SET text = 'x' WHERE seat_id NOT IN (SELECT own_seats())")
        assert not OwnText.objects.filter(text="x").exists()


def test_the_joint_ambition_keeps_both_drafts_and_either_edits_it(north, shop):
    with refused("not_both"), inside(north, shop.citizen):
        actions.write_joint(pair=shop.pair, kind=Kind.AMBITION, text="alone", by=shop.citizen)
    joint = together(shop, Kind.AMBITION)
    with inside(north, shop.citizen):
        changed = actions.write_joint(pair=shop.pair, kind=Kind.AMBITION, text="better", by=shop.citizen)
        assert changed.pk == joint.pk
        assert (changed.citizen_text.text, changed.professional_text.text) == (
            "Cora Citizen alone", "Priya Professional alone",
        )  # fmt: skip
        assert changed.edited_by.member_id == shop.citizen.pk


def test_the_pair_alone_reads_how_many_ambitions_never_merged(north, shop):
    put_down(shop, Kind.AMBITION, *shop.partners)
    for who in shop.partners:
        with inside(north, who):
            assert queries.unmerged_ambitions(shop.pair.pk) == 2
    with inside(north, world.member(north, "Other")):
        assert queries.unmerged_ambitions(shop.pair.pk) == 0
    together(shop, Kind.AMBITION)
    with inside(north, shop.citizen):
        assert queries.unmerged_ambitions(shop.pair.pk) == 0


def test_what_is_missing_is_said_in_plain_words(north, shop):
    with inside(north, shop.citizen):
        assert [wanted.name for wanted in requirements.missing(shop.citizen, shop.pair)] == [
            "shared_task", "project", "ambition", "reflection", "host",
        ]  # fmt: skip
        application = actions.choose_host(pair=shop.pair, host="organisation", by=shop.citizen)
    with refused("not_ready"):
        signed(shop, application, shop.citizen)
    ready(shop)
    with inside(north, shop.citizen):
        assert requirements.missing(shop.citizen, shop.pair) == []


def test_another_room_can_ask_for_more(north, shop, monkeypatch):
    application = ready(shop)
    monkeypatch.setitem(requirements._checks, "aim", lambda member, pair: "Write your aim.")
    with inside(north, shop.citizen):
        assert [str(wanted.sentence) for wanted in requirements.missing(shop.citizen, shop.pair)] == ["Write your aim."]
    with refused("not_ready"):
        signed(shop, application, shop.citizen)


def test_two_keys_hand_it_in_word_for_word(north, shop):
    application = ready(shop)
    assert signed(shop, application, shop.citizen, shop.citizen).state == "draft"
    assert keys(shop) == 1
    application = signed(shop, application, shop.professional)
    assert (application.state, application.submitted_at is None) == ("submitted", False)
    assert application.content == {
        "task": "Letters that patients can read, in the heart clinic, before summer.",
        "ambition": "together", "reflection": "together",
        "citizen_ambition": "Cora Citizen alone", "professional_ambition": "Priya Professional alone",
        "citizen_reflection": "Cora Citizen alone", "professional_reflection": "Priya Professional alone",
        "theme": "pathway", "place": "Heart clinic, Northgate", "aim": "The wait for the first visit",
        "how_much": "From 40 days to 20", "by_when": (clock.today() + timedelta(days=90)).isoformat(),
        "whose_issue": "People who are sent by their doctor", "how_we_know": "They told us at the door",
        "sources": [["users", "Heart group", "We wait"]],
        "host": "organisation", "host_name": "Northmoor Hospitals Group", "system": None,
    }  # fmt: skip
    with inside(north, shop.citizen):
        assert sql("SELECT count(*) FROM audit_event WHERE action = 'application.submitted'") == [(1,)]


def test_a_text_that_was_not_read_is_not_signed(shop):
    application = ready(shop)
    old = shown(shop, application)
    with inside(shop.organisation, shop.professional):
        actions.write_joint(pair=shop.pair, kind=Kind.AMBITION, text="another", by=shop.professional)
    with inside(shop.organisation, shop.citizen), refused("text_changed"):
        actions.sign(application=application, shown=old, by=shop.citizen)


def edit_ambition(shop):
    actions.write_joint(pair=shop.pair, kind=Kind.AMBITION, text="other", by=shop.professional)


def edit_reflection(shop):
    actions.write_joint(pair=shop.pair, kind=Kind.REFLECTION, text="other", by=shop.professional)


def edit_task(shop):
    shared_task.write(pair=shop.pair, text="other", by=shop.professional)


def edit_host(shop):
    system = queries.systems_here().get()
    actions.choose_host(pair=shop.pair, host="system", system=system.pk, by=shop.professional)


def edit_project(shop):
    frame.write(pair=shop.pair, content=frame_content(place="Elsewhere"), by=shop.professional)


def add_source(shop):
    frame.add_source(pair=shop.pair, kind="data", name="A report", says="It is so", by=shop.professional)


def edit_project_by_hand(shop):
    sql("UPDATE workplan_projectframe SET state = 'draft', active_since = NULL, aim = 'Another'")


EDITS = (edit_ambition, edit_reflection, edit_task, edit_host, edit_project, add_source, edit_project_by_hand)


@pytest.mark.parametrize("edit", EDITS)
def test_any_edit_clears_the_keys(shop, edit):
    system_of(shop.organisation)
    application = ready(shop)
    signed(shop, application, shop.citizen)
    assert keys(shop) == 1
    with inside(shop.organisation, shop.professional):
        edit(shop)
    assert keys(shop) == 0


@pytest.mark.parametrize("edit", [edit_project, add_source])
def test_a_project_that_was_not_read_is_not_signed(shop, edit):
    application = ready(shop)
    signed(shop, application, shop.citizen)
    old = shown(shop, application)
    with inside(shop.organisation, shop.professional):
        edit(shop)
    with inside(shop.organisation, shop.professional), refused("not_ready"):
        actions.sign(application=application, shown=old, by=shop.professional)
    changed = framed_now(shop).content_hash
    for who in shop.partners:
        with inside(shop.organisation, who):
            frame.sign(pair=shop.pair, shown=changed, by=who)
    with inside(shop.organisation, shop.professional), refused("text_changed"):
        actions.sign(application=application, shown=old, by=shop.professional)
    assert (keys(shop), signed(shop, application, *shop.partners).state) == (0, "submitted")


def test_the_database_alone_refuses_a_project_that_is_not_signed(north, shop):
    application = ready(shop)
    signed(shop, application, shop.citizen)
    with inside(north, shop.citizen), pytest.raises(DatabaseError, match="not_ready"), transaction.atomic():
        edit_project_by_hand(shop)
        sql("UPDATE applications_application SET content = application_content(id),"
            " content_hash = encode(sha256(convert_to(application_words(id), 'UTF8')), 'hex')")  # fmt: skip
        sql("UPDATE applications_application SET state = 'submitted', submitted_at = now()")


def test_a_pair_applies_to_its_organisation_or_a_system_of_it_and_nowhere_else(north, south, shop):
    mine, foreign = system_of(north), system_of(south, "Southvale System")
    with inside(north, shop.citizen):
        for host, system in (("", None), ("system", None), ("system", foreign.pk), ("system", uuid.uuid4())):
            with refused("no_host"):
                actions.choose_host(pair=shop.pair, host=host, system=system, by=shop.citizen)
        chosen = actions.choose_host(pair=shop.pair, host="system", system=mine.pk, by=shop.citizen)
        assert chosen.host_name == "Northmoor Care System"


def test_a_system_that_the_organisation_has_left_takes_no_application(north, shop):
    system, application = system_of(north), ready(shop)
    with inside(north, shop.citizen):
        actions.choose_host(pair=shop.pair, host="system", system=system.pk, by=shop.citizen)
    organisations.leave_system(system=system, organisation=north)
    with refused("not_ready"):
        signed(shop, application, shop.citizen)


def test_operators_keep_systems_with_a_command(north, capsys):
    call_command("system", "add", "Coast Partnership", "--kind", "place")
    call_command("system", "join", "Coast Partnership", "north")
    call_command("system", "join", "Coast Partnership", "north")
    call_command("system", "list")
    assert "Coast Partnership\tplace\tnorth" in capsys.readouterr().out
    call_command("system", "leave", "Coast Partnership", "north")
    call_command("system", "list")
    assert "Coast Partnership\tplace\t\n" in capsys.readouterr().out
    for name, slug in (("Nothing", "north"), ("Coast Partnership", "nowhere")):
        with pytest.raises(CommandError, match="There is no"):
            call_command("system", "join", name, slug)


def test_either_takes_back_what_was_handed_in_and_a_new_one_can_begin(north, shop):
    application = signed(shop, ready(shop), *shop.partners)
    with inside(north, shop.citizen):
        with refused("wrong_state"):
            actions.choose_host(pair=shop.pair, host="organisation", by=shop.citizen)
        actions.withdraw(application=application, by=shop.citizen)
        with refused("wrong_state"):
            actions.withdraw(application=application, by=shop.citizen)
        assert actions.choose_host(pair=shop.pair, host="organisation", by=shop.citizen).pk != application.pk


@pytest.mark.parametrize("is_withdrawn", [False, True])
def test_how_they_started_stays_ever_after(north, shop, is_withdrawn):
    application = signed(shop, ready(shop), *shop.partners)
    with inside(north, shop.citizen):
        if is_withdrawn:
            actions.withdraw(application=application, by=shop.citizen)
        with refused("start_stays"):
            actions.write_joint(pair=shop.pair, kind=Kind.REFLECTION, text="other", by=shop.citizen)
        for statement in (
            "UPDATE applications_jointtext SET text = 'x' WHERE kind = 'reflection'",
            "UPDATE applications_owntext SET text = 'x' WHERE kind = 'reflection'",
            "UPDATE applications_application SET content = '{\"x\": 1}'",
            "UPDATE applications_application SET submitted_at = NULL",
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                sql(statement)
        actions.write_joint(pair=shop.pair, kind=Kind.AMBITION, text="A wider one", by=shop.citizen)
        start = queries.start_of(shop.citizen, shop.pair.pk)
        assert start.content["reflection"] == "together"
        assert start.content["ambition"] == "together"


def test_the_database_alone_refuses_what_two_have_not_signed(north, shop):
    application = ready(shop)
    signed(shop, application, shop.citizen)
    with inside(north, shop.citizen), pytest.raises(DatabaseError, match="two_keys_needed"), transaction.atomic():
        sql("UPDATE applications_application SET state = 'submitted', submitted_at = now()")
        settle()
    for change, code in (
        ("content = '{}', content_hash = encode(sha256('{}'), 'hex'), state = 'submitted'", "text_changed"),
        ("content = '{\"x\": 1}'", "other_hash"),
        ("state = 'withdrawn', closed_at = now()", "no_such_step"),
    ):
        with inside(north, shop.citizen), pytest.raises(DatabaseError, match=code), transaction.atomic():
            sql(f"UPDATE applications_application SET submitted_at = now(), {change}")
            settle()
    with inside(north, shop.citizen), pytest.raises(DatabaseError), transaction.atomic():
        seat = sql("SELECT id FROM pairs_seat WHERE member_id = %s", shop.professional.pk)[0][0]
        sql(
            "INSERT INTO applications_applicationkey (id, pair_id, application_id, seat_id, content_hash, signed_at)"
            " SELECT gen_random_uuid(), pair_id, id, %s, content_hash, now() FROM applications_application", seat,
        )  # fmt: skip


@pytest.mark.parametrize("role", OFFICES)
def test_no_office_reads_anything_of_it(north, shop, role):
    signed(shop, ready(shop), *shop.partners)
    lead = world.lead(north)
    with inside(north, lead, Role.ROLLOUT_LEAD):
        sql("SELECT grant_office(%s, %s)", shop.professional.pk, role)
    with inside(north, shop.professional, role):
        for table in ("owntext", "jointtext", "application", "applicationkey"):
            assert sql(f"SELECT count(*) FROM applications_{table}") == [(0,)]
        assert sql("SELECT unmerged_ambitions(%s)", shop.pair.pk) == [(0,)]
        assert sql("SELECT application_content(id) FROM (SELECT %s::uuid AS id) x", shop.pair.pk) == [(None,)]


def test_others_do_nothing_with_it(north, shop):
    application, other = ready(shop), workshop(north, "Another pair").citizen
    with inside(north, other):
        for act in (
            lambda: actions.write_own(pair=shop.pair, kind=Kind.AMBITION, text="x", is_put_down=True, by=other),
            lambda: actions.write_joint(pair=shop.pair, kind=Kind.AMBITION, text="x", by=other),
            lambda: actions.choose_host(pair=shop.pair, host="organisation", by=other),
            lambda: actions.sign(application=application, shown="x", by=other),
            lambda: actions.withdraw(application=application, by=other),
        ):
            with pytest.raises(NotPermitted):
                act()


def test_leaving_closes_it_and_who_comes_later_reads_nothing_of_the_start(north, shop):
    signed(shop, ready(shop), *shop.partners)
    with inside(north, shop.citizen):
        pairs.leave(pair=shop.pair, by=shop.citizen)
    with inside(north, shop.professional):
        assert Application.objects.get().state == "withdrawn"
        assert JointText.objects.count() == 2
    later = joined(north, shop.pair.pk, shop.professional, "Lara Later")
    put_down(shop, Kind.REFLECTION, later)
    with inside(north, later):
        assert {text.text for text in OwnText.objects.all()} == {"Lara Later alone"}
        assert not JointText.objects.exists()
        assert not Application.objects.exists()
        assert sql("SELECT count(*) FROM applications_applicationkey") == [(0,)]
        assert queries.start_of(later, shop.pair.pk) is None
    put_down(shop, Kind.REFLECTION, shop.professional, text="with Lara")  # the two begin anew
    with inside(north, later):
        assert OwnText.objects.count() == 2


def test_an_application_needs_two(north):
    professional = world.member(north, "Solo")
    pair = world.founded(north, professional)
    with inside(north, professional), refused("no_partner"):
        actions.choose_host(pair=pairs.Pair.objects.get(pk=pair), host="organisation", by=professional)
    with inside(north, professional), refused("no_partner"):
        alone = pairs.Pair.objects.get(pk=pair)
        actions.write_own(pair=alone, kind=Kind.AMBITION, text="x", is_put_down=True, by=professional)


def test_sealed_reflections_are_no_part_of_what_is_shown_to_sign(north, shop):
    put_down(shop, Kind.REFLECTION, shop.citizen)
    with inside(north, shop.professional):
        application = actions.choose_host(pair=shop.pair, host="organisation", by=shop.professional)
        assert queries.content_of(application).parts["citizen_reflection"] is None
