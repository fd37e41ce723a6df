from django.apps import AppConfig


class TracksConfig(AppConfig):
    name = "tenuto.tracks"
    label = "tracks"
