import numpy as np


def square(x):
    return x ** 2


def numerical_diff(f, x, eps=1e-4):
    return (f(x + eps) - f(x - eps)) / (2 * eps)


print(numerical_diff(square, np.array(3.0)))
