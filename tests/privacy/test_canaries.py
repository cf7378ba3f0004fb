"""One word in every secret field, found nowhere but there and by those who may read it.

The world is that of the hidden pair. Each text that is secret is overwritten with a word of its own; then everybody
looks, the pair works on, its jobs are done and something breaks. Afterwards every place is searched for every word.
"""

from __future__ import annotations

import json
import logging
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, lru_cache
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from allauth.mfa.models import Authenticator
from celery import Celery
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from weasyprint import HTML

from api.models import KeptAnswer
from rollout.accounts import actions as accounts
from rollout.accounts.models import Account, EntryCode, Session
from rollout.demo.stage import acting
from rollout.identity.models import AddressChange
from rollout.jobs import bell, work
from rollout.kernel import files
from rollout.kernel import mail as letters
from rollout.kernel.tenancy import PARTNER, in_organisation
from rollout.organisations import hosts
from rollout.organisations.models import Organisation
from rollout.signon.models import Connection, SignInService
from tenants.members.models import Role
from tenants.members.views.own import FacilitatorHome
from tenants.pairs.models import Pair
from tenants.projects.actions import decisions
from tenants.webhooks.models import Webhook
from tests import databases
from tests.privacy import canaries, sights
from tests.privacy.canaries import Canary, Search
from tests.privacy.conftest import TALLY, WITH, Worlds
from tests.privacy.open_matters import LEAD
from tests.privacy.people import NOW, TWO_HATS, UNSEEN
from tests.privacy.sights import CAST, OPERATOR, OWN_HOST

WITNESS_READS = {"projects.Witness.name", "projects.ResultClaim.title", "projects.ResultClaim.place"}
"""What a witness is asked about, in the letter that asks: the two partners chose to tell them."""
GUEST = "members.Invitation.name"
Found = list[tuple[str, ...]]


@dataclass
class Aviary:
    """The world in which every secret field has its word, and what has come out of it."""

    organisation: Organisation
    birds: list[Canary]
    unfilled: list[str]
    lines: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    answers: Found = field(default_factory=list)
    visits: int = 0

    @cached_property
    def strays(self) -> Found:
        """What has turned up where it should not, before anything is put anywhere on purpose."""
        return everywhere(self)

    @cached_property
    def search(self) -> Search:
        return Search.of(self.birds)

    def word(self, label: str) -> str:
        """The word of one field."""
        return next(bird.word for bird in self.birds if bird.label == label)

    @property
    def unseen(self) -> str:
        """The address that the person whom nobody knows signs in with by now."""
        return f"{self.word('accounts.Account.email')}@example.net"


@pytest.fixture(scope="module")
def aviary(worlds: Worlds) -> Iterator[Aviary]:
    """Everything has happened; the places wait to be searched."""
    with ExitStack() as stack:
        name = stack.enter_context(databases.copy("_canaries", of=worlds.names[WITH]))
        databases.use(name)
        hosts.forget()
        mail.outbox = []
        cache.clear()
        organisation = Organisation.objects.get(slug="northmoor")
        with sights.frozen():
            _belongings(organisation)
        birds = canaries.plan()
        made = Aviary(organisation, birds, canaries.fill(organisation, birds))
        with sights.listening() as lines, overheard(made.messages):
            _everybody_looks(made)
            _the_pair_works_on(made)
            made.lines += lines
        looked = f"canaries: {len(birds)} words, {made.visits} answers, {len(made.lines)} lines of the log"
        assert made.strays is not None  # searched before anything is put anywhere on purpose
        TALLY.append(f"{looked}, {len(mail.outbox)} letters, {len(made.messages)} messages to the broker searched")
        yield made


def _belongings(organisation: Organisation) -> None:
    """What the person whom nobody knows has besides the pair, so that every field has a row."""
    person, operator = Account.objects.get(email=UNSEEN), Account.objects.get(email=OPERATOR)
    sights.browser(UNSEEN, OWN_HOST)
    accounts.make_token(
        account=person,
        organisation=organisation.pk,
        name="x",
        scopes=["read"],
        hats=[PARTNER],
        days=9,
        by=person,
        second_factor=NOW,
    )
    soon = NOW + timedelta(days=1)
    EntryCode.objects.create(
        hash="x", account=person, host=OWN_HOST, state_hash="x", parent="x", started_at=NOW, expires_at=soon
    )
    AddressChange.objects.create(account=person, address="x@example.net", asked_by=operator, asked_at=NOW, due_at=soon)
    Authenticator.objects.create(user=person, type="totp", data={})
    service = SignInService.objects.create(
        organisation=organisation, name="Hospital sign-in", issuer="https://id.example.org", client_id="x",
        client_secret="x", domains=["example.net"], is_on=False, changed_at=NOW,
    )  # fmt: skip
    Connection.objects.create(service=service, account=person, issuer=service.issuer, subject="x", made_at=NOW)
    with in_organisation(organisation.place(person.pk)):
        Webhook.objects.create(
            person_id=person.pk, capacity=PARTNER, name="x", url="x", topics=["pair"], secret="x", made_at=NOW,
            paused_at=NOW, paused_because=Webhook.Pause.ASKED,
        )  # fmt: skip
        KeptAnswer.objects.create(
            person_id=person.pk, capacity=PARTNER, key_hash="x", request_hash="x", status=200, body="x", kept_at=NOW
        )
    with canaries.server() as admin:
        admin.execute(f"UPDATE {organisation.schema_name}.roster_rosterupload SET digest = 'draft'"  # type: ignore[arg-type]
                      " WHERE file_name = 'draft.csv'")  # fmt: skip


@contextmanager
def overheard(messages: list[str]) -> Iterator[None]:
    """What is sent to the broker meanwhile."""

    def send(_app: Any, *sent: Any, **more: Any) -> None:
        messages.append(json.dumps([sent, more]))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "CELERY_BROKER_URL", "memory://")
        patch.setattr(Celery, "send_task", send)
        yield


def _everybody_looks(aviary: Aviary) -> None:
    cast = {**CAST, f"{TWO_HATS} as partner": (PARTNER,), UNSEEN: (PARTNER,)}
    search = aviary.search
    with sights.frozen():
        for who, hats in cast.items():
            email = aviary.unseen if who == UNSEEN else who.removesuffix(" as partner")
            walks = [
                sights.pages_of(email, hats),
                sights.operations_of(email, hats) if email else sights.Walk(),
            ]
            if who in (*sights.AT_SIGN_IN, UNSEEN):
                walks.append(sights.pages_of(email, hats, settings.BASE_HOST))
            for walk in walks:
                aviary.visits += len(walk.pages)
                for address, (_status, headers, body) in walk.pages.items():
                    told = readable(body)
                    leaked = search.hits(told, who) + search.hits(str(headers), who)
                    aviary.answers += [(who, address, label) for label in leaked]
        for name, content in sights.papers(aviary.organisation).items():
            reader = LEAD if name == sights.FOR_A_LEAD else ""
            aviary.answers += [("paper", name, label) for label in search.hits(readable(content), reader)]


@lru_cache
def readable(content: bytes) -> str:
    """Everything in a file that can be read: the text of a PDF and what is attached to it, what is in an archive."""
    told = [content.decode(errors="replace")]
    if content.startswith(b"%PDF-1.7\n"):
        pages = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
        told.append(pages.stdout.decode())
        with pikepdf.open(BytesIO(content)) as document:
            attached = [document.attachments[name].get_file().read_bytes() for name in document.attachments]
        told += [one.decode(errors="replace") for one in attached]
    elif content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            told += [archive.read(name).decode(errors="replace") for name in archive.namelist()]
    return "\n".join(told)


def _the_pair_works_on(aviary: Aviary) -> None:
    """They write and sign, ask for letters, mistype, and meet with what breaks."""
    title, text = aviary.word("projects.Decision.title"), aviary.word("projects.Decision.text")
    with sights.frozen():
        client = sights.browser(TWO_HATS, OWN_HOST)
        with acting(aviary.organisation, TWO_HATS):
            pair = Pair.objects.get().pk
        work_of = f"/pairs/{pair}"
        typed = {"title": title, "text": text}
        assert client.post(f"{work_of}/decisions/new/", typed).status_code == 302
        assert client.post(f"{work_of}/decisions/new/", {**typed, "text": text * 900}).status_code == 200
        assert client.get(f"/people/?search={text}").status_code == 404
        _posted_with_a_stale_form(aviary, work_of, typed)
        _met_with_failures(aviary, client, f"{work_of}/decisions/new/", typed)
    work.run_until_empty()
    with sights.frozen():
        with acting(aviary.organisation, TWO_HATS) as founder:
            result = founder.seats.get().pair.results.get()
        asked = {name: aviary.word(f"projects.Witness.{name}") for name in ("name", "email", "relation")}
        asked["email"] += "@example.net"
        guest = {
            "title": aviary.word("pairs.Pair.title"), "kind": "manager", "language": "en", "name": aviary.word(GUEST),
            "email": f"{aviary.word('members.Invitation.email')}@example.net",
        }  # fmt: skip
        begun = client.post("/pairs/new/", guest)
        assert begun.status_code == 302, begun.content
        answer = client.post(f"{work_of}/results/{result.pk}/witness/", asked)
        assert answer.status_code == 302
        assert work.run_until_empty() > 0


def _posted_with_a_stale_form(aviary: Aviary, work_of: str, typed: dict[str, str]) -> None:
    strict = Client(HTTP_HOST=OWN_HOST, enforce_csrf_checks=True)
    assert strict.post(f"{work_of}/decisions/new/", typed).status_code == 403
    token = aviary.word("projects.Witness.token_hash")
    assert strict.post(f"/witness/{token}/", typed).status_code == 403
    assert strict.get(f"/witness/{token}/").status_code == 404


def _met_with_failures(aviary: Aviary, client: Client, address: str, typed: dict[str, str]) -> None:
    client.raise_request_exception = False

    def breaks(**given: Any) -> None:
        raise RuntimeError(f"could not save {given['title']!r}")

    def is_refused(**given: Any) -> None:
        Pair.objects.extra(where=["title = %s::uuid::text"], params=[given["title"]]).exists()

    for failure in (breaks, is_refused):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(decisions, "draft", failure)
            assert client.post(address, typed).status_code == 500


def test_every_secret_field_has_its_word(aviary: Aviary) -> None:
    assert canaries.unclassified() == []
    assert aviary.unfilled == [], "fields without a row to hold their word"
    assert len({bird.word for bird in aviary.birds}) == len(aviary.birds)
    assert all(len(bird.word) == 20 for bird in aviary.birds if bird.label != "accounts.ApiToken.prefix")


def test_a_model_or_a_field_that_nobody_classified_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(canaries.SECRETS, "projects.Decision")
    monkeypatch.setitem(canaries.OPEN_FIELDS, "projects.Decision.nothing", "there is no such field")
    assert canaries.unclassified() == ["projects.Decision", "projects.Decision.nothing"]
    assert "projects.Decision.title" not in {bird.label for bird in canaries.plan()}


def test_no_word_is_read_by_who_may_not_read_it(aviary: Aviary) -> None:
    assert aviary.answers == []


def test_the_partners_themselves_read_their_words(aviary: Aviary) -> None:
    """The control: the words are there to be found."""
    with sights.frozen():
        client = sights.browser(TWO_HATS, OWN_HOST)
        seen = "".join(
            body.decode(errors="replace")
            for _status, _headers, body in sights.pages_of(TWO_HATS, (PARTNER,)).pages.values()
        )
    assert client is not None
    read = {bird.label for bird in aviary.birds if bird.word in seen}
    assert {"pairs.Pair.title", "projects.Decision.text", "projects.DecisionReason.text", "members.Member.name"} <= read


def test_no_word_stands_in_another_place(aviary: Aviary) -> None:
    assert aviary.strays == []


def everywhere(aviary: Aviary) -> Found:
    """Every place outside of the answers, searched."""
    search = aviary.search
    found: Found = [("database", *stray) for stray in search.strays()]
    for row in Session.objects.exclude(session_data=aviary.word("accounts.Session.session_data")):
        whose = UNSEEN if row.account and row.account.email == aviary.unseen else ""
        found += [("session", row.host, label) for label in search.hits(str(row.get_decoded()), whose)]
    if search.found("\n".join(aviary.lines)):
        found += [("log", line, label) for line in aviary.lines for label in search.hits(line)]
    found += [("cache", key, label) for key, value in sights.remembered().items()
              for label in search.hits(key) + search.hits(value)]  # fmt: skip
    found += [("broker", message, label) for message in aviary.messages for label in search.hits(message)]
    for letter in mail.outbox:
        reader = UNSEEN if letter.to == [aviary.unseen] else ""
        told = [
            str(letter.subject),
            str(letter.body),
            *(str(part[0]) for part in letter.alternatives),
            str(letter.extra_headers),
        ]
        leaked = {label for part in told for label in search.hits(str(part), reader)}
        leaked -= WITNESS_READS if letter.to == [f"{aviary.word('projects.Witness.email')}@example.net"] else set()
        found += [("letter", str(letter.to), label) for label in sorted(leaked)]
    for path in settings.VAR.rglob("*"):
        if path.is_file():
            told = search.hits(path.name) + search.hits(readable(path.read_bytes()))
            found += [("file", path.name, label) for label in told]
    return found


# Each place is searched: a word that is put there on purpose is found there


@contextmanager
def in_a_column(table: str, column: str, value: str) -> Iterator[None]:
    """A value in one row of a table, for a while."""
    schema = Organisation.objects.get(slug="northmoor").schema_name
    with canaries.server() as admin:
        admin.execute(f"SET search_path = {schema}, public")  # type: ignore[arg-type]
        found: Any = f"SELECT ctid::text, to_jsonb(t) ->> '{column}' FROM {table} t LIMIT 1"
        row = admin.execute(found).fetchone()
        assert row is not None
        put: Any = f"UPDATE {table} SET {column} = %s WHERE ctid = %s::tid RETURNING ctid::text"
        now = admin.execute(put, [value, row[0]]).fetchone()
        assert now is not None
        admin.commit()
        yield
        admin.execute(put, [row[1], now[0]])


def in_a_job(aviary: Aviary, word: str) -> AbstractContextManager[None]:
    return in_a_column("jobs_job", "error", word)


def in_the_record(aviary: Aviary, word: str) -> AbstractContextManager[None]:
    return in_a_column("audit_event", "detail", json.dumps({"word": word}))


@contextmanager
def in_a_session(aviary: Aviary, word: str) -> Iterator[None]:
    session = sights.browser(LEAD, OWN_HOST).session
    session["draft"] = word
    session.save()
    yield
    session.flush()


@contextmanager
def in_the_cache(aviary: Aviary, word: str) -> Iterator[None]:
    cache.set("titles", [word])
    yield


@contextmanager
def in_a_key_of_the_cache(aviary: Aviary, word: str) -> Iterator[None]:
    cache.set(f"title:{word}", 1)
    yield


@contextmanager
def in_the_log(aviary: Aviary, word: str) -> Iterator[None]:
    with sights.listening() as lines:
        logging.getLogger("rollout.jobs").debug("made %s", word)
    aviary.lines += lines
    yield


@contextmanager
def in_a_message(aviary: Aviary, word: str) -> Iterator[None]:
    with overheard(aviary.messages):
        bell.ring(word)  # type: ignore[arg-type]
    yield


@contextmanager
def in_a_letter(aviary: Aviary, word: str) -> Iterator[None]:
    letters.send(
        template="members/invitation", to=LEAD, language="en", message_id="one", subject=word,
        context={"organisation": aviary.organisation, "expires_at": NOW, "action_url": "https://x.example/"},
    )  # fmt: skip
    yield


@contextmanager
def in_a_file(aviary: Aviary, word: str) -> Iterator[None]:
    kept = files.store(settings.FILES_DIR, "canary.csv", f"title\n{word}\n".encode())
    yield
    kept.path.unlink()


@contextmanager
def in_a_pdf(aviary: Aviary, word: str) -> Iterator[None]:
    kept = files.store(settings.FILES_DIR, "canary.pdf", HTML(string=f"<p>{word}").write_pdf())
    yield
    kept.path.unlink()


PLACES: dict[str, tuple[Callable[[Aviary, str], AbstractContextManager[None]], str]] = {
    "a job": (in_a_job, "database"),
    "the record": (in_the_record, "database"),
    "a session": (in_a_session, "session"),
    "the cache": (in_the_cache, "cache"),
    "a key of the cache": (in_a_key_of_the_cache, "cache"),
    "the log": (in_the_log, "log"),
    "a message": (in_a_message, "broker"),
    "a letter": (in_a_letter, "letter"),
    "a file": (in_a_file, "file"),
    "a PDF": (in_a_pdf, "file"),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_word_that_is_put_somewhere_else_is_found_there(aviary: Aviary, place: str) -> None:
    plant, medium = PLACES[place]
    kept = list(aviary.lines), list(aviary.messages), list(mail.outbox)
    cached = dict(cache._cache)  # type: ignore[attr-defined]
    try:
        with plant(aviary, aviary.word("projects.Decision.title")):
            found = set(everywhere(aviary)) - set(aviary.strays)
        assert {(one[0], one[-1]) for one in found} == {(medium, "projects.Decision.title")}
    finally:
        aviary.lines[:], aviary.messages[:], mail.outbox[:] = kept
        cache.clear()
        cache._cache.update(cached)  # type: ignore[attr-defined]


def test_a_word_on_somebody_elses_page_is_found(aviary: Aviary, monkeypatch: pytest.MonkeyPatch) -> None:
    word = aviary.word("projects.DecisionReason.text")
    monkeypatch.setattr(FacilitatorHome, "get", lambda *_: HttpResponse(word))
    with sights.frozen():
        walk = sights.pages_of("freya.ellingsen@example.org", (PARTNER, Role.FACILITATOR))
    found = {label for *_, body in walk.pages.values() for label in aviary.search.hits(body, "freya")}
    assert found == {"projects.DecisionReason.text"}
