"""Every sentence that a student reads, in English. A translation is a file with the same keys.

Placeholders stand in braces. A key that ends in `.one` or `.many` is chosen by its `count`.
"""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    # How sentences, and the members of a list, follow each other.
    "sentences": "{first} {second}",
    "list": "{first}, {second}",
    "quoted": "“{text}”",
    # The verdict of a submission.
    "verdict.right.one": "Right: the one case passed.",
    "verdict.right.many": "Everything is right: all {count} cases passed.",
    "verdict.so_far.one": "What you have written is right: {count} case passed.",
    "verdict.so_far.many": "What you have written is right: {count} cases passed.",
    "verdict.wrong.one": "{count} of {total} cases is not right yet.",
    "verdict.wrong.many": "{count} of {total} cases are not right yet.",
    "verdict.waiting.one": "{count} case waits for another one.",
    "verdict.waiting.many": "{count} cases wait for others.",
    "verdict.empty": "Nothing that this assignment asks for is there yet.",
    "verdict.ungradable": "Your submission could not be loaded, so nothing was graded yet.",
    "verdict.fault": "The grader failed while it graded this. That is not your mistake.",
    "verdict.begin": "Begin with “{title}”.",
    "tally": "{count} {outcome}",
    "score": "{score} of {max_score} points",
    "points": "{points} of {max_points}",
    "withheld.one": "One more case is graded, but neither it nor its points are shown here.",
    "withheld.many": (
        "{count} more cases are graded, but neither they nor their points are shown here."
    ),
    # One word for the outcome of a case.
    "outcome.passed": "passed",
    "outcome.failed": "failed",
    "outcome.crashed": "crashed",
    "outcome.timed out": "timed out",
    "outcome.out of memory": "out of memory",
    "outcome.no result": "no result",
    "outcome.not attempted": "not attempted",
    "outcome.skipped": "not checked",
    "outcome.grader fault": "grader fault",
    "hidden.title": "Hidden case {number}",
    # What happened in a case.
    "case.passed": "Right.",
    "case.convention": "Right, by another convention: {convention}.",
    "case.waits_for": "Not checked until {names} passes.",
    "case.hidden": "This case is hidden: it tells its verdict only.",
    "case.verdict_only": "This case tells its verdict only.",
    "case.not_attempted": "Your code does not define {what} yet.",
    "case.not_loaded": "Not performed, since your submission could not be loaded.",
    "case.crashed": "{error} while {statement} was running: {message}",
    "case.crashed.bare": "{error} while {statement} was running.",
    "case.crashed.inputs": "{error} while the inputs were made: {message}",
    "case.crashed.answers": "{error} while the answers were read: {message}",
    "case.not_raised": "{statement} must be refused with {error}. Your code accepted it.",
    "case.timed_out": (
        "No end within {seconds} seconds. A walk that visits a function once per path, or a list "
        "that never runs empty, does that."
    ),
    "case.given_up": (
        "Not tried: cases before it did not end, and used up the time that there is."
    ),
    "case.out_of_memory": "Your code asked for more memory than a submission may use.",
    "case.out_of_memory.limit": "Your code asked for more than the {limit} MB that it may use.",
    "case.no_result": "The process ended before it answered ({how}).",
    "case.bad_answer": "What came back is not an answer ({how}).",
    "case.fault": "The grader failed here. This costs you nothing ({how}).",
    # Quantities.
    "quantity.value": "Value of {name}",
    "quantity.gradient": "Gradient of {name}",
    "quantity.generation": "Generation of {name}",
    "quantity.creator is None": "{name}.creator is None",
    "quantity.grad is None": "{name}.grad is None",
    "quantity.released": "Memory of {name} released",
    "yes": "yes",
    "no": "no",
    # How one quantity departs from the expected one.
    "finding.value": "{what}: yours {observed}, expected {expected}.",
    "finding.value.ratio": "{what}: yours {observed}, expected {expected} ({ratio}).",
    "finding.value.entries": (
        "{what} differs in {count} of {size} elements: at {index} yours {observed}, "
        "expected {expected}."
    ),
    "finding.value.entries.ratio": (
        "{what} differs in {count} of {size} elements ({ratio}): at {index} yours {observed}, "
        "expected {expected}."
    ),
    "finding.value.withheld": "{what}: yours {observed} is not what is expected.",
    "finding.shape": "{what} has another shape: yours {observed}, expected {expected}.",
    "finding.shape.withheld": "{what} has another shape: yours {observed}.",
    "finding.dtype": "{what} holds integers ({observed}) where floats are expected.",
    "finding.missing gradient": "{what} is None, expected {expected}: nothing arrived there.",
    "finding.missing gradient.withheld": "{what} is None: nothing arrived there.",
    "finding.missing value": "{what} is None, expected {expected}.",
    "finding.missing value.withheld": "{what} is None.",
    "finding.unexpected gradient": "{what} is {observed}, expected None.",
    "finding.unexpected gradient.withheld": "{what} is {observed}, where none is expected.",
    "finding.not finite": "{what} is {observed}: not finite. Expected {expected}.",
    "finding.not finite.withheld": "{what} is {observed}: not finite.",
    "finding.not a number": "{what} is of type {observed}, expected {expected}.",
    "finding.not a number.withheld": "{what} is of type {observed}, where numbers are expected.",
    "finding.not offered": "Your code offers no {observed}.",
    "shape.number": "{shape} (one number)",
    "finding.state": "{what}: yours {observed}, expected {expected}.",
    "finding.state.withheld": "{what}: yours {observed} is not what is expected.",
    "finding.more.one": "{count} more quantity differs.",
    "finding.more.many": "{count} more quantities differ.",
    "ratio.half": "half of it",
    "ratio.third": "a third of it",
    "ratio.part": "1/{part} of it",
    "ratio.twice": "twice as much",
    "ratio.times": "{times} times as much",
    "ratio.opposite": "the opposite sign",
    # Where it begins.
    "first": "First wrong, walking backward from the output: {names}.",
    "first.value": "First wrong, in the order of computation: {names}.",
    "first.function": (
        "First wrong, walking backward from the output: the backward of {function} (for {target})."
    ),
    "first.shared": (
        "The gradients of {names} are one and the same array: what is written into one shows in all."
    ),
    "first.consequences": "Wrong only because of it: {names}.",
    "first.rest": "What is computed from it may be wrong only because of it.",
    # Where a backward pass first goes wrong.
    "deed.at": "{place}: {deed}",
    "deed.wrong value": "{function} computed {arrived} for {target}; {due} is right.",
    "deed.wrong value.input": "The value of {variable} is {arrived} from the start; {due} is right.",
    "deed.changed input": (
        "{variable} was {due} when {function} got it, and {after} afterwards: a function leaves "
        "its inputs as they are."
    ),
    "deed.wrong seed": "The walk began at {variable} with {arrived}; it begins with {due}.",
    "deed.wrong share": (
        "The backward of {function} (for {target}) got the right gradient and gave {arrived} to "
        "{variable}; {due} is right."
    ),
    "deed.wrong shape": (
        "The backward of {function} (for {target}) gave {variable} a gradient of shape {arrived}; "
        "its shape is {due}."
    ),
    "deed.gave nothing": (
        "The backward of {function} (for {target}) returned nothing; {due} is owed to {variable}."
    ),
    "deed.endless": (
        "The walk did not end: the backward of {function} (for {target}) was called {times} times "
        "in its first steps alone; once would do."
    ),
    "deed.exchanged": (
        "The gradients of {function} (for {target}) went to each other's inputs: {variable} got "
        "{arrived}, and is owed {due}."
    ),
    "deed.overwritten": (
        "The gradient of {variable} was {before}, and was overwritten with {arrived}; the sum is "
        "{due}."
    ),
    "deed.not added": (
        "The gradient of {variable} stayed {after} when {arrived} more was owed to it; the sum is "
        "{due}."
    ),
    "deed.shared": (
        "The array in the gradient of {variable} was changed in place, from {before} to {after}, "
        "while another gradient held the same array; {due} is right."
    ),
    "deed.misadded": (
        "What reached {variable} was put together to {after}; the sum of its contributions is "
        "{due}."
    ),
    "deed.lost": "Nothing was written to the gradient of {variable}; {due} is owed to it.",
    "deed.lost.some": (
        "The gradient of {variable} is {after}: a contribution was lost; the sum is {due}."
    ),
    "deed.too early": (
        "The backward of {function} (for {target}) was called before {waits_for} had reported: it "
        "got {arrived}, and is owed {due}."
    ),
    "deed.too early.with nothing": (
        "The backward of {function} (for {target}) was called before {waits_for} had reported."
    ),
    "deed.too often": (
        "The backward of {function} (for {target}) was called {times} times; once would do."
    ),
    "deed.too often.first": "The first call came before {waits_for} had reported.",
    "deed.never asked": (
        "{target} had its gradient, but the backward of {function}, which computed it, was never "
        "called."
    ),
    "deed.crashed": (
        "The walk ended with an exception at the backward of {function} (for {target})."
    ),
    "deed.crashed.somewhere": "The walk ended before it reached any function.",
    "deed.left over": (
        "Each backward pass is right by itself, but {variable} ends with {after} where {due} is "
        "owed: something was kept, or lost, between two passes."
    ),
    "deed.connected": (
        "The backward of {function} (for {target}) was called, though the graph was cut after it: no "
        "gradient goes further back."
    ),
    "deed.recorded": "{variable} has a creator, though nothing was to be recorded there.",
    "deed.unrecorded": "{variable} was computed, but has no creator: nothing was recorded.",
    "deed.held": "{variable} is still in memory after the last name for it is gone.",
    # States of a variable.
    "state.right": "right",
    "state.first": "first wrong",
    "state.later": "wrong",
    "state.not_reached": "not reached",
    "state.given": "the upstream",
    "state.missing": "missing",
    "state.extra": "not expected",
    "state.wrong_type": "wrong type",
    "state.wrong_shape": "wrong shape",
    "state.not_finite": "not finite",
    "state.not_compared": "not compared",
    "state.unknown": "no answer",
    # The drawing.
    "drawing.title": "Graph of {title}",
    "drawing.described": "{graph}. {states}",
    "drawing.expected": "expected {expected}",
    "drawing.not_kept": "not kept",
    "drawing.no_grad": "no_grad",
    "drawing.crashed": "stopped here",
    "drawing.deleted": "deleted",
    "drawing.shared": "one array: {names}",
    "drawing.too early": "too early",
    "drawing.too often": "too often",
    "drawing.never asked": "never asked",
    "drawing.generation": "gen {number}",
    "drawing.owed": "Owed from {target} to {operand}: {due}, {word}.",
    "drawing.contribution": "{due} {word}",
    "drawing.all_right": "Every variable is right.",
    "drawing.state": "{name}: {state}.",
    "legend": "Value on top, gradient after ∂. Arrows run forward; backward() walks them upward.",
    "legend.links": "Dotted: a gradient or value taken as a new variable.",
    "legend.generations": "gen: generation; the backward pass visits the highest first.",
    "legend.contributions": "Beside an arrow: what it owes to the variable above, and what became of it.",
    # What became of that which a use of a variable owes to its gradient.
    "contribution.right": "arrived",
    "contribution.lost": "lost",
    "contribution.doubled": "counted twice",
    "contribution.scaled": "by a wrong factor",
    "contribution.swapped": "swapped",
    "contribution.unknown": "unknown",
    # Which pass is at fault.
    "side.forward": "The values differ already, so the forward pass comes first.",
    "side.backward": (
        "The fault is in the backward pass: small changes of the inputs of your own forward pass "
        "give other slopes."
    ),
    "side.forward only": (
        "Only the forward pass is at fault: your gradients are right for what it computes."
    ),
    # Where a gradient comes from.
    "paths.title": "Where the gradient of {name} comes from",
    "paths.intro": (
        "Walk back from {output} to {name}. Along a path the factors are multiplied; what the paths "
        "bring is added up."
    ),
    "paths.uses.intro": (
        "{count} paths lead from {output} back to {name}, too many to write out. Each use of {name} "
        "brings what has arrived at its result, times the factor of the function; what the uses "
        "bring is added up."
    ),
    "paths.arrays": (
        "The values here are arrays, so the factors are not written out. For every element the "
        "rule is the same: along a path the factors are multiplied, and what the paths bring is "
        "added up to {expected}."
    ),
    "paths.copied": (
        "{name} has the shape {small}. For {target} = {function}(…), which has the shape {large}, "
        "numpy copied it: broadcasting. Each copy is one more use of {name}. Every use sends back a "
        "gradient, and they add up to {expected}."
    ),
    "paths.copied.unsummed": (
        "Your {observed} holds one gradient per copy. Added up they are {expected}: only the sum is "
        "missing."
    ),
    "paths.number": "no.",
    "paths.path": "path",
    "paths.use": "use",
    "paths.factors": "factors",
    "paths.brings": "brings",
    "paths.sum": "sum",
    "paths.without": "Your {observed} is this sum without no. {lost}.",
    "paths.kept.one": "Your {observed} is what {count} of the {total} brings alone.",
    "paths.kept.many": "Your {observed} is what {count} of the {total} bring together.",
    # The backward pass, step by step.
    "film.title": "The backward pass, step by step",
    "film.yours": "Your code",
    "film.right": "An order that works",
    "film.seed": "the start: the gradient of the output itself",
    "film.rest": "after the last function",
    "film.unseen.traced": "Your code sets a trace of its own, so some lines may be missing here.",
    "film.unseen.functions": "Which function was asked could not be seen; what was written could.",
    "film.unseen.cut": "There were more steps than are recorded.",
    "film.more.one": "and {count} more step",
    "film.more.many": "and {count} more steps",
    "film.upstream": "is handed {upstream}",
    "film.write": "{name}.grad {before} → {after}",
    "film.unnamed": "an inner variable",
    "film.in_place": "inside the array itself",
    "film.nothing": "writes no gradient",
    "film.stopped": "Your code stopped here.",
    "film.parts": "From here on the two differ.",
    "film.previous": "Previous",
    "film.next": "Next",
    "film.keys": "The arrow keys move from step to step.",
    "film.position": "Step {number} of {count}",
    "film.disagrees": (
        "While this was recorded your code gave other numbers than when it was graded: take the "
        "steps as a hint only."
    ),
    # The page.
    "page.skip": "Skip to the cases",
    "page.diagnosis": "What the numbers say",
    "page.diagnosis.line": "Where: {place}",
    "page.diagnosis.explains": "Explains every wrong number of {names}.",
    "page.diagnosis.explains.more": (
        "Explains every wrong number of {count} of {total} wrong cases: {names}, …"
    ),
    "page.diagnosis.alternatives": "The same numbers would come from: {names}.",
    "page.diagnosis.score": "With this one mistake mended: {score} of {max_score} points.",
    "page.diagnosis.decided": "{names} would answer {graph} in another way.",
    "page.smallest": "The smallest graph that still fails",
    "page.smallest.given": "With {inputs}: {message}",
    "page.diagnosis.graph": "The smallest graph that shows it:",
    "confidence.certain": "Nothing else that is known explains these numbers.",
    "confidence.likely": "Likely, but the numbers do not settle it.",
    "confidence.tied": "Something else would explain these numbers as well.",
    "page.concepts": "What your code shows",
    "concept.shown": "shown",
    "concept.not shown": "not shown yet",
    "concept.not attempted": "not attempted",
    "concept.name.forward": "forward",
    "concept.name.seed": "seed",
    "concept.name.rule": "rule",
    "concept.name.accumulate": "accumulate",
    "concept.name.order": "order",
    "concept.name.shape": "shape",
    "concept.name.state": "state",
    "concept.name.second order": "second order",
    "page.cases": "Cases",
    "page.cases.count.one": "{count} case",
    "page.cases.count.many": "{count} cases",
    "page.cases.bad": "Not right yet",
    "page.cases.wait": "Not judged",
    "page.cases.good": "Right",
    "page.graph.table": "The same graph as a table",
    "table.variable": "variable",
    "table.value": "value",
    "table.gradient": "gradient",
    "table.yours": "yours",
    "table.expected": "expected",
    "table.difference": "difference",
    "table.ratio": "ratio",
    "table.state": "state",
    "table.elements": "{what}, element by element",
    "table.more.one": "and {count} more",
    "table.more.many": "and {count} more",
    "page.tolerance": "Compared with tolerance {relative} relative + {absolute} absolute.",
    "page.frames": "Where it happened, in your code",
    "page.frame": "{place}, in {function}",
    "page.hint": "Hint {number} of {count}: {strength}",
    "hint.where": "where to look",
    "hint.which": "which rule",
    "hint.change": "the change",
    "hint.only": "where to look",
    "page.again": "Run this case yourself",
    "page.paste": "Paste these lines below your own code:",
    "page.command": "Or let the grader run it alone:",
    "page.output": "What your code printed meanwhile",
    "page.loading": "How your submission was read",
    "page.loading.entry": "Loaded from {entry} ({kind}).",
    "page.loading.entry.plain": "Loaded from {entry}.",
    "page.loading.skipped": "These statements failed while loading and were passed over:",
    "page.loading.bound": "What was found, and how it is called",
    "page.loading.absent": "Not found: {names}.",
    "page.loading.word": "name",
    "page.loading.called": "called as",
    "page.loading.where": "where",
    "page.loading.output": "What was printed",
    "page.source": "Your code around it",
    "page.sources": "Your code, around the lines that are named above",
    "page.instructor": (
        "Instructor's view: everything is shown, hidden cases too. Not for students."
    ),
    "page.hidden": "hidden",
    "page.timings": "How long it took",
    "stage.answers": "asking the reference",
    "stage.observe": "running the submission",
    "stage.score": "judging and explaining",
    "page.timings.stage": "stage",
    "page.timings.seconds": "seconds",
    "page.flags": "For the instructor",
    "report.cut": "the rest is left out: all cases together print or raise more than a report holds",
    "report.lean": (
        "The whole report would be too large: what was printed, lines of code and the steps of "
        "backward passes are left out."
    ),
    "page.made": "autodiff-grader {version}, seed {seed}, protection level {level}",
    "page.layers": "Layers: {layers}.",
    "page.missing": "Missing: {layers}.",
    "place.line": "{file}, line {line}",
    "place.cell": "{file}, {cell}, line {line}",
    # What the guest says about loading, by the wording in which it says it.
    "heard.made": "`{name}` could not be made, because {place} failed: {why}.",
    "heard.python": "`{name}` is not defined, because {place} is not valid Python: {why}.",
    "heard.python.bare": "`{name}` is not defined: {place} is not valid Python: {why}.",
    "heard.imported": (
        "`{name}` is imported from `{module}` in {entry}, and that is not among the files handed in."
    ),
    "heard.needs": "`{user}` needs `{name}`, which is not defined, because {place} failed: {why}.",
    "heard.needs.python": (
        "`{user}` needs `{name}`, which is not defined, because {place} is not valid Python: {why}."
    ),
    "heard.undefined.nor": "{entry} does not define `{name}` (nor {others}).",
    "heard.undefined": "{entry} does not define `{name}`.",
    "heard.meant": "It defines `{name}`: is that what was meant?",
    "heard.defines": "It defines {names}.",
    "heard.defines.nothing": "It defines nothing.",
    "heard.nothing": "Nothing was handed in: the submission holds no file.",
    "heard.no_python": "There is no Python file among {files}.",
    "heard.not_here": (
        "`{name}` is not here: it was not handed in, or is not installed. What is called from it "
        "does nothing."
    ),
    "heard.not_handed_in": "`{name}` was not handed in.",
    "heard.no_longer": "`{name}` is no longer part of {module}.",
    "heard.not_imported": "`{name}` could not be imported ({error}).",
    "heard.switched": "{what} was left switched off, and was switched on.",
    "heard.setup": "`setup_variable()` was called: nothing in the submission calls it.",
    "heard.numpy": "numpy {version} has no `np.{name}` any more; it was put back.",
    "heard.command": "{place}: `{command}` is for the notebook, and was passed over.",
    "heard.further_down": (
        "`{name}` ({place}) needs what is defined further down; it was made after that."
    ),
    "heard.inherits": ("`{name}` was defined again: {others} still inherits from the earlier one."),
    "heard.place": "line {line} of {file}",
    "heard.suite.notices": "case `{case}` notices {names}",
    "heard.suite.nothing": "case `{case}` notices nothing known",
    "heard.suite.size": (
        "misconceptions noticed: {noticed}; cases: {cases}; functions in them: {functions}. Among equals, the "
        "smaller suite is the better one."
    ),
    "heard.suite.uncounted": "case `{case}` does not count: {why}",
    "heard.suite.why.impossible": "the right implementation cannot perform it",
    "heard.suite.why.unanswered": "nobody answers `{quantity}`",
    "heard.suite.why.wrong": (
        "what it expects of `{quantity}` is not what the right implementation answers"
    ),
    "heard.suite.several": "there are several YAML files: {files}; hand in one, or name it by --entry",
    "heard.suite.missing": "no YAML file of cases was handed in; hand in a file cases.yaml",
    # `grader explain`.
    "explain.title": "{code} ({id}, about {concept}): {title}",
    # `grader explain`: an outcome at length.
    "explain.ungradable": "ungradable, the outcome of a submission",
    "explain.ungradable.text": (
        "Your code could not be loaded, so no case was performed and nothing is known about it yet. The "
        "report names the line that stopped it, or the class or function that is missing. This is no zero: "
        "mend that line and run again."
    ),
    "explain.outcome": "{outcome}, the outcome of a case",
    "explain.outcome.passed": (
        "Every quantity that the case asks for agrees with the reference, within the tolerance of"
        " the case. The points of the case are yours."
    ),
    "explain.outcome.failed": (
        "Your code ran to the end, and at least one quantity differs: a value, a gradient, a "
        "shape, or a gradient that is missing. Begin with the first variable that differs; what "
        "comes after it is mostly a consequence."
    ),
    "explain.outcome.crashed": (
        "Your code raised an exception while the case was performed. The lines that are named are"
        " your own; the last of them raised it. Paste the lines of the case below your code to "
        "see it again."
    ),
    "explain.outcome.timed out": (
        "The case did not end within its time limit. A walk that visits a function once for each "
        "path takes twice as long with every diamond; a list that grows while it is emptied never"
        " ends."
    ),
    "explain.outcome.out of memory": (
        "Your code asked for more memory than a submission may use. A list or an array that grows"
        " with each visit does that."
    ),
    "explain.outcome.no result": (
        "The process that ran your code ended before it answered, for instance by exit(). Code "
        "that is graded returns or raises; it does not end the program."
    ),
    "explain.outcome.not attempted": (
        "The case uses a function or an attribute that your code does not define. It says nothing"
        " about what you have written, and is no mistake: it only brings no points yet."
    ),
    "explain.outcome.skipped": (
        "The case needs another one that did not pass, so it would only repeat that mistake. Mend"
        " the one that it waits for; then it is checked."
    ),
    "explain.outcome.grader fault": (
        "The grader itself broke, not your code. It costs you nothing: the case is left open "
        "until somebody has mended it. Tell your instructor."
    ),
    "explain.hint": "Hint {number}: {hint}",
    "explain.wrong": "Wrong:",
    "explain.right": "Right:",
    # The terminal.
    "terminal.absent.one": "{count} case: {message}",
    "terminal.absent.many": "{count} cases: {message}",
    "terminal.open": "open report: {path}",
    "terminal.skipped": "passed over: {place}: {text} ({why})",
    "terminal.skipped.many": (
        "{count} statements failed while loading and were passed over (-v lists them)"
    ),
    "terminal.skipped.one": (
        "{count} statement failed while loading and was passed over (-v shows it)"
    ),
    "terminal.bound": "{name} is called as {found_as}   {place}",
    "terminal.shown": "In {case}: {deed}",
    "terminal.note": "note: {note}",
    # What changed between two reports.
    "change.fixed": "fixed",
    "change.broken": "broken",
    "change.same mistake": "same mistake",
    "change.another mistake": "another mistake",
    "change.still wrong": "still wrong",
    "change.now wrong": "now wrong",
    "change.not judged any more": "not judged any more",
    "change.added": "added",
    "change.removed": "removed",
    "change.unchanged": "unchanged",
    "cause.new": "new: {code} {title}",
    "cause.still": "still: {code} {title}",
    "cause.gone": "no longer: {code} {title}",
    "changes.count": "{count} {kind}",
    "changes.nothing": "nothing changed",
    "changes.before": "before: {message}",
    "changes.points": "{score} of {max_score} points (before: {before})",
    "changes.points.of": "{score} of {max_score} points (before: {before} of {max_before})",
    "changes.assignments": "The older results are of assignment {old}, the newer ones of {new}.",
    "changes.not_loaded": "could not be loaded: {error}",
    "changes.not_loaded.before": "could not be loaded before: {error}",
    # While somebody works.
    "live.save": "{time}  save {number}",
    "live.label": "What your last save changed",
    "live.page.first": "This page follows your work: save the file, and it shows the new report.",
    "live.page.unfinished": (
        "A first look. What failed is being tried again, each case alone, and why it is wrong is still "
        "being worked out."
    ),
    "live.page.before": "Below is the report of an earlier save; this page follows the next one.",
    "live.lost": "The grader does not answer. Has `grader serve` been ended?",
    "live.goes_on": "It cannot be graded like this. The next save is tried again.",
    # A case on its own.
    "show.about": "({concept}, {points} points)",
    "show.backward": "The backward pass, function by function, with the gradients that each hands on:",
    "paste.refused": "must be refused with {error}",
    "paste.expected": "expected {expected}",
    # The page of a class, for its teacher.
    "class.over": "Class report",
    "class.skip": "Skip to the students",
    "class.summary.one": "{count} submission.",
    "class.summary.many": "{count} submissions.",
    "class.median": "Median: {share} of the points",
    "class.full.one": "{count} with full marks",
    "class.full.many": "{count} with full marks",
    "class.broken.one": "{count} could not be graded",
    "class.broken.many": "{count} could not be graded",
    "class.level": "Protection level: {levels}",
    "class.causes": "What the class has not understood",
    "class.causes.none": "No known misconception explains a wrong answer.",
    "class.cause": "Misconception",
    "class.how_many": "How many",
    "class.example": "Clearest example",
    "class.students.one": "{count} student",
    "class.students.many": "{count} students",
    "class.students.more.one": "and {count} more",
    "class.students.more.many": "and {count} more",
    "class.unnamed.one": "{count} more submission is wrong in a way that has no name yet.",
    "class.unnamed.many": "{count} more submissions are wrong in ways that have no name yet.",
    "class.riddles": "Wrong in the same way, without a name",
    "class.riddles.what": (
        "Each group gives exactly the same wrong answers. A group of several is probably one idea; add it "
        "to the catalogue, and the next class is told."
    ),
    "class.riddle.one": "{count} student: {first}",
    "class.riddle.many": "{count} students: {first}",
    "class.riddle.more.one": "{count} more wrong answer",
    "class.riddle.more.many": "{count} more wrong answers",
    "class.riddle.stub": "Add this to the catalogue, once you know what it is:",
    "class.table": "Table: {title}",
    "class.points": "Points",
    "class.share": "Share of the points",
    "class.case": "Case",
    "class.concept": "Concept",
    "class.ended": "ended",
    "class.ended.title": "Crashed or did not end",
    "class.silent": "not judged",
    "class.remark": "Remark",
    "class.case.nobody": "Nobody passes: is the case right, and was it taught?",
    "class.case.everybody": "Everybody passes.",
    "class.not_loaded": "Could not be graded",
    "class.moved": "Progress between attempts",
    "class.alike": "Submissions to look at side by side",
    "class.alike.what": (
        "These share long stretches of code that the rest of the class does not have. That is a reason to "
        "look, not a verdict."
    ),
    "class.alike.shared": "{shared} of {of} fingerprints",
    "class.students.title": "Students",
    "class.student": "Submission",
    "class.name": "Name",
    "class.score": "Score",
    "class.filter": "Filter",
    "class.filter.all": "all",
    "class.filter.shown": "{shown} of {total} submissions are shown.",
    "class.groups": "The cases of each concept, in the order of the signs",
}
