from django.urls import include, path

from tenants.projects.views import decisions, results, shared_task, witness

app_name = "projects"

_task = [
    path("", shared_task.TaskPage.as_view(), name="task"),
    path("write/", shared_task.TaskWrite.as_view(), name="task-write"),
    path("sign/", shared_task.TaskSign.as_view(), name="task-sign"),
]
_decisions = [
    path("", decisions.DecisionList.as_view(), name="decision-list"),
    path("new/", decisions.DecisionDraft.as_view(), name="decision-draft"),
    path("<uuid:pk>/", decisions.DecisionPage.as_view(), name="decision"),
    path("<uuid:pk>/edit/", decisions.DecisionEdit.as_view(), name="decision-edit"),
    path("<uuid:pk>/options/", decisions.DecisionOptions.as_view(), name="decision-options"),
    path("<uuid:pk>/options/<uuid:option>/withdraw/", decisions.OptionWithdraw.as_view(), name="option-withdraw"),
    path("<uuid:pk>/propose/", decisions.DecisionPropose.as_view(), name="decision-propose"),
    path("<uuid:pk>/sign/", decisions.DecisionSign.as_view(), name="decision-sign"),
    path("<uuid:pk>/contest/", decisions.DecisionContest.as_view(), name="decision-contest"),
    path("<uuid:pk>/park/", decisions.DecisionPark.as_view(), name="decision-park"),
    path("<uuid:pk>/reopen/", decisions.DecisionReopen.as_view(), name="decision-reopen"),
    path("<uuid:pk>/withdraw/", decisions.DecisionWithdraw.as_view(), name="decision-withdraw"),
    path("<uuid:pk>/replace/", decisions.DecisionSupersede.as_view(), name="decision-supersede"),
]
_results = [
    path("", results.ResultList.as_view(), name="result-list"),
    path("new/", results.ResultDraft.as_view(), name="result-draft"),
    path("<uuid:pk>/", results.ResultPage.as_view(), name="result"),
    path("<uuid:pk>/edit/", results.ResultEdit.as_view(), name="result-edit"),
    path("<uuid:pk>/values/", results.ResultValues.as_view(), name="result-values"),
    path("<uuid:pk>/values/remove/", results.ResultValueRemove.as_view(), name="result-value-remove"),
    path("<uuid:pk>/sign/", results.ResultSign.as_view(), name="result-sign"),
    path("<uuid:pk>/wrong/", results.ResultDisprove.as_view(), name="result-disprove"),
    path("<uuid:pk>/witness/", results.WitnessAsk.as_view(), name="witness-ask"),
]

urlpatterns = [
    path("pairs/<uuid:pair>/shared-task/", include(_task)),
    path("pairs/<uuid:pair>/decisions/", include(_decisions)),
    path("pairs/<uuid:pair>/results/", include(_results)),
    path("witness/<slug:token>/", witness.WitnessPage.as_view(), name="witness"),
    path("witness/<slug:token>/withdraw/", witness.WitnessWithdraw.as_view(), name="witness-withdraw"),
]
