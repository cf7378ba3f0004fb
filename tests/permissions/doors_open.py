"""The doors that ask for no permission, each with the reason why it may stand open."""

from __future__ import annotations

from django.core import signing

from rollout.accounts.views import EVERYWHERE
from tests import rooms
from tests.permissions import arriving
from tests.permissions.doors import ALL, SIGNED_IN, Door
from tests.permissions.doors_exports import EXPORTS
from tests.permissions.doors_governance import GOVERNANCE
from tests.permissions.doors_identity import IDENTITY, NOT_YET, OPERATORS_ALONE, SIGN_IN_FIRST, code
from tests.permissions.doors_leaving import LEAVING
from tests.permissions.doors_signin import LOST, RULES, SIGN_ON
from tests.permissions.doors_tenants import ACCOUNT, TENANTS
from tests.permissions.doors_webhooks import WEBHOOKS_DOORS
from tests.permissions.house import Things
from tests.permissions.routes import ORGANISATION, SIGN_IN

OUT = ("account.signed_out",)
DEMO = "it exists in the demo alone"

OPEN: dict[str, str] = {
    "api.views.Schema": "says how the API is used, the same for everybody",
    "api.views.Docs": "says how the API is used",
    "rollout.config.home.Home": "leads on to where the person works, or to sign in",
    "rollout.config.health.Live": "a machine asks whether the process lives",
    "rollout.config.health.Ready": "a machine asks whether the database answers",
    "rollout.accounts.pages.Help": "help is for everybody",
    "rollout.accounts.pages.Worried": "help is for everybody",
    "rollout.accounts.pages.PrivacyNotice": "anybody may read the notice before deciding to come in",
    "rollout.accounts.pages.Terms": "anybody may read the terms before deciding to come in",
    "rollout.accounts.pages.Accessibility": "anybody may read how far everybody can use this",
    "rollout.accounts.pages.BrandCss": "a colour",
    "rollout.accounts.views.SetLanguage": "one's own language",
    "rollout.accounts.views.SignOut": "one's own session",
    "rollout.accounts.views.SignOutEverywhere": "one's own sessions, by a signed offer that is ten minutes old at most",
    "rollout.accounts.views.SignIn": "nobody is known yet",
    "rollout.accounts.views.TypeCode": "nobody is known yet; the code is the permission",
    "rollout.accounts.views.Closed": "says that an account is closed, without naming it",
    "rollout.accounts.views.Sessions": "one's own sessions",
    "rollout.accounts.views.SessionEnd": "one's own sessions",
    "rollout.accounts.views.SessionsEndOthers": "one's own sessions",
    "rollout.accounts.views.Notices": "one's own acceptance of the notice and the terms",
    "rollout.organisations.views.entering.Start": "the door to signing in",
    "rollout.organisations.views.entering.Enter": "the door between hosts, for who is signed in",
    "rollout.organisations.views.entering.Finish": "the door between hosts; the code and the cookie are the permission",
    "rollout.organisations.views.entering.SignInElsewhere": "leads to the sign-in host",
    "rollout.organisations.views.landing.Landing": "says what this is",
    "rollout.organisations.views.operator.Overview": "asks whether the account is an operator's, else 404",
    "rollout.organisations.views.operator.Create": "asks whether the account is an operator's, else 404",
    "rollout.organisations.views.operator.Move": "asks whether the account is an operator's, else 404",
    "rollout.jobs.views.Retry": "asks whether the account is an operator's, else 404",
    "rollout.organisations.views.operator.SecondFactor": "asks whether the account is an operator's, else 404",
    "rollout.organisations.views.operator.ChangeAddress": "asks whether the account is an operator's, else 404",
    "rollout.organisations.views.operator.ResetFactors": "asks whether the account is an operator's, else 404",
    "rollout.organisations.views.systems.Systems": "asks whether the account is an operator's, else 404",
    "rollout.organisations.views.systems.OneSystem": "asks whether the account is an operator's, else 404",
    "rollout.identity.views.factors.KeepFactors": "one's own second factors",
    "rollout.signon.views.signing_in.Begin": "nobody is known yet",
    "rollout.signon.views.signing_in.Return": "nobody is known yet; what the browser set off with is the permission",
    "rollout.signon.views.signing_in.TypeCode": "nobody is known yet; the code is the permission",
    "rollout.signon.views.own.Connections": "what one connected oneself",
    "rollout.signon.views.own.Disconnect": "what one connected oneself",
    "rollout.signon.views.operator.Service": "asks whether the account is an operator's, else 404",
    "rollout.signon.views.operator.Remove": "asks whether the account is an operator's, else 404",
    "rollout.identity.views.steps.Prove": "one's own proof",
    "rollout.identity.views.steps.StepUp": "one's own second step",
    "rollout.identity.views.steps.SignInStep": "nobody is known yet; the code from the e-mail has opened this step",
    "rollout.identity.views.address.Address": "one's own address",
    "rollout.identity.views.address.AddressChange": "one's own address, after a fresh proof",
    "rollout.identity.views.address.AddressCode": "one's own address, after a fresh proof",
    "rollout.identity.views.address.AddressStop": "one's own address",
    "rollout.identity.views.factors.Factors": "one's own second factors",
    "rollout.identity.views.factors.AddApp": "one's own second factors, after a fresh proof",
    "rollout.identity.views.factors.AddPasskey": "one's own second factors, after a fresh proof",
    "rollout.identity.views.factors.RecoveryCodes": "one's own second factors, after a fresh proof",
    "rollout.identity.views.factors.RenamePasskey": "one's own second factors, after a fresh proof",
    "rollout.identity.views.factors.RemoveFactor": "one's own second factors, after a fresh proof",
    "rollout.identity.views.sheet.SheetSignIn": "nobody is known yet; the code of a sheet is the permission",
    "rollout.identity.views.sheet.Sheet": "one's own sheet of codes",
    "rollout.leaving.views.Yours": "what is one's own, after a fresh proof",
    "rollout.leaving.views.Prepare": "what is one's own, after a fresh proof",
    "rollout.leaving.views.TakeAccount": "what is one's own, after a fresh proof",
    "rollout.leaving.views.Take": "what is one's own, after a fresh proof",
    "rollout.leaving.views.Leave": "one's own account, after a fresh proof",
    "rollout.leaving.views.Stay": "one's own account",
    "rollout.demo.views.SignInAs": DEMO,
    "rollout.demo.views.OutboxList": DEMO,
    "rollout.demo.views.OutboxLetter": DEMO,
    "tenants.members.views.entry.InvitationPage": "the invitation's link is the permission; looking changes nothing",
    "tenants.members.views.entry.InvitationContinue": "the invitation's link is the permission",
    "tenants.members.views.entry.InvitationTakeUp": "the link that a letter's code stands for is the permission",
    "tenants.members.views.entry.InvitationAccept": "the link together with its address is the permission",
    "tenants.projects.views.witness.WitnessPage": "the witness's link is the permission; looking changes nothing",
    "tenants.projects.views.witness.WitnessWithdraw": "the witness's link is the permission",
    **rooms.merged("OPEN"),
}
"""Views without a permission, by name, and why. Nothing else may stand open."""

ACCEPT = {"privacy": "on", "terms": "on"}
FRENCH = {"language": "fr"}
NEW = {
    "name": "Westhaven Hospital", "slug": "westhaven", "kind": "care", "identifier": "", "identifier_scheme": "",
    "country": "GB", "language": "en", "time_zone": "Europe/London", "currency": "GBP", "brand_colour": "#1d5c63",
}  # fmt: skip
DOOR_CODE = "a code for the way between hosts"


def _everywhere(things: Things) -> dict[str, str]:
    return {"token": signing.dumps(str(things["account"]), salt=EVERYWHERE)}


def _address(things: Things) -> dict[str, str]:
    return {"email": things["address"]}


PAGES = (
    "/help/",
    "/worried/",
    "/privacy/",
    "/terms/",
    "/accessibility/",
    "/brand.css",
    "/health/live",
    "/health/ready",
)

BOTH: dict[str, Door] = {
    **{path: Door(ALL) for path in PAGES},
    "/language/": Door(("plain", *ALL), get=302, typed=FRENCH, silent=ACCOUNT),
    "/sign-out/": Door(("plain", *ALL), get={"anonymous": 302, "else": 200}, post=200, records=OUT),
    "/sign-out/everywhere/": Door(("plain", *ALL), typed=_everywhere, post=200, records=OUT),
    "/sheet/": Door(
        ("plain", *SIGNED_IN),
        gate=SIGN_IN_FIRST,
        before=arriving.without_an_address,
        post={"plain": 200, "else": 302},
        records=("account.sheet_made",),
    ),
    "/notices/": Door(("plain", *SIGNED_IN), gate=SIGN_IN_FIRST, typed=ACCEPT, silent=ACCOUNT),
}

ON_ORGANISATION: dict[str, Door] = {
    "/": Door(ALL, get={"stranger": 200, "operator": 200, "else": 302}),
    "/enter/start/": Door(ALL, get=302),
    "/enter/finish/": Door(
        ALL,
        asks={"code": "entry_code"},
        get=302,
        before=arriving.with_state,
        leaves={"accounts_entrycode": DOOR_CODE, "accounts_account": "when the person signed in last"},
    ),
    "/sign-in/": Door(ALL, get=302),
    "/sessions/": Door(ALL, get=302),
    "/yours/": Door(ALL, get=302),
    "/demo/outbox/": Door(ALL, get=302),
    "/api/v1/schema/": Door(ALL),
    "/api/v1/docs/": Door(ALL),
    **RULES,
}

ON_SIGN_IN: dict[str, Door] = {
    "/": Door(ALL),
    "/enter/": Door(
        ("plain", *ALL), asks={"host": "host", "state": "state_hash"}, get=302, leaves={"accounts_entrycode": DOOR_CODE}
    ),
    "/operator/": Door(("operator",), gate=OPERATORS_ALONE),
    "/operator/create/": Door(("operator",), gate=OPERATORS_ALONE, typed=NEW, records=("organisation.asked_for",)),
    "/operator/systems/": Door(
        ("operator",),
        gate=OPERATORS_ALONE,
        typed={"name": "West Care System", "kind": "place"},
        records=("system.added",),
    ),
    "/operator/systems/<uuid:pk>/": Door(
        ("operator",),
        {"pk": "care_system"},
        gate=OPERATORS_ALONE,
        typed={"organisation": "south"},
        records=("system.joined",),
    ),
    "/operator/jobs/<uuid:job>/retry/": Door(
        ("operator",), {"job": "failed_job"}, gate=OPERATORS_ALONE, records=("job.retried",)
    ),
    "/operator/<slug:slug>/<slug:move>/": Door(
        ("operator",), {"slug": "slug", "move": "move"}, gate=OPERATORS_ALONE, records=("organisation.suspend",)
    ),
    "/sign-in/": Door(("anonymous",), gate=NOT_YET, typed=_address, silent=ACCOUNT),
    "/sign-in/code/": Door(
        ("anonymous",),
        gate=NOT_YET,
        typed=code,
        before=arriving.asking_for_a_code,
        each_time=True,
        records=("account.signed_in",),
    ),
    "/sign-in/closed/": Door(ALL),
    "/sessions/": Door(SIGNED_IN, gate=SIGN_IN_FIRST),
    "/sessions/end-others/": Door(("plain", *SIGNED_IN), gate=SIGN_IN_FIRST, records=OUT),
    "/sessions/<str:key>/end/": Door(("plain",), {"key": "session"}, gate=SIGN_IN_FIRST, records=OUT),
    "/demo/sign-in/<str:token>/": Door(
        ALL, {"token": "demo_token"}, get=302, leaves={"accounts_account": "when the person signed in last"}
    ),
    "/demo/outbox/": Door(ALL),
    "/demo/outbox/<str:name>/": Door(ALL, {"name": "letter"}),
}

INSIDE = BOTH | ON_ORGANISATION | TENANTS | WEBHOOKS_DOORS | GOVERNANCE | EXPORTS | rooms.merged("DOORS")
AT_SIGN_IN = BOTH | ON_SIGN_IN | IDENTITY | LOST | SIGN_ON | LEAVING
DOORS: dict[str, Door] = {
    **{f"{ORGANISATION} {path}": door for path, door in INSIDE.items()},
    **{f"{SIGN_IN} {path}": door for path, door in AT_SIGN_IN.items()},
}
"""Every door of the house, by host and path."""
