"""Who will read what is typed: the words of the privacy declarations as sentences for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from rollout.kernel.privacy import privacy_of

if TYPE_CHECKING:
    from django.db.models import Model
    from django.utils.functional import _StrPromise

SENTENCES = {
    "members": _("Everybody in your organisation who uses this service."),
    "people": _("You and your partners, and the people who hold an office if you are in your organisation's list."),
    "inviter": _("Those who invite: the rollout leads, or your pair if a partner invites. And the person invited."),
    "only_you": _("Only you."),
    "you_until_shared": _("Only you. Your partner too, if you share it with them."),
    "own_chain": _("Your pair for what your pair does. The rollout leads for what the organisation does."),
    "nobody": _("Nobody."),
    "pair_until_shown": _("You and your partner. Others only if you both decide to show it."),
    "pair_read_out_until_shown": _(
        "You and your partner, and a helper who reads it out to one of you for their key."
        " Others only if you both decide to show it."
    ),
    "pair_when_both_wrote": _("Only you, until both of you have put yours down. Then your partner too, nobody else."),
    "pair": _("You and your partner, nobody else."),
    "named_reader": _("You, and the one person whom you choose here. Nobody else."),
    "you_and_helper": _("You, and the person who helps you. Not your partner."),
    "you_until_both": _("Only you, until both of you have answered. Then you and your partner."),
    "you_until_you_show": _("Only you, until you show it to your partner. Nobody else."),
    "you_until_both_wrote": _("Only you. If your partner writes about the same two days, you both read both entries."),
    "audience": _("You and your partner, and those to whom you both show it."),
    "rollout_lead": _("The rollout leads of your organisation."),
    "board_readers": _("The board's members and secretary, the executive sponsor and the rollout lead."),
    "those_who_look": _("People on the other side who look for a partner too, without your name, while it is on."),
    "the_two": _("You and the other person, nobody else."),
    "makers": _("Those who make the board's papers."),
}


def readers_of(model: type[Model]) -> _StrPromise:
    """The sentence for a form that writes rows of this model, made from its privacy declaration."""
    declared = privacy_of(model)
    if declared is None or declared.readers not in SENTENCES:
        raise KeyError(f"{model._meta.label} does not say who reads it")
    return SENTENCES[declared.readers]
