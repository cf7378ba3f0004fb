"""Somebody asks to be forgotten: nothing of theirs is left, and nothing of anybody else is lost."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone, translation

from governance.boardpacks.models import BoardPack
from rollout.accounts import outbox
from rollout.accounts.models import Account, ApiToken, Session
from rollout.audit.queries import verdict
from rollout.jobs import work
from rollout.jobs.models import Job
from rollout.kernel.database import ask, ask_one
from rollout.kernel.errors import DomainError, NotPermitted
from rollout.kernel.tenancy import BOARD
from rollout.leaving import actions, erasing, queries
from rollout.leaving.models import Erasure
from rollout.organisations import hosts
from rollout.organisations.models import SchemaState
from tenants.disclosure.models import DisclosureGrant
from tenants.members.models import Invitation, Member, Role
from tenants.pairs.models import Pair, Seat
from tenants.projects.models import Decision, ResultClaim, SharedTask
from tenants.roster.models import RosterPerson
from tenants.surfacing.models import Surfacing
from tests import world
from tests.rollout.leaving import life as lives
from tests.rollout.leaving.life import Life
from tests.world import inside, sql
from tests.world_accounts import signed_in

GONE = "Somebody who has left"


def asked(account: Account, *, days: int = 8) -> Erasure:
    """An erasure whose week is over."""
    erasure = actions.ask_to_be_forgotten(account=account, by=account)
    moment = timezone.now() - timedelta(days=days)
    Erasure.objects.filter(pk=erasure.pk).update(asked_at=moment, due_at=moment + timedelta(days=7))
    return erasure


def forgotten(account: Account) -> None:
    asked(account)
    assert erasing.carry_out_due() == 1


def content_of(life: Life, organisation: Any, *, without: tuple[str, ...] = ()) -> str:
    """A fingerprint of every row of an organisation, but of these tables."""
    lines = [line for line in lives.dump().splitlines() if line.startswith(f"{organisation.schema_name}.")]
    kept = [line for line in lines if line.split(" ")[0].partition(".")[2] not in without]
    return hashlib.sha256("\n".join(sorted(kept)).encode()).hexdigest()


def test_nothing_of_theirs_is_left_anywhere(life: Life, petra: Account):
    """Their words are marked in every row that goes, the whole database is read, and so are the files."""
    things, address, partner = life.things, petra.email or "", life.partner
    with lives.superuser(life.north) as server:
        for table, columns, row in (
            ("members_member", "name", petra.pk),
            ("projects_decision", "title text", things["draft"]),
            ("projects_resultclaim", "title measure place evidence", things["result"]),
            ("projects_sharedtask", "text", server.execute(
                "SELECT id FROM projects_sharedtask WHERE pair_id = %s", [things["pair"]]).fetchone()["id"]),
            ("projects_decision", "title", things["agreed"]),
            ("projects_decision", "title", things["partners_draft"]),
        ):  # fmt: skip
            for column in columns.split():
                word = f"canary-{table}-{column}-{str(row)[:8]}"
                server.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE id = %s'.encode(), [word, row])
        name = f"canary-members_member-name-{str(petra.pk)[:8]}"
        server.execute(
            "UPDATE boardpacks_boardpack SET snapshot = replace(snapshot::text, %s, %s)::jsonb WHERE id = %s",
            [f'"{life.petra.name}"', json.dumps(name), things["pack"]],
        )
        server.execute("UPDATE api_keptanswer SET body = 'canary-body' WHERE person_id = %s", [petra.pk])
        server.execute("UPDATE roster_rosterperson SET name = 'canary-roster' WHERE email = %s", [address])
        server.execute("UPDATE members_invitation SET name = 'canary-invited' WHERE email = %s", [address])
    signed_in(petra)
    actions.prepare(account=petra, by=petra)
    work.run(work.claim(Job.objects.get(kind=queries.COLLECT).pk))
    (download,) = queries.downloads_of(petra)
    outside = content_of(life, life.south, without=("roster_rosterperson", "members_invitation", "projects_witness"))
    before = lives.dump()
    for word in (address, name, "canary-body", "canary-roster", "canary-invited", "Petra the witness"):
        assert word in before, word
    assert before.count(f'"{name}"') >= 3, "as a member, in a paper as a partner, and as its sponsor"
    assert any(address in told.to for told in outbox.messages())

    home = settings.FILES_DIR / life.north.schema_name
    made = [home / things["pack_path"], home / f"exports/{things['export']}.zip"]
    assert all(path.is_file() for path in made)

    forgotten(petra)

    after = lives.dump()
    left = [line for line in after.splitlines() if "canary" in line]
    assert sorted(line for line in left if f"projects_decision-title-{str(things['agreed'])[:8]}" not in line
                  and f"projects_decision-title-{str(things['partners_draft'])[:8]}" not in line) == []  # fmt: skip
    assert len(left) == 2, "what both signed, and what is the partner's, stays"
    for word in (
        address,
        "Petra the witness",
        "Petra was there",
        "My phone",
        "old@example.net",
        "petra-at-the-hospital",
    ):
        assert word not in after, word
    assert download.path
    assert not download.path.exists()
    assert not any(path.exists() for path in made)
    assert [told for told in outbox.messages() if address in told.to] == []
    assert len(outbox.messages()) > 0, "other people's letters are not touched"

    account = Account.objects.get(pk=petra.pk)
    assert (account.email, account.language, account.last_login, account.is_active) == (None, "", None, False)
    assert not Session.objects.filter(account=account).exists()
    assert (account.has_usable_password(), account.is_operator) == (False, False)
    assert account.created_at == account.erased_at

    assert verdict().sound
    for organisation in (life.north, life.south):
        with inside(organisation):
            assert ask("audit_verify")[0][0] is True
    unchanged = ("roster_rosterperson", "members_invitation", "projects_witness")
    assert content_of(life, life.south, without=unchanged) == outside

    with inside(life.north, partner):
        seats = {seat.member.name: seat.left_at is not None for seat in Seat.objects.filter(pair=things["pair"])}
        assert seats == {GONE: True, partner.name: False}
        assert Decision.objects.filter(pk__in=(things["draft"],)).count() == 0
        assert Decision.objects.filter(pk__in=(things["agreed"], things["partners_draft"])).count() == 2
        assert not ResultClaim.objects.filter(pk=things["result"]).exists()
        assert ResultClaim.objects.filter(pk__in=(things["claimed"], things["confirmed"])).count() == 2
        assert not SharedTask.objects.filter(pair=things["pair"]).exists(), "she alone had written it"
        assert not Surfacing.objects.filter(pk=things["package"]).exists()
        assert Surfacing.objects.filter(pk=things["partners_package"]).exists()
    with inside(life.north, things["second_partner"]):
        assert SharedTask.objects.filter(pair=things["shown_pair"]).exists(), "both had signed it"
        grants = DisclosureGrant.objects.filter(pair=things["shown_pair"])
        assert {grant.row_class: grant.ended_at is None for grant in grants} == {
            "pair": True, "task": True, "project": True, "decision": True, "result": True, "people": False,
            "support": False,
        }  # fmt: skip
    with inside(life.north, life.lead, Role.ROLLOUT_LEAD):
        typed = RosterPerson.objects.filter(email__endswith="@gone.invalid")
        assert set(typed.values_list("name", flat=True)) == {GONE}
        assert Invitation.objects.filter(email__endswith="@gone.invalid", accepted_at__isnull=True).exists() is False
        assert {board.executive_sponsor_id for board in type(things["second"]).objects.all()} - {None} != {petra.pk}
    again = Account.objects.for_address(address)
    assert again.pk != petra.pk
    assert again.is_active


def test_papers_of_boards_are_made_again_without_the_name(life: Life, petra: Account):
    pack, board = life.things["pack"], life.things["second"]
    name = life.petra.name
    with inside(life.north, board.pk, BOARD):
        issued = BoardPack.objects.get(pk=pack)
        assert json.dumps(issued.snapshot).count(f'"{name}"') == 2
    forgotten(petra)
    with inside(life.north, board.pk, BOARD):
        after = BoardPack.objects.get(pk=pack)
    with translation.override("fr"):
        word = str(translation.gettext(GONE))
    people = [who["name"] for pair in after.snapshot["report"]["pairs"] for who in pair["shown"]["people"]]
    assert people == [one if one != name else word for one in people]
    assert word in people
    assert after.snapshot["sponsor"] == word
    assert after.snapshot_sha == issued.snapshot_sha
    assert (after.pdf_path, after.state) == ("", BoardPack.State.READY)
    (again,) = Job.objects.filter(kind="boardpacks.draw_again")
    assert (again.key, again.person, again.capacity) == (str(pack), board.pk, BOARD)


def test_an_issued_paper_can_be_changed_by_nothing_else(life: Life, petra: Account):
    with pytest.raises(Exception, match="pack_is_issued"), inside(life.north, life.things["second"].pk, BOARD):
        BoardPack.objects.filter(pk=life.things["pack"]).update(snapshot={})


def test_the_database_erases_nobody_who_did_not_ask(life: Life, petra: Account):
    for who in (petra.pk, life.partner.pk):
        with pytest.raises(Exception, match="not_permitted"), inside(life.north, who):
            ask("erase_person", "{}")
    erasure = actions.ask_to_be_forgotten(account=petra, by=petra)
    with pytest.raises(Exception, match="not_permitted"), inside(life.north, petra.pk):
        ask("erase_person", "{}")  # the week is not over
    assert erasing.carry_out_due() == 0
    Erasure.objects.filter(pk=erasure.pk).update(due_at=timezone.now())
    with pytest.raises(Exception, match="not_permitted"), inside(life.north, life.partner):
        ask("erase_person", "{}")
    with pytest.raises(Exception, match="permission denied"), inside(life.north, petra.pk):
        sql("SELECT forget_unshared(%s)", [])


def test_asking_signs_out_everywhere_and_can_be_taken_back(life: Life, petra: Account):
    signed_in(petra)
    actions.ask_to_be_forgotten(account=petra, by=petra)
    assert not Session.objects.filter(account=petra).exists()
    assert not ApiToken.objects.filter(account=petra, revoked_at__isnull=True).exists()
    waiting = queries.waiting_erasure(petra)
    assert waiting is not None
    assert waiting.due_at - waiting.asked_at == timedelta(days=7)
    assert actions.ask_to_be_forgotten(account=petra, by=petra) == waiting, "asking twice is asking once"
    actions.stay(account=petra, by=petra)
    actions.stay(account=petra, by=petra)
    Erasure.objects.filter(pk=waiting.pk).update(due_at=timezone.now() - timedelta(days=1))
    assert erasing.carry_out_due() == 0
    assert Account.objects.get(pk=petra.pk).email == petra.email
    with inside(life.north, petra.pk):
        assert Member.objects.get(pk=petra.pk).name == life.petra.name


def test_nobody_asks_for_anybody_else(life: Life, petra: Account):
    partner = Account.objects.get(pk=life.partner.pk)
    for act in (actions.ask_to_be_forgotten, actions.stay):
        with pytest.raises(NotPermitted):
            act(account=petra, by=partner)


def test_the_only_rollout_lead_gives_the_office_on_first(life: Life):
    with inside(life.south):
        (lead,) = ask("office_holders", "rollout_lead")
    only = Account.objects.get(pk=lead[0])
    with pytest.raises(DomainError) as refusal:
        actions.ask_to_be_forgotten(account=only, by=only)
    assert "Southvale Trust" in str(refusal.value.message)
    assert queries.waiting_erasure(only) is None
    another = world.lead(life.south, "Lou Lead")
    erasure = asked(only)
    # Meanwhile the other one has gone: nothing is erased, and a letter says why.
    with lives.superuser(life.south) as server:
        server.execute("UPDATE members_office SET ended_at = now() WHERE member_id = %s", [another.pk])
    mail.outbox.clear()
    assert erasing.carry_out_due() == 0
    erasure.refresh_from_db()
    assert (erasure.done_at, erasure.stopped_at is None) == (None, False)
    assert [told.subject for told in mail.outbox] == ["We could not forget you yet"]
    assert Account.objects.get(pk=only.pk).email == only.email


def test_it_waits_while_an_organisation_is_being_updated(life: Life, petra: Account):
    asked(petra)
    SchemaState.objects.using("owner").filter(schema_name=life.south.schema_name).update(digest="older")
    hosts.forget()
    assert erasing.carry_out_due() == 0
    assert Account.objects.get(pk=petra.pk).email == petra.email


def test_what_was_interrupted_is_done_again_from_the_start(life: Life, petra: Account, monkeypatch: Any):
    """The process dies after the first organisation; the second run finds the rest and finishes."""
    asked(petra)
    real = erasing._forget_in
    done: list[str] = []

    def dies(organisation: Any, account: Account) -> Any:
        if done:
            raise KeyboardInterrupt
        done.append(organisation.slug)
        return real(organisation, account)

    monkeypatch.setattr(erasing, "_forget_in", dies)
    with pytest.raises(KeyboardInterrupt):
        erasing.carry_out_due()
    assert Account.objects.get(pk=petra.pk).email == petra.email
    with inside(life.north, petra.pk):
        assert Member.objects.get(pk=petra.pk).name == GONE
    monkeypatch.setattr(erasing, "_forget_in", real)
    assert erasing.carry_out_due() == 1
    assert petra.email not in lives.dump()
    with inside(life.north):
        assert ask_one("audit_verify")


def test_the_list_of_people_learns_nothing_of_who_was_never_in_it(life: Life):
    """An unlisted partner goes: the organisation's own chain, its list and its people stay byte for byte the same."""
    partner = Account.objects.get(pk=life.partner.pk)
    with lives.superuser(life.north) as server:

        def seen() -> list[Any]:
            return [
                server.execute("SELECT * FROM audit_event WHERE pair_id IS NULL ORDER BY seq").fetchall(),
                server.execute("SELECT * FROM members_member WHERE listed ORDER BY id").fetchall(),
                server.execute("SELECT * FROM members_office ORDER BY id").fetchall(),
                server.execute("SELECT * FROM roster_rosterperson ORDER BY id").fetchall(),
                server.execute("SELECT * FROM members_invitation WHERE kind = 'member' ORDER BY id").fetchall(),
            ]  # fmt: skip

        before = seen()
        forgotten(partner)
        assert seen() == before
    with inside(life.north, life.petra):
        assert {seat.member.name for seat in Pair.objects.get(pk=life.things["pair"]).seats.all()} == {
            life.petra.name, GONE,
        }  # fmt: skip
