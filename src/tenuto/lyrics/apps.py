from importlib import import_module

from django.apps import AppConfig


class LyricsConfig(AppConfig):
    name = "tenuto.lyrics"
    label = "lyrics"

    def ready(self) -> None:
        # What stands on tracks' pages and goes into copies; each registers itself.
        for module in ("panel", "export"):
            import_module(f"tenuto.lyrics.{module}")
