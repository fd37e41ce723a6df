"""Django's sessions in the database, each read with SQL that was made once: every page of a member begins with one."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from tenuto.base.questions import Question, moment, word

_KEPT = Question(
    lambda: Session.objects.filter(session_key=word("key"), expire_date__gt=moment("now")).values_list("session_data")
)


class SessionStore(db.SessionStore):
    """What settings.SESSION_ENGINE asks for."""

    def load(self) -> dict[str, Any]:
        """What is kept under its key. Where that is nothing, or no longer, it has no key and begins anew."""
        kept = _KEPT.first(key=self.session_key, now=timezone.now())
        if kept is None:
            self._session_key = None
            return {}
        return self.decode(kept[0])
