"""Ways around the gate, as somebody who writes an AI feature might try them. Each works where nothing stops it.

Every attack is the source of a function `attack(door)`. It puts what it got hold of into `loot`; it knows the number,
the file and the database of a work that its artist holds (`HELD`, `PATH`, `DATABASE`).
"""

from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True)
class Attack:
    """One way. `open`: without the locks it brings loot; where False, there is nothing that it could do there."""

    name: str
    code: str
    works_unlocked: bool = True

    @property
    def source(self) -> str:
        return "def attack(door):\n    global loot\n" + "".join(
            f"    {line}\n" for line in dedent(self.code).strip().splitlines()
        )


TABLES = [
    Attack(
        "names the catalogue's model",
        "from tenuto.tracks.models import Track\nloot += Track.objects.values_list('title')",
    ),
    Attack(
        "hides the import in a function of a function",
        """
        def inner():
            import tenuto.tracks.models as m
            return m.Track.objects.get(pk=HELD).title
        loot.append(inner())
        """,
    ),
    Attack(
        "asks Django for the model",
        "from django.apps import apps\nloot += apps.get_model('tracks', 'Track').objects.all()",
    ),
    Attack(
        "imports by name",
        "import importlib\nloot += importlib.import_module('tenuto.tracks.models').Track.objects.all()",
    ),
    Attack("imports by the built-in", "loot += __import__('tenuto.tracks.models', fromlist=['x']).Track.objects.all()"),
    Attack(
        "finds the module among those loaded",
        "import sys\nloot += sys.modules['tenuto.tracks.models'].Track.objects.all()",
    ),
    Attack(
        "walks a model's metadata to all the others",
        """
        from tenuto.ai.organisation.models import Heard
        loot += Heard._meta.apps.get_model('tracks', 'Track').objects.all()
        """,
    ),
    Attack(
        "reads its own table's manager for the connection",
        """
        from tenuto.ai.organisation.models import Heard
        cursor = Heard.objects.all().query.get_compiler('default').connection.cursor()
        cursor.execute('SELECT title FROM tracks_track')
        loot += cursor.fetchall()
        """,
    ),
    Attack(
        "takes the connection",
        "from django.db import connection\nc = connection.cursor()\nc.execute('SELECT title FROM tracks_track')\nloot += c.fetchall()",
    ),
    Attack(
        "takes the connection from transactions",
        "from django.db import transaction\nc = transaction.get_connection().cursor()\nc.execute('SELECT title FROM tracks_track')\nloot += c.fetchall()",
    ),
    Attack(
        "asks in raw words through its own model",
        "from tenuto.ai.organisation.models import Heard\nloot += [r.title for r in Heard.objects.raw('SELECT id, title FROM tracks_track')]",
    ),
    Attack(
        "asks for more columns through its own model",
        """
        from tenuto.ai.organisation.models import Heard
        Heard.objects.create(track_id=door.works[0] if door else 1, seconds=1)
        loot += Heard.objects.extra(select={'x': '(SELECT group_concat(title) FROM tracks_track)'}).values_list('x')
        """,
    ),
    Attack(
        "compares with a raw sub-query",
        """
        from django.db.models.expressions import RawSQL
        from tenuto.ai.organisation.models import Heard
        Heard.objects.create(track_id=door.works[0] if door else 1, seconds=1)
        loot += Heard.objects.annotate(x=RawSQL('SELECT title FROM tracks_track LIMIT 1', [])).values_list('x')
        """,
    ),
    Attack("reads what consent stands", "from tenuto.consent.models import Consent\nloot += Consent.objects.all()"),
    Attack(
        "reads what the gate keeps back",
        "from tenuto.gate.models import Derived\nloot += Derived.objects.all() or ['none']",
    ),
    Attack(
        "reads who listened", "from tenuto.accounts.models import Account\nloot += Account.objects.values_list('email')"
    ),
    Attack(
        "reads the log's entries", "from tenuto.ledger.models import Entry\nloot += Entry.objects.all() or ['none']"
    ),
    Attack(
        "opens consent for the work itself",
        """
        from tenuto.consent.models import Consent
        loot.append(Consent.objects.filter(track_id=HELD).update(recording=4095))
        """,
    ),
    Attack(
        "says that a work was admitted",
        """
        from tenuto.gate.models import Kept, Run
        loot.append(Kept.objects.create(duty='organisation.describe', track_id=HELD, rests_on=1, run=Run.objects.get()))
        """,
        works_unlocked=False,
    ),
    Attack(
        "reads another job's table",
        "from tenuto.ai.organisation.models import Placed\nloot += Placed.objects.all() or ['none']",
    ),
    Attack(
        "changes the model that another job made",
        "from tenuto.ai.organisation.models import TagModelRow\nTagModelRow.objects.create(name='mine', digest='', parameters=b'', works=0)\nloot.append(1)",
    ),
]

SQL = [
    Attack(f"statement: {name}", f"from django.db import connection\nc = connection.cursor()\n{body}")
    for name, body in {
        "odd spelling": "c.execute('sElEcT/**/\"title\"from[tracks_track]')\nloot += c.fetchall()",
        "sub-query through an own table": "c.execute('SELECT (SELECT title FROM tracks_track LIMIT 1) FROM (SELECT 1)')\nloot += c.fetchall()",
        "common table expression": "c.execute('WITH t AS (SELECT title FROM tracks_track) SELECT * FROM t')\nloot += c.fetchall()",
        "union with an own table": "c.execute('SELECT id FROM ai_organisation_heard UNION SELECT title FROM tracks_track')\nloot += c.fetchall()",
        "join with an own table": "c.execute('SELECT t.title FROM tracks_track t LEFT JOIN ai_organisation_heard h ON 1')\nloot += c.fetchall()",
        "only counting": "c.execute('SELECT count(*) FROM tracks_track')\nloot += c.fetchall()",
        "a view": "c.execute('CREATE TEMP VIEW v AS SELECT title FROM tracks_track')\nc.execute('SELECT * FROM v')\nloot += c.fetchall()",
        "a copy of the table": "c.execute('CREATE TEMP TABLE copied AS SELECT title FROM tracks_track')\nc.execute('SELECT * FROM copied')\nloot += c.fetchall()",
        "a trigger that writes for it": "c.execute('CREATE TEMP TRIGGER r AFTER INSERT ON ai_organisation_heard BEGIN UPDATE tracks_track SET title = 1; END')\nloot.append(1)",
        "attaching the database anew": "c.execute(\"ATTACH DATABASE ':memory:' AS other\") if 0 else c.execute('PRAGMA database_list')\nloot += c.fetchall()",
        "the schema": "c.execute('SELECT sql FROM sqlite_master')\nloot += c.fetchall()",
        "a pragma as a table": "c.execute(\"SELECT * FROM pragma_table_info('tracks_track')\")\nloot += c.fetchall()",
        "writing to another's table": "c.execute(\"UPDATE tracks_track SET title = 'mine'\")\nloot.append(c.rowcount)",
        "deleting what the log says": "c.execute('DELETE FROM gate_passage')\nloot.append(1)",
        "inserting a selection into an own table": "c.execute('INSERT INTO ai_organisation_heard (track_id, seconds, bpm_confidence, bpm_candidates, beats, minor, key_confidence, tuning_cents, energy, timbre, at) SELECT id, 1, 0, json_array(title), x\\'\\', 0, 0, 0, 0, \\'{}\\', \\'2026-01-01\\' FROM tracks_track')\nloot.append(c.rowcount)",
        "a pragma that loosens": "c.execute('PRAGMA trusted_schema = 1')\nloot.append(1)",
    }.items()
]  # fmt: skip

PROCESS = [
    Attack("opens the recording's file", "loot.append(open(PATH, 'rb').read(4))"),
    Attack("opens it by the operating system", "import os\nloot.append(os.read(os.open(PATH, os.O_RDONLY), 4))"),
    Attack("opens it as a path", "from pathlib import Path\nloot.append(Path(PATH).read_bytes()[:4])"),
    Attack("opens it by io", "import io\nloot.append(io.FileIO(PATH).read(4))"),
    Attack("reads it as an array", "import numpy as np\nloot.append(np.fromfile(PATH, np.uint8, 4))"),
    Attack("maps it as an array", "import numpy as np\nloot.append(np.memmap(PATH, np.uint8, 'r')[:4])"),
    Attack("loads it as text", "import numpy as np\nloot.append(np.genfromtxt(PATH, dtype=str, max_rows=1, encoding='latin-1', comments=None))"),
    Attack("decodes it by itself", "import av\nloot.append(av.open(str(PATH)).streams.audio[0].duration or 1)"),
    Attack("opens it through a library's library", "import json\nloot.append(json.codecs.open(PATH, 'rb').read(4))"),
    Attack("opens it by way of tokenize", "import tokenize\nloot.append(tokenize._builtin_open(PATH, 'rb').read(4))"),
    Attack("lists the store", "import os\nloot += os.listdir(os.path.dirname(PATH))"),
    Attack("looks for the store", "import glob, os\nloot += glob.glob(os.path.dirname(PATH) + '/*')"),
    Attack("opens the database anew", "import sqlite3\nloot += sqlite3.connect(DATABASE, uri=True).execute('SELECT sql FROM sqlite_master')"),
    Attack(
        "closes the connection and waits for a new one",
        """
        from django.db import connection
        connection.close()
        c = connection.cursor()
        c.execute('SELECT title FROM tracks_track')
        loot += c.fetchall()
        """,
        works_unlocked=False,  # it takes the test's database with it
    ),
    Attack("takes the authoriser away", "from django.db import connection\nconnection.connection.set_authorizer(None)\nc = connection.cursor()\nc.execute('SELECT title FROM tracks_track')\nloot += c.fetchall()"),
    Attack("starts a program", "import subprocess\nloot.append(subprocess.check_output(['head', '-c4', PATH]))"),
    Attack("starts a shell", "import os\nloot.append(os.system('true') == 0)"),
    Attack("starts a thread", "import threading\nt = threading.Thread(target=lambda: loot.append(open(PATH, 'rb').read(4)))\nt.start()\nt.join()"),
    Attack("starts a thread in a pool", "from concurrent.futures import ThreadPoolExecutor\nloot.append(ThreadPoolExecutor(1).submit(lambda: open(PATH, 'rb').read(4)).result())"),
    Attack("calls the C library", "import ctypes\nlibc = ctypes.CDLL(None)\nloot.append(libc.open(PATH.encode(), 0) > 0)"),
    Attack("reaches the network", "import socket\nloot.append(socket.socket())"),
    Attack("unpickles a way out", "import pickle\nloot.append(pickle.loads(b'cbuiltins\\ngetattr\\n.')(PATH, 'encode')())"),
    Attack("evaluates text", "loot.append(eval(\"open(PATH, 'rb').read(4)\"))"),
    Attack("looks through all living objects", "import gc\nloot += [o for o in gc.get_objects() if type(o).__name__ == 'Track'] or ['none']"),
    Attack("climbs the stack", "import sys\nf = sys._getframe()\nloot.append(f.f_back.f_globals['__builtins__'])"),
    Attack("climbs from an exception", "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    loot.append(error.__traceback__.tb_frame.f_back.f_globals)"),
    Attack("finds all classes from nothing", "loot += [c for c in ().__class__.__base__.__subclasses__() if c.__name__ == '_wrap_close'][0].__init__.__globals__['listdir']('/')"),
    Attack("takes globals from a function of Django's", "from django.utils import timezone\nloot.append(timezone.now.__globals__['settings'].SECRET_KEY)"),
    Attack("reads the settings", "from django.conf import settings\nloot.append(settings.SECRET_KEY)"),
    Attack("reads the environment", "import os\nloot.append(dict(os.environ))"),
    Attack("asks for a store of files", "from django.core.files.storage import FileSystemStorage\nloot.append(FileSystemStorage('/').open(PATH).read(4))"),
    Attack("asks the store itself", "from tenuto.audio import store\nfrom tenuto.base.models import Blob\nloot.append(store.path_of(Blob.objects.first(), store.Permit(True, 0)).read_bytes()[:4])"),
    Attack("makes itself a permit", "from tenuto.audio.store import Permit\nloot.append(Permit(True, 1))"),
    Attack("formats its way out", "loot.append('{0.__class__.__init__.__globals__}'.format(door.__class__) if door else 1)"),
]  # fmt: skip

DOOR = [
    Attack("asks for a work that was not admitted", "loot.append(door.derive(HELD, b'x'))", works_unlocked=False),
    Attack(
        "adds a work to those admitted",
        "door.works = (HELD,)\nloot += [s.work for s in door.recordings(22_050)]",
        works_unlocked=False,
    ),
    Attack("asks for words that its run was not opened for", "loot += door.words()", works_unlocked=False),
    Attack("asks for numbers that its job does not read", "loot += door.numbers()", works_unlocked=False),
    Attack("asks for a rate that nobody offers", "loot += [s.work for s in door.recordings(8)]", works_unlocked=False),
    Attack("hides a recording among its numbers", "door.derive(door.works[0], bytes(10**6))\nloot.append(1)", works_unlocked=False),
    Attack("says that it made somebody else's model", "door.made('another model', '0' * 64)\nloot.append(1)", works_unlocked=False),
    Attack("claims a digest that is none", "door.made('', 'x')\nloot.append(1)", works_unlocked=False),
    Attack("speaks to the other side directly", "loot.append(door._line._attendant.run)", works_unlocked=False),
    Attack("asks a question that does not exist", "loot.append(door._line.ask('titles', {'works': [HELD]}))", works_unlocked=False),
    Attack("asks with no whole number", "loot.append(door._line.ask('recording', {'work': True, 'rate_hz': 22050}))", works_unlocked=False),
    Attack(
        "writes of a work that it was not given",
        "from tenuto.ai.organisation.models import Heard\nHeard.objects.create(track_id=HELD, seconds=1)\nloot.append(1)",
        works_unlocked=False,
    ),
    Attack(
        "hides all of it in a transaction that it undoes",
        """
        from django.db import transaction
        with transaction.atomic():
            loot += [s.work for s in door.recordings(22_050)]
            transaction.set_rollback(True)
        """,
        works_unlocked=False,
    ),
]  # fmt: skip

# Last, for where it works it keeps the schema locked, to whoever opens the database anew, until all is taken back.
DROPPING = Attack(
    "statement: dropping a table",
    "from django.db import connection\nc = connection.cursor()\nc.execute('DROP TABLE ai_organisation_placed')\nloot.append(1)",
)

ATTACKS = [*TABLES, *SQL, *PROCESS, *DOOR, DROPPING]
