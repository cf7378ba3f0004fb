"""The demo's programme sheet: where to look, as whom, and what was made."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from governance.boardpacks.models import BoardPack
from rollout.accounts.models import Account
from rollout.demo.links import operator_path, sign_in_path
from rollout.demo.plot import BOARD, OPERATOR, ORGANISATIONS, PAIRS, Cast
from rollout.demo.script.seeking import SEEKERS
from rollout.demo.stage import acting
from rollout.kernel.mail import public_url
from rollout.kernel.tenancy import PARTNER
from rollout.organisations.models import Organisation
from tenants.members.models import Role
from tenants.members.queries import people_listed

PUBLIC = "rollout.config.urls_public"
TENANT = "rollout.config.urls_tenant"


def is_complete() -> bool:
    """Whether the story was told to its end: the last thing in it is a finished pack."""
    found = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    if set(found) != {cast.slug for cast in ORGANISATIONS}:
        return False
    return _pack(found["northmoor"]) is not None


def facts() -> dict[str, Any]:
    """What `make demo` prints and writes to var/demo.json."""
    found = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    northmoor = found["northmoor"]
    pack = _pack(northmoor)
    assert pack is not None
    host = f"northmoor.{settings.BASE_HOST}"
    return {
        "url": public_url(settings.BASE_HOST, "/"),
        "outbox": public_url(settings.BASE_HOST, reverse("demo-outbox", urlconf=PUBLIC)),
        "operator": {
            "email": OPERATOR,
            "sign_in_url": public_url(
                settings.BASE_HOST, operator_path(Account.objects.for_address(OPERATOR).pk) + "?next=/operator/"
            ),
        },
        "board_pack": {
            "html": public_url(host, reverse("boardpacks:pack-for-anybody", args=[pack.pk], urlconf=TENANT)),
            "pdf_path": str(settings.FILES_DIR / northmoor.schema_name / pack.pdf_path),
        },
        "organisations": [_organisation(found[cast.slug], cast) for cast in ORGANISATIONS],
    }


def _pack(northmoor: Organisation) -> BoardPack | None:
    lead = ORGANISATIONS[0].lead[1]
    try:
        with acting(northmoor, lead, Role.ROLLOUT_LEAD):
            return BoardPack.objects.filter(body__name=BOARD, state=BoardPack.State.READY).first()
    except LookupError:  # the telling was interrupted before anybody came in
        return None


def _organisation(organisation: Organisation, cast: Cast) -> dict[str, Any]:
    host = f"{organisation.slug}.{settings.BASE_HOST}"
    plots = PAIRS if cast.slug == "northmoor" else ()
    seats = {email: plot.title for plot in plots for email in (plot.founder, plot.partner[1])}
    with acting(organisation, cast.lead[1], Role.ROLLOUT_LEAD) as lead:
        listed = [(person.pk, person.name, list(person.held_roles)) for person in people_listed(lead)]
    emails = dict(Account.objects.filter(pk__in=[pk for pk, *_ in listed]).values_list("pk", "email"))
    people = [(name, emails[pk] or "", roles) for pk, name, roles in listed]
    unlisted = [plot.partner for plot in plots] + [(seeker.name, seeker.email) for seeker in SEEKERS if plots]
    people += [(name, email, []) for name, email in unlisted if email not in emails.values()]
    return {
        "name": organisation.name,
        "slug": organisation.slug,
        "kind": organisation.kind,
        "url": public_url(host, "/"),
        "pairs": [{"title": plot.title, "hidden": plot.hidden} for plot in plots],
        "people": [
            {
                "name": name,
                "email": email,
                "roles": [*roles, *([PARTNER] if email in seats or not roles else [])],
                "pair": seats.get(email),
                "sign_in_url": public_url(
                    settings.BASE_HOST, sign_in_path(Account.objects.for_address(email).pk, organisation.slug)
                ),
            }
            for name, email, roles in people
        ],
    }
