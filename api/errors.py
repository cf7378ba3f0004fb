"""One shape for every refusal: `{"code", "detail"}`, and for a form's mistakes a list per field."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from rollout.kernel.errors import DomainError

HIDDEN = (Http404, PermissionDenied, exceptions.PermissionDenied, exceptions.NotFound)


def answer(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception into its answer. What is hidden and what is missing get the same one."""
    if isinstance(exception, HIDDEN) or (isinstance(exception, DomainError) and exception.status == 404):
        return Response({"code": "not_found", "detail": str(exceptions.NotFound.default_detail)}, status=404)
    if isinstance(exception, DomainError):
        return Response({"code": exception.code, "detail": str(exception.message)}, status=exception.status)
    if isinstance(exception, SuspiciousOperation):
        return Response({"code": "bad_request", "detail": str(exceptions.ParseError.default_detail)}, status=400)
    response = exception_handler(exception, context)
    if response is None:
        return None
    if isinstance(exception, exceptions.ValidationError):
        response.data = {"code": "invalid", "detail": exception.detail}
    elif isinstance(exception, exceptions.APIException):
        response.data = {"code": _code(exception), "detail": str(exception.detail)}
    return response


def _code(exception: exceptions.APIException) -> str:
    # A key that does not work and no key at all are the same to a program: nobody known asks.
    if isinstance(exception, exceptions.AuthenticationFailed):
        return str(exceptions.NotAuthenticated.default_code)
    return str(exception.default_code)
