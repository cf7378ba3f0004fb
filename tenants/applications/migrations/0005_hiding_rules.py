from django.db import migrations

from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """An application that was never handed in goes with who hid their own things on leaving."""

    dependencies = [("applications", "0004_project_is_signed"), ("pairs", "0007_earlier_chapters")]
    operations = [
        DefinerFunction(
            "hidden_applications",
            returns="SETOF uuid",
            body="""
  return query select x.id from hiding_seats() h
    join applications_application x on h in (x.citizen_seat_id, x.professional_seat_id)
   where x.submitted_at is null;
""",
        ),
        DefinerFunction(
            "own_applications",
            returns="SETOF uuid",
            body="""
  return query select a.id from applications_application a where (a.citizen_seat_id in (select own_seats())
    or a.professional_seat_id in (select own_seats())) and a.id <> all (array(select hidden_applications()));
""",
        ),
    ]
