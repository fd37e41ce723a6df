from django.apps import AppConfig


class TracksConfig(AppConfig):
    name = "tenuto.tracks"
    label = "tracks"

    def ready(self) -> None:
        # Each registers what it does with the accounts' copies and departures.
        from tenuto.tracks import export, removal  # noqa: F401
