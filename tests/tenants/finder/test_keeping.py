"""What of looking for a partner goes when a membership has ended."""

from __future__ import annotations

import psycopg
from django.conf import settings
from django.db import connections

from rollout.organisations.models import Organisation
from tests.world import inside, sql
from tests.world_finder import asked, met, said_yes, somebody


def test_it_goes_with_the_membership_for_both(committed):
    north = Organisation.objects.get(slug="north")
    gone, drew = somebody(north, "Gone", "patient"), somebody(north, "Drew", "clinician")
    stays, dana = somebody(north, "Stays", "carer"), somebody(north, "Dana", "manager")
    said_yes(north, met(north, gone, drew), drew)
    asked(north, dana, gone)
    asked(north, stays, drew)
    with psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=connections["default"].settings_dict["NAME"]) as admin:
        admin.execute(psycopg.sql.SQL("SET search_path = {}").format(psycopg.sql.Identifier(north.schema_name)))
        assert admin.execute("SELECT overdue_in_finder(%s)", [[gone.pk]]).fetchone() == (3,)
        assert admin.execute("SELECT overdue_in_finder(%s)", [[gone.pk]]).fetchone() == (0,)
    with inside(north, drew):
        assert sql("SELECT count(*) FROM finder_introduction") == [(1,)]
        assert sql("SELECT count(*) FROM finder_yes") == [(0,)]
    with inside(north, dana):
        assert sql("SELECT count(*) FROM finder_introduction") == [(0,)]
