"""Matching decides who can be offered to a resident, who was chosen and accepted, and who has a place left.

It knows residents by case id and codes only; what it keeps of supporters is theirs, sealed.
"""
