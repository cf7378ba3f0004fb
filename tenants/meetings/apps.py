from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "tenants.meetings"
    label = "meetings"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from tenants.conversations import enclosures, subjects
        from tenants.meetings import calendars, waiting
        from tenants.pairs import home, page
        from tenants.relationship import why

        for kind in waiting.KINDS:
            home.add_kind(kind)
        home.add_speaker(waiting.next_meetings, place=30)
        subjects.add("meeting", waiting.talk)
        enclosures.add(calendars.news)
        why.add_kind("meeting", waiting.no_time)
        page.add_doorway(
            page.Group.TALK,
            page.Doorway(_("Meetings"), _("Find a time that suits you both."), "meetings:meetings"),
            place=20,
        )
