from django.urls import URLPattern, URLResolver, include, path

from tenants.meetings import views

app_name = "meetings"

_one: list[URLPattern] = [
    path("", views.MeetingPage.as_view(), name="meeting"),
    path("choose/", views.MeetingChoose.as_view(), name="meeting-choose"),
    path("ask/", views.MeetingAsk.as_view(), name="meeting-ask"),
    path("offer/", views.MeetingOffer.as_view(), name="meeting-offer"),
    path("decline/", views.MeetingDecline.as_view(), name="meeting-decline"),
    path("cancel/", views.MeetingCancel.as_view(), name="meeting-cancel"),
    path("close/", views.MeetingClose.as_view(), name="meeting-close"),
    path("notes/", views.MeetingNotes.as_view(), name="meeting-notes"),
    path("meeting.ics", views.MeetingFile.as_view(), name="meeting-file"),
]
_meetings: list[URLPattern | URLResolver] = [
    path("", views.MeetingList.as_view(), name="meetings"),
    path("new/", views.MeetingPlan.as_view(), name="meeting-plan"),
    path("shares/", views.SharesPage.as_view(), name="shares"),
    path("<uuid:pk>/", include(_one)),
]
urlpatterns = [
    path("pairs/<uuid:pair>/meetings/", include(_meetings)),
    path("calendar/", views.CalendarPage.as_view(), name="calendar"),
    path("calendar/<slug:token>.ics", views.Feed.as_view(), name="feed"),
]
