"""Random histories of a line and of a principle: no act and no raw SQL reaches an impossible state."""

from __future__ import annotations

from django.db import DatabaseError
from hypothesis import given, settings
from hypothesis import strategies as st

from rollout.kernel.errors import DomainError
from rollout.kernel.tenancy import settle
from tenants.agreement.actions import lines, principles
from tenants.agreement.content import hash_of_line, hash_of_principle
from tenants.agreement.models import PrincipleVersion, SharedLine, State
from tenants.agreement.policy import LINE, VERSION
from tests import world_agreement as made
from tests.world import inside, sql
from tests.world_projects import workshop

STEPS = st.tuples(
    st.sampled_from(["write", "sign", "end", "forge", "forge_text", "take_key", "forge_key"]),
    st.booleans(),
    st.sampled_from([state for state in State if state != State.BLANK]),
)
RAW = {
    State.AGREED: "agreed_at = now()",
    State.FORMER: "agreed_at = now(), agreed_with_id = edited_by_id",
    State.REPLACED: "agreed_at = now(), ended_at = now()",
    State.WITHDRAWN: "ended_at = now()",
}


def line_act(step, line, who, shop):
    if step == "write":
        lines.write(pair=shop.pair, topic=line.topic, text=line.text + "!", by=who)
    elif step == "sign":
        lines.sign(line=line, shown=line.content_hash, by=who)
    else:
        lines.contest(line=line, reason="No", by=who)


def version_act(step, version, who, shop):
    if step == "write":
        principles.write(principle=version.principle, title="T", text=version.text + "!", by=who)
    elif step == "sign":
        principles.sign(version=version, shown=version.content_hash, by=who)
    else:
        principles.withdraw(version=version, by=who)


def forged(step, row, target, who):
    """What a partner with a database console would try."""
    table, keys, column = (
        ("agreement_sharedline", "agreement_linekey", "line_id")
        if isinstance(row, SharedLine)
        else ("agreement_principleversion", "agreement_principlekey", "version_id")
    )
    if step == "forge":
        more = RAW.get(target, "agreed_at = NULL")
        if isinstance(row, SharedLine):
            more = more.replace(", ended_at = now()", "").replace("ended_at = now()", "agreed_at = NULL")
        sql(f"UPDATE {table} SET state = %s, {more} WHERE id = %s", target.value, row.pk)
    elif step == "forge_text":
        sql(f"UPDATE {table} SET text = 'Forged' WHERE id = %s", row.pk)
    elif step == "take_key":
        sql(f"DELETE FROM {keys} WHERE {column} = %s", row.pk)
    else:  # a key in the partner's name
        sql(f"INSERT INTO {keys} (id, pair_id, {column}, seat_id, content_hash, signed_at) SELECT gen_random_uuid(),"
            f" %s, %s, id, %s, now() FROM pairs_seat WHERE member_id <> %s",
            row.pair_id, row.pk, row.content_hash, who.pk)  # fmt: skip
    settle()


def live(north, model, begin, act, table, keys, column, hashed):
    shop = workshop(north)

    @settings(max_examples=40, deadline=None)
    @given(history=st.lists(STEPS, max_size=12))
    def go(history):
        row = begin(shop)
        for step, by_citizen, target in history:
            who = shop.citizen if by_citizen else shop.professional
            with inside(north, who):
                before = model.objects.get(pk=row.pk)
            try:
                with inside(north, who):
                    if step in {"write", "sign", "end"}:
                        act(step, before, who, shop)
                    else:
                        forged(step, before, target, who)
            except (DomainError, DatabaseError):
                pass
            with inside(north, who):
                now = model.objects.get(pk=row.pk)
                signed = sql(
                    f"SELECT count(*) FROM {keys} WHERE {column} = %s AND content_hash = %s", row.pk, now.content_hash
                )[0][0]
            assert State(now.state) in {State(before.state), *table[State(before.state)].values()}
            assert now.state != State.FORMER, "nobody left"
            if now.text != "Forged":
                assert now.content_hash == hashed(now)
            if now.state == State.AGREED:
                assert signed == 2
            if now.state in (State.CONTESTED, State.WITHDRAWN):
                assert signed == 0
        if model is SharedLine:  # the next history begins with a blank line
            with inside(north, shop.professional):
                lines.write(
                    pair=shop.pair, topic="purpose", text=f"Again {row.pk} {len(history)}", by=shop.professional
                )

    go()


def test_no_history_of_a_line_reaches_an_impossible_state(north):
    live(
        north, SharedLine, lambda shop: made.line(shop, text="One."), line_act, LINE, "agreement_linekey", "line_id",
        lambda now: hash_of_line(now.topic, now.text),
    )  # fmt: skip


def test_no_history_of_a_principle_reaches_an_impossible_state(north):
    live(
        north, PrincipleVersion, made.principle, version_act, VERSION, "agreement_principlekey", "version_id",
        lambda now: hash_of_principle(now.title, now.text),
    )  # fmt: skip
