import django.db.models.deletion
from django.db import migrations, models

import rollout.kernel.privacy
from rollout.kernel.operations import DefinerTrigger


class Migration(migrations.Migration):
    """A project can be shown as both signed it. Once it changes, or is a draft again, it is shown no more."""

    dependencies = [
        ("pairs", "0006_leaving_guards"),
        ("workplan", "0003_one_list_of_themes"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="projectframe",
            name="project_frame_privacy",
        ),
        migrations.AlterField(
            model_name="projectframe",
            name="pair",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="project", to="pairs.pair"
            ),
        ),
        migrations.AddConstraint(
            model_name="projectframe",
            constraint=rollout.kernel.privacy.Privacy(
                add=rollout.kernel.privacy.AllOf(
                    rollout.kernel.privacy.AllOf(
                        rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                        rollout.kernel.privacy.Within("own_seats", column="edited_by_id"),
                    ),
                    rollout.kernel.privacy.Still("state", "draft"),
                ),
                change=rollout.kernel.privacy.Within("own_pairs", column="pair_id"),
                fields=(
                    "theme",
                    "place",
                    "aim",
                    "how_much",
                    "by_when",
                    "whose_issue",
                    "how_we_know",
                    "state",
                    "content_hash",
                    "edited_by_id",
                    "edited_at",
                    "active_since",
                ),
                name="project_frame_privacy",
                readers="pair_until_shown",
                see=rollout.kernel.privacy.Within("readable_pairs", "project", column="pair_id"),
            ),
        ),
        DefinerTrigger(
            "frame_change_ends_grants",
            table="workplan_projectframe",
            when="AFTER UPDATE",
            body="""
  if new.content_hash <> old.content_hash or (old.state = 'active' and new.state <> 'active') then
    update disclosure_disclosuregrant g set ended_at = security.now()
      where g.pair_id = new.pair_id and g.row_class = 'project' and g.ended_at is null;
  end if;
  return null;
""",
        ),
    ]
