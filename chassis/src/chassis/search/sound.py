"""How a name sounds in Dutch, as a short code: names that are easily taken for each other get the same one.

No maintained library has a code for Dutch (those on the index are for English or German, and their rules for
ch, g, v, w, ij and sch go wrong here), so this is a small one of our own. It works on words as
``chassis.search.spelling`` gives them, where ij is y already:

1. Letters that sound alike become one: ch, gh and g; c, k, ck and q; ph, f and v; s, z, sj, sh and a c
   before e, i or y (but not in Cees); dt, th and t, and a d at the end; b at the end and p; x as ks; sch at
   the end as s.
2. A Dutch -en at the end loses its n, so that Jansen sounds as Janse, and -s after it as nothing.
3. Double letters count once; a y before a vowel at the start is a j.
4. A vowel at the start becomes *a*; every other vowel and y, a j between vowels and an h inside are dropped.
   At most six letters are kept.

It finds too much rather than too little: who searches sees names and chooses. Words in other scripts have no
code.
"""

from __future__ import annotations

import re

__all__ = ["sound_of"]

LONGEST = 6
_STEPS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"sch(e|en)?$", r"s"),
        (r"sch", "sg"),
        (r"(sj|sh|tsj)", "s"),
        (r"(ch|gh)", "g"),
        (r"ph", "f"),
        (r"(dt|th)", "t"),
        (r"(ck|qu|q)", "k"),
        (r"^cee", "kee"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"x", "ks"),
        (r"v", "f"),
        (r"z", "s"),
        (r"(.)\1+", r"\1"),
        (r"(?<=..)(en|e)s?$", "e"),
        (r"d$", "t"),
        (r"b$", "p"),
        (r"(?<=[a-z])h", ""),
        (r"^y(?=[aeou])", "j"),
        (r"^[aeiouy]+", "A"),
        (r"(?<=[aeiouy])j(?=[aeiouy])", ""),
        (r"[aeiouy]", ""),
    )
)


def sound_of(word: str) -> str | None:
    """The code of one word; None when it says too little: too short, or not in Latin letters."""
    if len(word) < 3 or not (word.isascii() and word.isalpha()):
        return None
    code = word
    for pattern, by in _STEPS:
        code = pattern.sub(by, code)
    return code[:LONGEST].lower() if len(code) >= 2 else None
