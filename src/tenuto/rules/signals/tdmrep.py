"""TDMRep: one bit, `tdm-reservation`, and the address of a policy that says whom to ask.

In headers, in a page's meta elements, and for the whole site in /.well-known/tdmrep.json. What is nearer the work wins:
the file gives way to the header, the header to the page. In the file the first rule that matches wins.
"""

from collections.abc import Iterable

from tenuto.rules.signals.forms import TDMREP as FORM
from tenuto.rules.usage_policies import Answers

__all__ = ["FORM", "fields", "policy", "reservation", "rules"]


def reservation(answers: Answers) -> int:
    """1: the right to mine is reserved; 0: mine without asking, for anything that mining may be for."""
    return 0 if answers.may_mine_for_anything else 1


def fields(answers: Answers, policy_address: str) -> list[tuple[str, str]]:
    """The two fields, by the same names in headers and in meta elements."""
    return [("tdm-reservation", str(reservation(answers))), ("tdm-policy", policy_address)]


def rules(said: Iterable[tuple[str, Answers, str]]) -> list[dict[str, object]]:
    """The file for a site: places with their answers and policies, from the most special to the most general."""
    return [
        {"location": place, "tdm-reservation": reservation(answers), "tdm-policy": address}
        for place, answers, address in said
    ]


def policy(answers: Answers, address: str, target: str, holder: str, contact: str) -> dict[str, object]:
    """The policy at `address` about what is below `target`: ODRL 2.2 in TDMRep's profile, as JSON-LD.

    The profile knows permissions and no prohibitions; one with the duty to obtain consent is its way to say no.
    """
    permission: dict[str, object] = {"target": target, "action": "tdm:mine"}
    if reservation(answers):
        permission["duty"] = [{"action": "obtainConsent"}]
    way = "vcard:hasEmail" if contact.startswith("mailto:") else "vcard:hasURL"
    return {
        "@context": ["http://www.w3.org/ns/odrl.jsonld", "http://www.w3.org/ns/tdmrep.jsonld"],
        "@type": "Offer",
        "profile": "http://www.w3.org/ns/tdmrep",
        "uid": address,
        "assigner": {"uid": target, "vcard:fn": holder, way: contact},
        "permission": [permission],
    }
