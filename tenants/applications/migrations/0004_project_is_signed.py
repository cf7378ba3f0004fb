from django.db import migrations

from rollout.kernel.operations import DefinerFunction, DefinerTrigger


class Migration(migrations.Migration):
    """The project is part of what two people sign when they apply; a change of it clears both keys."""

    dependencies = [("applications", "0003_guards"), ("workplan", "0003_one_list_of_themes")]
    operations = [
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
      'theme', f.theme, 'place', f.place, 'aim', f.aim, 'how_much', f.how_much, 'by_when', f.by_when,
      'whose_issue', f.whose_issue, 'how_we_know', f.how_we_know,
      'sources', (select jsonb_agg(jsonb_build_array(s.kind, s.name, s.says) order by s.kind, s.name, s.says, s.id)
        from workplan_framesource s where s.frame_id = f.id),
      'host', nullif(a.host, ''), 'host_name', nullif(a.host_name, ''), 'system', a.system_id) into told
    from applications_application a
    left join projects_sharedtask t on t.pair_id = a.pair_id and t.agreed_at is not null
    left join workplan_projectframe f on f.pair_id = a.pair_id and f.state = 'active'
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
        DefinerTrigger(
            "project_change_clears_application_keys",
            table="workplan_projectframe",
            when="AFTER UPDATE OF content_hash, state",
            body="""
  if row(new.content_hash, new.state) <> row(old.content_hash, old.state) then
    delete from applications_applicationkey k using applications_application a
      where a.id = k.application_id and a.pair_id = new.pair_id and a.state = 'draft';
  end if;
  return null;
""",
        ),
    ]
