"""The codes of what `grader check` finds by performing cases, told at length.

`YS30.` truth, `YS60.` power, `YS61.` inputs that hide mistakes, `YS70.` fairness.
"""

from __future__ import annotations

from typing import Final

from grader.authoring.code_text import CodeText

TRUTH: Final = {
    "YS301": CodeText(
        "The reference cannot perform the case",
        "A case is performed on the reference before it grades anybody. An exception there is most "
        "often a shape that does not fit.",
        "inputs: {x: [1, 2, 3]}\ngraph: y = reshape(x, (2, 2))",
        "inputs: {x: [1, 2, 3, 4]}\ngraph: y = reshape(x, (2, 2))",
    ),
    "YS302": CodeText(
        "The reference has no answer",
        "The case asks for something that the reference does not offer.",
        "check: [y.creator is None]   # in a dialect without creators",
        "check: [y]",
    ),
    "YS303": CodeText(
        "`expect` and the reference disagree",
        "Answers that a person wrote down are compared with the reference, and students with the "
        "reference alone. One of the two is wrong: work it out by hand.",
        "inputs: {x: 3}\ngraph: y = square(x)\nexpect: {x.grad: 9}",
        "inputs: {x: 3}\ngraph: y = square(x)\nexpect: {x.grad: 6}",
    ),
    "YS304": CodeText(
        "Finite differences and the reference disagree",
        "The slope that is measured by moving an input a little needs no derivative rule. Where it "
        "differs from the reference, the input may sit where the function changes too fast, or "
        "the rule may be wrong.",
        "inputs: {x: 1e-9}\ngraph: y = log(x)",
        "inputs: {x: 0.7}\ngraph: y = log(x)",
    ),
    "YS305": CodeText(
        "The complex step and the reference disagree",
        "Where a program is made of analytic functions, an input that is moved by an imaginary 1e-30 moves "
        "the output by its slope times that, with nothing subtracted and so nothing lost. This opinion is "
        "right to the last digits; where the reference differs, many digits cancel in the case, or "
        "something is wrong on this machine.",
        "inputs: {a: 1e12, b: -999999999999.9}\ngraph: y = square(a + b)",
        "inputs: {a: 3, b: -1.5}\ngraph: y = square(a + b)",
    ),
    "YS306": CodeText(
        "A case asks for the slope at a kink",
        "`relu` and `abs` bend at 0, `maximum` where its operands are equal, `max` where elements tie. The "
        "slope there is a matter of agreement: the reference takes 0, or shares equally, and courses "
        "differ. Finite differences see both sides and cannot judge.",
        "inputs: {x: 0}\ngraph: y = relu(x)",
        "inputs: {x: 0}\ngraph: y = relu(x)\naccept:\n  - {as: the slope at 0 is 1, x.grad: 1}",
    ),
    "YS307": CodeText(
        "A sum in which nearly all digits cancel",
        "Where two large numbers cancel, the digits that are left are mostly rounding, and two right "
        "submissions may round differently. A wrong verdict would not be the student's fault.",
        "inputs: {a: 1e12, b: -999999999999.9}\ngraph: y = a + b",
        "inputs: {a: 3, b: -1.5}\ngraph: y = a + b",
    ),
}

POWER: Final = {
    "YS601": CodeText(
        "No case notices a misconception",
        "The reference was performed with this known mistake built in, and every case passed: a student who "
        "makes it gets full points. It counts because the assignment teaches its concept and a small graph "
        "of the assignment's own functions shows it; `grader check` prints the smallest, and `--fix` adds it.",
        "inputs: {x: 3}\ngraph: y = x * x      # the factors may be swapped",
        "inputs: {x: 3, w: 5}\ngraph: y = x * w",
    ),
    "YS602": CodeText(
        "A case shows another concept than it claims",
        "A submission's profile says which concepts it masters, by the `concept:` of the cases it passes. "
        "This case notices known mistakes, but none that is about its own concept.",
        "concept: order\ngraph: y = x + x",
        "concept: accumulate\ngraph: y = x + x",
    ),
    "YS603": CodeText(
        "A case notices nothing that is known",
        "With every known mistake built in, the case passes. It may show something that is not in the "
        "catalogue; often its inputs or its graph hide what it is meant to show.",
        "concept: accumulate\ninputs: {x: 3, w: 5}\ngraph: y = x + w\nbackward: false",
        "concept: accumulate\ninputs: {x: 3}\ngraph: y = x + x",
    ),
    "YS604": CodeText(
        "Misconceptions that no case tells apart",
        "They give the same wrong answers to every case, so that a diagnosis has to name them all. Where "
        "contributions of different size meet, the last, the first, the mean and the sum are four numbers.",
        "graph: y = add(square(a), square(a))   # 32 and 32",
        "graph: y = add(square(a), a)           # 32 and 4",
    ),
    "YS611": CodeText(
        "An input of 0 hides mistakes",
        "A product with 0 is 0 whatever the rule says. The case was put once more with better numbers, and "
        "then noticed the misconceptions that are named.",
        "inputs: {x: 0, w: 5}\ngraph: y = x * w",
        "inputs: {x: 3, w: 5}\ngraph: y = x * w",
    ),
    "YS612": CodeText(
        "An input of 1 hides mistakes",
        "At 1, x, x**2 and 1/x are one number, and so are a rule and the same rule off by one. The case was "
        "put once more with better numbers, and then noticed the misconceptions that are named.",
        "inputs: {x: 1}\ngraph: y = x ** 3",
        "inputs: {x: -1.5}\ngraph: y = x ** 3",
    ),
    "YS613": CodeText(
        "An input of 2 hides mistakes",
        "2 + 2, 2 * 2 and 2 ** 2 are 4, and the slope of a square at 2 is its value. The case was put once "
        "more with better numbers, and then noticed the misconceptions that are named.",
        "inputs: {x: 2}\ngraph: y = square(x)",
        "inputs: {x: 3}\ngraph: y = square(x)",
    ),
    "YS614": CodeText(
        "Inputs that are alike hide mistakes",
        "Where two inputs are equal, exchanging them changes nothing, and where all elements are equal, any "
        "of them is as good as their mean. The case was put once more with better numbers, and then "
        "noticed the misconceptions that are named.",
        "inputs: {a: 3, b: 3}\ngraph: y = a * b",
        "inputs: {a: 3, b: 5}\ngraph: y = a * b",
    ),
    "YS615": CodeText(
        "A symmetric matrix hides mistakes",
        "It is its own transpose, so that a transpose which is forgotten, or one too many, does not show. "
        "The case was put once more with better numbers, and then noticed the misconceptions that are named.",
        "inputs: {x: [[3, 5], [5, 7]], w: [[5, 6], [7, 9]]}\ngraph: y = matmul(x, w)",
        "inputs: {x: [[3, 5], [4, 7]], w: [[5, 6], [7, 9]]}\ngraph: y = matmul(x, w)",
    ),
    "YS616": CodeText(
        "Contributions of equal size hide mistakes",
        "What two uses of a variable bring to its gradient is the same number, so that the last one, the "
        "first one, the larger one and the mean cannot be told apart; and no other case of the assignment "
        "tells them apart.",
        "inputs: {x: 3}\ngraph: |\n  a = square(x)\n  y = add(square(a), square(a))",
        "inputs: {x: 3}\ngraph: |\n  a = square(x)\n  y = add(square(a), a)",
    ),
}

FAIRNESS: Final = {
    "YS701": CodeText(
        "The starter earns points",
        "What students are given must earn nothing: else a submission that was never opened gets points. "
        "Cases that the starter passes may stay, with `points: 0`.",
        "points: 1      # and the starter passes the case",
        "points: 0",
    ),
    "YS702": CodeText(
        "The solution does not earn full points",
        "`solution/` is graded as a submission is. If it fails a case, students who do the same would too.",
        "solution/autodiff.py     # without `neg`, which a case uses",
        "solution/autodiff.py     # with all that the cases use",
    ),
    "YS703": CodeText(
        "A wrong solution does not fail what it should",
        "`solutions/wrong/NAME/expect.yaml` names cases under `fails:`. Each must be failed by the submission "
        "beside it, or skipped because a case that it needs is failed; without `fails:`, some case must be.",
        "fails: [x-plus-w]",
        "fails: [x-plus-x]",
    ),
    "YS704": CodeText(
        "A wrong solution is told something else",
        "`diagnosis:` of an `expect.yaml` names the misconception, by its id or its code, that the report must "
        "speak of, alone or among others that explain the same. It speaks of something else, or of nothing.",
        "diagnosis: first_wins",
        "diagnosis: overwrite",
    ),
    "YS705": CodeText(
        "A wrong solution without `expect.yaml`",
        "Every folder under `solutions/wrong/` says what it is an example of.",
        "solutions/wrong/overwrites/autodiff.py",
        "solutions/wrong/overwrites/autodiff.py\nsolutions/wrong/overwrites/expect.yaml",
    ),
    "YS706": CodeText(
        "A case fails in another legal order",
        "Functions that do not depend on each other may be undone in any order, and every order is right. The "
        "reference was performed in four others. A case that fails in one of them would fail right "
        "submissions too.",
        "inputs: {a: 1e16, b: -1e16, c: 1}   # sums that depend on their order",
        "inputs: {a: 3, b: -1.5, c: 0.7}",
    ),
}
