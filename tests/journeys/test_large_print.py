"""Large print is larger: the letters themselves are measured, on the screen and on the sheet."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.world_agreement import need
from tests.world_pairs import accepted
from tests.world_projects import workshop

if TYPE_CHECKING:
    from tests.journeys.screens import Visitor

WORD = "right"
ON_SCREEN = """word => {
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const at = texts.currentNode.data.indexOf(` ${word} `);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(texts.currentNode, at + 1);
    range.setEnd(texts.currentNode, at + 1 + word.length);
    return range.getBoundingClientRect().height;
  }
}"""


def on_paper(visitor: Visitor) -> float:
    """How high the word stands on the printed sheet."""
    told = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=visitor.page.pdf(format="A4"), capture_output=True, check=True
    ).stdout.decode()
    found = re.search(rf'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">{WORD}<', told)
    assert found is not None
    return float(found[2]) - float(found[1])


def test_large_print_is_a_quarter_larger_on_the_screen_and_in_print(visit, service):
    organisation = service.organisation("Large Letters Trust")
    with service.reached():
        shop = workshop(organisation)
        accepted(*shop.partners)
    visitor, page = visit(), f"/pairs/{shop.pair.pk}/meetings/shares/"
    visitor.step_in(shop.citizen.pk, organisation, page)
    visitor.go(page, organisation)
    usual = visitor.page.evaluate(ON_SCREEN, WORD), on_paper(visitor)
    with service.reached():
        need(shop, shop.citizen, "large_print")
    visitor.go(page, organisation)
    large = visitor.page.evaluate(ON_SCREEN, WORD), on_paper(visitor)
    assert large[0] / usual[0] == pytest.approx(1.25, rel=0.03)
    assert large[1] / usual[1] == pytest.approx(1.25, rel=0.03)
