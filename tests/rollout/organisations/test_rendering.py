"""Classes that stay say the same of themselves as classes that are made anew."""

from __future__ import annotations

import pytest
from django.db import models
from django.db.migrations import AddConstraint, AddField, AddIndex, AlterField, RemoveConstraint, RemoveIndex
from django.db.migrations.state import ModelState, ProjectState

from rollout.organisations.rendering import State

POSITIVE = models.CheckConstraint(condition=models.Q(number__gt=0), name="positive")
BY_NUMBER = models.Index(fields=["number"], name="by_number")
STEPS = [
    AddConstraint("page", POSITIVE),
    AddIndex("page", BY_NUMBER),
    AlterField("page", "number", models.BigIntegerField()),
    AddField("page", "title", models.CharField(max_length=9)),
    RemoveIndex("page", "by_number"),
    AddConstraint("page", models.UniqueConstraint(fields=["title"], name="one_of_a_title")),
    RemoveConstraint("page", "positive"),
]


def library():
    """A book, and pages that belong to it; classes are there."""
    state = ProjectState()
    state.add_model(ModelState("library", "Book", [("id", models.AutoField(primary_key=True))]))
    book = models.ForeignKey("library.Book", models.CASCADE)
    fields = [("id", models.AutoField(primary_key=True)), ("book", book), ("number", models.IntegerField())]
    state.add_model(ModelState("library", "Page", fields, {"constraints": [], "indexes": []}))
    assert state.apps
    return state


def told(state):
    """What the class of a page says of itself."""
    meta = state.apps.get_model("library", "Page")._meta
    fields = [(field.name, type(field)) for field in meta.get_fields()]
    return fields, [one.name for one in meta.constraints], [one.name for one in meta.indexes]


def test_every_step_leads_to_what_django_says():
    theirs, ours = library(), State.of(library())
    for step in STEPS:
        theirs, ours = theirs.clone(), ours.clone()
        for state in (theirs, ours):
            step.state_forwards("library", state)
        assert isinstance(ours, State)
        assert ours.models == theirs.models
        assert told(ours) == told(theirs)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__class__.__name__)
def test_only_other_columns_make_another_class(step):
    state = State.of(library())
    for before in STEPS[: STEPS.index(step)]:
        before.state_forwards("library", state)
    page, earlier = state.apps.get_model("library", "Page"), state.clone()
    step.state_forwards("library", state)
    changes_columns = isinstance(step, AddField | AlterField)
    assert (state.apps.get_model("library", "Page") is not page) is changes_columns
    assert earlier.apps.get_model("library", "Page") is page
    assert earlier.models != state.models


def test_without_classes_none_are_made():
    state = State.of(library())
    del state.apps
    STEPS[0].state_forwards("library", state)
    assert "apps" not in state.__dict__
    assert told(state)[1] == ["positive"]
