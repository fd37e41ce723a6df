"""The list of browsers in which one is signed in, without the exact addresses of their networks."""

from ipaddress import ip_interface
from typing import Any

from allauth.usersessions.models import UserSession
from django.db.models.signals import pre_save
from django.dispatch import receiver


def network(address: str) -> str:
    """The beginning of an address: enough to tell home from a stranger's network, too little to find a household."""
    bits = 24 if ip_interface(address).version == 4 else 48
    return str(ip_interface(f"{address}/{bits}").network.network_address)


# allauth writes the row itself and offers no other place to say what is kept.
@receiver(pre_save, sender=UserSession)
def keep_the_network_only(sender: object, instance: Any, **_kwargs: object) -> None:
    if instance.ip:
        instance.ip = network(instance.ip)
