"""What allauth's forms need before they are drawn."""

from django import template
from django.forms import BaseForm

register = template.Library()


@register.simple_tag
def bare(form: BaseForm | None) -> BaseForm | None:
    """The form without placeholders: they repeat the label, and go as soon as one begins to write."""
    for field in form.fields.values() if form is not None else ():
        field.widget.attrs.pop("placeholder", None)
    return form
