"""Tempo, key, timbre and tags: each recording described, placed among others, and given suggested tags.

describe   listens to a recording once and writes down what was heard      input
shelve     puts it where it can be found by tempo, key and sound           inform
learn      fits a model of tags to what artists wrote of their own         train
suggest    names tags that a recording might deserve                       inform

Each is a job of its own, asked for and recorded by itself. Nothing is pre-trained.
"""
