from django.urls import include, path

from tenants.reflections.views import learning, own, together

app_name = "reflections"

_own = [
    path("", own.OwnList.as_view(), name="own-list"),
    path("new/", own.OwnWrite.as_view(), name="own-write"),
    path("download/", own.OwnDownload.as_view(), name="own-download"),
    path("<uuid:pk>/", own.OwnPage.as_view(), name="own"),
    path("<uuid:pk>/change/", own.OwnChange.as_view(), name="own-change"),
    path("<uuid:pk>/delete/", own.OwnDelete.as_view(), name="own-delete"),
    path("<uuid:pk>/share/", own.PassageShare.as_view(), name="passage-share"),
    path("<uuid:pk>/show/", own.PassageShow.as_view(), name="passage-show"),
    path("shown-to-me/", own.ShownToMe.as_view(), name="shown-to-me"),
    path("passages/<uuid:pk>/take-back/", own.PassageTakeBack.as_view(), name="passage-take-back"),
]
_together = [
    path("", together.SlotList.as_view(), name="slots"),
    path("plan/", together.SlotPlan.as_view(), name="slot-plan"),
    path("<uuid:pk>/", together.SlotPage.as_view(), name="slot"),
    path("<uuid:pk>/part/", together.SlotPart.as_view(), name="slot-part"),
    path("<uuid:pk>/text/", together.SlotText.as_view(), name="slot-text"),
    path("<uuid:pk>/sign/", together.SlotSign.as_view(), name="slot-sign"),
    path("<uuid:pk>/talked/", together.SlotTalked.as_view(), name="slot-talked"),
    path("<uuid:pk>/missed/", together.SlotMissed.as_view(), name="slot-missed"),
]
_learning = [
    path("", learning.Chart.as_view(), name="learnings"),
    path("new/", learning.LearningWrite.as_view(), name="learning-write"),
    path("<uuid:pk>/", learning.LearningEdit.as_view(), name="learning-edit"),
    path("<uuid:pk>/share/", learning.ShareWrite.as_view(), name="share-write"),
    path("shares/<uuid:pk>/", learning.SharePage.as_view(), name="share"),
    path("shares/<uuid:pk>/sign/", learning.ShareSign.as_view(), name="share-sign"),
    path("shares/<uuid:pk>/take-back/", learning.ShareWithdraw.as_view(), name="share-withdraw"),
]

urlpatterns = [
    path("reflections/", include(_own)),
    path("pairs/<uuid:pair>/my-reflections/", own.OwnListInPair.as_view(), name="own-in-pair"),
    path("pairs/<uuid:pair>/reflections/", include(_together)),
    path("pairs/<uuid:pair>/learning/", include(_learning)),
]
