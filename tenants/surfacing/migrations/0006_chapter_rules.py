from django.db import migrations

from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """What a pair shows is in its record; what was never signed by both is not of whoever comes after."""

    dependencies = [("surfacing", "0005_more_to_show_guards"), ("pairs", "0007_earlier_chapters")]
    operations = [
        DefinerFunction(
            "hidden_packages",
            returns="SETOF uuid",
            body="""
  return query select x.id from earlier_chapters() c join surfacing_surfacing x on x.pair_id = c.whose
    where x.signed_at is null and c.spans @> x.made_at;
  return query select x.id from hiding_seats() h join surfacing_surfacing x on x.made_by_id = h
    where x.signed_at is null;
""",
        ),
        DefinerFunction(
            "hidden_package_keys",
            returns="SETOF uuid",
            body="""
  return query select k.id from hiding_seats() h join surfacing_surfacingkey k on k.seat_id = h
    join surfacing_surfacing x on x.id = k.surfacing_id where x.signed_at is null;
""",
        ),
    ]
