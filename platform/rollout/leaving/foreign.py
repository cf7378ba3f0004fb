"""What is kept in the tables of other people's apps."""

from __future__ import annotations

from rollout.kernel.keeping import Fate, Keeping, Period, declare


def declare_all() -> None:
    """Classify every model that Django and its neighbours bring."""
    for label, fields in {
        "contenttypes.ContentType": "id app_label model",
        "auth.Permission": "id name content_type codename",
        "auth.Group": "id name",
        "auth.Group_permissions": "id group permission",
    }.items():
        declare(label, Keeping(Period.INSTALLATION, plain=fields))
    declare(
        "account.EmailAddress",
        Keeping(Period.ACCOUNT, personal="user email verified primary", plain="id", whose="user", fate=Fate.REMOVED),
    )
    declare(
        "account.EmailConfirmation",
        Keeping(
            Period.ACCOUNT,
            personal="email_address created sent",
            plain="id",
            withheld="key",
            why="it is the link's own trace",
            whose="email_address__user",
            fate=Fate.REMOVED,
        ),
    )
    declare(
        "mfa.Authenticator",
        Keeping(
            Period.ACCOUNT,
            personal="user type created_at last_used_at",
            plain="id",
            withheld="data",
            why="it holds the factor's secret; the name of a passkey stands on the page of the second step",
            whose="user",
            fate=Fate.REMOVED,
        ),
    )
