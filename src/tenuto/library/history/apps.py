from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "tenuto.library.history"
    label = "history"
