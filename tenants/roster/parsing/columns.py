"""The columns of a roster and the words its cells may hold, in English and French."""

import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum


class Column(StrEnum):
    """The columns a roster has. Each heading must be there, in any order."""

    NAME = "name"
    EMAIL = "email"
    SITE = "site"
    SIDE = "side"
    KIND = "kind"
    ROLES = "roles"
    PAIR = "pair"
    SHARED_TASK = "shared_task"


HEADINGS: Mapping[str, Mapping[Column, str]] = {
    "en": {column: column.value for column in Column},
    "fr": {
        Column.NAME: "nom",
        Column.EMAIL: "courriel",
        Column.SITE: "site",
        Column.SIDE: "côté",
        Column.KIND: "type",
        Column.ROLES: "rôles",
        Column.PAIR: "binôme",
        Column.SHARED_TASK: "tâche commune",
    },
}

CITIZEN = "citizen"
PROFESSIONAL = "professional"

KINDS_OF_SIDE: Mapping[str, tuple[str, ...]] = {
    CITIZEN: ("patient", "carer", "citizen", "vcse_leader"),
    PROFESSIONAL: ("clinician", "manager", "other"),
}

PARTNER = "partner"
ROLES = (
    PARTNER,
    "sponsor",
    "board_member",
    "board_secretary",
    "rollout_lead",
    "finance",
    "facilitator",
    "provider_lead",
)


def folded(text: str) -> str:
    """The text without what people write differently: case, accents, spaces, hyphens and other signs."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(sign for sign in plain if sign.isalnum())


def _lookup(words: Mapping[str, Iterable[str]]) -> Mapping[str, str]:
    return {folded(word): meaning for meaning, written in words.items() for word in (meaning, *written)}


COLUMN_OF_HEADING = {
    heading: Column(column)
    for heading, column in _lookup(
        {
            Column.NAME: ["nom", "full name", "nom complet"],
            Column.EMAIL: ["courriel", "mail", "e-mail", "email address", "e-mail address", "adresse e-mail"],
            Column.SITE: [],
            Column.SIDE: ["côté"],
            Column.KIND: ["type"],
            Column.ROLES: ["rôles", "role", "rôle"],
            Column.PAIR: ["binôme"],
            Column.SHARED_TASK: ["tâche commune"],
        }
    ).items()
}

SIDE_OF_WORD = _lookup(
    {
        CITIZEN: [
            "citizen partner",
            "patient",
            "patiente",
            "carer",
            "aidant",
            "aidante",
            "citoyen",
            "citoyenne",
            "usager",
            "usagère",
            "partenaire citoyen",
            "partenaire citoyenne",
        ],
        PROFESSIONAL: [
            "professional partner",
            "health professional",
            "clinician",
            "manager",
            "staff",
            "professionnel",
            "professionnelle",
            "professionnel de santé",
            "professionnelle de santé",
            "soignant",
            "soignante",
        ],
    }
)

KIND_OF_WORD = _lookup(
    {
        "patient": ["patiente", "usager", "usagère", "patient partenaire", "patiente partenaire"],
        "carer": ["aidant", "aidante", "proche aidant", "proche aidante", "family carer"],
        "citizen": ["citoyen", "citoyenne", "member of the public"],
        "vcse_leader": [
            "VCSE",
            "charity leader",
            "community leader",
            "responsable associatif",
            "responsable associative",
            "responsable d'association",
        ],
        "clinician": ["clinicien", "clinicienne", "soignant", "soignante"],
        "manager": ["gestionnaire", "cadre", "cadre de santé", "responsable"],
        "other": ["autre"],
    }
)

ROLE_OF_WORD = _lookup(
    {
        PARTNER: ["partenaire"],
        "sponsor": ["executive sponsor", "parrain", "marraine"],
        "board_member": ["membre du conseil", "membre du conseil d'administration"],
        "board_secretary": ["secrétaire du conseil", "secrétaire du conseil d'administration"],
        "rollout_lead": ["responsable du déploiement"],
        "finance": ["finances", "finance lead", "responsable financier", "responsable financière"],
        "facilitator": ["facilitateur", "facilitatrice"],
        "provider_lead": ["responsable du prestataire"],
    }
)
