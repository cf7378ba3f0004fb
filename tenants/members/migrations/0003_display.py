from django.db import migrations

from rollout.kernel.operations import DefinerFunction


class Migration(migrations.Migration):
    """How pages are set for the person who looks; the room that knows what helps whom answers it."""

    dependencies = [("members", "0002_initial")]
    operations = [DefinerFunction("own_display", returns="text", body="return '';")]
