"""What we ask of django-allauth beyond its defaults."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up as Tenuto words it."""
