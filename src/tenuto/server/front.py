"""The web front, as granian starts it:

granian --interface rsgi tenuto.server.front:app
"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenuto.server.settings")
_handler = get_wsgi_application()

from tenuto.server.rsgi import Front  # noqa: E402  what it imports needs Django set up

app = Front(_handler)
