"""Contracts over works: agreements of rights holders, licences of artists, and the errands that they meet."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_

from tenuto.rules.cells import Asset, cells_of
from tenuto.rules.countries import COUNTRIES
from tenuto.rules.records import Kind, Said


@dataclass(frozen=True, slots=True)
class Errand:
    """When, where and for whom cells are asked for. Without a country, the use reaches everywhere."""

    at: datetime
    where: str | None = None
    licensee: str = ""
    model: str = ""

    def __post_init__(self) -> None:
        # An unknown place would slip past an agreement for some countries.
        if self.where is not None and self.where not in COUNTRIES:
            raise ValueError(f"“{self.where}” is no country. Leave it out where the place is not known.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Contract(Said):
    """What agreements and licences share: from when to when, and where. No countries: everywhere."""

    starts_at: datetime
    ends_at: datetime | None = None
    countries: frozenset[str] | None = None

    def in_force(self, at: datetime) -> bool:
        """Does it bind at this moment? The last moment is no longer in it."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)

    def touches(self, errand: Errand) -> bool:
        """Would the use take place where it binds, if only in part?"""
        return self.in_force(errand.at) and (
            self.countries is None or errand.where is None or errand.where in self.countries
        )

    def encloses(self, errand: Errand) -> bool:
        """Would the whole use take place where it binds? Only then can it open what it grants."""
        return self.in_force(errand.at) and (self.countries is None or errand.where in self.countries)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a licence is for: one licensee, one model, or that model of that licensee. Never nobody in particular."""

    licensee: str = ""
    model: str = ""

    def __post_init__(self) -> None:
        if not (self.licensee or self.model):
            raise ValueError("A licence names one licensee or one model.")

    def is_met_by(self, errand: Errand) -> bool:
        """Is the one who asks the one it names?"""
        return self.licensee in ("", errand.licensee) and self.model in ("", errand.model)


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement(Contract):
    """A rights holder's contract over whole assets: in them, only what it grants is allowed."""

    kind = Kind.AGREEMENT
    assets: frozenset[Asset]
    grants: int = 0
    recipients: tuple[Recipient, ...] = ()  # for whom it grants what only a licence can open

    covers: int = field(init=False, repr=False, compare=False)  # all cells of its assets, granted or not

    def __post_init__(self) -> None:
        Contract.__post_init__(self)  # a class with slots is made anew, and `super()` would mean the old one
        object.__setattr__(self, "covers", reduce(or_, (cells_of(asset=asset) for asset in self.assets), 0))

    def names(self, errand: Errand) -> bool:
        """Is the one who asks named in it?"""
        return any(recipient.is_met_by(errand) for recipient in self.recipients)


@dataclass(frozen=True, kw_only=True, slots=True)
class Licence(Contract):
    """The artist's own word to one licensee or for one model."""

    kind = Kind.LICENCE
    cells: int
    recipient: Recipient

    def opens_to(self, errand: Errand) -> bool:
        """Does it bind here and now, for the one who asks?"""
        return self.encloses(errand) and self.recipient.is_met_by(errand)
