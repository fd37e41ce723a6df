from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "tenuto.web"
    label = "web"

    def ready(self) -> None:
        from tenuto.web import checks  # noqa: F401
