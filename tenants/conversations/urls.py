from django.urls import path

from tenants.conversations import views

app_name = "conversations"
urlpatterns = [
    path("pairs/<uuid:pair>/messages/", views.Messages.as_view(), name="messages"),
    path("pairs/<uuid:pair>/messages/<uuid:pk>/take-back/", views.TakeBack.as_view(), name="take-back"),
    path("pairs/<uuid:pair>/talk/<slug:kind>/<uuid:subject>/", views.Talk.as_view(), name="talk"),
    path("notifications/", views.News.as_view(), name="news"),
]
