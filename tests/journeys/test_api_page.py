"""The page of the API in a browser: it draws itself from files of this host and breaks no rule of ours."""

from __future__ import annotations

from urllib.parse import urlsplit


def test_the_page_of_the_api_draws_every_operation_and_asks_no_other_host(service, visit):
    organisation = service.organisation("Docs")
    page = visit().page
    hosts = []
    page.on("request", lambda request: hosts.append(urlsplit(request.url).hostname))
    page.goto(service.url("/api/v1/docs/", organisation))
    page.locator("#operations-tag-decisions").click()
    page.get_by_text("Sign the text that was read; the second key makes the decision stand.").wait_for(state="attached")
    assert page.locator(".opblock-tag-section").count() > 20
    assert page.get_by_role("main").count() == 1
    assert {host for host in hosts if host} == {f"{organisation.slug}.localhost"}


def test_without_javascript_the_page_leads_to_the_description(service, visit):
    organisation = service.organisation("Plain docs")
    page = visit(javascript=False).page
    page.goto(service.url("/api/v1/docs/", organisation))
    assert page.get_by_role("link", name="their description").get_attribute("href") == "/api/v1/schema/"
