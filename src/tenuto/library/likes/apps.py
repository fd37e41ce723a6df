from importlib import import_module

from django.apps import AppConfig


class LikesConfig(AppConfig):
    name = "tenuto.library.likes"
    label = "likes"

    def ready(self) -> None:
        # What goes into copies, goes with an account, and stands below each track; each registers itself.
        for module in ("export", "removal", "beside"):
            import_module(f"tenuto.library.likes.{module}")
