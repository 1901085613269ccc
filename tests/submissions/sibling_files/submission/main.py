from engine import Variable, Function, as_array
from ops import *

x = Variable(np.array(2.0))
print(square(x).data)
