"""The gate's one handle for AI code: declare a job, and be given a door. Nothing in here reaches a work by itself."""

from tenuto.gate.container import Arrays
from tenuto.gate.door import Door
from tenuto.gate.duties import ai_job
from tenuto.gate.materials import Numbers, Sound, Words
from tenuto.gate.rewriting import Found
from tenuto.rules.cells import Asset, Purpose, Use

__all__ = ["Arrays", "Asset", "Door", "Found", "Numbers", "Purpose", "Sound", "Use", "Words", "ai_job"]
