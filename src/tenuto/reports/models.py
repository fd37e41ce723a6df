"""Reports, decisions, appeals, and the record of what was done, which only grows."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.agreements.records import Record
from tenuto.base.ids import new_key, new_secret
from tenuto.reports.words import GROUNDS, KINDS, MEASURES, REASONS, SIDES
from tenuto.rules.moderation import Kind, Measure, Reason, Side


class About(models.Model):
    """What a row is about: a thing by its number, as it was named then, and whose it is."""

    kind = models.CharField(max_length=10, choices=[(one.value, words) for one, words in KINDS.items()])
    about = models.BigIntegerField()  # of a track also for its artwork and lyrics
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=400, blank=True)

    class Meta:
        abstract = True

    @property
    def kind_words(self) -> str:
        return str(KINDS[Kind(self.kind)])


class Report(About):
    """Somebody says that something is wrong. Who says it stays between them and staff."""

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    secret = models.CharField(max_length=32, unique=True, default=new_secret, editable=False)
    excerpt = models.CharField(max_length=1000, blank=True)  # what stood there
    reason = models.CharField(max_length=12, choices=[(one.value, words) for one, words in REASONS.items()])
    words = models.CharField(_("What is wrong with it?"), max_length=2000, blank=True)
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="reports")
    mail = models.EmailField(_("Your e-mail"), blank=True)  # of whoever is not signed in and wants an answer
    at = models.DateTimeField(default=timezone.now)
    decision = models.ForeignKey("Decision", models.PROTECT, null=True, related_name="reports")

    class Meta:
        indexes = [models.Index(name="reports_open", fields=["at"], condition=Q(decision=None))]

    @property
    def reason_words(self) -> str:
        return str(REASONS[Reason(self.reason)])

    def get_absolute_url(self) -> str:
        return reverse("reports:told", args=[self.secret])

    def __str__(self) -> str:
        return f"{self.key}: {self.kind} {self.about}, {self.reason}"


class Decision(About, Record):
    """What staff decided, with the statement of reasons. A newer one about the same thing takes its place."""

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    secret = models.CharField(max_length=32, unique=True, default=new_secret, editable=False)
    measure = models.CharField(max_length=16, choices=[(one.value, words) for one, words in MEASURES.items()])
    facts = models.CharField(max_length=2000)  # what was found
    ground = models.CharField(max_length=5, blank=True, choices=[(one.value, words) for one, words in GROUNDS.items()])
    clause = models.CharField(max_length=300, blank=True)  # which law, which clause of the terms
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    appeal = models.OneToOneField("Appeal", models.PROTECT, null=True, related_name="outcome")  # that it answers

    class Meta:
        indexes = [models.Index(name="decisions_about", fields=["kind", "about", "-id"])]
        constraints = [
            models.CheckConstraint(
                name="a_measure_has_a_ground", condition=Q(measure="nothing") | (~Q(ground="") & ~Q(clause=""))
            ),
        ]

    @classmethod
    def standing(cls) -> "models.QuerySet[Decision]":
        """Those that no newer one took the place of."""
        newer = cls.objects.filter(kind=OuterRef("kind"), about=OuterRef("about"), pk__gt=OuterRef("pk"))
        return cls.objects.filter(~Exists(newer))

    @property
    def measure_words(self) -> str:
        return str(MEASURES[Measure(self.measure)])

    def get_absolute_url(self) -> str:
        return reverse("reports:decision", args=[self.secret])

    def __str__(self) -> str:
        return f"{self.key}: {self.measure} of {self.kind} {self.about}"


class Appeal(models.Model):
    """Somebody says that a decision is wrong: a human being looks at it again. Each of them once."""

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="appeals")
    side = models.CharField(max_length=8, choices=[(one.value, words) for one, words in SIDES.items()])
    report = models.ForeignKey(Report, models.PROTECT, null=True, related_name="+")  # of whoever reported it
    words = models.CharField(max_length=2000, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_appeal_of_each_reporter", fields=["decision", "report"], condition=Q(report__isnull=False)
            ),
            models.UniqueConstraint(name="one_appeal_of_the_affected", fields=["decision"], condition=Q(report=None)),
            models.CheckConstraint(
                name="appealed_by_a_side",
                condition=Q(side=Side.REPORTER.value, report__isnull=False) | Q(side=Side.AFFECTED.value, report=None),
            ),
        ]

    @property
    def side_words(self) -> str:
        return str(SIDES[Side(self.side)])

    def __str__(self) -> str:
        return f"{self.key} against {self.decision_id}"


class Step(models.Model):
    """One line of the record: what was done, by whom of staff, with the digest of the line before it.

    It names nobody and quotes nothing, so that it can stay when people leave: the database refuses to change it or to
    take it away.
    """

    class Act(models.TextChoices):
        REPORTED = "reported", _("reported")
        DECIDED = "decided", _("decided")
        APPEALED = "appealed", _("appealed")
        REVIEWED = "reviewed", _("decided on appeal")

    at = models.DateTimeField()
    act = models.CharField(max_length=8, choices=Act)
    kind = models.CharField(max_length=10)
    reason = models.CharField(max_length=12, blank=True)  # of a report
    measure = models.CharField(max_length=16, blank=True)  # of a decision
    changed = models.BooleanField(default=False)  # an appeal changed the measure
    row = models.CharField(max_length=12)  # the key of the report, decision or appeal
    by = models.BigIntegerField(null=True)  # the number of the member of staff
    said = models.CharField(max_length=80)  # the digest of what was said
    previous = models.CharField(max_length=80, unique=True)
    digest = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return f"{self.act} {self.row}"
