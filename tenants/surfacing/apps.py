from django.apps import AppConfig


class SurfacingConfig(AppConfig):
    name = "tenants.surfacing"
    label = "surfacing"

    def ready(self) -> None:
        from tenants.pairs import evidence, home
        from tenants.pairs import page as pair_page
        from tenants.surfacing import page, proofs

        pair_page.add_section(page.section_of, place=page.PLACE)
        home.add_kind(page.KIND)
        for proof in proofs.EVIDENCE:
            evidence.add(proof)
