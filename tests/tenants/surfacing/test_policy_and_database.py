"""The policy and the database tell the same story: the same acts in both, compared after each of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rollout.kernel import clock
from rollout.kernel.errors import DomainError
from tenants.disclosure.models import EVERYBODY_IN_OFFICE, Audience
from tenants.surfacing import policy, queries
from tenants.surfacing.models import Surfacing
from tests import world_surfacing
from tests.world import inside, sql

STORIES = {
    "both sign": ("key professional why", "key citizen why", "wait 71", "wait 2"),
    "one reason is missing": ("key professional why", "key citizen", "key citizen why", "wait 100"),
    "twice the same side": ("key citizen why", "key citizen why", "key professional why", "wait 73", "withdraw"),
    "withdrawn before the second key": ("key citizen why", "withdraw", "key professional why", "wait 100"),
    "changed between the keys": ("key citizen why", "change", "key professional why", "wait 100", "withdraw"),
    "left before the second key": ("key professional why", "depart", "wait 100"),
    "left during the cooling-off": ("key professional why", "key citizen why", "wait 5", "depart", "wait 100"),
    "left while in force": ("key professional why", "key citizen why", "wait 73", "depart", "wait 1"),
    "withdrawn while in force, then signed again": (
        "key professional why", "key citizen why", "wait 73", "withdraw", "key citizen why",
    ),
}  # fmt: skip
AUDIENCES = (Audience.SPONSOR, Audience.ORGANISATION)


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("story", STORIES)
def test_policy_and_database_agree(north, story, audience):
    made = world_surfacing.pair_with_work(north, corroborated=False)
    who = {"professional": made.professional, "citizen": made.citizen}
    to = made.sponsor.pk if audience == Audience.SPONSOR else EVERYBODY_IN_OFFICE
    moment = clock.now()
    with clock.at(moment):
        surfacing = world_surfacing.package(made, audience=audience, audience_id=to)
        with inside(north, made.professional):
            package = queries.package_of(surfacing)
    for step in STORIES[story]:
        act, *rest = step.split()
        if act == "wait":
            moment += timedelta(hours=int(rest[0]))
        with clock.at(moment):
            with inside(north, made.professional):
                around = queries.circumstances_of(made.pair, surfacing)
            match act:
                case "key":
                    reason = rest[1] if len(rest) > 1 else ""
                    expected = policy.with_key(package, policy.Key(rest[0], package.package_hash, reason), around)
                    try:
                        world_surfacing.signed(made, surfacing, who[rest[0]], reason=reason)
                    except DomainError as refusal:
                        key = policy.Key(rest[0], package.package_hash, reason)
                        assert refusal.code == policy.refusal_to_sign(package, key, around)
                    package = expected
                case "withdraw":
                    package = policy.withdrawn(package)
                    world_surfacing.withdrawn(made, surfacing, made.professional)
                case "change":
                    with inside(north, made.citizen):
                        sql("UPDATE projects_sharedtask SET agreed_at = NULL, content_hash = %s", "0" * 64)
                case "depart":
                    package = policy.departed(package, moment)
                    with inside(north, made.citizen):
                        sql("SELECT leave_pair(%s)", made.pair)
            with inside(north, made.professional):
                now = Surfacing.objects.get(pk=surfacing.pk)
                around = queries.circumstances_of(made.pair, now)
                assert now.state == package.state
                assert now.effective_from == package.effective_from
                assert policy.standing(queries.package_of(now), around) == policy.standing(package, around)
            standing = policy.standing(package, around)
            with inside(north, made.sponsor, "sponsor"):
                seen = sql("SELECT count(*) FROM pairs_pair") == [(1,)]
            assert seen == (standing == policy.Standing.IN_FORCE)
