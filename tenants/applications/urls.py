from django.urls import include, path

from tenants.applications import views
from tenants.applications.models import Kind

app_name = "applications"

_application = [
    path("", views.ApplicationPage.as_view(), name="application"),
    path("ambition/own/", views.OwnPage.as_view(kind=Kind.AMBITION), name="ambition-own"),
    path("ambition/", views.JointPage.as_view(kind=Kind.AMBITION), name="ambition"),
    path("start/own/", views.OwnPage.as_view(kind=Kind.REFLECTION), name="reflection-own"),
    path("start/", views.JointPage.as_view(kind=Kind.REFLECTION), name="reflection"),
    path("host/", views.HostPage.as_view(), name="host"),
    path("sign/", views.Sign.as_view(), name="sign"),
    path("withdraw/", views.Withdraw.as_view(), name="withdraw"),
]
urlpatterns = [
    path("pairs/<uuid:pair>/application/", include(_application)),
    path("pairs/<uuid:pair>/where-we-started/", views.StartPage.as_view(), name="start"),
]
