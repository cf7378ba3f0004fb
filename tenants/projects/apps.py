from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "tenants.projects"
    label = "projects"

    def ready(self) -> None:
        from tenants.conversations import subjects
        from tenants.pairs import evidence, home, page
        from tenants.projects import proofs, sections, talks, waiting

        for kind in waiting.KINDS:
            home.add_kind(kind)
        for proof in proofs.EVIDENCE:
            evidence.add(proof)
        page.add_section(sections.shared_task, place=10)
        page.add_section(sections.decisions, place=20)
        page.add_section(sections.results, place=30)
        subjects.add("shared_task", talks.shared_task)
        subjects.add("decision", talks.decision)
        subjects.add("result", talks.result)
        subjects.add("option", talks.option)
