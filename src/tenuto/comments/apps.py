from importlib import import_module

from django.apps import AppConfig


class CommentsConfig(AppConfig):
    name = "tenuto.comments"
    label = "comments"

    def ready(self) -> None:
        # What stands on tracks' pages, goes into copies, goes with an account; each registers itself.
        for module in ("panel", "export", "removal"):
            import_module(f"tenuto.comments.{module}")
