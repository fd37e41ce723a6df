"""What staff decide, with reasons; what is done about it; and appeals, which another of them decides."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.accounts.suspension import suspend
from tenuto.base.errors import BadRequest, NotAllowed, NotFound
from tenuto.comments.models import Comment
from tenuto.consent.current import refresh_account
from tenuto.reports.letters import send_letter
from tenuto.reports.models import About, Appeal, Decision, Report
from tenuto.reports.record import note_appeal, note_decision
from tenuto.rules.moderation import Ground, Kind, Measure, Parties, Side, may_appeal, may_decide, measures_for
from tenuto.tracks.models import Track
from tenuto.tracks.publish import locked, withhold

OF_A_TRACK = (Kind.TRACK.value, Kind.ARTWORK.value, Kind.LYRICS.value)


class NotYours(NotAllowed):
    advice = _(
        "You have a part in this, or decided what is appealed, and somebody else is there for it. Leave it to them."
    )
    code = "not_yours_to_decide"


class NoGround(BadRequest):
    advice = _("A measure rests on the law or on the terms: say on which, and on which clause.")
    status = 422
    code = "no_ground"


class NoSuchMeasure(BadRequest):
    advice = _("This cannot be done about it. Choose another measure.")
    status = 422
    code = "no_such_measure"


class DecidedAlready(BadRequest):
    advice = _("This was decided meanwhile. Look at it again.")
    status = 409
    code = "decided_already"


class TooLate(BadRequest):
    advice = _("An appeal is open for six months, and once. This decision stands.")
    status = 409
    code = "appeal_over"


# ——— deciding ———


def open_reports() -> QuerySet[Report]:
    """What waits, the oldest first."""
    return Report.objects.filter(decision=None).select_related("account", "reporter").order_by("at", "pk")


def open_appeals() -> QuerySet[Appeal]:
    """Appeals that wait, the oldest first."""
    waiting = Appeal.objects.filter(outcome=None).order_by("at", "pk")
    return waiting.select_related("decision__account", "decision__by", "report__reporter")


def decide(
    report: Report, measure: Measure, facts: str, ground: str, clause: str, *, by: Account, at: datetime
) -> Decision:
    """Decide about a report, and about every other open one on the same thing.

    Raises:
        NotYours, NoSuchMeasure, NoGround: see there
        DecidedAlready: by somebody else, meanwhile
    """
    with transaction.atomic():
        together = list(
            Report.objects.select_for_update(of=("self",)).filter(kind=report.kind, about=report.about, decision=None)
        )
        if report not in together:
            raise DecidedAlready(report.key)
        parties = Parties(report.account_id, frozenset(one.reporter_id for one in together if one.reporter_id))
        _check(by, parties, Kind(report.kind), measure, ground, clause)
        decision = _write(report, measure, facts, ground, clause, by, at)
        Report.objects.filter(pk__in=[one.pk for one in together]).update(decision=decision)
        note_decision(decision, changed=False)
        _act_on(decision, at)
        for one in together:
            send_letter("answered", one.pk)
        if measure is not Measure.NOTHING:
            send_letter("decided", decision.pk)
    return decision


def review(
    appeal: Appeal, measure: Measure, facts: str, ground: str, clause: str, *, by: Account, at: datetime
) -> Decision:
    """Decide an appeal: the same measure again, or another one, which takes the place of the first.

    Raises:
        as `decide`
    """
    with transaction.atomic():
        first = Decision.objects.get(pk=Appeal.objects.select_for_update(of=("self",)).get(pk=appeal.pk).decision_id)
        if Decision.objects.filter(appeal=appeal).exists():
            raise DecidedAlready(appeal.key)
        _check(by, parties_of(appeal), Kind(first.kind), measure, ground, clause)
        decision = _write(first, measure, facts, ground, clause, by, at, appeal)
        note_decision(decision, changed=decision.measure != first.measure)
        _act_on(decision, at)
        send_letter("decided", decision.pk)
        for report in root_of(first).reports.all():
            send_letter("reviewed", report.pk)
    return decision


def parties_of(appeal: Appeal) -> Parties:
    """Who has to do with an appeal."""
    first = appeal.decision
    reporters = root_of(first).reports.filter(reporter__isnull=False).values_list("reporter_id", flat=True)
    return Parties(first.account_id, frozenset(one for one in reporters if one), first.by_id)


def may_be_decided_by(account: Account, parties: Parties) -> bool:
    """Is it theirs to decide? Asks who else of the staff is there."""
    involved = {account.pk, parties.affected, parties.decided_first, *parties.reporters}
    others = Account.objects.filter(is_staff=True, is_active=True).exclude(pk__in=[one for one in involved if one])
    return may_decide(account.pk, parties, others=others.exists())


def _check(by: Account, parties: Parties, kind: Kind, measure: Measure, ground: str, clause: str) -> None:
    if not by.is_staff:
        raise NotFound(f"account {by.pk} is no staff")
    if not may_be_decided_by(by, parties):
        raise NotYours(f"account {by.pk}")
    if measure not in measures_for(kind):
        raise NoSuchMeasure(f"{measure} of a {kind}")
    if measure is not Measure.NOTHING and (ground not in set(Ground) or not clause):
        raise NoGround(measure)


def _write(
    about: About,
    measure: Measure,
    facts: str,
    ground: str,
    clause: str,
    by: Account,
    at: datetime,
    appeal: Appeal | None = None,
) -> Decision:
    rests = measure is not Measure.NOTHING
    return Decision.objects.create(
        kind=about.kind,
        about=about.about,
        account=about.account,
        title=about.title,
        address=about.address,
        measure=measure.value,
        facts=facts,
        ground=ground if rests else "",
        clause=clause if rests else "",
        by=by,
        at=at,
        appeal=appeal,
    )


# ——— what is done ———


def _act_on(decision: Decision, at: datetime) -> None:
    """Bring things to where the standing decisions want them: also back, where a measure ended."""
    standing = Decision.standing()
    if decision.kind in OF_A_TRACK:
        track = Track.objects.filter(pk=decision.about).first()
        if track is not None:
            locked(track)  # before it is asked what is wanted: another decision may be on its way
            wanted = standing.filter(kind__in=OF_A_TRACK, about=track.pk, measure=Measure.WITHHOLD_TRACK)
            withhold(track, at, withheld=wanted.exists())
    elif decision.kind == Kind.COMMENT:
        withheld = decision.measure == Measure.WITHHOLD_COMMENT
        Comment.objects.filter(pk=decision.about).update(withheld=withheld)
    if decision.account is not None:
        wanted = standing.filter(account=decision.account, measure=Measure.SUSPEND)
        ended = Decision.objects.filter(account=decision.account, measure=Measure.SUSPEND)
        # An account that no decision ever closed is none of ours to open.
        if ended.exists():
            suspend(decision.account, suspended=wanted.exists())
            refresh_account(decision.account.pk, at)


# ——— appealing ———


def appeal(decision: Decision, words: str, at: datetime, report: Report | None = None) -> Appeal:
    """Have a human being look at a decision again. Saying it twice says it once.

    Args:
        report: whoever appeals reported it; None: it is about whoever appeals

    Raises:
        TooLate: after six months, or where an appeal was decided already
    """
    side = Side.AFFECTED if report is None else Side.REPORTER
    if not open_to_appeal(decision, at, side):
        raise TooLate(decision.key)
    with transaction.atomic():
        made, new = Appeal.objects.get_or_create(
            decision=decision, report=report, defaults={"side": side.value, "words": words, "at": at}
        )
        if new:
            note_appeal(made)
            send_letter("appealed", made.pk)
    return made


def open_to_appeal(decision: Decision, at: datetime, side: Side) -> bool:
    """Is there an appeal against it? What was decided on appeal is decided; save for whoever it is about, where it was
    the other side that appealed: to them it is the first decision.
    """
    if decision.appeal is not None and not (side is Side.AFFECTED and decision.appeal.side == Side.REPORTER):
        return False
    return may_appeal(decision.at, at)


def root_of(decision: Decision) -> Decision:
    """The decision that reports were answered by; it, or one that was appealed."""
    return decision if decision.appeal is None else root_of(decision.appeal.decision)


def later_than(decision: Decision) -> list[Decision]:
    """What was decided on appeal against it, and on appeal against that, in order."""
    outcomes = Decision.objects.filter(appeal__decision=decision).order_by("pk")
    return [one for outcome in outcomes for one in (outcome, *later_than(outcome))]
