from importlib import import_module

from django.apps import AppConfig


class PlaylistsConfig(AppConfig):
    name = "tenuto.library.playlists"
    label = "playlists"

    def ready(self) -> None:
        # What goes into copies, goes with an account, and stands below each track; each registers itself.
        for module in ("export", "removal", "beside"):
            import_module(f"tenuto.library.playlists.{module}")
