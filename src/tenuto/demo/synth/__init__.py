"""Instruments, rooms and a mixing desk as plain functions on arrays. Every random choice comes from a seed."""
