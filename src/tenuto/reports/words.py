"""What the terms of rules.moderation are called."""

from django.utils.translation import gettext_lazy as _

from tenuto.rules.moderation import Ground, Kind, Measure, Reason, Side

KINDS = {
    Kind.TRACK: _("Track"),
    Kind.ARTWORK: _("Artwork"),
    Kind.LYRICS: _("Lyrics"),
    Kind.COMMENT: _("Comment"),
    Kind.PERSON: _("Person"),
    Kind.PLAYLIST: _("Playlist"),
    Kind.ALBUM: _("Album"),
    Kind.COLLECTIVE: _("Collective"),
}
REASONS = {
    Reason.ILLEGAL: _("It is against the law"),
    Reason.RIGHTS: _("It uses my work, name or likeness, or somebody else’s"),
    Reason.AI_USE: _("AI was used on somebody’s work, voice or face without their consent"),
    Reason.HATE: _("Hatred against people for what they are"),
    Reason.HARASSMENT: _("Threats or harassment"),
    Reason.SEXUAL: _("Sexual content that does not belong here"),
    Reason.CHILDREN: _("A child is in danger"),
    Reason.PRIVACY: _("It tells something private about somebody"),
    Reason.SPAM: _("Spam, or plays that are bought"),
    Reason.MISLEADING: _("It pretends to be somebody else, or its credits are wrong"),
    Reason.OTHER: _("Something else"),
}
MEASURES = {
    Measure.NOTHING: _("Nothing is done"),
    Measure.WARN: _("A warning; everything stays"),
    Measure.WITHHOLD_COMMENT: _("The comment is withheld: only its author reads it"),
    Measure.WITHHOLD_TRACK: _("The track is withheld: only its artist sees and hears it"),
    Measure.SUSPEND: _("The account is suspended: nobody can sign in to it or see anything of it"),
}
GROUNDS = {Ground.LAW: _("The law"), Ground.TERMS: _("The terms of use")}
SIDES = {Side.REPORTER: _("whoever reported it"), Side.AFFECTED: _("whoever it is about")}
