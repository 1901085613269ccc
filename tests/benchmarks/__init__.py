"""Programs that print what things cost: `python -m tests.benchmarks.reference`, for instance.

All of them count one BLAS thread, which must be said before numpy is imported, and compiled modules, as they
are once installed.
"""

import os

BLAS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
os.environ |= dict.fromkeys(BLAS, "1")

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
