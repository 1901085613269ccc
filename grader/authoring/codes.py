"""The stable codes of faults in assignment files, told at length with a wrong and a right example.

`YS0..` the file and its YAML, `YS1..` the graph, `YS2..` keys and their values, `YS3..` what
performing a case showed, `YS4..` what cases and assignments say of each other, `YS5..` inputs,
questions and answers, `YS6..` what the cases can see, `YS7..` whether they are fair, `YS8..` functions that an
assignment brings. A code keeps its meaning
for ever; one that is no longer used stays empty.
"""

from __future__ import annotations

from typing import Final

from grader.authoring.code_text import CodeText
from grader.authoring.codes_of_checks import FAIRNESS, POWER, TRUTH
from grader.authoring.codes_of_functions import FUNCTIONS

_FILE: Final = {
    "YS001": CodeText(
        "The file is not UTF-8",
        "Assignments are read as UTF-8, with or without a byte order mark, on every machine alike. "
        "A file in another encoding would show wrong letters to somebody, so it is refused. Most "
        "editors offer the encoding in their status line or in `Save as`.",
        "title: Rückwärts     # saved as Latin-1",
        "title: Rückwärts     # saved as UTF-8",
    ),
    "YS002": CodeText(
        "This is not YAML",
        "The structure of the file cannot be read from this place on, so that nothing below it was "
        "looked at. A frequent cause is a text that holds a colon and a space, a bracket or a "
        "quotation mark: put it into quotes, or under `|` on lines of its own.",
        "graph: raises(TypeError): Variable(1)",
        "graph: |\n  raises(TypeError): Variable(1)",
    ),
    "YS003": CodeText(
        "A tab indents a line",
        "YAML counts spaces, and editors disagree about how many a tab is worth. Let the editor "
        "insert spaces for files that end in .yaml.",
        "cases:\n\t- case: chain",
        "cases:\n  - case: chain",
    ),
    "YS004": CodeText(
        "A key stands twice",
        "A mapping holds each key once. Most YAML readers would silently take the second value; "
        "here it is an error, because one of the two was written in vain.",
        "points: 2\npoints: 3",
        "points: 3",
    ),
    "YS005": CodeText(
        "The file is too large",
        "A file has at most 1,000,000 bytes and 100,000 values, nested at most 30 deep. An alias "
        "counts as if its value were written out, so that a few lines cannot stand for millions.",
        "x: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
        "x: {normal: [100, 100]}",
    ),
    "YS006": CodeText(
        "An alias without its anchor",
        "`*name` repeats the value that was marked by `&name` further up. It cannot stand before "
        "that value, nor within it.",
        "inputs: *numbers",
        "inputs: &numbers {x: 3}",
    ),
    "YS007": CodeText(
        "A tag",
        "Tags such as `!!float` or `!python/tuple` tell other programs which type to build. Here "
        "the key decides what its value means, so a tag is never needed, and none is obeyed.",
        "points: !!float 2",
        "points: 2",
    ),
    "YS008": CodeText(
        "No document, or several",
        "A file holds one assignment: one mapping with `title:` and `cases:`. A line of three "
        "dashes begins a second document.",
        "title: One\n---\ntitle: Two",
        "title: One",
    ),
    "YS009": CodeText(
        "A key that is no word",
        "Keys are words or texts. A list or a mapping cannot be one.",
        "? [x, y]\n: 3",
        "x: 3\ny: 3",
    ),
    "YS010": CodeText(
        "A character that cannot be seen",
        "Control characters, and separators that some programs take for a line break and others "
        "do not, come in by copying from elsewhere. They would make line numbers wrong and reports "
        "unreadable.",
        'title: "a\\0b"',
        "title: ab",
    ),
    "YS011": CodeText(
        "A number that cannot be held",
        "Numbers are float64 here: whole numbers are exact up to 2**53, and the largest number is "
        "about 1.8e308. A number beyond that would silently become another one.",
        "inputs: {x: 1e999}",
        "inputs: {x: .inf}",
    ),
}

_GRAPH: Final = {
    "YS101": CodeText(
        "The graph is not Python",
        "The text under `graph:` has the form of Python, one statement a line. It is only read, "
        "never executed.",
        "graph: y = add(x, z",
        "graph: y = add(x, z)",
    ),
    "YS102": CodeText(
        "Not part of the graph language",
        "A graph is a straight line of steps: `name = function(...)`, the operators "
        "+ - * / ** @ and unary minus, indices, `y.backward()`, `backward(y, upstream)`, "
        "`x.cleargrad()`, `gx = x.grad`, `d = x.detach()`, `with no_grad():`, `del y`, "
        "`raises(TypeError): ...` and `v = Variable(...)`. There are no loops, conditions, methods "
        "or modules: a student sees the whole computation in the picture.",
        "y = x.sum()",
        "y = sum(x)",
    ),
    "YS103": CodeText(
        "Unknown function",
        "A graph uses the functions of the vocabulary, each under one name. Whether a submission "
        "calls it `mul`, `Mul` or `*` is found out when it is performed.",
        "y = multiply(a, b)",
        "y = mul(a, b)",
    ),
    "YS104": CodeText(
        "Unknown name",
        "A name must have a value before it is used: from `inputs:`, or from a line above. Names "
        "are case-sensitive.",
        "inputs: {x: 2}\ngraph: y = square(X)",
        "inputs: {x: 2}\ngraph: y = square(x)",
    ),
    "YS105": CodeText(
        "A second value for a name",
        "A name stands for one variable, so that the report can say `y` and `y.grad` without "
        "saying which of two. Give each step a name of its own.",
        "y = square(x)\ny = add(y, y)",
        "y = square(x)\nz = add(y, y)",
    ),
    "YS106": CodeText(
        "Wrong number of operands",
        "Each function takes a fixed number of variables or numbers; options follow them.",
        "y = add(x)",
        "y = add(x, x)",
    ),
    "YS107": CodeText(
        "Wrong option",
        "Options are the arguments that are not differentiated: `axis=0`, `keepdims=True`, a shape "
        "in brackets, an index. A function has only the options of the vocabulary, and their "
        "values are written out.",
        "y = reshape(x, 2, 3)",
        "y = reshape(x, (2, 3))",
    ),
    "YS108": CodeText(
        "An input that is not used",
        "An input that the graph does not mention has no gradient and no influence: most often "
        "its name is misspelt in one of the two places.",
        "inputs: {x: 2, z: 3}\ngraph: y = square(x)",
        "inputs: {x: 2}\ngraph: y = square(x)",
    ),
    "YS109": CodeText(
        "Not a name",
        "A name is made of letters, digits and `_`, and is neither a word of Python nor a function "
        "or a word of the graph language. In `{x:2}` the space after the colon is missing, which "
        "makes `x:2` the name.",
        "inputs: {sum: 2}",
        "inputs: {s: 2}",
    ),
    "YS110": CodeText(
        "backward() in a wrong place",
        "`y.backward()` begins with ones; `backward(y, upstream)` with an upstream that is a name, "
        "a number or a list of numbers. `gx = x.grad` takes the gradient as it is then, so a "
        "backward() must stand above it. With `backward: false` the graph has none.",
        "y = square(x)\ngx = x.grad",
        "y = square(x)\ny.backward(create_graph=True)\ngx = x.grad",
    ),
    "YS111": CodeText(
        "A function without an operator",
        "`call: operator` insists that the submission's operators are used, for every function of "
        "the case. Only add, sub, mul, div, neg, pow, matmul and getitem have one.",
        "graph: y = square(x)\ncall: operator",
        "graph: y = x ** 2\ncall: operator",
    ),
    "YS112": CodeText(
        "Wrong number of results",
        "`split` has two results, all other functions have one.",
        "y = split(x)",
        "a, b = split(x)",
    ),
    "YS113": CodeText(
        "No variable goes into a function",
        "A function of numbers alone is not a part of the graph: it has no gradient and nothing "
        "that a submission could get wrong.",
        "y = square(3)",
        "inputs: {x: 3}\ngraph: y = square(x)",
    ),
    "YS114": CodeText(
        "Used after `del`",
        "`del y` lets go of a variable: only `released(y)` can be asked of it afterwards.",
        "del y\nz = square(y)",
        "z = square(y)\ndel y",
    ),
    "YS115": CodeText(
        "The graph is too large",
        "A graph has at most 20,000 letters and 2,000 steps, and expressions are nested at most 50 "
        "brackets or 150 operators deep.",
        "y = x + x + x + ...",
        "a = add(x, x)\ny = add(a, a)",
    ),
    "YS116": CodeText(
        "A literal without a value",
        "Numbers in a graph must have a finite value that a float64 can hold, and the rows of an "
        "array the same length.",
        "y = x ** (1 / 0)",
        "y = x ** (1 / 2)",
    ),
    "YS117": CodeText(
        "A wrong `raises`",
        "`raises(TypeError): step` says that this one step must be refused with this exception (or "
        "a subclass). The exception is one of Python's own; inner calls stand above it under names "
        "of their own, since they are to be accepted.",
        "raises(ValueError): reshape(add(x, x), (7,))",
        "y = add(x, x)\nraises(ValueError): reshape(y, (7,))",
    ),
}

_KEYS: Final = {
    "YS201": CodeText(
        "Unknown key",
        "A key that nobody reads would silently do nothing, so it is an error. `grader schema` "
        "prints a JSON Schema with which an editor completes and explains the keys.",
        "tolerence: 1e-6",
        "tolerance: 1e-6",
    ),
    "YS202": CodeText(
        "A key is missing",
        "An assignment has a `title` and `cases`; a case has `case` (its id), `concept` and "
        "`graph`; a convention under `accept` has `as`, its name.",
        "- case: chain\n  graph: y = square(x)",
        "- case: chain\n  concept: rule\n  graph: y = square(x)",
    ),
    "YS203": CodeText(
        "A value of a wrong kind",
        "Values are not bent into another type. `yes`, `no`, `on` and `off` are plain words here, "
        "as in YAML 1.2; a text that looks like a number needs quotes.",
        "hidden: yes\ntitle: 2024",
        'hidden: true\ntitle: "2024"',
    ),
    "YS204": CodeText(
        "Not one of the choices",
        "This key takes one of a few words, which the message lists.",
        "concept: acumulate",
        "concept: accumulate",
    ),
    "YS205": CodeText(
        "A value out of range",
        "Points are not negative, a time limit is more than 0 and at most 600 seconds, a tolerance "
        "is at least 0 and less than 1, texts and lists that must say something are not empty.",
        "points: -1",
        "points: 1",
    ),
    "YS206": CodeText(
        "Not a case id",
        "An id is typed on command lines (`--case`), so it is made of letters, digits, `-`, `_` "
        "and `.` only. What it is called in a report is its `title`.",
        "- case: both branches",
        "- case: both-branches\n  title: Both branches",
    ),
}

_LINKS: Final = {
    "YS401": CodeText(
        "Two cases with one id",
        "An id names one case, among those of an extended assignment too.",
        "- case: chain\n- case: chain",
        "- case: chain\n- case: chain-of-three",
    ),
    "YS402": CodeText(
        "`needs` a case that is not there",
        "A case that needs another is skipped, not failed, where that one does not pass. The ids "
        "are those of this assignment and of the one that it extends; `id/2` is a variant.",
        "needs: [squareforward]",
        "needs: [square-forward]",
    ),
    "YS403": CodeText(
        "Cases that wait for each other",
        "Each case of such a ring would be skipped for ever.",
        "- case: a\n  needs: b\n- case: b\n  needs: a",
        "- case: a\n- case: b\n  needs: a",
    ),
    "YS404": CodeText(
        "`extends` leads nowhere",
        "The path leads from the folder of this file to the folder of another assignment, in which "
        "an assignment.yaml stands.",
        "extends: backprop",
        "extends: ../backprop",
    ),
    "YS405": CodeText(
        "Assignments that extend each other",
        "The cases of the extended assignment come first, so neither of the two could begin.",
        "extends: .",
        "extends: ../backprop",
    ),
    "YS406": CodeText(
        "`extends` is hard to find",
        "Whether a compiled assignment is still fresh is found out without reading YAML, by the "
        "line that begins with `extends:`. So it stands on one line, from the first column.",
        "extends:\n  ../backprop",
        "extends: ../backprop",
    ),
    "YS407": CodeText(
        "Required twice",
        "Each name that a submission must define is listed once, with all its other names.",
        "requires: [Variable, {Variable: [Tensor]}]",
        "requires: [{Variable: [Tensor]}]",
    ),
}

_ANSWERS: Final = {
    "YS501": CodeText(
        "Not numbers",
        "Inputs, and the answers for values and gradients, are numbers or nested lists of numbers. "
        "`1e-6`, `.5`, `.inf` and `.nan` are numbers; `1_000` and `1,5` are not.",
        "inputs: {x: [1, two]}",
        "inputs: {x: [1, 2]}",
    ),
    "YS502": CodeText(
        "Not a well-formed array",
        "All rows of an array have the same length; it has at most 8 axes and 1,000,000 elements.",
        "inputs: {x: [[1, 2], [3]]}",
        "inputs: {x: [[1, 2], [3, 4]]}",
    ),
    "YS503": CodeText(
        "Neither numbers nor a sample",
        "A mapping as input is a sample (`normal:` or `uniform:` with a shape) or a written value "
        "with its dtype. The same seed draws the same numbers on every machine.",
        "inputs: {x: {random: [2, 3]}}",
        "inputs: {x: {normal: [2, 3], seed: 1}}",
    ),
    "YS504": CodeText(
        "A sample from an empty range",
        "A uniform sample lies between `low` and `high`.",
        "x: {uniform: [3], low: 2, high: 1}",
        "x: {uniform: [3], low: 1, high: 2}",
    ),
    "YS505": CodeText(
        "Numbers that the dtype cannot hold",
        "With a whole-number dtype all values are whole, and small enough for it.",
        "x: {value: 1.5, dtype: int64}",
        "x: {value: 2, dtype: int64}",
    ),
    "YS506": CodeText(
        "Nothing that can be asked for",
        "Of a variable can be asked: `y`, `x.grad`, `y.generation`, `y.creator is None`, "
        "`x.grad is None` and `released(y)`, which is true when a deleted variable is freed "
        "without the garbage collector.",
        "expect: {y.data: 9}",
        "expect: {y: 9}",
    ),
    "YS507": CodeText(
        "The graph has no such name",
        "`check`, `expect` and `accept` speak of inputs and names that the graph gives, those "
        "of nested calls (`y1`, `y2`, ...) too. Of a deleted one only `released(y)` can be asked.",
        "graph: y = square(x)\nexpect: {z: 9}",
        "graph: y = square(x)\nexpect: {y: 9}",
    ),
    "YS508": CodeText(
        "An answer of a wrong kind",
        "A generation is a whole number; `creator is None`, `grad is None` and `released` are true "
        "or false.",
        "expect: {y.creator is None: no}",
        "expect: {y.creator is None: false}",
    ),
    "YS509": CodeText(
        "A convention about something that is not asked",
        "`accept` replaces answers of the case. An answer that is not compared cannot be replaced: "
        "name it under `check:` or `expect:` as well.",
        "check: [y]\naccept: [{as: starts afresh, x.grad: 108}]",
        "check: [y, x.grad]\naccept: [{as: starts afresh, x.grad: 108}]",
    ),
    "YS510": CodeText(
        "An incomplete variant",
        "Every variant gives each input of the graph a value, its own or the one of the case.",
        "graph: y = add(a, b)\nvariants: [{inputs: {a: 1, b: 2}}, {inputs: {a: 3}}]",
        "graph: y = add(a, b)\ninputs: {b: 2}\nvariants: [{inputs: {a: 1}}, {inputs: {a: 3}}]",
    ),
    "YS511": CodeText(
        "A convention without answers",
        "A convention under `accept` has a name (`as`) and the answers in which it differs.",
        "accept: [{as: starts afresh}]",
        "accept: [{as: starts afresh, x.grad: 108}]",
    ),
    "YS512": CodeText(
        "Nothing is asked",
        "Without `check:` a case asks for the value of every output and the gradient of every "
        "input that a function takes. Where all of that is deleted, nothing is left.",
        "graph: |\n  y = square(x)\n  del y",
        "graph: |\n  y = square(x)\n  del y\ncheck: released(y)",
    ),
    "YS513": CodeText(
        "A suite is larger than it may be",
        "Where the submission is a YAML of cases, it has at most 40 cases, 200 functions in all and 100 "
        "elements an input. The mistakes that are to be noticed show in graphs of two or three functions.",
        "x: {normal: [100, 100]}",
        "x: [3, -1.5, 0.7]",
    ),
    "YS514": CodeText(
        "A function that random graphs cannot use",
        "Random graphs are made of element-wise functions, whose operands always fit together. For "
        "sums, products of matrices and changes of shape write cases of your own.",
        "random: {functions: [add, matmul]}",
        "random: {functions: [add, mul]}",
    ),
    "YS515": CodeText(
        "Such random graphs cannot be found",
        "Graphs are drawn until one is as wanted: its size, its sharing, all values moderate, no slope "
        "nearly zero. Where hardly any is, too few are found: a chain of `square` alone shares nothing, "
        "and twenty `exp` after each other are too large for any number.",
        "random: {functions: [square], sharing: [diamond]}",
        "random: {functions: [square, add], sharing: [diamond]}",
    ),
}

CODES: Final[dict[str, CodeText]] = {
    **_FILE,
    **_GRAPH,
    **_KEYS,
    **TRUTH,
    **_LINKS,
    **_ANSWERS,
    **POWER,
    **FAIRNESS,
    **FUNCTIONS,
}
