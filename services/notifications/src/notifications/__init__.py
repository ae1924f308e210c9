"""Notifications decides when something falls due: a pilot-light check once, and its being missed once.

It keeps the moment and the person responsible; what a check is about and how it went is the case file's.
"""
