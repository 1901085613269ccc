from .core import Variable, Function, no_grad, using_config
from .functions import add, mul, neg, sub, div, square, exp
from . import functions

Variable.__add__ = functions.add
Variable.__radd__ = functions.add
Variable.__mul__ = functions.mul
Variable.__rmul__ = functions.mul
Variable.__neg__ = functions.neg
Variable.__sub__ = functions.sub
Variable.__rsub__ = lambda self, other: functions.sub(other, self)
Variable.__truediv__ = functions.div
Variable.__rtruediv__ = lambda self, other: functions.div(other, self)
