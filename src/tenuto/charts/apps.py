from importlib import import_module

from django.apps import AppConfig


class ChartsConfig(AppConfig):
    name = "tenuto.charts"
    label = "charts"

    def ready(self) -> None:
        # The sweep that counts.
        import_module("tenuto.charts.count")
