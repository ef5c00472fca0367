"""Prints, for each text, what the Unicode standard and PRECIS make of it, as JSON, one a line.

The text; its case folding under NFKC (the standard's definition 146, which also ignores width); its
lower case under NFKC; what the username profile of RFC 8265 (case mapped) makes of it, or null; and
why it refuses it.
"""

import itertools
import json
import unicodedata

from precis_i18n import get_profile

PROFILE = get_profile("UsernameCaseMapped")
# Sigmas, dotted and dotless i, sharp s, Cherokee, ligatures, signs that are letters, marks in any
# order, full and half width, joiners, both directions, digits, jamo, kana, tatweel, Thai vowels.
PIECES = [
    *("\u03c3", "\u03c2", "\u03a3", "i", "I", "\u0130", "\u0131", "\u00df", "\u1e9e", "ss"),
    *("\u13a0", "\uab70", "\ufb01", "fi", "\ufb03", "\u212a", "k", "\u212b", "\u00e5", "e"),
    *("\u00e9", "\u0301", "\u0323", "\u0300", "\u0345", "\u0307", "\u03b1", "\uff21", "\uff76"),
    *("\uff9e", "\u30ac", "\u30ab", "\u304b", "\u200c", "\u200d", "\u094d", "\u05d0", "\u0627"),
    *("\u0663", "\u06f3", "3", "\u200e", "\u202e", "\u1100", "\u1161", "\uac00", "\u3131", "\u0640"),
    *("\u0e40", "\u0e01", "\u00b7", "l", "\u0375", "\u05f3", "\u30fb", "-", ".", " ", "\u00ad"),
]


def texts():
    for code in range(0x110000):
        character = chr(code)
        if unicodedata.category(character) not in ("Cn", "Co", "Cs"):
            yield "x" + character + "y"
    for length in (1, 2, 3):
        for pieces in itertools.product(PIECES if length < 3 else PIECES[::3], repeat=length):
            yield "".join(pieces)
            yield "x" + "".join(pieces)


def fold(text):
    folded = unicodedata.normalize("NFD", text).casefold()
    again = unicodedata.normalize("NFKD", folded).casefold()
    return unicodedata.normalize("NFKC", again)


def lower(text):
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())


def judge(text):
    try:
        return PROFILE.enforce(text), None
    except UnicodeEncodeError as error:
        return None, error.reason


print(json.dumps(unicodedata.unidata_version))
for text in dict.fromkeys(texts()):
    print(json.dumps([text, fold(text), lower(text), *judge(text)]))
