"""One shape for every refusal: `{"code", "detail"}`, and for a form's mistakes a list per field."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from rollout.kernel.errors import DomainError


def answer(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception into its answer. What is hidden and what is missing get the same one."""
    if isinstance(exception, DomainError):
        return Response({"code": exception.code, "detail": str(exception.message)}, status=exception.status)
    if isinstance(exception, Http404 | PermissionDenied | exceptions.PermissionDenied):
        return Response({"code": "not_found", "detail": str(exceptions.NotFound.default_detail)}, status=404)
    response = exception_handler(exception, context)
    if response is None:
        return None
    if isinstance(exception, exceptions.ValidationError):
        response.data = {"code": "invalid", "detail": exception.detail}
    elif isinstance(exception, exceptions.APIException):
        response.data = {"code": exception.default_code, "detail": str(exception.detail)}
    return response
