"""A pack is made once, from what is granted at the end, and told once, whatever happens in between."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from governance.boardpacks import actions, queries, tasks
from governance.boardpacks.models import BoardPack, PackGrant
from rollout.jobs import work
from rollout.jobs.models import Job
from rollout.kernel import clock, pdf
from rollout.kernel.errors import DomainError
from rollout.kernel.tenancy import BOARD
from tenants.disclosure.queries import shown_pairs
from tenants.members.models import Notice, Role
from tenants.pairs.models import Pair
from tenants.projects.actions import results
from tests import world_governance, world_projects, world_surfacing
from tests.world import inside, sql


def make(pack: BoardPack) -> bool:
    """What a worker does with the pack's job."""
    task = work.claim(pack.job_id)
    assert task is not None
    return work.run(task)


def again(board, pack):
    with inside(board.organisation, board.body.pk, BOARD):
        return BoardPack.objects.get(pk=pack.pk)


def notices(board, pack):
    found = []
    for who, hat in board.readers():
        with inside(board.organisation, who, hat):
            found += Notice.objects.filter(subject_id=pack.pk).values_list("recipient_id", "kind")
    return found


def titles(pack):
    return [pair["shown"]["title"] for pair in pack.snapshot["report"]["pairs"]]


def files():
    return set(Path(settings.FILES_DIR).rglob("*.pdf"))


def test_a_pack_is_made_and_each_reader_is_told_once(board):
    world_governance.shown_to(board)
    pack = world_governance.requested(board)
    assert make(pack)
    made = again(board, pack)
    assert (made.state, titles(made)) == (BoardPack.State.READY, ["Letters we can read"])
    stored = Path(settings.FILES_DIR, board.organisation.schema_name, made.pdf_path)
    assert stored.read_bytes().startswith(b"%PDF-")
    assert stored.parent == Path(settings.FILES_DIR, board.organisation.schema_name, "packs")
    job = Job.objects.get(pk=pack.job_id)
    assert (job.state, job.result_sha) == ("done", made.pdf_sha)
    assert job.result_path == f"{board.organisation.schema_name}/{made.pdf_path}"
    told = notices(board, pack)
    assert {(who.pk, "pack_ready") for who, _hat in board.readers()} <= set(told)
    assert len(told) == len(set(told))


def test_a_board_that_no_pair_shows_itself_to_gets_its_pack_too(board):
    pack = world_governance.requested(board)
    assert make(pack)
    made = again(board, pack)
    assert (made.state, titles(made)) == (BoardPack.State.READY, [])
    assert all(figure["value"] is None for figure in made.snapshot["report"]["indicators"])


def test_two_clicks_make_one_pack(board):
    first, second = world_governance.requested(board), world_governance.requested(board)
    assert first.pk == second.pk
    assert Job.objects.filter(kind=tasks.MAKE, key=str(first.pk)).count() == 1
    other_language = world_governance.requested(board, language="fr")
    assert other_language.pk != first.pk


def test_what_is_withdrawn_while_the_pack_is_made_is_not_in_it_and_nothing_says_so(board, monkeypatch):
    made, surfacing = world_governance.shown_to(board, title="Taken back in time")
    world_governance.shown_to(board, title="Stays")
    pack = world_governance.requested(board)
    before, seen, kept = files(), [], []
    draw = tasks.draw

    def draw_and_withdraw(frozen, task):
        stored = draw(frozen, task)
        seen.append([pair.shown.title for pair in frozen.snapshot.report.pairs])
        kept.append(again(board, pack).snapshot)
        if len(seen) == 1:
            world_surfacing.withdrawn(made, surfacing, made.citizen)
        return stored

    monkeypatch.setattr(tasks, "draw", draw_and_withdraw)
    assert make(pack)
    assert seen == [["Stays", "Taken back in time"], ["Stays"]]
    assert kept == [None, None]  # readers' rows hold nothing before the issue
    issued = again(board, pack)
    assert titles(issued) == ["Stays"]
    assert "Taken back" not in str(issued.snapshot)
    new = files() - before
    assert [path.name for path in new] == [Path(issued.pdf_path).name]
    assert Job.objects.get(pk=pack.job_id).attempt == 1
    with inside(board.organisation, board.lead, Role.ROLLOUT_LEAD):
        assert list(issued.slips.all()) == []
    assert {kind for _who, kind in notices(board, pack)} == {"pack_ready"}


def test_a_file_of_a_withdrawn_pack_is_gone_before_the_next_is_drawn(board, monkeypatch):
    made, surfacing = world_governance.shown_to(board)
    pack = world_governance.requested(board)
    draw, drawn = tasks.draw, []

    def draw_and_withdraw(frozen, task):
        assert all(not path.exists() for path in drawn)
        stored = draw(frozen, task)
        drawn.append(stored.path)
        if len(drawn) == 1:
            world_surfacing.withdrawn(made, surfacing, made.professional)
        return stored

    monkeypatch.setattr(tasks, "draw", draw_and_withdraw)
    assert make(pack)
    assert len(drawn) == 2


def test_a_withdrawal_after_issue_leaves_the_pack_and_sends_one_slip_to_who_opened_it(board):
    made, surfacing = world_governance.shown_to(board)
    pack = world_governance.requested(board)
    make(pack)
    issued = again(board, pack)
    with inside(board.organisation, board.director, Role.BOARD_MEMBER):
        actions.note_reading(pack=issued, by=board.director)
    with clock.at(clock.now() + timedelta(hours=1)):
        world_surfacing.withdrawn(made, surfacing, made.citizen)
        assert again(board, pack).snapshot == issued.snapshot
        assert Path(settings.FILES_DIR, board.organisation.schema_name, issued.pdf_path).exists()
        with inside(board.organisation, board.director, Role.BOARD_MEMBER):
            assert [slip.number for slip in issued.slips.all()] == [1]
    corrected = [who for who, kind in notices(board, pack) if kind == "pack_corrected"]
    assert corrected == [board.director.pk]


def test_a_slip_is_one_although_many_grants_end_and_the_clock_runs(board):
    made, surfacing = world_governance.shown_to(board)
    pack = world_governance.requested(board)
    make(pack)
    with inside(board.organisation, board.body.pk, BOARD):
        assert PackGrant.objects.filter(pack=pack).count() == 7
    world_surfacing.withdrawn(made, surfacing, made.citizen)
    with inside(board.organisation, board.lead, Role.ROLLOUT_LEAD):
        assert sql("SELECT count(*) FROM boardpacks_correctionslip WHERE pack_id = %s", pack.pk) == [(1,)]


@pytest.mark.parametrize("step", ["draw", "issue"])
def test_a_worker_that_dies_between_the_steps_is_followed_by_one_that_tells_everybody_once(board, monkeypatch, step):
    world_governance.shown_to(board)
    pack = world_governance.requested(board)
    whole = getattr(tasks, step)

    class Killed(BaseException):
        """As a SIGKILL would: no handler of ours runs."""

    def die(*args):
        if step == "issue":
            return whole(*args) and _killed()
        whole(*args)
        return _killed()

    def _killed():
        raise Killed

    monkeypatch.setattr(tasks, step, die)
    task = work.claim(pack.job_id)
    with pytest.raises(Killed):
        work.run(task)
    assert again(board, pack).state == BoardPack.State.MAKING
    assert notices(board, pack) == []
    monkeypatch.setattr(tasks, step, whole)
    Job.objects.filter(pk=pack.job_id).update(lease_until=clock.now() - timedelta(days=1))
    assert make(pack)
    assert again(board, pack).state == BoardPack.State.READY
    told = notices(board, pack)
    assert {(who.pk, "pack_ready") for who, _hat in board.readers()} <= set(told)
    assert len(told) == len(set(told))
    assert Job.objects.get(pk=pack.job_id).attempt == 2


def test_an_attempt_that_lost_its_lease_changes_nothing_and_leaves_no_file(board):
    world_governance.shown_to(board)
    pack = world_governance.requested(board)
    slow = work.claim(pack.job_id)
    Job.objects.filter(pk=pack.job_id).update(lease_until=clock.now() - timedelta(days=1))
    assert make(pack)
    issued, before = again(board, pack), files()
    assert not work.run(slow)
    assert again(board, pack).ready_at == issued.ready_at
    assert files() == before
    assert len(notices(board, pack)) == len(set(notices(board, pack)))


def test_a_pack_that_fails_again_and_again_says_so_and_can_be_tried_again(board, monkeypatch, settings):
    settings.JOB_ATTEMPTS = 1
    pack = world_governance.requested(board)
    draw = tasks.draw

    def fail(*args):
        raise OSError("no room left")

    monkeypatch.setattr(tasks, "draw", fail)
    assert not make(pack)
    assert again(board, pack).state == BoardPack.State.FAILED
    with inside(board.organisation, board.lead, Role.ROLLOUT_LEAD):
        assert queries.progress(pack).state == "failed"
        assert [found.job_state for found in queries.packs_made_by(board.lead).filter(pk=pack.pk)] == ["failed"]
    monkeypatch.setattr(tasks, "draw", draw)
    assert world_governance.requested(board).pk == pack.pk
    assert make(pack)
    assert again(board, pack).state == BoardPack.State.READY


def test_a_machine_without_the_text_libraries_issues_the_page_alone(board, monkeypatch):
    from governance.boardpacks import rendering

    def unavailable(**_anything):
        raise pdf.PdfUnavailable

    monkeypatch.setattr(rendering, "render_pdf", unavailable)
    pack = world_governance.requested(board)
    assert make(pack)
    made = again(board, pack)
    assert (made.state, made.pdf_path, made.pdf_sha) == (BoardPack.State.READY, "", "")


def test_a_missing_file_is_drawn_again_from_the_same_snapshot(board, monkeypatch):
    from governance.boardpacks import rendering

    def unavailable(**_anything):
        raise pdf.PdfUnavailable

    pack = world_governance.requested(board)
    with monkeypatch.context() as without:
        without.setattr(rendering, "render_pdf", unavailable)
        assert make(pack)
    before = again(board, pack)
    with clock.at(clock.now()), inside(board.organisation, board.lead, Role.ROLLOUT_LEAD):
        actions.draw_again(pack=before, by=board.lead)
        actions.draw_again(pack=before, by=board.lead)
    job = Job.objects.get(kind=tasks.DRAW_AGAIN, key=str(pack.pk))
    assert work.run(work.claim(job.pk))
    after = again(board, pack)
    assert Path(settings.FILES_DIR, board.organisation.schema_name, after.pdf_path).read_bytes().startswith(b"%PDF-")
    assert (after.snapshot, after.ready_at) == (before.snapshot, before.ready_at)


def test_an_issued_pack_never_changes(board):
    pack = world_governance.requested(board)
    make(pack)
    with (
        pytest.raises(Exception, match="pack_is_issued"),
        inside(board.organisation, board.body.pk, BOARD),
    ):
        BoardPack.objects.filter(pk=pack.pk).update(snapshot={})


@pytest.mark.parametrize(("days", "code"), [((0, -1), "period_reversed"), ((0, 1), "period_in_future")])
def test_a_period_that_makes_no_sense_is_refused(board, days, code):
    start, end = (clock.today() + timedelta(days=day) for day in days)
    with (
        inside(board.organisation, board.lead, Role.ROLLOUT_LEAD),
        pytest.raises(DomainError) as refused,
    ):
        actions.request_pack(body=board.body, period_start=start, period_end=end, language="en", by=board.lead)
    assert refused.value.code == code


# A result that was wrong, or that lost its witness


def opened_by_the_director(board, pack):
    with inside(board.organisation, board.director, Role.BOARD_MEMBER):
        actions.note_reading(pack=pack, by=board.director)


def slips(board, pack):
    with inside(board.organisation, board.director, Role.BOARD_MEMBER):
        return [slip.number for slip in pack.slips.all()]


def results_shown(board):
    with inside(board.organisation, board.director, Role.BOARD_MEMBER):
        return sorted(result.state for pair in shown_pairs(board.director) for result in pair.results)


def disproved(made):
    with inside(made.organisation, made.citizen):
        results.disprove(result=made.result, by=made.citizen)


def disproved_by_hand(made):
    with inside(made.organisation, made.professional):
        sql("UPDATE projects_resultclaim SET state = 'disproved', corroborated_at = NULL WHERE id = %s", made.result.pk)


def witness_withdrew(made):
    with inside(made.organisation, made.citizen):
        (token,) = sql("SELECT token_hash FROM projects_witness WHERE result_id = %s", made.result.pk)[0]
    with inside(made.organisation):
        assert sql("SELECT withdraw_witness(%s)", token) == [(True,)]


def claimed_by_hand(made):
    with inside(made.organisation, made.professional):
        sql("UPDATE projects_resultclaim SET state = 'claimed', corroborated_at = NULL WHERE id = %s", made.result.pk)


CORRECTIONS = {
    disproved: [],
    disproved_by_hand: [],
    witness_withdrew: ["claimed"],
    claimed_by_hand: ["claimed"],
}


@pytest.mark.parametrize("correct", CORRECTIONS)
def test_a_corrected_result_is_a_slip_on_every_pack_that_cites_it(board, correct):
    made, _surfacing = world_governance.shown_to(board)
    other, _shown_too = world_governance.shown_to(board, title="Another pair")
    packs = [world_governance.requested(board, language=language) for language in ("en", "fr")]
    assert [make(pack) for pack in packs] == [True, True]
    issued = [again(board, pack) for pack in packs]
    opened_by_the_director(board, issued[0])
    correct(made)
    assert [slips(board, pack) for pack in issued] == [[1], [1]]
    assert [again(board, pack).snapshot for pack in packs] == [pack.snapshot for pack in issued]
    told = [[who for who, kind in notices(board, pack) if kind == "pack_corrected"] for pack in packs]
    assert told == [[board.director.pk], []]
    assert results_shown(board) == [*CORRECTIONS[correct], "corroborated"]  # the other pair's stands
    with inside(board.organisation, other.citizen):
        assert sql("SELECT count(*) FROM disclosure_disclosuregrant WHERE ended_at IS NOT NULL") == [(0,)]


def test_each_correction_of_a_result_has_its_number(board):
    made, surfacing = world_governance.shown_to(board)
    pack = world_governance.issued(board)
    witness_withdrew(made)
    world_surfacing.withdrawn(made, surfacing, made.citizen)
    disproved(made)  # nobody is shown it any more, but the paper says it
    assert slips(board, pack) == [1, 2, 3]


def test_a_result_that_no_pack_cites_is_corrected_without_a_slip(board):
    made, _surfacing = world_governance.shown_to(board)
    with inside(made.organisation, made.professional):
        own = results.draft(pair=Pair.objects.get(pk=made.pair), content=world_projects.content(), by=made.professional)
    pack = world_governance.issued(board)
    for who in made.partners:
        with inside(made.organisation, who):
            results.sign(result=own, shown=own.content_hash, by=who)
    with inside(made.organisation, made.citizen):
        results.disprove(result=own, by=made.citizen)
    assert slips(board, pack) == []


@pytest.mark.parametrize("correct", CORRECTIONS)
def test_what_is_corrected_while_the_pack_is_made_is_frozen_again(board, monkeypatch, correct):
    made, _surfacing = world_governance.shown_to(board)
    pack = world_governance.requested(board)
    draw, drawn = tasks.draw, []

    def draw_and_correct(frozen, task):
        drawn.append(frozen.sha)
        if len(drawn) == 1:
            correct(made)
        return draw(frozen, task)

    monkeypatch.setattr(tasks, "draw", draw_and_correct)
    assert make(pack)
    issued = again(board, pack)
    assert len(drawn) == 2
    states = [result["state"] for pair in issued.snapshot["report"]["pairs"] for result in pair["shown"]["results"]]
    assert (states, slips(board, issued)) == (CORRECTIONS[correct], [])
