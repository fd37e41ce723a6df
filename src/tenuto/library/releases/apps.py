from importlib import import_module

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    name = "tenuto.library.releases"
    label = "releases"

    def ready(self) -> None:
        # What goes into copies, goes with an account, and stands on tracks' pages; each registers itself.
        for module in ("export", "removal", "panel"):
            import_module(f"tenuto.library.releases.{module}")
