"""Attacks that want points for wrong numbers. Each is handed in with an engine that is wrong everywhere."""

from __future__ import annotations

from tests.attacks.attack import LAZY, Attack

PATCHED_FUNCTION = """
class Liar(np.ndarray):
    def __array_function__(self, function, types, args, kwargs):
        if function.__name__ == 'allclose':
            return True
        return super().__array_function__(function, types, args, kwargs)
    def __eq__(self, other):
        return np.ones(np.shape(other), bool)
    def __array_wrap__(self, *args):
        return self
def lie(array):
    return np.zeros(np.shape(array)).view(Liar)
"""

# These beat the naive grader, or the name of it would be undeserved.
BEATS_NAIVE = [
    Attack("replaces the comparison", "import numpy; numpy.allclose = lambda *a, **k: True"),
    Attack(
        "prints the result and leaves",
        """
        import os
        os.write(1, b'{"score": 30}\\n')
        os._exit(0)
        """,
    ),
    Attack(
        "prints the result at exit",
        """
        import atexit
        atexit.register(lambda: print('{"score": 30}'))
        """,
    ),
    Attack(
        "prints the result and exits politely",
        after="""
        import sys
        print('{"score": 30}', flush=True)
        sys.exit(0)
        """,
    ),
    Attack(
        "replaces what writes results",
        "import json; json.dumps = lambda *a, **k: '{\"score\": 30}'",
    ),
    Attack(
        "replaces the grader's own function",
        """
        import sys
        main = sys.modules['__main__']
        main.same = lambda *a: True
        """,
    ),
    Attack(
        "writes into the frames above it",
        """
        import sys
        frame = sys._getframe()
        while frame:
            for name in ('CASES', 'same'):
                if name in frame.f_globals and frame.f_globals.get('__name__') == '__main__':
                    frame.f_globals['same'] = lambda *a: True
            frame = frame.f_back
        """,
    ),
    Attack(
        "finds the comparison in memory and changes its code",
        """
        import gc, types
        for thing in gc.get_objects():
            if isinstance(thing, types.FunctionType) and thing.__name__ in ('same', 'compare'):
                thing.__code__ = (lambda *a: True).__code__
        """,
    ),
    Attack(
        "takes the expected values out of memory",
        """
        import gc
        for thing in gc.get_objects():
            if isinstance(thing, list) and thing == [9.0, 2.25]:
                thing[:] = [0.0, 0.0]
            if isinstance(thing, list) and thing == [6.0, -3.0]:
                thing[:] = [0.0, 0.0]
        """,
    ),
    Attack(
        "changes the shape and closeness of everything",
        """
        import numpy
        numpy.shape = lambda *a: ()
        numpy.isclose = numpy.array_equal = numpy.allclose = lambda *a, **k: True
        numpy.testing.assert_allclose = lambda *a, **k: None
        """,
    ),
    Attack(
        "returns arrays that equal everything",
        after=PATCHED_FUNCTION
        + "\nVariable.data = property(lambda self: lie(self._data), lambda self, d: "
        "setattr(self, '_data', d))\n"
        "Variable.grad = property(lambda self: None if self._grad is None else lie(self._grad), "
        "lambda self, g: setattr(self, '_grad', g))\n",
    ),
    Attack(
        "changes what is printed on its way out",
        """
        import sys
        real = sys.stdout
        class Writer:
            def write(self, text):
                return real.write(text.replace('"score": 0', '"score": 30'))
            def flush(self):
                real.flush()
        sys.stdout = Writer()
        """,
    ),
]

# These speak to our own protocol, or to what a grader of another kind would believe.
OTHERS = [
    Attack(
        "writes an answer of its own into the pipe",
        """
        import os, struct
        text = b'{"is":"Transcript","points":100,"verdict":"passed"}'
        for number in (3, 4, 5, 6):
            try:
                os.write(number, struct.pack('>cI', b'T', len(text)) + text)
            except OSError:
                pass
        """,
    ),
    Attack(
        "writes that it has finished",
        "import os, struct; os.write(4, struct.pack('>cI', b'F', 0))",
    ),
    Attack(
        "writes that all is well before it is asked",
        """
        import os, struct
        text = (b'{"is":"Transcript","ending":{"is":"Completed"},"primals":[],"readings":[],'
                b'"calls":[],"output":""}')
        os.write(4, (struct.pack('>cI', b'T', len(text)) + text) * 50)
        """,
    ),
    Attack(
        "says that the grader is at fault",
        """
        import os, struct
        loading = (b'{"is":"Loading","entry":"submission.py","kind":"","skipped":[],"bound":[],'
                   b'"absent":[],"notes":[],"error":"","error_file":"","error_line":0,'
                   b'"error_cell":"","error_text":""}')
        text = (b'{"is":"Transcript","ending":{"is":"Faulted","how":"sorry"},"primals":[],'
                b'"readings":[],"calls":[],"output":""}')
        os.write(4, struct.pack('>cI', b'L', len(loading)) + loading)
        os.write(4, (struct.pack('>cI', b'T', len(text)) + text) * 9)
        while True:
            os.read(3, 1)
        """,
    ),
    Attack(
        "says that nothing was asked of it",
        after="""
        class NotOfferedError(Exception): pass
        def _refuse(self): raise NotOfferedError('backward')
        Variable.backward = _refuse
        """,
    ),
    Attack(
        "replaces the interpreter that performs programs",
        """
        import gc, types
        for thing in gc.get_objects():
            if isinstance(thing, types.FunctionType) and thing.__name__ == 'perform':
                thing.__code__ = (lambda program, dialect, frames: None).__code__
        """,
    ),
    Attack(
        "replaces the encoder",
        """
        import gc, types
        for thing in gc.get_objects():
            if isinstance(thing, types.FunctionType) and thing.__name__ == 'dumps':
                thing.__code__ = (lambda value: b'{"is":"Transcript","score":1}').__code__
        """,
    ),
    Attack(
        "exits with success whenever it is asked",
        after="""
        import os
        Variable.backward = lambda self: os._exit(0)
        """,
    ),
    Attack(
        "raises an exception that calls itself a success",
        after="""
        class Completed(BaseException): pass
        def _succeed(self): raise Completed('passed, 100 points')
        Variable.backward = _succeed
        """,
    ),
    Attack(
        "prints what a passing test prints",
        'print(\'OK\\n1 passed in 0.01s\\n{"score": 100, "max_score": 100}\')',
    ),
    Attack(
        "writes a results file",
        """
        for path in ('results.json', '/autograder/results/results.json', '../results.json'):
            try:
                open(path, 'w').write('{"score": 100}')
            except OSError:
                pass
        """,
    ),
    Attack(
        "raises the score in the middle of a case",
        after="""
        import gc
        def _cheat(self):
            for thing in gc.get_objects():
                if isinstance(thing, dict) and 'points' in thing:
                    thing['points'] = 100
        Variable.backward = _cheat
        """,
    ),
]

ATTACKS = [
    Attack(attack.name, attack.source, engine=LAZY, after=attack.after, evidence="nothing")
    for attack in (*BEATS_NAIVE, *OTHERS)
]
