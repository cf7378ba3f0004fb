"""The accounts behind an organisation's members: what of them goes into a backup, and how they are met again.

A member's id is the account's id, and the audit chains are made over it. So ids are kept, never replaced.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from psycopg import sql

from rollout.organisations.leaving.archive import Refused

PART = "accounts.copy"
_COLUMNS = "id, email, number, language, is_active, created_at, erased_at"


def copy_out(cursor: Any, schema: str) -> Iterator[bytes]:
    """The accounts of who is or was a member: id, address or number, language and dates. Nothing that opens a door."""
    statement = sql.SQL(
        f"COPY (SELECT {_COLUMNS} FROM public.accounts_account a"
        ' WHERE EXISTS (SELECT FROM {}.members_member m WHERE m.id = a.id) ORDER BY a.id::text COLLATE "C") TO STDOUT'
    ).format(sql.Identifier(schema))
    with cursor.copy(statement) as copy:
        for block in copy:
            yield bytes(block)


def arrive(cursor: Any, blocks: Iterator[bytes], *, at_home: bool) -> None:
    """Meet those who are known here, and make accounts without any way in but their address for the others. Who has
    none gives an operator their number.

    `at_home` says that the backup was made in this installation: there an id is the same person for ever, also
    under a new address. Raises Refused where somebody cannot be met without mistaking them for somebody else.
    """
    cursor.execute(
        "CREATE TEMPORARY TABLE arriving (id uuid, email text, number text, language text, is_active boolean,"
        " created_at timestamptz, erased_at timestamptz) ON COMMIT DROP"
    )
    with cursor.copy(f"COPY pg_temp.arriving ({_COLUMNS}) FROM STDIN") as copy:
        for block in blocks:
            copy.write(block)
    for sentence, question in _REFUSALS.items():
        cursor.execute(f"SELECT EXISTS ({question})", {"at_home": at_home})
        if cursor.fetchone()[0]:
            raise Refused(sentence)
    cursor.execute(
        "INSERT INTO public.accounts_account (id, email, number, language, is_active, created_at, erased_at,"
        " is_operator, password) SELECT id, email, number, language, is_active, created_at, erased_at, false,"
        " '!' || replace(gen_random_uuid()::text, '-', '') FROM pg_temp.arriving ON CONFLICT (id) DO NOTHING"
    )


# Sentence → the question that must find nobody
_REFUSALS = {
    "Somebody in this backup has had their account erased here since; restoring it would bring them back.": """
        SELECT FROM pg_temp.arriving n JOIN public.accounts_account a USING (id)
         WHERE a.erased_at IS NOT NULL AND n.erased_at IS NULL""",
    "An account of this backup has another address here, so it may be somebody else's.": """
        SELECT FROM pg_temp.arriving n JOIN public.accounts_account a USING (id)
         WHERE NOT %(at_home)s AND a.email IS DISTINCT FROM n.email""",
    "An address or a number in this backup belongs to another account here, so its person cannot be met again.": """
        SELECT FROM pg_temp.arriving n JOIN public.accounts_account a ON a.email = n.email OR a.number = n.number
         WHERE a.id <> n.id AND NOT EXISTS (SELECT FROM public.accounts_account k WHERE k.id = n.id)""",
}
