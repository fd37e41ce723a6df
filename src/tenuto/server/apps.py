from django.apps import AppConfig


class ServerConfig(AppConfig):
    name = "tenuto.server"
    label = "server"
