"""The house rule of consent as it stands in the design, written once more for Cedar, an engine that is not ours.

Cedar knows no order: whatever forbids outweighs whatever permits, and where nothing permits the answer is no. So each
of the ten steps says here when it does *not* apply because a stronger one has spoken. Records reach Cedar as they
are (dates, countries, names); only lists of answers and objections are joined beforehand.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from cedarpy import Decision, PolicySet, is_authorized_batch

from tenuto.rules.agreements import Agreement, Contract, Licence
from tenuto.rules.cells import cells_in
from tenuto.rules.consent import Ask
from tenuto.rules.stances import Answer, Stance

AGREEMENTS, LICENCES = 3, 2  # how many of each a state may have

NEEDED = """(context has terms && context.terms.needed.contains(context.cell) &&
    ["recording/identification/input", "listening/fraud/inform"].contains(context.cell))"""
NAMED = "(context has terms && context.terms.named.contains(context.cell))"
BY_LICENCE_ONLY = '["generative", "third_party"].contains(context.purpose)'
IN_FORCE = "context.{0}.starts <= context.at && (!(context.{0} has ends) || context.at < context.{0}.ends)"
SOMEWHERE = """(!(context.{0} has countries) || !(context has where) ||
    context.{0}.countries.contains(context.where))"""
EVERYWHERE = "(!(context.{0} has countries) || (context has where && context.{0}.countries.contains(context.where)))"
NAMES = """(context.{0}.names.contains({{"licensee": context.licensee, "model": context.model}}) ||
    context.{0}.names.contains({{"licensee": context.licensee, "model": ""}}) ||
    context.{0}.names.contains({{"licensee": "", "model": context.model}}))"""
COVERS = f"context has {{0}} && context.{{0}}.assets.contains(context.asset) && {IN_FORCE} && {SOMEWHERE}"
GRANTS = f"context.{{0}}.grants.contains(context.cell) && (!{BY_LICENCE_ONLY} || {NAMES})"
LICENSES = f"context has {{0}} && context.{{0}}.cells.contains(context.cell) && {IN_FORCE} && {EVERYWHERE} && {NAMES}"


def any_of(condition: str, slots: Iterable[str]) -> str:
    return "(" + " || ".join(f"({condition.format(slot)})" for slot in slots) + ")"


AGREEMENT_SLOTS = [f"agreement{number}" for number in range(AGREEMENTS)]
LICENCE_SLOTS = [f"licence{number}" for number in range(LICENCES)]
REFUSED = any_of(f"{COVERS} && !({GRANTS})", AGREEMENT_SLOTS)
AGREED = any_of(f"{COVERS} && {GRANTS} && {EVERYWHERE}", AGREEMENT_SLOTS)
LICENSED = f"({BY_LICENCE_ONLY} && {any_of(LICENSES, LICENCE_SLOTS)})"
BY_ARTIST = f"({NAMED} && !{BY_LICENCE_ONLY})"  # where the artist's own answers can open anything

POLICY = f"""
@id("1") forbid(principal, action, resource) when {{ context.stopped.contains(context.purpose) }};
@id("2") forbid(principal, action, resource) when {{ context.removed }};
@id("3") permit(principal, action, resource) when {{ {NEEDED} }};
@id("4") forbid(principal, action, resource)
  when {{ context.disputed || context.objected.contains(context.cell) }} unless {{ {NEEDED} }};
@id("5") forbid(principal, action, resource) when {{ context.own.held.contains(context.cell) }} unless {{ {NEEDED} }};
@id("6") permit(principal, action, resource) when {{ {AGREED} }};
@id("6") permit(principal, action, resource) when {{ {LICENSED} }};
@id("6") forbid(principal, action, resource) when {{ {REFUSED} }} unless {{ {NEEDED} }};
@id("6") forbid(principal, action, resource) when {{ {BY_LICENCE_ONLY} }} unless {{ {AGREED} || {LICENSED} }};
@id("7") forbid(principal, action, resource)
  unless {{ {NEEDED} || {AGREED} || {NAMED} || {BY_LICENCE_ONLY} }};
@id("8") permit(principal, action, resource)
  when {{ {BY_ARTIST} && context.own.allowed.contains(context.cell) }};
@id("9 album") permit(principal, action, resource)
  when {{ {BY_ARTIST} && context.album.allowed.contains(context.cell) }};
@id("9 album") forbid(principal, action, resource)
  when {{ context.album.held.contains(context.cell) }}
  unless {{ {NEEDED} || {AGREED} || {LICENSED} || context.own.allowed.contains(context.cell) }};
@id("9 the account") permit(principal, action, resource)
  when {{ {BY_ARTIST} && context.account.allowed.contains(context.cell) }};
@id("9 the account") forbid(principal, action, resource)
  when {{ context.account.held.contains(context.cell) }}
  unless {{ {NEEDED} || {AGREED} || {LICENSED} || context.own.allowed.contains(context.cell) ||
    context.album.allowed.contains(context.cell) }};
"""
SILENCE = "no policy"


def answers(states: Sequence[tuple[Ask, Stance]]) -> list[tuple[bool, str]]:
    """Cedar's yes or no in each state, and the number of the first step among those that decided it."""
    requests = [
        {"principal": 'Code::"x"', "action": 'Action::"use"', "resource": 'Work::"x"', "context": told(*state)}
        for state in states
    ]
    found = is_authorized_batch(requests, PolicySet.from_str(POLICY), [])
    for each in found:
        assert each.diagnostics.errors == []
    return [
        (each.decision is Decision.Allow, min(each.diagnostics.id_annotations_by_reason.values(), default=SILENCE))
        for each in found
    ]


def told(ask: Ask, stance: Stance) -> dict[str, Any]:
    """One state, in Cedar's words."""
    assert len(stance.agreements) <= AGREEMENTS
    assert len(stance.licences) <= LICENCES
    errand, cell = ask.errand, ask.cell
    words: dict[str, Any] = {
        "cell": str(cell),
        "asset": str(cell.asset),
        "purpose": str(cell.purpose),
        "at": moment(errand.at),
        "licensee": errand.licensee,
        "model": errand.model,
        "stopped": [str(stop.purpose) for stop in stance.stops],
        "removed": len(stance.removals) > 0,
        "disputed": len(stance.disputes) > 0,
        "objected": [name for objection in stance.objections for name in names(objection.cells)],
        "own": spoken(stance.own),
        "album": spoken(stance.album),
        "account": spoken(stance.account),
    }
    if errand.where is not None:
        words["where"] = errand.where
    if stance.terms is not None:
        words["terms"] = {"named": names(stance.terms.named), "needed": names(stance.terms.needed)}
    words |= dict(zip(AGREEMENT_SLOTS, map(agreement, stance.agreements), strict=False))
    words |= dict(zip(LICENCE_SLOTS, map(licence, stance.licences), strict=False))
    return words


def agreement(said: Agreement) -> dict[str, Any]:
    to = [{"licensee": each.licensee, "model": each.model} for each in said.recipients]
    return contract(said) | {"assets": [str(a) for a in said.assets], "grants": names(said.grants), "names": to}


def licence(said: Licence) -> dict[str, Any]:
    to = {"licensee": said.recipient.licensee, "model": said.recipient.model}
    return contract(said) | {"cells": names(said.cells), "names": [to]}


def contract(said: Contract) -> dict[str, Any]:
    words: dict[str, Any] = {"starts": moment(said.starts_at)}
    if said.ends_at is not None:
        words["ends"] = moment(said.ends_at)
    if said.countries is not None:
        words["countries"] = sorted(said.countries)
    return words


def spoken(said: Iterable[Answer]) -> dict[str, list[str]]:
    return {
        "allowed": [name for answer in said for name in names(answer.allowed)],
        "held": [name for answer in said for name in names(answer.held)],
    }


def names(mask: int) -> list[str]:
    return [str(cell) for cell in cells_in(mask)]


def moment(at: datetime) -> int:
    return round(at.timestamp())
