from django.apps import AppConfig


class QueuesConfig(AppConfig):
    name = "tenuto.library.queues"
    label = "queues"

    def ready(self) -> None:
        # Goes into copies of everything; registers itself.
        from tenuto.library.queues import export  # noqa: F401
