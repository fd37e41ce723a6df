from importlib import import_module

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "tenuto.consent"
    label = "consent"

    def ready(self) -> None:
        # What keeps the projection current, goes into copies, stands on tracks' pages; each registers itself.
        for module in ("closing", "current", "entries", "export", "panel", "promise", "standing"):
            import_module(f"tenuto.consent.{module}")
