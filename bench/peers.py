"""Two policy engines that answer the same asks about the same works as we do, each in the way that is quickest for it.

Neither is asked for the ten steps. Each is given what they lead to (which cells are open in which work) and has only
to look that up, with everything parsed beforehand; an engine that had to find it out would be slower.

Those that read have the same outcome in a table of their own, in the same SQLite file, a row for each open cell of
each work. They read, through Python's bare sqlite3 and in one statement, which of the works that are asked about are
open in the cells that are asked for: no engine could do with less.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

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
        works = [entity(number, mask) for number, mask in enumerate(masks)]
        self.policies = cedarpy.PolicySet.from_str(CEDAR_POLICY)
        self.entities = cedarpy.Entities.from_json_str(json.dumps(works))

    def decide(self, work: int, cell: Cell) -> bool:
        return cedarpy.is_authorized(self.request(work, cell), self.policies, self.known(work)).allowed

    def request(self, work: int, cell: Cell) -> dict[str, Any]:
        return {
            "principal": 'Code::"x"',
            "action": 'Action::"use"',
            "resource": f'Work::"{work}"',
            "context": {"cell": str(cell)},
        }

    def known(self, work: int) -> cedarpy.Entities | str:
        return self.entities


class SlimCedar(Cedar):
    """cedarpy, with the policy parsed beforehand and one work handed over with each ask."""

    name = "cedarpy, one work at a time"

    def __init__(self, masks: Sequence[int]) -> None:
        super().__init__([])
        self.works = [json.dumps([entity(number, mask)]) for number, mask in enumerate(masks)]

    def known(self, work: int) -> cedarpy.Entities | str:
        return self.works[work]


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


class Table:
    """Which works are open in which cell, a row each: all that the peers have to read."""

    def __init__(self, database: sqlite3.Connection, masks: Mapping[int, int]) -> None:
        self.database = database
        database.execute("CREATE TABLE peers (cell TEXT, work INTEGER, PRIMARY KEY (cell, work)) WITHOUT ROWID")
        rows = ((name, work) for work, mask in masks.items() for name in names(mask))
        database.executemany("INSERT INTO peers VALUES (?, ?)", rows)
        database.commit()

    def open(self, works: Sequence[int], cells: Sequence[Cell]) -> list[tuple[int, str]]:
        asked = (
            "SELECT work, cell FROM peers WHERE cell IN (SELECT value FROM json_each(?)) "
            "AND work IN (SELECT value FROM json_each(?))"
        )
        return self.database.execute(asked, [json.dumps([str(cell) for cell in cells]), json.dumps(works)]).fetchall()


class CedarThatReads(Cedar):
    """cedarpy, given entities that bear of the asked cells those that are open, and all requests in one call."""

    def __init__(self, table: Table) -> None:
        super().__init__([])
        self.table = table

    def decide_all(self, works: Sequence[int], cells: Sequence[Cell]) -> list[bool]:
        borne: dict[int, list[str]] = {work: [] for work in works}
        for work, name in self.table.open(works, cells):
            borne[work].append(f'"{name}"')
        # Put together by hand, which is quicker than json.dumps.
        uids = [(f'"uid":{{"type":"Work","id":"{work}"}}', ",".join(names)) for work, names in borne.items()]
        entities = ",".join(f'{{{uid},"attrs":{{"open":[{names}]}},"parents":[]}}' for uid, names in uids)
        known = cedarpy.Entities.from_json_str(f"[{entities}]")
        requests = [self.request(work, cell) for work in works for cell in cells]
        return [found.allowed for found in cedarpy.is_authorized_batch(requests, self.policies, known)]


class CasbinThatReads(Casbin):
    """pycasbin with a filtered policy: of all rows, those of the asked works in the asked cells."""

    def __init__(self, table: Table) -> None:
        super().__init__([])
        self.table = table

    def decide_all(self, works: Sequence[int], cells: Sequence[Cell]) -> list[bool]:
        self.enforcer.model.clear_policy()
        policy = self.enforcer.model.model["p"]["p"].policy
        for work, name in self.table.open(works, cells):
            policy.append([str(work), name])
        return [self.decide(work, cell) for work in works for cell in cells]


def entity(number: int, mask: int) -> dict[str, Any]:
    return {"uid": {"type": "Work", "id": str(number)}, "attrs": {"open": names(mask)}, "parents": []}


def names(mask: int) -> list[str]:
    return [str(cell) for cell in cells_in(mask)]
