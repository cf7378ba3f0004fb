"""What migrations know of the models on their way, kept cheaply.

Django makes a model's class anew, and the class of every model that refers to it, after each step. A constraint or an
index changes no class: making a hundred tables with their policies takes a quarter of the time when the classes stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState


class Executor(MigrationExecutor):
    """Django's, on a state whose classes stay where nothing but constraints and indexes changes."""

    def _create_project_state(self, with_applied_migrations: bool = False) -> ProjectState:
        return State.of(super()._create_project_state(with_applied_migrations))  # type: ignore[misc]  # not in the stubs

    def begin(self) -> ProjectState:
        """The state that the applied migrations lead to."""
        return self._create_project_state(with_applied_migrations=True)


class State(ProjectState):
    """Django's, with classes that stay."""

    @classmethod
    def of(cls, other: ProjectState) -> State:
        """The same state; classes that are there already are shared."""
        made = cls(other.models, other.real_apps)
        made.is_delayed = other.is_delayed
        if "apps" in other.__dict__:
            made.apps = other.apps
        return made

    def clone(self) -> State:
        return self.of(super().clone())

    def add_constraint(self, app_label: str, model_name: str, constraint: Any) -> None:
        with self._classes_stay(app_label, model_name):
            super().add_constraint(app_label, model_name, constraint)

    def remove_constraint(self, app_label: str, model_name: str, constraint_name: str) -> None:
        with self._classes_stay(app_label, model_name):
            super().remove_constraint(app_label, model_name, constraint_name)

    def add_index(self, app_label: str, model_name: str, index: Any) -> None:
        with self._classes_stay(app_label, model_name):
            super().add_index(app_label, model_name, index)

    def remove_index(self, app_label: str, model_name: str, index_name: str) -> None:
        with self._classes_stay(app_label, model_name):
            super().remove_index(app_label, model_name, index_name)

    @contextmanager
    def _classes_stay(self, app_label: str, model_name: str) -> Iterator[None]:
        apps = self.__dict__.pop("apps", None)  # without classes there is nothing that Django would make anew
        try:
            yield
        finally:
            if apps is not None:
                self.apps = apps
        if apps is not None:
            told, options = apps.get_model(app_label, model_name)._meta, self.models[app_label, model_name].options
            told.constraints, told.indexes = list(options["constraints"]), list(options["indexes"])
