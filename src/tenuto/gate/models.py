"""What passed the gate, what is kept of it, and what was taken back.

Ids of tracks are plain numbers here, not relations: a record of a use outlives the track that was used, and whatever
was kept of a track must still be found when the track is gone.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.base.ids import new_key
from tenuto.consent.masks import MaskField


class Run(models.Model):
    """One opening of the gate. Written before anything is handed over, closed with what came of it."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("under way")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        LOST = "lost", _("ended without a word")  # its process was killed; the sweep says so

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    duty = models.CharField(max_length=60)  # the AI job, as organisation.describe
    purpose = models.CharField(max_length=20)
    use = models.CharField(max_length=10)
    assets = models.CharField(max_length=120)  # names, with spaces
    code = models.CharField(max_length=64)  # SHA-256 of the code that runs: rules, gate, the feature, its algorithms
    model = models.CharField(max_length=60, blank=True)  # the model that is made or used, if there is one
    works = models.PositiveIntegerField()  # how many were admitted
    manifest = models.CharField(max_length=64)  # root of the tree of all admitted works
    manifest_id = models.CharField(max_length=64)
    entry = models.BigIntegerField()  # of the log: job.open
    opened_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    words = models.CharField(max_length=300, blank=True)  # what went wrong
    model_digest = models.CharField(max_length=64, blank=True)
    inputs = models.CharField(max_length=64, blank=True)  # SHA-256 of the words and numbers that it was handed
    # The run whose model this one made again, to compare; then it keeps nothing.
    checks = models.ForeignKey("self", models.PROTECT, null=True, related_name="checked_by")
    close_entry = models.BigIntegerField(null=True)  # of the log: job.close
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(name="runs_of_duty", fields=["duty", "-opened_at"]),
            models.Index(name="runs_open", fields=["opened_at"], condition=Q(outcome="open")),
            models.Index(name="runs_of_training", fields=["-id"], condition=Q(use="train")),
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.key}"


class Passage(models.Model):
    """One work at the gate: what was asked for, what was decided and why, and where the log says so.

    Where a run takes a whole catalogue at once, its manifest stands for each of its works, and only refusals have
    rows of their own.
    """

    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="passages")  # None: nothing was opened
    duty = models.CharField(max_length=60)
    track_id = models.BigIntegerField()
    asset = models.CharField(max_length=12)
    purpose = models.CharField(max_length=20)
    use = models.CharField(max_length=10)
    allowed = models.BooleanField()
    reason = models.CharField(max_length=20)
    basis = models.JSONField(default=list)  # of [kind, id, party]
    entry = models.BigIntegerField()  # of the log
    at = models.DateTimeField(default=timezone.now)
    handed_at = models.DateTimeField(null=True)  # when its first byte was read; never before `at`

    class Meta:
        indexes = [models.Index(name="passages_of_track", fields=["track_id", "-id"])]
        constraints = [
            models.CheckConstraint(name="handed_over_only_if_allowed", condition=Q(handed_at=None) | Q(allowed=True)),
            models.CheckConstraint(name="allowed_only_in_a_run", condition=Q(allowed=False) | Q(run__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.track_id} {self.asset}/{self.purpose}/{self.use}: {self.reason}"


class Due(models.Model):
    """A duty should look at a work: its consent was opened, or its sound has changed."""

    duty = models.CharField(max_length=60)
    track_id = models.BigIntegerField()
    since = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="due_once", fields=["duty", "track_id"])]

    def __str__(self) -> str:
        return f"{self.duty} of {self.track_id}"


class Kept(models.Model):
    """A duty keeps something of a work, for as long as these cells are open. The last run that read it is named."""

    duty = models.CharField(max_length=60)
    track_id = models.BigIntegerField()
    rests_on = MaskField()  # cells; when one of them closes, what is kept is forgotten
    run = models.ForeignKey(Run, models.PROTECT, related_name="kept")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="kept_once", fields=["track_id", "duty"])]
        indexes = [models.Index(name="kept_by_duty", fields=["duty", "track_id"])]

    def __str__(self) -> str:
        return f"{self.duty} keeps something of {self.track_id}"


class Derived(models.Model):
    """Numbers that AI code computed from a work and may need again. They stay behind the gate as the work does."""

    track_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)  # as organisation.vector
    values = models.BinaryField()
    run = models.ForeignKey(Run, models.PROTECT, related_name="derived")

    class Meta:
        constraints = [models.UniqueConstraint(name="derived_once", fields=["kind", "track_id"])]

    def __str__(self) -> str:
        return f"{self.kind} of {self.track_id}"


class Volume(models.Model):
    """A file of an index that counts. Written once; its name is the digest of its bytes. See gate/volumes.py."""

    kind = models.CharField(max_length=40)  # of index, as identification.index
    name = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    # The part of its index, and of how many; works of several parts, which are still to be divided: of none.
    shard = models.PositiveSmallIntegerField(default=0)
    shards = models.PositiveSmallIntegerField(default=1)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="a_volume_counts_once", fields=["kind", "name"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.name[:12]}"


class Shelved(models.Model):
    """A volume holds something of a work. Struck, no search finds it; when the volume is written anew it is gone."""

    volume = models.ForeignKey(Volume, models.CASCADE, related_name="shelved")
    track_id = models.BigIntegerField()
    struck_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="shelved_once_in_a_volume", fields=["track_id", "volume"])]
        indexes = [models.Index(name="shelved_and_struck", fields=["volume"], condition=~Q(struck_at=None))]

    def __str__(self) -> str:
        return f"{self.track_id} in {self.volume_id}"


class Withdrawal(models.Model):
    """Cells of a work were closed while something rested on them. Done when nothing does any more."""

    class Why(models.TextChoices):
        CLOSED = "closed", _("consent was taken back")
        REMOVED = "removed", _("the track was removed")

    track_id = models.BigIntegerField()
    closed = MaskField()
    why = models.CharField(max_length=8, choices=Why.choices, default=Why.CLOSED)
    began_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(name="withdrawals_of_track", fields=["track_id", "-began_at"]),
            models.Index(name="withdrawals_open", fields=["began_at"], condition=Q(done_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.track_id} withdrawn {self.began_at:%Y-%m-%d %H:%M}"


class Step(models.Model):
    """One thing that must be forgotten in a withdrawal, and when it was."""

    withdrawal = models.ForeignKey(Withdrawal, models.CASCADE, related_name="steps")
    duty = models.CharField(max_length=60)
    model_before = models.CharField(max_length=64, blank=True)  # digest of the model that had read it
    model_after = models.CharField(max_length=64, blank=True)  # digest of the model made anew without it
    entry = models.BigIntegerField(null=True)  # of the log
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_step_a_duty", fields=["withdrawal", "duty"])]
        indexes = [models.Index(name="steps_open", fields=["duty"], condition=Q(done_at=None))]

    def __str__(self) -> str:
        return f"{self.duty} of {self.withdrawal_id}"


class Walk(models.Model):
    """How far the slow walk over all works has come; see reconcile."""

    name = models.CharField(max_length=40, unique=True)
    after = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} at {self.after}"
