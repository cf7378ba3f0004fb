"""The page about permissions says what the code does."""

from __future__ import annotations

from tests.permissions.page import WHERE, text


def test_the_page_is_the_code_s():
    assert WHERE.read_text() == text(), "write it again: PYTHONPATH=platform python -m tests.permissions.page"
