from django.db import migrations

from rollout.kernel.operations import DefinerFunction

_DAYS = "interval '30 days'"
_SIGNED = "(select k.{row} from {keys} k where k.seat_id = any (held) and k.content_hash = x.content_hash)"
_TASKS = _SIGNED.format(row="shared_task_id", keys="projects_sharedtaskkey")
_DECISIONS = _SIGNED.format(row="decision_id", keys="projects_decisionkey")
_RESULTS = _SIGNED.format(row="result_id", keys="projects_resultkey")
_OTHERS_KEY = "exists (select 1 from {keys} k where k.{row} = x.id and k.seat_id <> all (held))"

# What somebody wrote or signed is theirs for good; of what is still being written only as long as they sit there.
_MY_RESULTS = f"(x.written_by_id = any (sitting) or x.id in {_RESULTS})"
_MY_PACKAGES = """(x.made_by_id = any (held) or x.id in (select k.surfacing_id from surfacing_surfacingkey k
    where k.seat_id = any (held) and k.package_hash = x.package_hash))"""


class Migration(migrations.Migration):
    """What somebody takes along, what goes with them, and what is kept for a time only."""

    initial = True
    dependencies = [
        ("pairs", "0003_guards"),
        ("projects", "0003_guards"),
        ("surfacing", "0003_guards"),
        ("roster", "0002_initial"),
        ("boardpacks", "0003_guards"),
        ("api", "0001_initial"),
        ("webhooks", "0002_feeding"),
        ("exports", "0001_initial"),
    ]
    operations = [
        DefinerFunction(
            "takes_along",
            returns="boolean",
            body=f"""
  -- A membership that has ended leaves thirty days to fetch what is one's own; who was erased has nothing left.
  return exists (select 1 from members_member m where m.id = security.person() and m.name <> ''
    and (m.ended_at is null or m.ended_at > security.now() - {_DAYS}));
""",
        ),
        DefinerFunction(
            "leads_alone",
            returns="boolean",
            body="""
  return security.person() in (select office_holders('rollout_lead'))
    and (select count(*) from office_holders('rollout_lead')) = 1;
""",
        ),
        DefinerFunction(
            "own_material",
            returns="TABLE (source text, content jsonb)",
            body=f"""
declare
  me uuid := security.person(); address text := security.own_address();
  held uuid[]; sitting uuid[]; pairs uuid[];
begin
  if not takes_along() then return; end if;
  held := array(select s.id from pairs_seat s where s.member_id = me);
  select coalesce(array_agg(s.id), '{{}}'), coalesce(array_agg(s.pair_id), '{{}}') into sitting, pairs
    from pairs_seat s join members_member m on m.id = s.member_id
   where s.member_id = me and s.left_at is null and m.ended_at is null;

  return query select 'members.Member', to_jsonb(x) || jsonb_build_object('site', (select s.name from members_site s
    where s.id = x.site_id)) from members_member x where x.id = me;
  return query select 'members.Office', to_jsonb(x) from members_office x where x.member_id = me;
  return query select 'members.Invitation', to_jsonb(x) - '{{token_hash,invited_by_id}}'::text[]
    from members_invitation x where x.accepted_by_id = me;
  return query select 'members.Invitation', to_jsonb(x) - '{{token_hash,invited_by_id,accepted_by_id}}'::text[]
    from members_invitation x where x.kind = 'partner' and x.invited_by_id = me;
  return query select 'members.Notice', to_jsonb(x) from members_notice x where x.recipient_id = me;
  return query select 'roster.RosterPerson', to_jsonb(x) from roster_rosterperson x
    where x.email = address or x.invitation_id in (select i.id from members_invitation i where i.accepted_by_id = me);
  return query select 'roster.ProposedPair', to_jsonb(x) from roster_proposedpair x where x.id in
    (select p.proposal_id from roster_rosterperson p where p.email = address or p.invitation_id in
      (select i.id from members_invitation i where i.accepted_by_id = me));
  return query select 'roster.RosterUpload', to_jsonb(x) from roster_rosterupload x where x.uploaded_by_id = me;

  return query select 'pairs.Seat', to_jsonb(x) from pairs_seat x where x.id = any (held);
  return query select 'pairs.Pair', to_jsonb(x) || jsonb_build_object('site', (select s.name from members_site s
    where s.id = x.site_id)) from pairs_pair x where x.id = any (pairs);
  return query select 'disclosure.DisclosureGrant', to_jsonb(x) from disclosure_disclosuregrant x
    where x.pair_id = any (pairs);

  return query select 'projects.SharedTask', to_jsonb(x) from projects_sharedtask x
    where x.edited_by_id = any (held) or x.id in {_TASKS};
  return query select 'projects.Decision', to_jsonb(x) from projects_decision x
    where x.proposed_by_id = any (held) or x.id in {_DECISIONS};
  return query select 'projects.DecisionReason', to_jsonb(x) from projects_decisionreason x
    where x.seat_id = any (held);
  return query select 'projects.ResultClaim', to_jsonb(x) from projects_resultclaim x where {_MY_RESULTS};
  return query select 'projects.ResultPoint', to_jsonb(p) from projects_resultpoint p
    join projects_resultclaim x on x.id = p.result_id where {_MY_RESULTS};
  -- What a witness answers after somebody has left is the pair's alone.
  return query select 'projects.Witness', to_jsonb(x) - 'token_hash'
      - case when x.asked_by_id = any (sitting) then '{{}}' else '{{answer,answered_at,withdrawn_at}}' end::text[]
    from projects_witness x where x.asked_by_id = any (held);
  return query select 'projects.SharedTaskKey', to_jsonb(x) from projects_sharedtaskkey x where x.seat_id = any (held);
  return query select 'projects.DecisionKey', to_jsonb(x) from projects_decisionkey x where x.seat_id = any (held);
  return query select 'projects.ResultKey', to_jsonb(x) from projects_resultkey x where x.seat_id = any (held);

  return query select 'surfacing.Surfacing', to_jsonb(x)
      - case when x.pair_id = any (pairs) then '{{}}' else '{{state,closed_at}}' end::text[]
    from surfacing_surfacing x where {_MY_PACKAGES};
  return query select 'surfacing.SurfacingItem', to_jsonb(i) from surfacing_surfacingitem i
    join surfacing_surfacing x on x.id = i.surfacing_id where {_MY_PACKAGES};
  return query select 'surfacing.SurfacingKey', to_jsonb(x) from surfacing_surfacingkey x where x.seat_id = any (held);

  return query select 'boards.BoardBody', to_jsonb(x) from boards_boardbody x where x.executive_sponsor_id = me;
  return query select 'boards.BoardMembership', to_jsonb(x) from boards_boardmembership x where x.member_id = me;
  return query select 'boardpacks.BoardPack', jsonb_build_object('id', x.id, 'body_id', x.body_id, 'period_start',
      x.period_start, 'period_end', x.period_end, 'language', x.language, 'requested_by_id', x.requested_by_id,
      'requested_at', x.requested_at) from boardpacks_boardpack x where x.requested_by_id = me;
  return query select 'boardpacks.PackRead', to_jsonb(x) from boardpacks_packread x where x.reader_id = me;
  return query select 'api.KeptAnswer', to_jsonb(x) - '{{key_hash,request_hash}}'::text[] from api_keptanswer x
    where x.person_id = me;
  return query select 'webhooks.Webhook', to_jsonb(x) - '{{secret,secret_before}}'::text[] from webhooks_webhook x
    where x.person_id = me;
  return query select 'webhooks.Delivery', to_jsonb(x) from webhooks_delivery x where x.person_id = me;
  return query select 'exports.Export', jsonb_build_object('id', x.id, 'requested_by_id', x.requested_by_id,
      'requested_at', x.requested_at, 'language', x.language, 'ready_at', x.ready_at) from exports_export x
    where x.requested_by_id = me;
  return query select 'audit.Event', to_jsonb(x) - '{{chain,seq,previous,hash}}'::text[] from audit_event x
    where x.actor_id = me order by x.at;
end
""",
        ),
        DefinerFunction(
            "forget_unshared",
            arguments="held uuid[]",
            returns="void",
            volatile=True,
            public=False,
            body=f"""
declare gone uuid[];
begin
  -- What nobody else has signed goes: drafts, and packages that never took effect.
  gone := array(select x.id from projects_resultclaim x where x.written_by_id = any (held) and x.state = 'draft'
    and not exists (select 1 from projects_witness w where w.result_id = x.id)
    and not {_OTHERS_KEY.format(keys="projects_resultkey", row="result_id")});
  delete from projects_resultpoint p where p.result_id = any (gone);
  delete from projects_resultkey k where k.result_id = any (gone);
  delete from projects_resultclaim x where x.id = any (gone);

  gone := array(select x.id from projects_decision x where x.proposed_by_id = any (held) and x.proposed_at is null
    and x.state in ('draft', 'withdrawn', 'void_on_departure')
    and not {_OTHERS_KEY.format(keys="projects_decisionkey", row="decision_id")});
  delete from projects_decisionkey k where k.decision_id = any (gone);
  delete from projects_decisionreason r where r.decision_id = any (gone);
  delete from projects_decision x where x.id = any (gone);

  gone := array(select x.id from projects_sharedtask x where x.edited_by_id = any (held) and x.agreed_at is null
    and not {_OTHERS_KEY.format(keys="projects_sharedtaskkey", row="shared_task_id")});
  delete from projects_sharedtaskkey k where k.shared_task_id = any (gone);
  delete from projects_sharedtask x where x.id = any (gone);

  gone := array(select x.id from surfacing_surfacing x where x.made_by_id = any (held) and x.signed_at is null
    and not {_OTHERS_KEY.format(keys="surfacing_surfacingkey", row="surfacing_id")});
  delete from surfacing_surfacingkey k where k.surfacing_id = any (gone);
  delete from surfacing_surfacingitem i where i.surfacing_id = any (gone);
  delete from surfacing_surfacing x where x.id = any (gone);
  delete from surfacing_surfacingkey k where k.seat_id = any (held)
    and k.surfacing_id in (select x.id from surfacing_surfacing x where x.signed_at is null);
end
""",
        ),
        DefinerFunction(
            "erase_person",
            arguments="words jsonb",
            returns="SETOF text",
            volatile=True,
            body="""
declare
  me uuid := security.person(); address text := security.own_address();
  known record; is_member boolean; old_files text[] := '{}'; invited uuid[];
begin
  -- The database itself asks whether this person wanted it. It gives back the files that nobody shall read again.
  if me is null or not security.erasing() then raise exception 'not_permitted' using errcode = 'P0001'; end if;
  select * into known from members_member m where m.id = me for update;
  is_member := found;
  invited := array(select i.id from members_invitation i where i.accepted_by_id = me or i.email = address);

  if is_member then
    perform forget_unshared(array(select s.id from pairs_seat s where s.member_id = me));
    delete from members_notice n where n.recipient_id = me;
    delete from api_keptanswer k where k.person_id = me;
    delete from webhooks_delivery d where d.person_id = me;
    delete from webhooks_webhook w where w.person_id = me;
    old_files := array(select x.path::text from exports_export x where x.requested_by_id = me and x.path <> '');
    delete from exports_export x where x.requested_by_id = me;
    if known.name <> '' then
      old_files := old_files || array(select forget_in_packs(me, known.name, words));
    end if;
    -- Nothing tells the list of people of somebody who was never in it.
    if known.listed and known.ended_at is null then
      perform audit_write('membership.erased', me, '{}'::jsonb, null);
    end if;
    update boards_boardmembership b set ended_at = security.now() where b.member_id = me and b.ended_at is null;
    update boards_boardbody b set executive_sponsor_id = null where b.executive_sponsor_id = me;
    perform depart(me);
    update members_member m set name = '', site_id = null, ended_at = coalesce(m.ended_at, security.now())
      where m.id = me;
  end if;

  -- What others typed to reach this person
  update roster_rosterperson p set name = '', email = p.id || '@gone.invalid', site = '', side = '', kind = '',
         roles = '{}'
   where p.email = address or p.invitation_id = any (invited);
  update members_invitation i set name = '', email = i.id || '@gone.invalid', language = '', token_hash = '',
         revoked_at = case when i.accepted_at is null then coalesce(i.revoked_at, security.now()) else i.revoked_at end
   where i.id = any (invited);
  update projects_witness w set name = '', email = w.id || '@gone.invalid', relation = '', token_hash = ''
   where w.email = address;
  return query select unnest(old_files);
end
""",
        ),
        DefinerFunction(
            "remove_overdue",
            returns="bigint",
            volatile=True,
            body=f"""
declare removed bigint; counted bigint; late uuid[]; gone uuid[];
begin
  if not security.inside() then raise exception 'no context' using errcode = '28000'; end if;
  delete from api_keptanswer k where k.kept_at < security.now() - interval '1 day';
  get diagnostics removed = row_count;
  gone := array(select m.id from members_member m where m.ended_at < security.now() - {_DAYS});
  delete from members_notice n where n.made_at < security.now() - interval '365 days' or n.recipient_id = any (gone);
  get diagnostics counted = row_count;
  removed := removed + counted;
  delete from webhooks_delivery d where d.person_id = any (gone)
    or (d.state <> 'waiting' and coalesce(d.tried_at, d.asked_at) < security.now() - {_DAYS});
  get diagnostics counted = row_count;
  removed := removed + counted;
  delete from webhooks_webhook w where w.person_id = any (gone);
  get diagnostics counted = row_count;
  removed := removed + counted;
  late := array(select i.id from members_invitation i where i.accepted_at is null
    and i.expires_at < security.now() - interval '365 days');
  update roster_rosterperson p set invitation_id = null where p.invitation_id = any (late);
  delete from members_invitation i where i.id = any (late);
  get diagnostics counted = row_count;
  return removed + counted;
end
""",
        ),
    ]
