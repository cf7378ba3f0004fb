import pytest
from django.template.loader import render_to_string
from django.utils import translation


@pytest.mark.parametrize("page", ["400", "500", "503", "no_database", "plain"])
def test_pages_for_bad_moments_ask_nothing_of_request_or_database(page: str) -> None:
    html = render_to_string(f"errors/{page}.html", {"sentence": "Nothing is lost."})

    assert html.count("<h1>") == 1
    assert "brand" not in html.split("</head>")[0]


@pytest.mark.parametrize("page", ["403", "404"])
def test_pages_for_closed_doors_keep_the_way_home(page: str) -> None:
    html = render_to_string(f"errors/{page}.html", {"organisation": {"name": "Hill & Dale"}})

    assert "Hill &amp; Dale" in html
    assert 'href="/"' in html


def test_a_page_says_its_language() -> None:
    with translation.override("fr"):
        assert '<html lang="fr">' in render_to_string("errors/500.html")
