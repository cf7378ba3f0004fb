"""Two partners agree how they work."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rollout.demo.script import CITIZEN, PROFESSIONAL
from rollout.demo.script.agreeing import SAID
from rollout.kernel import clock
from tenants.agreement.actions import hours, lines, needs, principles
from tenants.agreement.content import Hours
from tenants.agreement.models import PrincipleVersion, ReviewAnswer, SharedLine, TimeAgreement

if TYPE_CHECKING:
    from rollout.demo.script.agreeing import Line, Need, Rule, Time, Wording
    from rollout.demo.stage import Two


def put(two: Two) -> None:
    """Put what this pair agrees on the stage, on its days."""
    if (said := SAID.get(two.title)) is None:
        return
    for line in said.lines:
        two.at(line.day, write_line, line)
        for day, side in line.keys:
            two.at(day, sign_line, side, line.topic)
        if line.contested:
            two.at(line.contested[0], contest_line, line)
    for rule in said.rules:
        two.at(rule.first.day, propose, rule.first)
        put_keys(two, rule.first)
        for day, side, change in rule.looks:
            two.at(day, look_again, side, rule, change)
        if rule.then:
            two.at(rule.then.day, reword, rule)
            put_keys(two, rule.then)
    if said.time:
        two.at(said.time.day, write_time, said.time)
        for day, side in said.time.keys:
            two.at(day, sign_time, side)
    for day, professional, citizen in said.given:
        two.at(day, note_hours, PROFESSIONAL, professional)
        two.at(day, note_hours, CITIZEN, citizen)
    for need in said.needs:
        two.at(need.day, note_need, need)


def put_keys(two: Two, wording: Wording) -> None:
    """Both sign a wording, each on their day."""
    for day, side in wording.keys:
        two.at(day, sign_principle, side, wording.title)


def write_line(two: Two, line: Line) -> None:
    """One of the two writes a line."""
    with two.acting(line.by) as (member, pair):
        lines.write(pair=pair, topic=line.topic, text=line.text, by=member)


def sign_line(two: Two, side: str, topic: str) -> None:
    """One of the two signs the line that stands there."""
    with two.acting(side) as (member, pair):
        line = SharedLine.objects.get(pair=pair, topic=topic)
        lines.sign(line=line, shown=line.content_hash, by=member)


def contest_line(two: Two, line: Line) -> None:
    """One of the two says why not."""
    assert line.contested
    _day, side, reason = line.contested
    with two.acting(side) as (member, pair):
        lines.contest(line=SharedLine.objects.get(pair=pair, topic=line.topic), reason=reason, by=member)


def propose(two: Two, wording: Wording) -> None:
    """A principle is put forward."""
    with two.acting(wording.by) as (member, pair):
        principles.propose(pair=pair, title=wording.title, text=wording.text, by=member)


def reword(two: Two, rule: Rule) -> None:
    """A principle is worded anew."""
    assert rule.then
    with two.acting(rule.then.by) as (member, _pair):
        principle = PrincipleVersion.objects.get(title=rule.first.title).principle
        principles.write(principle=principle, title=rule.then.title, text=rule.then.text, by=member)


def sign_principle(two: Two, side: str, title: str) -> None:
    """One of the two signs a wording."""
    with two.acting(side) as (member, _pair):
        version = PrincipleVersion.objects.get(title=title)
        principles.sign(version=version, shown=version.content_hash, by=member)


def look_again(two: Two, side: str, rule: Rule, change: str) -> None:
    """One of the two says whether a principle stays as it is."""
    answer = ReviewAnswer.Answer.CHANGE if change else ReviewAnswer.Answer.KEEP
    with two.acting(side) as (member, _pair):
        version = PrincipleVersion.objects.get(title=rule.first.title)
        principles.review(version=version, answer=answer, text=change, by=member)


def write_time(two: Two, time: Time) -> None:
    """What time both have, and that it is protected and paid."""
    with two.acting(time.by) as (member, pair):
        said = Hours(
            since=clock.today().replace(day=1),
            hours_professional=Decimal(time.professional),
            is_protected=True,
            hours_citizen=Decimal(time.citizen),
            is_paid=True,
        )
        hours.write(pair=pair, hours=said, by=member)


def sign_time(two: Two, side: str) -> None:
    """One of the two signs the time of both."""
    with two.acting(side) as (member, pair):
        agreement = TimeAgreement.objects.get(pair=pair)
        hours.sign(agreement=agreement, shown=agreement.content_hash, by=member)


def note_hours(two: Two, side: str, given: str) -> None:
    """One of the two counts their hours of a month."""
    with two.acting(side) as (member, pair):
        hours.note(pair=pair, month=clock.today(), hours=Decimal(given), is_covered=True, by=member)


def note_need(two: Two, need: Need) -> None:
    """One of the two says what helps, and may show it to the other."""
    with two.acting(need.by) as (member, pair):
        noted = needs.note(kind=need.kind, detail=need.detail, channel=need.channel, by=member)
        if need.is_shared:
            needs.share(need=noted, pair=pair, by=member)
