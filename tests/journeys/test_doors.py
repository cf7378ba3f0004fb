"""Signing in, through the real pages."""

from __future__ import annotations

from tests.journeys.screens import tab_through


def test_pages_that_need_nobody_are_open_to_everybody(visit):
    for width in (375, 1280):
        visitor = visit(width=width)
        for path in ("/", "/sign-in/", "/help/", "/worried/", "/privacy/", "/terms/", "/accessibility/"):
            visitor.go(path)
            visitor.keeps_nobody_out()
            visitor.picture(f"open{path.replace('/', '-')}{width}")
            assert all(stop.visible for stop in tab_through(visitor.page)), path
