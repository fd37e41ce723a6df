from importlib import import_module

from django.apps import AppConfig


class SignalsConfig(AppConfig):
    name = "tenuto.safeguards.signals"
    label = "signals"

    def ready(self) -> None:
        # What stands on tracks' pages; it registers itself.
        import_module("tenuto.safeguards.signals.panel")
