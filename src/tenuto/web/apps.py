from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "tenuto.web"
    label = "web"
