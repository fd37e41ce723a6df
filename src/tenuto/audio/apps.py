from importlib import import_module

from django.apps import AppConfig


class AudioConfig(AppConfig):
    name = "tenuto.audio"
    label = "audio"

    def ready(self) -> None:
        # What they do with accounts' copies and departures, and what is swept; each registers itself.
        for module in ("export", "removal", "journey", "count", "marked"):
            import_module(f"tenuto.audio.{module}")
