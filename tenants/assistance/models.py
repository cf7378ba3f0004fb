"""Taking part without a computer: letters with codes, helpers whom a person names, and sessions with a helper."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rollout.kernel.keeping import Fate, Keeping, Period
from rollout.kernel.privacy import Capacity, Empty, Mine, ParentVisible, Privacy, Within
from rollout.kernel.tenancy import PARTNER
from tenants.instruments.models import Round
from tenants.members.models import Invitation, Member
from tenants.pairs.models import Pair, Seat
from tenants.pairs.privacy import own_seat, seats
from tenants.projects.models import Decision


class LetterCode(models.Model):
    """The code of a letter that stands for the link of one invitation. Only its trace is kept; it opens once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.PAIR,
        personal="pair invitation made_by made_at expires_at used_at",
        plain="id",
        withheld="code_hash",
        why="it is the code's own trace",
        whose="made_by",
        fate=Fate.STAYS,
    )

    class Meta:
        ordering = ["made_at"]
        constraints = [
            models.CheckConstraint(name="letter_code_ends_later", condition=Q(expires_at__gt=F("made_at"))),
            Privacy(
                see=seats(),
                add=seats()
                & Mine("made_by_id")
                & Empty("used_at")
                & ParentVisible("invitation_id", "members_invitation", same=("pair_id",)),
                remove=seats(),
                readers="pair",
                name="letter_code_privacy",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class HelperChoice(models.Model):
    """Whom a person lets help: a facilitator, or whoever signs in with an address. `blind`: without reading questions.

    Who was named by an address is known to nobody until they begin to help; from then on `helper` names them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    helper = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    address = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    blind = models.BooleanField(default=False)
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.PAIR,
        personal="pair seat member helper address blind named_at ended_at",
        plain="id",
        whose="member",
        fate=Fate.REMOVED,
    )

    class Meta:
        ordering = ["named_at"]
        constraints = [
            models.CheckConstraint(
                name="helper_is_member_or_address", condition=Q(helper__isnull=False) | ~Q(address="")
            ),
            models.CheckConstraint(name="helper_is_another", condition=Q(helper__isnull=True) | ~Q(helper=F("member"))),
            Privacy(
                see=Mine("member_id") & Capacity(PARTNER),
                add=Mine("member_id") & seats() & own_seat() & Empty("ended_at"),
                change=Mine("member_id") & Capacity(PARTNER),
                fields=("ended_at",),
                readers="you_and_helper",
                name="helper_choice_privacy",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ReadBackCode(models.Model):
    """One code of the sheet that a person has on paper, to be read out once. Only its trace is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    code_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.MEMBERSHIP,
        personal="member number made_at used_at",
        plain="id",
        withheld="code_hash",
        why="it is the code's own trace",
        whose="member",
        fate=Fate.REMOVED,
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["member", "number"], name="read_back_code_number_once"),
            Privacy(
                see=Mine("member_id") & Capacity(PARTNER),
                add=Mine("member_id") & Capacity(PARTNER) & Empty("used_at"),
                remove=Mine("member_id") & Capacity(PARTNER),
                readers="only_you",
                name="read_back_code_privacy",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class AssistedSession(models.Model):
    """Half an hour in which a helper may enter answers for one person. It ends by its date, or earlier by either.

    The helper signed confidentiality at its start. `blind` is what the person chose: the helper sees numbers alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    helper = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    blind = models.BooleanField()
    confidential_at = models.DateTimeField()
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.PAIR,
        personal="pair seat person helper blind confidential_at started_at expires_at ended_at",
        plain="id",
        whose="person",
        fate=Fate.STAYS,
    )

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(name="assisted_session_of_two", condition=~Q(helper=F("person"))),
            models.CheckConstraint(name="assisted_session_ends_later", condition=Q(expires_at__gt=F("started_at"))),
            models.UniqueConstraint(
                fields=["helper"], condition=Q(ended_at__isnull=True), name="assisted_one_at_a_time_by_helper"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="assisted_one_at_a_time_of_person"
            ),
            Privacy(
                see=(Mine("helper_id") | Mine("person_id")) & Capacity(PARTNER),
                readers="you_and_helper",
                name="assisted_session_privacy",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class AssistedEntry(models.Model):
    """What a helper entered for a person. It counts once the person has read out a code; then the row is its mark.

    It has the id of the answer that it becomes, for which it is sealed. Once it counts it holds no text any more. What
    was not confirmed is removed when the half hour is ended, and at the latest an hour after its time is over.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(AssistedSession, on_delete=models.PROTECT, related_name="entries")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    sealed = models.TextField(_("answers"), blank=True)
    keeps_sealed = models.BooleanField(default=False, db_default=False)
    entered_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    keeping = Keeping(
        Period.PAIR,
        personal="pair session round keeps_sealed entered_at confirmed_at",
        plain="id",
        withheld="sealed",
        why="once it counts it is among the answers, and there it is told",
        whose="session__person",
        fate=Fate.STAYS,
    )

    class Meta:
        ordering = ["entered_at"]
        constraints = [
            models.UniqueConstraint(fields=["session", "round"], name="assisted_entry_once"),
            models.CheckConstraint(
                name="assisted_entry_is_empty_once_it_counts",
                condition=Q(confirmed_at__isnull=True) & ~Q(sealed="") | Q(confirmed_at__isnull=False, sealed=""),
            ),
            Privacy(
                see=Within("sessions_of_mine", column="session_id"),
                add=Within("sessions_i_help_in", column="session_id") & Empty("confirmed_at"),
                change=Within("sessions_i_help_in", column="session_id") & Empty("confirmed_at"),
                fields=("sealed", "keeps_sealed", "entered_at"),
                readers="you_and_helper",
                name="assisted_entry_privacy",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class AssistedKey(models.Model):
    """That a helper typed the code by which a person signed a decision. It has the id of the key and its hash.

    It stays when the text is changed later and the key is gone: the code was read out for this text and for no other.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(AssistedSession, on_delete=models.PROTECT, related_name="keys")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    code = models.UUIDField(unique=True)
    """Which code was read out. The sheet itself may be gone by now."""
    given_at = models.DateTimeField()

    keeping = Keeping(
        Period.PAIR,
        personal="pair session decision given_at",
        plain="id content_hash code",
        whose="session__person",
        fate=Fate.STAYS,
    )

    class Meta:
        ordering = ["given_at"]
        constraints = [
            Privacy(
                see=Within("sessions_of_mine", column="session_id"),
                readers="you_and_helper",
                name="assisted_key_privacy",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
