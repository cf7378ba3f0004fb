from django.db import migrations


class Migration(migrations.Migration):
    """Every request to the API counts. A count is worth no wait for the disk, and nothing when the server has crashed."""

    dependencies = [("accounts", "0002_through")]
    operations = [
        migrations.RunSQL("ALTER TABLE accounts_tries SET UNLOGGED", "ALTER TABLE accounts_tries SET LOGGED"),
    ]
