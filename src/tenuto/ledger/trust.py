"""Whom this instance trusts to witness its log: a policy file of the operator's, and the one everybody can read.

`witnesses` in the ledger's folder is a C2SP policy without its log lines: who, with which key, where, and how many of
them are a quorum. Without the file there is nobody, and every checkpoint is called unwitnessed.
"""

from pathlib import Path

from django.conf import settings

from tenuto.base.errors import TenutoError
from tenuto.ledger import files, logs
from tenuto.ledger.models import Log
from tenuto.rules.lines import Refused
from tenuto.rules.policies import NONE, Policy, parse_policy
from tenuto.rules.policies import Log as PolicyLog


class PolicyUnclear(TenutoError):
    """The operator's policy cannot be read."""


def place() -> Path:
    return Path(settings.LEDGER_DIR) / "witnesses"


def chosen() -> Policy:
    """The operator's policy; nobody and no quorum where there is none. Raises PolicyUnclear, naming the line."""
    try:
        return parse_policy(place().read_bytes())
    except FileNotFoundError:
        return Policy(NONE)
    except (OSError, Refused) as error:
        raise PolicyUnclear(f"{place()}: {error}") from error


def choose(policy: Policy) -> None:
    """Keep this as the operator's policy, after reading it as everybody would."""
    files.put(place(), bytes(parse_policy(bytes(policy))))


def published(log: Log) -> Policy:
    """The policy by which anybody can believe our checkpoints."""
    mine = chosen()
    address = settings.SITE_URL.partition("://")[0] + "://" + log.origin
    return Policy(
        mine.quorum, tuple(PolicyLog(key, address) for key in logs.verifiers(log)), mine.witnesses, mine.groups
    )


def publish(log: Log) -> None:
    """Write it beside the log, if it is not there as it is."""
    place, content = Path(settings.LOG_DIR) / "policy", bytes(published(log))
    if not place.exists() or place.read_bytes() != content:
        files.put(place, content)
