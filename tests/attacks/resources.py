"""Attacks that eat: memory, time, output, descriptors, threads, disk, shared segments."""

from __future__ import annotations

from tests.attacks.attack import EVERYTHING, Attack

ATTACKS = [
    Attack(
        "takes more memory than it may",
        """
        import mmap
        print('DEED-DONE', len(mmap.mmap(-1, 1536 << 20)))
        """,
        ("limits",),
        "done",
    ),
    Attack(
        "reserves a huge array",
        """
        import numpy
        print('DEED-DONE', numpy.empty(1 << 28).nbytes)
        """,
        ("limits",),
        "done",
    ),
    Attack(
        "multiplies its memory by processes",
        """
        import os
        if os.fork() == 0:
            block = bytearray(100 << 20)
            os.write(1, b'DEED-DONE')
            os._exit(0)
        os.wait()
        """,
        ("filter",),
        "done",
    ),
    Attack(
        "hides memory in a file without a name",
        """
        import os
        file = os.memfd_create('hidden')
        print('DEED-DONE', os.write(file, b'x' * (8 << 20)))
        """,
        ("filter", "limits"),
        "done",
    ),
    Attack(
        "leaves a shared memory segment",
        """
        import ctypes
        ctypes.CDLL(None).shmget(CANARY['key'], 4096, 0o1666)
        """,
        ("filter", "namespaces"),
        "segments",
    ),
    Attack(
        "leaves a message queue",
        """
        import ctypes
        ctypes.CDLL(None).msgget(CANARY['key'], 0o1666)
        """,
        ("filter", "namespaces"),
        "segments",
    ),
    Attack(
        "fills the disk with a large file",
        """
        with open(CANARY['open'] + '/large', 'wb') as file:
            file.write(b'x' * (4 << 20))
        """,
        EVERYTHING,
        "files",
    ),
    Attack(
        "fills the disk with many files",
        """
        for number in range(20):
            open(f"{CANARY['open']}/{number}", 'x').close()
        """,
        EVERYTHING,
        "files",
    ),
    Attack(
        "starts twenty processes",
        """
        import os
        for _ in range(20):
            if os.fork() == 0:
                os.write(1, b'DEED-DONE')
                os._exit(0)
        os.wait()
        """,
        ("filter",),
        "done",
    ),
    Attack(
        "opens a thousand files",
        """
        import os
        files = [os.open('/dev/null', os.O_RDONLY) for _ in range(1000)]
        print('DEED-DONE', len(files))
        """,
        ("limits",),
        "done",
    ),
    Attack(
        "raises its own limits",
        """
        import resource
        resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
        print('DEED-DONE')
        """,
        ("limits", "user", "filter"),
        "done",
    ),
    Attack(
        "dumps its memory to disk",
        """
        import resource
        resource.setrlimit(resource.RLIMIT_CORE, (1 << 20, 1 << 20))
        print('DEED-DONE')
        """,
        ("limits", "filter", "user"),
        "done",
    ),
    Attack(
        "locks memory",
        """
        import ctypes
        block = ctypes.create_string_buffer(16 << 20)
        if ctypes.CDLL(None).mlock(block, 16 << 20) == 0:
            print('DEED-DONE')
        """,
        ("limits", "user"),
        "done",
    ),
    Attack(
        "starts hundreds of threads",
        """
        import threading, time
        for _ in range(200):
            threading.Thread(target=time.sleep, args=(0.5,), daemon=True).start()
        print('DEED-DONE')
        """,
        ("limits",),
        "done",
    ),
]
# Attacks on time and output are judged by the clock and by sizes: see test_resources.py.

TIME_EATERS = {
    "loops for ever": "while True: pass",
    "sleeps": "import time; time.sleep(60)",
    "swallows every exception": """
        while True:
            try:
                while True: pass
            except BaseException: pass
    """,
    "computes in one long call": "sum(range(10 ** 11))",
    "matches a catastrophic pattern": "import re; re.match(r'(a+)+$', 'a' * 40 + 'b')",
    "waits for input on its own pipe": "import os; os.read(3, 1)",
    "stops itself": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
    "ignores every signal": """
        import signal
        for number in range(1, 65):
            try: signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError): pass
        while True: pass
    """,
    "deadlocks on its own threads": """
        import threading
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()
    """,
}

FLOODS = {
    "prints for ever": "while True: print('x' * 1000)",
    "writes to standard error for ever": "import os\nwhile True: os.write(2, b'x' * 65536)",
    "prints one line of a hundred million": "print('x' * 100_000_000)",
    "warns for ever": """
        import warnings
        warnings.simplefilter('always')
        while True: warnings.warn('x' * 1000)
    """,
}
