"""How forms are drawn: our own field template, the same everywhere."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Django's renderer over our templates, with a field template that ties label, help and error together."""

    field_template_name = "web/_field.html"
