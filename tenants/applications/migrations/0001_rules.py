from django.db import migrations

from rollout.kernel.operations import DefinerFunction

_SIGNED = """(select k.application_id from applications_applicationkey k
    where k.seat_id = any (held) and k.content_hash = x.content_hash)"""


class Migration(migrations.Migration):
    """Who reads what somebody wrote alone, what exactly two people sign, and what goes with somebody who leaves."""

    initial = True
    dependencies = [("pairs", "0001_rules"), ("projects", "0001_rules")]
    operations = [
        DefinerFunction(
            "own_texts",
            returns="SETOF uuid",
            body="return query select t.id from applications_owntext t where t.seat_id in (select own_seats());",
        ),
        DefinerFunction(
            "readable_texts",
            returns="SETOF uuid",
            body="""
  return query select own_texts();
  -- The partner's once both have put theirs down
  return query select theirs.id from applications_owntext mine
    join applications_owntext theirs on theirs.kind = mine.kind and theirs.seat_id = mine.partner_seat_id
      and theirs.partner_seat_id = mine.seat_id and theirs.put_down_at is not null
    where mine.seat_id in (select own_seats()) and mine.put_down_at is not null;
""",
        ),
        DefinerFunction(
            "own_applications",
            returns="SETOF uuid",
            body="""
  return query select a.id from applications_application a where a.citizen_seat_id in (select own_seats())
    or a.professional_seat_id in (select own_seats());
""",
        ),
        DefinerFunction(
            "application_content",
            arguments="wanted uuid",
            returns="jsonb",
            body="""
declare told jsonb;
begin
  -- Word for word what is signed. A part that is not there yet is null, and what is sealed is no part.
  select jsonb_build_object(
      'task', t.text, 'ambition', ja.text, 'reflection', jr.text,
      'citizen_ambition', ca.text, 'professional_ambition', pa.text,
      'citizen_reflection', cr.text, 'professional_reflection', pr.text,
      'host', nullif(a.host, ''), 'host_name', nullif(a.host_name, ''), 'system', a.system_id) into told
    from applications_application a
    left join projects_sharedtask t on t.pair_id = a.pair_id and t.agreed_at is not null
    left join applications_owntext ca on ca.seat_id = a.citizen_seat_id
      and ca.partner_seat_id = a.professional_seat_id and ca.kind = 'ambition'
    left join applications_owntext pa on pa.seat_id = a.professional_seat_id
      and pa.partner_seat_id = a.citizen_seat_id and pa.kind = 'ambition'
    left join applications_jointtext ja on ja.citizen_text_id = ca.id and ja.professional_text_id = pa.id
    left join applications_owntext cr on cr.seat_id = a.citizen_seat_id
      and cr.partner_seat_id = a.professional_seat_id and cr.kind = 'reflection'
    left join applications_owntext pr on pr.seat_id = a.professional_seat_id
      and pr.partner_seat_id = a.citizen_seat_id and pr.kind = 'reflection'
    left join applications_jointtext jr on jr.citizen_text_id = cr.id and jr.professional_text_id = pr.id
    where a.id = wanted and a.id in (select own_applications());
  if told ->> 'ambition' is null then
    told := told || '{"citizen_ambition": null, "professional_ambition": null}';
  end if;
  if told ->> 'reflection' is null then
    told := told || '{"citizen_reflection": null, "professional_reflection": null}';
  end if;
  return told;
end
""",
        ),
        DefinerFunction(
            "application_words",
            arguments="wanted uuid",
            returns="text",
            body="return application_content(wanted)::text;",
        ),
        DefinerFunction(
            "unmerged_ambitions",
            arguments="wanted uuid",
            returns="bigint",
            body="""
  -- For the two alone: ambitions that were put down in their pair and of which nothing joint was made.
  return (select count(*) from applications_owntext t where t.pair_id = wanted and t.kind = 'ambition'
    and t.put_down_at is not null and t.id in (select readable_texts())
    and not exists (select 1 from applications_jointtext j where t.id in (j.citizen_text_id, j.professional_text_id)));
""",
        ),
        DefinerFunction(
            "material_of_applications",
            arguments="me uuid, held uuid[], sitting uuid[], pairs uuid[]",
            returns="TABLE (source text, content jsonb)",
            public=False,
            body=f"""
  return query select 'applications.OwnText', to_jsonb(x) from applications_owntext x where x.seat_id = any (held);
  return query select 'applications.JointText', to_jsonb(x) from applications_jointtext x
    where x.edited_by_id = any (held);
  return query select 'applications.Application', to_jsonb(x) from applications_application x where x.id in {_SIGNED};
  return query select 'applications.ApplicationKey', to_jsonb(x) from applications_applicationkey x
    where x.seat_id = any (held);
""",
        ),
        DefinerFunction(
            "forget_in_applications",
            arguments="me uuid, held uuid[]",
            returns="void",
            volatile=True,
            public=False,
            body="""
  delete from applications_applicationkey k where k.seat_id = any (held)
    and k.application_id in (select a.id from applications_application a where a.submitted_at is null);
  delete from applications_owntext t where t.seat_id = any (held)
    and not exists (select 1 from applications_jointtext j where t.id in (j.citizen_text_id, j.professional_text_id));
""",
        ),
    ]
