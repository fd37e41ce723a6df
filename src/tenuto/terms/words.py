"""What people call assets, purposes and uses."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenuto.rules.cells import Asset, Purpose, Use

ASSETS: dict[Asset, Promise] = {
    Asset.RECORDING: _("Recording"),
    Asset.COMPOSITION: _("Composition"),
    Asset.LYRICS: _("Lyrics"),
    Asset.ARTWORK: _("Artwork"),
    Asset.LOGO: _("Logo"),
    Asset.IMAGE: _("Picture"),
    Asset.METADATA: _("Metadata"),
    Asset.LISTENING: _("Listening"),
}
PURPOSES: dict[Purpose, Promise] = {
    Purpose.RECOMMENDATION: _("Recommendation"),
    Purpose.ORGANISATION: _("Organisation"),
    Purpose.FRAUD: _("Fraud detection"),
    Purpose.IDENTIFICATION: _("Identification"),
    Purpose.GENERATIVE: _("Generative models"),
    Purpose.THIRD_PARTY: _("Third parties"),
}
USES: dict[Use, Promise] = {
    Use.INPUT: _("Serve as input"),
    Use.INFORM: _("Inform"),
    Use.TRAIN: _("Train"),
    Use.DEVELOP: _("Develop"),
}
