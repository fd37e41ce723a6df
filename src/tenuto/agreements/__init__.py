"""Contracts of rights holders, objections of those who made a work with somebody, and disputes over whose it is."""
