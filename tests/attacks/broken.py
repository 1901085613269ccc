"""Submissions that break while they are loaded or leave a state behind, by malice or by accident."""

from __future__ import annotations

from tests.attacks.attack import ENGINE, LAZY

# Whatever these do while they are loaded, the grader goes on: an outcome, no fault of ours.
LOADING = {
    "no Python at all": b"\x00\x01\x02\xff" * 1000,
    "nothing": b"",
    "a NUL in the source": b"x = 1\0\n",
    "an unknown encoding": b"# -*- coding: no-such -*-\nx = 1\n",
    "an encoding that executes": b"# -*- coding: rot13 -*-\nvzcbeg bf\n",
    "utf-16 without a mark": ENGINE.encode("utf-16-le"),
    "brackets nested too deeply": b"x = " + b"(" * 5000 + b")" * 5000,
    "an expression too long for the parser": b"x = " + b"-" * 100_000 + b"1",
    "a million lines": b"x = 1\n" * 300_000,
    "a constant that takes all memory": b"x = 'a' * (1 << 40)\n",
    "a power that never ends": b"x = 9 ** 9 ** 9 ** 9\n",
    "an import of itself": b"import submission\nfrom submission import *\n" + ENGINE.encode(),
    "endless recursion": b"def f(): f()\nf()\n" + ENGINE.encode(),
    "a crash of the interpreter": b"import ctypes\nctypes.string_at(0)\n",
    "an abort": b"import os\nos.abort()\n",
    "an exit": b"import os\nos._exit(0)\n",
    "an exit by exception": b"raise SystemExit(0)\n",
    "an interrupt": b"raise KeyboardInterrupt\n",
    "a generator's exit": b"raise GeneratorExit\n",
    "an exception that cannot be printed": b"class E(Exception):\n  def __str__(self): raise self\n"
    b"raise E\n",
    "an exception with a text of a hundred megabytes": b"raise ValueError('x' * 10**8)\n",
    "closed descriptors": b"import os\nos.closerange(0, 100)\n" + ENGINE.encode(),
    "garbage on every descriptor": b"import os\nfor n in range(3, 20):\n  try: os.write(n, b'\\xff' * 99)\n"
    b"  except OSError: pass\n" + ENGINE.encode(),
    "a frame of four gigabytes": b"import os\nos.write(4, b'L\\xff\\xff\\xff\\xff')\n",
    "tells where it is ten thousand times": b"import os\n"
    b"for _ in range(100): os.write(4, b'W\\0\\0\\0\\0' * 10_000)\nos._exit(0)\n",
    "half a frame": b"import os\nos.write(4, b'L\\0\\0\\1\\0{')\nos._exit(0)\n",
    "an answer nested a million deep": b"import os, struct\nt = b'[' * 10**6\n"
    b"os.write(4, struct.pack('>cI', b'L', len(t)) + t)\n",
    "an answer of three million numbers": b"import os, struct\nt = b'[' + b'0,' * 10**6 + b'0]'\n"
    b"t = struct.pack('>cI', b'L', len(t)) + t\nwhile t: t = t[os.write(4, t):]\n",
    "an answer that is no text": b"import os, struct\nt = bytes(range(256))\n"
    b"os.write(4, struct.pack('>cI', b'L', len(t)) + t)\n",
    "a replaced standard output": b"import sys\nsys.stdout = None\nsys.stderr = 3\n"
    + ENGINE.encode(),
    "a removed built-in": b"import builtins\ndel builtins.len, builtins.isinstance\n",
    "replaced built-ins": b"import builtins\nbuiltins.isinstance = lambda *a: True\n"
    + ENGINE.encode(),
    "removed modules": b"import sys\nsys.modules.clear()\n" + ENGINE.encode(),
    "a trace function that raises": b"import sys\ndef t(*a): raise ValueError\nsys.settrace(t)\n"
    + ENGINE.encode(),
    "a class without a constructor": b"class Variable:\n  def __new__(cls, *a): return 3\n",
    "a metaclass that lies": b"class M(type):\n  def __instancecheck__(c, o): return True\n"
    b"class Variable(metaclass=M):\n  pass\n",
}

# The same engine twice: what one case leaves behind never costs or earns a point in another.
STATE_THAT_COSTS = {
    "a counter that fails the second case": "_calls = 0\n_right = square\ndef square(x):\n"
    "    global _calls\n    _calls += 1\n    if _calls > 1 and _calls % 2 == 0:\n"
    "        pass\n    return _right(x)\n",
    "a list of nodes that is never emptied": "_tape = []\n_right = square\ndef square(x):\n"
    "    _tape.append(x)\n    return _right(x)\n",
    "numpy told to raise": "np.seterr(all='raise')\n",
    "numpy's printing changed": "np.set_printoptions(precision=1)\n",
    "a lower recursion limit": "import sys\nsys.setrecursionlimit(120)\n",
    "warnings as errors": "import warnings\nwarnings.simplefilter('error')\n",
    "no collector": "import gc\ngc.disable()\n",
    "another working folder": "import os\nos.chdir('/')\n",
    "a crash in the first case only": "import os\n_first = [True]\n_right = add\ndef add(a, b):\n"
    "    if _first and square_was_used:\n        os._exit(3)\n    return _right(a, b)\n"
    "square_was_used = False\n_sq = square\ndef square(x):\n    global square_was_used\n"
    "    square_was_used = 'add' in globals() and square_was_used\n    return _sq(x)\n",
}

STATE_THAT_WOULD_EARN = {
    "answers remembered from an earlier case": LAZY + "_memory = {}\n_wrong = square\n"
    "def square(x):\n    y = _wrong(x)\n    y.data = _memory.setdefault('y', y.data)\n    return y\n",
    "a backward that is right from the second time on": ENGINE + "_right = Variable.backward\n"
    "_calls = []\ndef _warm(self):\n    _calls.append(self)\n    if len(_calls) == 1:\n"
    "        self.grad = np.zeros_like(self.data)\n    _right(self)\nVariable.backward = _warm\n",
    "a leaf shared by all cases": LAZY + "_leaf = Variable(np.array([3.0, -1.5]))\n"
    "_leaf.grad = np.array([6.0, -3.0])\n",
}
