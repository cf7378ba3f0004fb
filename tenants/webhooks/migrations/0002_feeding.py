from django.db import migrations

from rollout.kernel.operations import DefinerTrigger


class Migration(migrations.Migration):
    """Whoever may see an act hears of it: each entry of the record makes its messages, in the same transaction."""

    dependencies = [("webhooks", "0001_initial"), ("audit", "0003_guards"), ("pairs", "0002_initial")]
    operations = [
        DefinerTrigger(
            "webhooks_hear",
            table="audit_event",
            when="AFTER INSERT",
            body="""
declare hook record; made uuid;
begin
  -- Entries that are put back from a backup were told of long ago: there is nobody who acts.
  if current_setting('rollout.context', true) is null or not security.inside() then return null; end if;
  for hook in
    select w.id, w.person_id, w.capacity from webhooks_webhook w join members_member m on m.id = w.person_id
     where w.paused_at is null and m.ended_at is null and split_part(new.action, '.', 1) = any (w.topics)
       and case when new.pair_id is null
         then w.capacity = 'rollout_lead' and exists (select 1 from members_office o
           where o.member_id = w.person_id and o.role = 'rollout_lead' and o.ended_at is null)
         else w.capacity = 'partner' and exists (select 1 from pairs_seat s
           where s.pair_id = new.pair_id and s.member_id = w.person_id and s.left_at is null) end
  loop
    insert into webhooks_delivery (id, webhook_id, person_id, capacity, event_id, event, happened_at, state, tries,
                                   tries_left, problem, asked_at)
      values (gen_random_uuid(), hook.id, hook.person_id, hook.capacity, new.id, new.action, new.at, 'waiting', 0, 6,
              '', new.at)
      returning id into made;
    perform security.enqueue_for('webhooks.deliver', made::text, '1', hook.person_id, hook.capacity, new.at);
  end loop;
  return null;
end
""",
        ),
    ]
