import json

from grader.guest.practice import practise


def test_what_is_practised_succeeds_and_tells_no_derivative():
    for message in practise():
        ending, values, readings, _ = json.loads(message)
        assert ending == {"is": "Completed"}
        data = dict(values)
        assert {name: data[name.removesuffix(".grad")] for name, _ in readings} == dict(readings)
