"""An app may become ready more than once: Django says so again whenever the list of apps changes."""

from __future__ import annotations

from django.apps import apps

from governance.indicators import papers
from tenants.pairs import home, page
from tenants.surfacing import audiences

LISTS = (home._sources, home._speakers, page._makers, audiences._sources, papers._for_reader, papers._first_issued)


def test_whoever_is_ready_again_says_nothing_twice():
    before = [list(each) for each in LISTS]
    assert all(before)
    for config in apps.get_app_configs():
        if config.name.startswith(("rollout.", "tenants.", "governance.", "api")):
            config.ready()
    assert [list(each) for each in LISTS] == before
