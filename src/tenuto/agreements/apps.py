from importlib import import_module

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "tenuto.agreements"
    label = "agreements"

    def ready(self) -> None:
        # What listens, is looked after, goes into copies or away with them, stands on tracks' pages.
        for module in ("claims", "sweeps", "export", "removal", "panel"):
            import_module(f"tenuto.agreements.{module}")
