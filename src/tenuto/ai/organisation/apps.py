from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "tenuto.ai.organisation"
    label = "ai_organisation"

    def ready(self) -> None:
        from tenuto.ai.organisation import jobs  # noqa: F401  declares them
