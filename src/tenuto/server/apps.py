from importlib import import_module

from django.apps import AppConfig


class ServerConfig(AppConfig):
    name = "tenuto.server"
    label = "server"

    def ready(self) -> None:
        import_module("tenuto.server.sweeps")  # registers them
