"""What each question and each form means, for people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenuto.rules.signals import forms
from tenuto.rules.signals.forms import Form

# In the order of rules.usage_policies.Answers.
QUESTIONS: dict[str, Promise] = {
    "train_generative": _("train a model that makes music, pictures or words"),
    "train": _("train any other model"),
    "mine": _("analyse it: text and data mining"),
    "ai_input": _("put it into a model’s answer"),
    "ai_index": _("keep it in an index that a model answers from"),
    "search": _("list its page in a search engine"),
}

MEANINGS: dict[Form, Promise] = {
    forms.AIPREF: _(
        "The Internet’s coming standard. It has two words: training of models that generate, and search. It "
        "cannot speak of other training, nor of answers; other forms here do."
    ),
    forms.TDMREP: _(
        "The reservation that Article 4 of the European copyright directive asks for. It is one bit: 1 reserves "
        "all text and data mining. The policy says whom to ask."
    ),
    forms.NOAI: _("A custom that began with picture sites. The words only refuse; nothing in it can allow."),
    forms.RSL: _("A licence document for crawlers: what is permitted, what is prohibited, and whom to ask for more."),
    forms.SCHEMA_ORG: _(
        "What search engines read of a work. It has no word for AI, so it names the artist, the licence and the "
        "page that you are reading."
    ),
    forms.CONTENT_SIGNALS: _(
        "Three words in robots.txt, for the whole site. The only form that can refuse that a work is put into answers."
    ),
    forms.ROBOTS: _(
        "What every crawler reads first. Crawlers for AI are turned away by name. No track is named in it: a list "
        "of what is hidden would tell of it."
    ),
    forms.AI_TXT: _(
        "Read by some when they collect files for training. It knows whole sites only. Its makers no longer keep "
        "it up; it costs nothing."
    ),
}
