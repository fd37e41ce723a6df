from importlib import import_module

from django.apps import AppConfig


class BrowseConfig(AppConfig):
    name = "tenuto.browse"
    label = "browse"

    def ready(self) -> None:
        # What keeps tags findable, goes into copies, stands on tracks' pages; each registers itself.
        for module in ("tags", "export", "panel"):
            import_module(f"tenuto.browse.{module}")
