"""What everybody may do with one asset of a track: the one document that every signal to machines is rendered from.

It speaks to whoever no licence names. A coarse signal asks one of a few questions of it, and each question is rounded
towards the stricter: a yes needs every cell that its words could be read to mean, and silence, a hidden track or an
asset that has no such cell is a no. So a signal may hold more than the artist does, never less.

The document has no date, so that its digest changes with what it says and with nothing else; whoever hands it out says
as of when it holds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, cached_property, reduce
from hashlib import sha256
from operator import or_
from typing import NamedTuple

from tenuto.rules.canonical import canonical, digest_words
from tenuto.rules.cells import Asset, Purpose, Use, cell, cells_of, exists

# Assets that answers of the site carry. Nobody is ever sent a listening.
CARRIED = tuple(asset for asset in Asset if asset is not Asset.LISTENING)


class Reach(StrEnum):
    """Whom a track is for, as far as machines are concerned."""

    PUBLIC = "public"  # everybody, everywhere, may meet it
    HIDDEN = "hidden"  # a sketch, for followers, by secret link, for some countries, not yet: denied and listed nowhere


class Answers(NamedTuple):
    """What a policy says to the coarse questions. Silence is a no."""

    train_generative: bool = False  # fit a model that makes works
    train: bool = False  # fit any other model
    mine: bool = False  # analyse it: text and data mining
    ai_input: bool = False  # put it into a model's prompt or answer
    ai_index: bool = False  # keep it in an index that a model answers from
    search: bool = False  # find it and send people to its page

    @property
    def may_train(self) -> bool:
        """Train at all: where a signal does not tell one kind of model from another."""
        return self.train_generative and self.train

    @property
    def may_feed_ai(self) -> bool:
        """Serve as input at all: where a signal does not tell a prompt from an index."""
        return self.ai_input and self.ai_index

    @property
    def may_mine_for_anything(self) -> bool:
        """Everything that mining is a part of: where a signal has one bit for all of it."""
        return self.may_train and self.mine and self.may_feed_ai


NOTHING = Answers()


# Others read works, fit models to them and build with them in the name of a third party, whatever the model makes.
_READING = [(Purpose.THIRD_PARTY, Use.INPUT), (Purpose.THIRD_PARTY, Use.INFORM)]
_TRAINING = [(Purpose.THIRD_PARTY, use) for use in (Use.INPUT, Use.TRAIN, Use.DEVELOP)]
_MAKING = [(Purpose.GENERATIVE, use) for use in Use]
_ANSWERING = [*_READING, (Purpose.GENERATIVE, Use.INPUT), (Purpose.GENERATIVE, Use.INFORM)]
# In the order of `Answers`, search apart.
_ASKED = ([*_TRAINING, *_MAKING], _TRAINING, _READING, _ANSWERING, _ANSWERING)


@cache
def asked_cells(asset: Asset) -> tuple[int, ...]:
    """The cells that must all be open for a yes, for each question but `search`, in the order of `Answers`."""
    return tuple(reduce(or_, (cells_of(asset, purpose, use) for purpose, use in asked)) for asked in _ASKED)


@dataclass(frozen=True)
class UsagePolicy:
    """One asset of one track, and what everybody may do with it."""

    track: str  # its key
    asset: Asset
    address: str  # of the page on which people meet the track
    open: int  # cells that are open to whoever no licence names; those of other assets do not count
    reach: Reach
    holder: str
    credit: str  # how the holder wants to be named
    licence: str = ""  # the address of its words; empty: all rights reserved

    @cached_property
    def answers(self) -> Answers:
        """What the document says to each coarse question."""
        if self.reach is not Reach.PUBLIC:
            return NOTHING
        # `cells` can be empty, as for a listening: what cannot be said yes to is held.
        said = (bool(cells) and self.open & cells == cells for cells in asked_cells(self.asset))
        return Answers(*said)._replace(search=True)

    @cached_property
    def record(self) -> dict[str, object]:
        """The document: as JSON, with every cell of the asset, held or allowed."""
        return {
            "v": 1,
            "t": "usage_policy",
            "track": self.track,
            "asset": self.asset.value,
            "address": self.address,
            "reach": self.reach.value,
            "holder": self.holder,
            "credit": self.credit,
            "licence": self.licence or None,
            "cells": {
                purpose.value: {
                    use.value: "allowed" if self.open & cell(self.asset, purpose, use).bit else "held"
                    for use in Use
                    if exists(self.asset, purpose, use)
                }
                for purpose in Purpose
                if any(exists(self.asset, purpose, use) for use in Use)
            },
        }

    @cached_property
    def written(self) -> bytes:
        """The document in its one form."""
        return canonical(self.record)

    @cached_property
    def digest(self) -> str:
        """What names exactly this document: `sha256:` and the digest of its one form."""
        return digest_words(sha256(self.written).digest())

    def of(self, asset: Asset) -> "UsagePolicy":
        """The document of another asset of the same track."""
        return replace(self, asset=asset)


def of_all_assets(policy: UsagePolicy) -> tuple[UsagePolicy, ...]:
    """The documents of everything of this track that answers can carry."""
    return tuple(policy.of(asset) for asset in CARRIED)


def digest_of(policies: Sequence[UsagePolicy]) -> str:
    """What names these documents together, in whatever order they come."""
    parts = {policy.asset.value: policy.digest for policy in policies}
    track = policies[0].track if policies else ""
    return digest_words(sha256(canonical({"v": 1, "t": "usage_policies", "track": track, "assets": parts})).digest())


def strictest(all_answers: Iterable[Answers]) -> Answers:
    """What may be said of several at once: yes only where each says yes. Of none, nothing."""
    told = list(all_answers)
    return Answers(*(all(column) for column in zip(*told, strict=True))) if told else NOTHING


def at_a_glance(reach: Reach) -> Answers:
    """What may be said where only this is known of a track, as when an answer is sent that no question may slow down.

    Never looser than the documents: what they could only allow is refused.
    """
    return Answers(search=reach is Reach.PUBLIC)
