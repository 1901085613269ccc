"""Text of a submission that wants to be more than text, in every place where text can come from."""

from __future__ import annotations

from tests.attacks.attack import ENGINE

TEXTS = {
    "a script": "<script>alert(1)</script>",
    "the end of a script": "</script><img src=x onerror=alert(1)>",
    "an attribute": '" onmouseover="alert(1)',
    "a template": "{{ 7 * 7 }}{% raw %}",
    "a formula": "=HYPERLINK('http://127.0.0.1','x')",
    "a formula by sign": "+1+cmd|' /C calc'!A0",
    "a terminal command": "\x1b]0;owned\x07\x1b[2J",
    "a carriage return over the verdict": "failed\rpassed",
    "the end of CDATA": "]]><failure/>",
    "a NUL": "a\0b",
    "text that reads backwards": "\u202egnp.exe",
    "zero width": "pass\u200bed",
    "half a character": "\ud800",
    "a workflow command": "::set-output name=score::100",
    "a line that looks like a verdict": "\n\nscore: 100/100\n",
    "a megabyte of text": "x" * 1_000_000,
}

PLACES = {
    "what is printed": "print({text!r})\n" + ENGINE,
    "an exception's message": ENGINE + "\ndef square(x):\n    raise ValueError({text!r})\n",
    "an exception's name": ENGINE + "\nE = type({text!r}.replace(chr(0), ''), (Exception,), {{}})\n"
    "def square(x):\n    raise E('x')\n",
    "a value's text": ENGINE + "\nclass T:\n    def __repr__(self): return {text!r}\n"
    "def square(x):\n    y = Variable(x.data)\n    y.data = T()\n    return y\n",
    "an error while loading": "raise ValueError({text!r})\n",
}


def submission(place: str, text: str) -> bytes:
    return PLACES[place].format(text=text).encode("utf-8", "backslashreplace")
