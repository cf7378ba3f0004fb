"""What becomes of the files of somebody who asks to be forgotten: on the disk as well."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils import timezone

from rollout.accounts.models import Account
from rollout.leaving import actions, erasing
from rollout.leaving.models import Erasure
from tenants.workplan.models import PairFile
from tests.rollout.leaving.life import Life
from tests.world import inside


@pytest.fixture
def forgotten(life: Life) -> Life:
    account = Account.objects.get(pk=life.petra.pk)
    erasure = actions.ask_to_be_forgotten(account=account, by=account)
    Erasure.objects.filter(pk=erasure.pk).update(due_at=timezone.now())
    assert (settings.FILES_DIR / life.things["own_file_path"]).is_file()
    assert erasing.carry_out_due() == 1
    return life


def test_a_file_that_nobody_else_has_signed_for_goes_from_the_disk_too(forgotten: Life) -> None:
    things = forgotten.things
    assert not (settings.FILES_DIR / things["own_file_path"]).exists()
    with inside(forgotten.north, forgotten.partner):
        assert not PairFile.objects.filter(pk__in=(things["own_file"], things["pair_file"])).exists()


def test_evidence_of_what_both_have_signed_stays(forgotten: Life) -> None:
    things = forgotten.things
    assert (settings.FILES_DIR / things["kept_file_path"]).is_file()
    with inside(forgotten.north, forgotten.partner):
        assert PairFile.objects.filter(pk=things["kept_file"]).exists()


def test_the_partners_file_stays_when_the_draft_that_it_was_for_goes(forgotten: Life) -> None:
    with inside(forgotten.north, forgotten.partner):
        assert PairFile.objects.get(pk=forgotten.things["partners_file"]).result_id is None
