"""What can go wrong with the log. None of it may be carried on from: what cannot be written does not happen.

TenutoError
├── NotWritten     an entry could not be written
├── VaultClosed    the store of keys cannot be used
├── LedgerTorn     what is stored contradicts what was signed: nothing more is signed
│   └── RolledBack    others have seen a longer log than this one: it was restored from a backup
└── KeyMissing     the log's own key is not there, or is not kept as it must be
"""

from django.utils.translation import gettext_lazy as _

from tenuto.base.errors import TenutoError


class NotWritten(TenutoError):
    """An entry could not be written. The use that it speaks of must not happen."""

    advice = _("This could not be written to the ledger, so it was not done. Nothing was lost; please try again.")


class VaultClosed(TenutoError):
    """The store of keys could not be read, written, or emptied of what was erased."""

    advice = _("The ledger's keys cannot be reached, so nothing was done. Please tell the operator of this server.")


class LedgerTorn(TenutoError):
    """What is stored contradicts what was signed. Stop; never repair by guessing."""

    advice = _("The ledger's files and rows contradict one another. Nothing more is signed until its operator looks.")


class RolledBack(LedgerTorn):
    """Somebody has seen this log longer than it now is. Signing would make a second history."""

    advice = _("This ledger was restored from a time before its last checkpoint. `tenuto ledger continue` says more.")


class KeyMissing(TenutoError):
    """The key that signs is not there, or others could read it."""

    advice = _("The ledger's signing key cannot be used. Nothing is signed until its operator looks.")
