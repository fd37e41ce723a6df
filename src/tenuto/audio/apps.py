from django.apps import AppConfig


class AudioConfig(AppConfig):
    name = "tenuto.audio"
    label = "audio"

    def ready(self) -> None:
        # Each registers what it does with the accounts' copies and departures.
        from tenuto.audio import export, removal  # noqa: F401
