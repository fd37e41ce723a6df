"""The web front, as granian starts it:

granian --interface rsgi tenuto.server.front:app
"""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from tenuto.base.starting import nothing_collected

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenuto.server.settings")
with nothing_collected():
    _handler = get_wsgi_application()

    from tenuto.server.rsgi import Front  # what it imports needs Django set up

    # Reads all the addresses, and so all the views, now: else the first visitor of each process waits seconds for it.
    _addresses = get_resolver().reverse_dict
app = Front(_handler)
# What there is now stays for good. To look through it in search of garbage takes 80 ms, for which all pages of this
# process wait; through the rest, 7.
gc.collect()
gc.freeze()
