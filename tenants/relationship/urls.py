from django.urls import include, path

from tenants.relationship.views import balance, differences, reasons, snapbacks, taking, trying

app_name = "relationship"

_snapbacks = [
    path("", snapbacks.SnapBackList.as_view(), name="snapback-list"),
    path("new/", snapbacks.SnapBackNew.as_view(), name="snapback-new"),
    path("<uuid:pk>/", snapbacks.SnapBackPage.as_view(), name="snapback"),
    path("<uuid:pk>/mended/", snapbacks.SnapBackMend.as_view(), name="snapback-mend"),
    path("<uuid:pk>/invite/", snapbacks.SnapBackInvite.as_view(), name="snapback-invite"),
    path("asked/<uuid:pk>/set-aside/", snapbacks.LookBackAside.as_view(), name="look-back-aside"),
]
_differences = [
    path("", differences.DifferenceList.as_view(), name="difference-list"),
    path("new/", differences.DifferenceNew.as_view(), name="difference-new"),
    path("<uuid:pk>/", differences.DifferencePage.as_view(), name="difference"),
    path("<uuid:pk>/edit/", differences.DifferenceEdit.as_view(), name="difference-edit"),
    path("<uuid:pk>/show/", differences.DifferenceShow.as_view(), name="difference-show"),
    path("<uuid:pk>/take-back/", differences.DifferenceTakeBack.as_view(), name="difference-take-back"),
    path("<uuid:pk>/restate/", differences.DifferenceRestate.as_view(), name="difference-restate"),
    path("<uuid:pk>/correct/", differences.DifferenceCorrect.as_view(), name="difference-correct"),
    path("<uuid:pk>/accept/", differences.DifferenceAccept.as_view(), name="difference-accept"),
]
_assumptions = [
    path("", trying.AssumptionList.as_view(), name="assumption-list"),
    path("new/", trying.AssumptionNew.as_view(), name="assumption-new"),
    path("<uuid:pk>/", trying.AssumptionPage.as_view(), name="assumption"),
    path("<uuid:pk>/edit/", trying.AssumptionEdit.as_view(), name="assumption-edit"),
    path("<uuid:pk>/close/", trying.AssumptionClose.as_view(), name="assumption-close"),
]
_conversations = [
    path("", trying.ConversationList.as_view(), name="conversation-list"),
    path("new/", trying.ConversationNew.as_view(), name="conversation-new"),
    path("<uuid:pk>/", trying.ConversationPage.as_view(), name="conversation"),
    path("<uuid:pk>/edit/", trying.ConversationEdit.as_view(), name="conversation-edit"),
    path("<uuid:pk>/learned/", trying.ConversationAfter.as_view(), name="conversation-after"),
    path("<uuid:pk>/share/", trying.ConversationShare.as_view(), name="conversation-share"),
]
_experiments = [
    path("", trying.ExperimentList.as_view(), name="experiment-list"),
    path("new/", trying.ExperimentNew.as_view(), name="experiment-new"),
    path("<uuid:pk>/", trying.ExperimentPage.as_view(), name="experiment"),
    path("<uuid:pk>/edit/", trying.ExperimentEdit.as_view(), name="experiment-edit"),
    path("<uuid:pk>/finish/", trying.ExperimentFinish.as_view(), name="experiment-finish"),
]
_balance = [
    path("", balance.BalancePage.as_view(), name="balance"),
    path("minutes/", balance.MinutesTell.as_view(), name="minutes"),
    path("pause/", balance.PauseReply.as_view(), name="pause"),
    path("sprint/", balance.SprintPropose.as_view(), name="sprint"),
    path("sprint/agree/", balance.SprintAgree.as_view(), name="sprint-agree"),
    path("sprint/end/", balance.SprintEnd.as_view(), name="sprint-end"),
]

urlpatterns = [
    path("pairs/<uuid:pair>/snap-backs/", include(_snapbacks)),
    path("pairs/<uuid:pair>/differences/", include(_differences)),
    path("pairs/<uuid:pair>/assumptions/", include(_assumptions)),
    path("pairs/<uuid:pair>/hard-conversations/", include(_conversations)),
    path("pairs/<uuid:pair>/experiments/", include(_experiments)),
    path("pairs/<uuid:pair>/balance/", include(_balance)),
    path("pairs/<uuid:pair>/my-entries/", taking.OwnEntries.as_view(), name="own-entries"),
    path("pairs/<uuid:pair>/why/<slug:kind>/<uuid:subject>/", reasons.WhyPage.as_view(), name="why"),
    path("pairs/<uuid:pair>/why/<slug:kind>/<uuid:subject>/share/", reasons.WhyShare.as_view(), name="why-share"),
]
