from django.db import migrations

from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """How pages are set for the person who looks, and whether reminders may come by e-mail.

    The room that knows what helps whom gives the answers.
    """

    dependencies = [("members", "0002_initial")]
    operations = [
        DefinerFunction("own_display", returns="text", body="return '';"),
        DefinerFunction("takes_reminders_by_mail", returns="boolean", body="return true;"),
    ]
