from __future__ import annotations

from django.urls import include, path

from tenants.assistance import views

app_name = "assistance"

_session = [
    path("", views.SessionPage.as_view(), name="session"),
    path("end/", views.SessionEnd.as_view(), name="session-end"),
    path("questions/<uuid:round>/", views.Enter.as_view(), name="enter"),
    path("questions/<uuid:round>/script/", views.Script.as_view(), name="script"),
    path("decisions/<uuid:decision>/", views.Sign.as_view(), name="sign"),
    path("entries/<uuid:entry>/", views.Confirm.as_view(), name="confirm"),
]
_pair = [
    path("", views.WithoutComputer.as_view(), name="without-computer"),
    path("helpers/<uuid:pk>/end/", views.EndHelper.as_view(), name="helper-end"),
    path("paper/", views.Paper.as_view(), name="paper"),
    path("codes/", views.Codes.as_view(), name="codes"),
    path("letters/<uuid:pk>/", views.Letter.as_view(), name="letter-make"),
]
urlpatterns = [
    path("letter/", views.TypeLetter.as_view(), name="letter"),
    path("helping/", views.Help.as_view(), name="help"),
    path("helping/<uuid:session>/", include(_session)),
    path("pairs/<uuid:pair>/without-a-computer/", include(_pair)),
]
