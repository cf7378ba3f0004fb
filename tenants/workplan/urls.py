from __future__ import annotations

from django.urls import include, path

from tenants.workplan.views import files, frame, measures, people, plan

app_name = "workplan"

_frame = [
    path("", frame.FramePage.as_view(), name="frame"),
    path("write/", frame.FrameWrite.as_view(), name="frame-write"),
    path("sign/", frame.FrameSign.as_view(), name="frame-sign"),
    path("sources/", frame.FrameSources.as_view(), name="frame-sources"),
    path("sources/<uuid:pk>/remove/", frame.SourceRemove.as_view(), name="source-remove"),
]
_measures = [
    path("", measures.MeasureList.as_view(), name="measures"),
    path("measures.csv", measures.MeasureTable.as_view(), name="measures-csv"),
    path("new/", measures.MeasureNew.as_view(), name="measure-new"),
    path("<uuid:pk>/", measures.MeasurePage.as_view(), name="measure"),
    path("<uuid:pk>/edit/", measures.MeasureEdit.as_view(), name="measure-edit"),
    path("<uuid:pk>/notes/", measures.MeasureNotes.as_view(), name="measure-notes"),
    path("<uuid:pk>/remove/", measures.EntryRemove.as_view(), name="measure-remove"),
]
_plan = [
    path("", plan.PlanPage.as_view(), name="plan"),
    path("plan.csv", plan.PlanTable.as_view(), name="plan-csv"),
    path("tasks/<uuid:pk>/edit/", plan.TaskEdit.as_view(), name="plantask-edit"),
    path("tasks/<uuid:pk>/move/", plan.TaskMove.as_view(), name="plantask-move"),
    path("milestones/", plan.MilestoneNew.as_view(), name="milestone-new"),
    path("milestones/<uuid:pk>/edit/", plan.MilestoneEdit.as_view(), name="milestone-edit"),
    path("milestones/<uuid:pk>/move/", plan.MilestoneMove.as_view(), name="milestone-move"),
]
_people = [
    path("", people.PeopleList.as_view(), name="people"),
    path("new/", people.PersonNew.as_view(), name="person-new"),
    path("<uuid:pk>/", people.PersonPage.as_view(), name="person"),
    path("<uuid:pk>/edit/", people.PersonEdit.as_view(), name="person-edit"),
    path("<uuid:pk>/approach/", people.PersonApproach.as_view(), name="person-approach"),
    path("<uuid:pk>/confirm/", people.PersonConfirm.as_view(), name="person-confirm"),
    path("<uuid:pk>/remove/", people.PersonRemove.as_view(), name="person-remove"),
]
_files = [
    path("", files.FileList.as_view(), name="files"),
    path("<uuid:pk>/", files.FileDownload.as_view(), name="file"),
    path("<uuid:pk>/take-away/", files.FileTakeAway.as_view(), name="file-take-away"),
]

urlpatterns = [
    path("pairs/<uuid:pair>/project/", include(_frame)),
    path("pairs/<uuid:pair>/measures/", include(_measures)),
    path("pairs/<uuid:pair>/plan/", include(_plan)),
    path("pairs/<uuid:pair>/people/", include(_people)),
    path("pairs/<uuid:pair>/files/", include(_files)),
]
