from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "tenuto.base"
    label = "base"
