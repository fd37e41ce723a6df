"""The data-mining property of PLUS, which IPTC took over: in the XMP packet of a picture."""

from tenuto.rules.signals.forms import PLUS as FORM
from tenuto.rules.usage_policies import Answers

__all__ = ["FORM", "data_mining", "packet"]

_VALUES = "http://ns.useplus.org/ldf/vocab/DMI-"
_UNFIT = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;"}


def data_mining(answers: Answers) -> str:
    """The value that says these answers, or the next stricter one."""
    if answers.may_mine_for_anything and answers.search:
        return f"{_VALUES}ALLOWED"
    if answers.mine and answers.may_feed_ai and answers.search:
        return f"{_VALUES}PROHIBITED-GENAIMLTRAINING" if answers.train else f"{_VALUES}PROHIBITED-AIMLTRAINING"
    return f"{_VALUES}PROHIBITED-EXCEPTSEARCHENGINEINDEXING" if answers.search else f"{_VALUES}PROHIBITED"


def packet(answers: Answers, statement: str) -> bytes:
    """The XMP packet. `statement`: the address at which the rest is said."""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" '
        'xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/">'
        f"<plus:DataMining>{data_mining(answers)}</plus:DataMining>"
        f"<xmpRights:WebStatement>{statement.translate(_UNFIT)}</xmpRights:WebStatement>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()
