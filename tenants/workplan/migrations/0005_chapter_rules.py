from django.db import migrations

from rollout.kernel.operations import DefinerFunction

_NO_EVIDENCE = """not exists (select 1 from projects_resultclaim r
      where r.id = x.result_id and r.state <> 'draft')"""


class Migration(migrations.Migration):
    """Of the files of an earlier chapter, whoever comes after reads what both have signed as evidence."""

    dependencies = [("workplan", "0004_more_to_show"), ("pairs", "0007_earlier_chapters")]
    operations = [
        DefinerFunction(
            "hidden_files",
            returns="SETOF uuid",
            body=f"""
  return query select x.id from earlier_chapters() c join workplan_pairfile x on x.pair_id = c.whose
    where c.spans @> x.uploaded_at and {_NO_EVIDENCE};
  return query select x.id from hiding_seats() h join workplan_pairfile x on x.uploaded_by_id = h
    where {_NO_EVIDENCE};
""",
        ),
    ]
