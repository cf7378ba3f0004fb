from django.db import migrations

from rollout.kernel.operations import DefinerTrigger


class Migration(migrations.Migration):
    """One person never sits on both sides, and a title that is shown does not change under its readers."""

    dependencies = [("pairs", "0002_initial"), ("disclosure", "0002_initial")]
    operations = [
        DefinerTrigger(
            "pair_title_shown_stays",
            table="pairs_pair",
            when="BEFORE UPDATE OF title, site_id",
            body="""
  if (new.title <> old.title or new.site_id is distinct from old.site_id) and exists (select 1 from disclosure_disclosuregrant g where g.pair_id = new.id
      and g.row_class = 'pair' and g.ended_at is null and (g.valid_to is null or g.valid_to > security.now())) then
    raise exception 'title_is_shown' using errcode = 'P0001';
  end if;
  return new;
""",
        ),
    ]
