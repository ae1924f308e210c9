"""Casefile decides on a resident's case: its parts, who is responsible for each, how help scales up and down
and is handed over warmly, when it closes, and the pilot light afterwards. It keeps the coordinator's list.
"""
