from importlib import import_module

from django.apps import AppConfig


class EmbedConfig(AppConfig):
    name = "tenuto.embed"
    label = "embed"

    def ready(self) -> None:
        import_module("tenuto.embed.panel")  # stands on the page of a track
