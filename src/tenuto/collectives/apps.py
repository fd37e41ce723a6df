from importlib import import_module

from django.apps import AppConfig


class CollectivesConfig(AppConfig):
    name = "tenuto.collectives"
    label = "collectives"

    def ready(self) -> None:
        # How invitations are told of, what goes into copies, goes with an account; each registers itself.
        for module in ("notices", "export", "removal"):
            import_module(f"tenuto.collectives.{module}")
