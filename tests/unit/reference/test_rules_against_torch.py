"""The same functions against PyTorch, where it is installed."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.unit.reference.functions import TRIALS
from tests.unit.reference.test_rules import first_order, second_order, uneven

torch = pytest.importorskip("torch")


def reduction(function):
    def reduce(x, axis=None, keepdims=False):
        if axis is None:
            axis = tuple(range(x.ndim))
        if axis == () or x.ndim == 0:
            return x * 1.0
        return function(x, axis, keepdim=keepdims)

    return reduce


TORCH = SimpleNamespace(
    square=torch.square,
    exp=torch.exp,
    log=torch.log,
    sin=torch.sin,
    cos=torch.cos,
    tanh=torch.tanh,
    abs=torch.abs,
    matmul=torch.matmul,
    reshape=torch.reshape,
    maximum=lambda a, b: torch.maximum(a, torch.as_tensor(b)) if np.ndim(b) else torch.relu(a),
    zeros=lambda shape: torch.zeros(shape, dtype=torch.float64),
    transpose=lambda x, axes=None: x.permute(tuple(axes or reversed(range(x.ndim)))),
    sum=reduction(torch.sum),
    mean=reduction(torch.mean),
    max=reduction(torch.amax),
)
TRIED = [t for t in TRIALS if t.name != "maximum"]


@pytest.mark.parametrize("trial", TRIED, ids=str)
def test_the_gradient_and_the_second_derivative_are_torchs(autodiff, trial):
    arrays = trial.inputs()
    xs = [torch.tensor(a, requires_grad=True) for a in arrays]
    y = trial.in_numpy(TORCH, *xs)
    gradients = torch.autograd.grad(
        y, xs, torch.tensor(uneven(tuple(y.shape))), create_graph=True, materialize_grads=True
    )
    value, ours = first_order(autodiff, trial, arrays)
    assert_allclose(value, y.detach().numpy())
    for our, gradient in zip(ours, gradients, strict=True):
        assert_allclose(our, gradient.detach().numpy(), rtol=1e-12, atol=1e-14)

    total = sum(
        (g * torch.tensor(uneven(tuple(g.shape), 2.0 + i))).sum() for i, g in enumerate(gradients)
    )
    if not total.requires_grad:
        right = [torch.zeros(x.shape) for x in xs]
    else:
        right = torch.autograd.grad(total, xs, materialize_grads=True)
    for our, other in zip(second_order(autodiff, trial, arrays), right, strict=True):
        assert_allclose(our, other.numpy(force=True), rtol=1e-10, atol=1e-12)


def test_equal_elements_share_the_gradient_as_in_torch(autodiff):
    data, other = [2.0, 2.0, 1.0], [2.0, 5.0, 1.0]
    a, b = autodiff.Variable(data), autodiff.Variable(other)
    (autodiff.maximum(a, b) + autodiff.max(a)).backward()
    ta = torch.tensor(data, requires_grad=True)
    tb = torch.tensor(other, requires_grad=True)
    (torch.maximum(ta, tb) + torch.amax(ta)).sum().backward()
    assert a.grad.data.tolist() == ta.grad.tolist()
    assert b.grad.data.tolist() == tb.grad.tolist()
