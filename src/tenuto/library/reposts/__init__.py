"""Reposts: passing a track on to those who follow oneself, and the stream of those whom one follows."""
