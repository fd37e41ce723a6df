from importlib import import_module

from django.apps import AppConfig


class CreditsConfig(AppConfig):
    name = "tenuto.credits"
    label = "credits"

    def ready(self) -> None:
        # What is told, stands on tracks' pages, goes into copies, goes with an account; each registers itself.
        for module in ("notices", "panel", "export", "removal"):
            import_module(f"tenuto.credits.{module}")
