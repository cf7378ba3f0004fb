from django.urls import path

from tenants.finder import views

app_name = "finder"
urlpatterns = [
    path("find/", views.OffersPage.as_view(), name="offers"),
    path("find/me/", views.ProfilePage.as_view(), name="profile"),
    path("find/offers/<uuid:profile>/", views.AskPage.as_view(), name="ask"),
    path("find/introductions/", views.IntroductionsPage.as_view(), name="introductions"),
    path("find/introductions/<uuid:pk>/", views.IntroductionPage.as_view(), name="introduction"),
    path("find/introductions/<uuid:pk>/answer/", views.AnswerPage.as_view(), name="answer"),
    path("find/introductions/<uuid:pk>/withdraw/", views.Withdraw.as_view(), name="withdraw"),
    path("find/introductions/<uuid:pk>/meeting/", views.MeetingPage.as_view(), name="meeting"),
    path("find/introductions/<uuid:pk>/choose/", views.ChoosePage.as_view(), name="choose"),
    path("find/registration/", views.RegistrationPage.as_view(), name="registration"),
    path("find/join/", views.JoinPage.as_view(), name="join"),
]
