from django.db import migrations

from rollout.kernel.operations import DefinerTrigger

_REFUSE = "raise exception 'the audit trail is append-only' using errcode = '42501';"


class Migration(migrations.Migration):
    """Entries are never changed, removed or emptied, by anybody."""

    dependencies = [("audit", "0002_initial")]
    operations = [
        DefinerTrigger("audit_event_stays", table="audit_event", when="BEFORE UPDATE OR DELETE", body=_REFUSE),
        DefinerTrigger(
            "audit_event_is_not_emptied", table="audit_event", when="BEFORE TRUNCATE", body=_REFUSE, per="STATEMENT"
        ),
        DefinerTrigger("audit_head_stays", table="audit_head", when="BEFORE DELETE", body=_REFUSE),
    ]
