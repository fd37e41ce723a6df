from django.apps import AppConfig


class AudioConfig(AppConfig):
    name = "tenuto.audio"
    label = "audio"
