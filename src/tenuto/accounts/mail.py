"""Where mail goes while no mail server is set: into the server's own output, readable as it stands."""

import logging
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

log = logging.getLogger(__name__)


class PrintedMail(BaseEmailBackend):
    """Prints each message between two lines, as text, so that its link can be copied out of the terminal.

    Django's own console backend prints what goes over the wire: encoded, wrapped and full of headers.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            # A warning, because whoever turns messages down still needs to sign up.
            log.warning(
                "No mail server is set (TENUTO_SMTP_HOST); this mail is only printed.\n"
                "────────────────────────────────────────────────────────────\n"
                "To:      %s\nSubject: %s\n\n%s\n"
                "────────────────────────────────────────────────────────────",
                ", ".join(message.recipients()),
                message.subject,
                str(message.body).strip(),
            )
        return len(email_messages)
