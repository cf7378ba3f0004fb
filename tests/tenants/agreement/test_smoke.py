from tests import world_agreement as made
from tests.world_projects import workshop
def test_it(north):
    shop = workshop(north)
    assert made.line(shop, signed_by=shop.partners).state == "agreed"
    assert made.principle(shop, signed_by=shop.partners).state == "agreed"
    assert made.time(shop, signed_by=shop.partners).state == "agreed"
    assert made.time(shop, signed_by=shop.partners, is_paid=False).state == "agreed"
    made.given(shop, shop.citizen); made.given(shop, shop.citizen, 7)
    made.need(shop, shop.citizen, shared=True)
    made.need(shop, shop.citizen, shared=True)
