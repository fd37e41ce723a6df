from django.apps import AppConfig


class IdentificationConfig(AppConfig):
    name = "tenuto.ai.identification"
    label = "ai_identification"

    def ready(self) -> None:
        from tenuto.ai.identification import jobs  # noqa: F401  declares them
