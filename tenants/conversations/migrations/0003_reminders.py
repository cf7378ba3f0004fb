from django.db import migrations, models

import rollout.kernel.privacy
from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """Reminders to write for oneself; and what falls due by its day is told in the morning to whoever hears of each."""

    dependencies = [
        ("conversations", "0002_guards"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="newschoice",
            name="news_choice_privacy",
        ),
        migrations.AddField(
            model_name="newschoice",
            name="reflect_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="newschoice",
            name="reflect_weeks",
            field=models.PositiveSmallIntegerField(
                choices=[(0, "No reminder"), (1, "Every week"), (2, "Every two weeks"), (4, "Every four weeks")],
                default=0,
            ),
        ),
        migrations.AddConstraint(
            model_name="newschoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reflect_on__isnull", True), ("reflect_weeks", 0)),
                    models.Q(("reflect_on__isnull", False), ("reflect_weeks__in", [1, 2, 4])),
                    _connector="OR",
                ),
                name="news_choice_reminds_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="newschoice",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.Mine("person_id"),
                change=rollout.kernel.privacy.Mine("person_id"),
                fields=("how", "mailed_at", "mailed_by", "reflect_weeks", "reflect_on"),
                name="news_choice_privacy",
                readers="only_you",
                see=rollout.kernel.privacy.Mine("person_id"),
            ),
        ),
        DefinerFunction(
            "ask_for_daily_news",
            arguments="zone text, hour integer",
            returns="integer",
            volatile=True,
            body="""
declare somebody uuid; wish text; asked integer := 0; today timestamp;
begin
  -- The service itself asks, in nobody's name.
  if not security.inside() or security.person() is not null then
    raise exception 'not_permitted' using errcode = 'P0001';
  end if;
  today := security.now() at time zone zone;
  if extract(hour from today) < hour then return 0; end if;
  for somebody, wish in
    select distinct s.member_id, coalesce(c.how, 'daily') from pairs_seat s
      join members_member m on m.id = s.member_id
      left join conversations_newschoice c on c.person_id = s.member_id
     where s.left_at is null and m.ended_at is null and coalesce(c.how, 'daily') <> 'none'
  loop
    perform security.enqueue_for('conversations.news', somebody::text, wish || ' ' || to_char(today, 'YYYY-MM-DD'),
      somebody, 'partner', security.now());
    asked := asked + 1;
  end loop;
  return asked;
end
""",
        ),
    ]
