from importlib import import_module

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "tenuto.statistics"
    label = "statistics"

    def ready(self) -> None:
        import_module("tenuto.statistics.days")  # the sweep that counts days which are over
