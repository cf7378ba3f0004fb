from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lessons", "0002_index")]
    operations = [migrations.AddField("note", "colour", models.CharField(default="grey", max_length=20))]
