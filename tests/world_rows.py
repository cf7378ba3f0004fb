"""A pair with a row in every one of its tables, by raw SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollout.kernel.privacy import protected_models
from tests import rooms, world
from tests.world import inside, sql

if TYPE_CHECKING:
    from uuid import UUID

    from rollout.organisations.models import Organisation
    from tenants.members.models import Member

PAIR_TABLES = sorted(
    model._meta.db_table
    for model in protected_models()
    if any(field.column == "pair_id" for field in model._meta.concrete_fields)
)


def hidden_pair_with_rows(north: Organisation) -> tuple[UUID, Member, Member]:
    """The professional has put a row into every table which a partner may write into. Nothing is signed by both."""
    pair, professional, citizen = world.hidden_pair(north)
    with inside(north, professional):
        seat = sql("SELECT id FROM pairs_seat WHERE member_id = %s", professional.pk)[0][0]
        sql("INSERT INTO projects_sharedtask (id, pair_id, text, content_hash, edited_at)"
            " VALUES (gen_random_uuid(), %s, 'secret', 'h', now())", pair)  # fmt: skip
        sql("INSERT INTO projects_decision (id, pair_id, title, text, state, content_hash, proposed_by_id, drafted_at)"
            " VALUES (gen_random_uuid(), %s, 'secret', 'secret', 'draft', 'h', %s, now())", pair, seat)  # fmt: skip
        sql("INSERT INTO projects_decisionkey (id, pair_id, decision_id, seat_id, content_hash, signed_at)"
            " SELECT gen_random_uuid(), pair_id, id, %s, 'h', now() FROM projects_decision", seat)  # fmt: skip
        sql("INSERT INTO surfacing_surfacing (id, pair_id, audience, audience_id, open_from_start, reason,"
            " package_hash, state, made_by_id, made_at) VALUES (gen_random_uuid(), %s, 'organisation',"
            " '00000000-0000-0000-0000-000000000000', false, '', 'h', 'open', %s, now())", pair, seat)  # fmt: skip
        sql("INSERT INTO surfacing_surfacingitem (id, pair_id, surfacing_id, row_class)"
            " SELECT gen_random_uuid(), pair_id, id, 'pair' FROM surfacing_surfacing")  # fmt: skip
        sql("SELECT audit_append('test.act', %s, '{}'::jsonb, %s)", pair, pair)
        for put in rooms.told("ROWS"):
            put(pair, seat)
    return pair, professional, citizen
