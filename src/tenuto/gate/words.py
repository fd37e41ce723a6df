"""What people read about the jobs that pass the gate."""

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as later

from tenuto.gate.duties import Duty

# What each job keeps, by its name. A test compares this with the jobs that there are.
KEEPS: dict[str, Promise] = {
    "organisation.describe": later("Tempo, key and timbre"),
    "organisation.shelve": later("Its place among similar sounds"),
    "organisation.learn": later("model that suggests tags"),
    "organisation.suggest": later("Suggested tags"),
    "identification.check": later("That it was compared before it was published, and what was found in it"),
    "identification.register": later("A fingerprint, so that it is recognised when it turns up"),
    "identification.scan": later("What was found in it when it was compared anew"),
}


def kept_by(duty: Duty) -> str:
    """What is kept, in a few words; a job nobody found words for is named as it is."""
    return str(KEEPS.get(duty.name, duty.name))


def kept_by_name(name: str) -> str:
    return capfirst(str(KEEPS.get(name, name)))
