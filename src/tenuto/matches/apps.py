from importlib import import_module

from django.apps import AppConfig


class MatchesConfig(AppConfig):
    name = "tenuto.matches"
    label = "matches"

    def ready(self) -> None:
        # What listens and is swept, goes into copies or away with accounts, and stands on tracks' pages.
        for module in ("journey", "export", "panel"):
            import_module(f"tenuto.matches.{module}")
