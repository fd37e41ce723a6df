from importlib import import_module

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "tenuto.notifications"
    label = "notifications"

    def ready(self) -> None:
        # The kinds of what is below, what goes into copies, goes with an account, and what workers look after.
        for module in ("followers", "new_tracks", "new_terms", "export", "removal", "sweeps"):
            import_module(f"tenuto.notifications.{module}")
