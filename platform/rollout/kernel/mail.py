"""E-mail: one letter to one person, sent by a job. It says little, and nothing about it is logged."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from email.utils import formataddr, parseaddr
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template import Context
from django.template.loader import get_template
from django.utils import translation

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_TEMPLATE = re.compile(r"([a-z_]+)/([a-z_]+)")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,99}")


class Enclosed(NamedTuple):
    """A file that goes along with a letter."""

    name: str
    content: bytes
    media_type: str


def send(
    *,
    template: str,
    context: Mapping[str, Any],
    to: str,
    language: str,
    message_id: str,
    subject: str | _StrPromise,
    sender_name: str = "",
    enclosed: Sequence[Enclosed] = (),
) -> None:
    """Send one letter in the reader's language, as text and as a page.

    `template` is "app/name": the letter lies in `app/mail/name.txt` and `app/mail/name.html`. The same
    `message_id` (a job's id) makes a letter that was sent twice recognisable as one. `sender_name` stands
    before the usual address where the service's own name would say too much. Raises ValidationError
    for an address that is none, and what the mail server says when it does not take the letter.
    """
    validate_email(to)
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError("a message id is made of letters, digits, dots and hyphens")
    if (name := _TEMPLATE.fullmatch(template)) is None:
        raise ValueError("a letter is named app/name")
    with translation.override(language):
        values = {**context, "language": language}
        text, page = (
            _rendered(f"{name[1]}/mail/{name[2]}.{kind}", values, escape=kind == "html") for kind in ("txt", "html")
        )
        line = " ".join(str(subject).split())  # a name with a line break must not become a header
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    domain = address.rpartition("@")[2]
    letter = EmailMultiAlternatives(
        subject=line,
        body=text,
        from_email=formataddr((" ".join(sender_name.split()), address)) if sender_name else None,
        to=[to],
        headers={
            "Message-ID": f"<{message_id}@{domain}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": language,
        },
    )
    letter.attach_alternative(page, "text/html")
    for file in enclosed:
        letter.attach(file.name, file.content, file.media_type)
    letter.send()


def public_url(domain: str, path: str) -> str:
    """The full address of a page as people reach it from outside."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError("a path starts with one slash")
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    return f"{settings.PUBLIC_SCHEME}://{domain}{port}{path}"


def _rendered(name: str, values: dict[str, Any], *, escape: bool) -> str:
    """A page escapes what people typed; a text must not, else names show as codes."""
    found: Any = get_template(name)
    return str(found.template.render(Context(values, autoescape=escape))).strip() + "\n"
