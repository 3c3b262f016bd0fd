"""The people's floor: the command line, and what it shows."""

import os

# Our matrices are small: more threads of linear algebra only burn time, and let sums come out in
# another order on another machine. It has to be said before numpy is first imported.
for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")
