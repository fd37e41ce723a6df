"""Two policy engines that answer the same asks about the same works as we do, each in the way that is quickest for it.

Neither is asked for the ten steps. Each is given what they lead to (which cells are open in which work) and has only
to look that up, with everything parsed beforehand; an engine that had to find it out would be slower.
"""

import json
from collections.abc import Sequence

import casbin
import cedarpy
from casbin.model import FastModel

from tenuto.rules.cells import Cell, cells_in

CASBIN_MODEL = """
[request_definition]
r = work, cell
[policy_definition]
p = work, cell
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.work == p.work && r.cell == p.cell
"""
CEDAR_POLICY = "permit(principal, action, resource) when { resource.open.contains(context.cell) };"


class Cedar:
    """cedarpy, with the policy and every work parsed beforehand."""

    name = "cedarpy"

    def __init__(self, masks: Sequence[int]) -> None:
        works = [
            {"uid": {"type": "Work", "id": str(number)}, "attrs": {"open": names(mask)}, "parents": []}
            for number, mask in enumerate(masks)
        ]
        self.policies = cedarpy.PolicySet.from_str(CEDAR_POLICY)
        self.entities = cedarpy.Entities.from_json_str(json.dumps(works))

    def decide(self, work: int, cell: Cell) -> bool:
        request = {
            "principal": 'Code::"x"',
            "action": 'Action::"use"',
            "resource": f'Work::"{work}"',
            "context": {"cell": str(cell)},
        }
        return cedarpy.is_authorized(request, self.policies, self.entities).allowed


class SlimCedar(Cedar):
    """cedarpy, with the policy parsed beforehand and one work handed over with each ask."""

    name = "cedarpy, one work at a time"

    def __init__(self, masks: Sequence[int]) -> None:
        super().__init__([])
        self.works = [
            json.dumps([{"uid": {"type": "Work", "id": str(number)}, "attrs": {"open": names(mask)}, "parents": []}])
            for number, mask in enumerate(masks)
        ]

    def decide(self, work: int, cell: Cell) -> bool:
        request = {
            "principal": 'Code::"x"',
            "action": 'Action::"use"',
            "resource": f'Work::"{work}"',
            "context": {"cell": str(cell)},
        }
        return cedarpy.is_authorized(request, self.policies, self.works[work]).allowed


class Casbin:
    """pycasbin's FastEnforcer, a row for each open cell, found by both its keys."""

    name = "pycasbin"

    def __init__(self, masks: Sequence[int]) -> None:
        model = FastModel([0, 1])
        model.load_model_from_text(CASBIN_MODEL)
        self.enforcer = casbin.FastEnforcer(model, cache_key_order=[0, 1])
        policy = self.enforcer.model.model["p"]["p"].policy
        for number, mask in enumerate(masks):
            for name in names(mask):
                policy.append([str(number), name])

    def decide(self, work: int, cell: Cell) -> bool:
        return bool(self.enforcer.enforce(str(work), str(cell)))


def names(mask: int) -> list[str]:
    return [str(cell) for cell in cells_in(mask)]
