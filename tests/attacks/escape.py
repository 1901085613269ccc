"""Attacks that act on the world: processes, programs, network, signals, files, rights."""

from __future__ import annotations

from tests.attacks.attack import (
    EVERYTHING,
    FILES,
    NETWORK,
    PROCESSES,
    WRITES,
    Attack,
)

KILLS = ("landlock", "filter", "namespaces", "user")

ATTACKS = [
    Attack(
        "forks",
        """
        import os
        if os.fork() == 0:
            os.write(1, b'DEED-DONE')
            os._exit(0)
        os.wait()
        """,
        PROCESSES,
        "done",
    ),
    Attack(
        "forks by clone3",
        """
        import ctypes, os
        arguments = (ctypes.c_uint64 * 11)(*[0] * 4, 17)
        child = ctypes.CDLL(None).syscall(435, arguments, 88)
        if child == 0:
            os.write(1, b'DEED-DONE')
            os._exit(0)
        if child > 0:
            os.waitpid(child, 0)
        """,
        PROCESSES,
        "done",
    ),
    Attack(
        "forks by clone",
        """
        import ctypes, os
        child = ctypes.CDLL(None).syscall(56, 17, 0, 0, 0, 0)
        if child == 0:
            os.write(1, b'DEED-DONE')
            os._exit(0)
        if child > 0:
            os.waitpid(child, 0)
        """,
        PROCESSES,
        "done",
    ),
    Attack(
        "forks by vfork",
        """
        import os, subprocess, sys
        subprocess.Popen(['/bin/echo', 'DEED-DONE']).wait()
        """,
        ("filter", "landlock", "namespaces"),
        "done",
    ),
    Attack(
        "runs a program in its own place",
        "import os; os.execv('/bin/echo', ['echo', 'DEED-DONE'])",
        ("filter", "landlock", "namespaces"),
        "done",
    ),
    Attack(
        "runs a program that lies in memory only",
        """
        import os
        file = os.memfd_create('program')
        os.write(file, open('/bin/echo', 'rb').read())
        os.execve(file, ['echo', 'DEED-DONE'], {})
        """,
        ("filter", "landlock", "namespaces", "limits"),
        "done",
    ),
    Attack(
        "calls a shell",
        "import os; os.system('echo DEED-DONE')",
        ("filter", "landlock", "namespaces"),
        "done",
    ),
    Attack(
        "uses multiprocessing",
        """
        import multiprocessing
        with multiprocessing.get_context('fork').Pool(1) as pool:
            print('DEED-DONE' if pool.map(abs, [-1]) == [1] else '')
        """,
        ("filter", "landlock", "limits", "namespaces", "user"),
        "done",
    ),
    Attack(
        "leaves a daemon behind",
        """
        import ctypes, os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                ctypes.CDLL(None).prctl(15, CANARY['mark'].encode(), 0, 0, 0)
                for number in range(64):
                    try:
                        os.close(number)
                    except OSError:
                        pass
                time.sleep(5)
            os._exit(0)
        os.wait()
        time.sleep(0.2)
        """,
        EVERYTHING,
        "processes",
    ),
    Attack(
        "outlives the runner by clearing the death signal",
        """
        import ctypes
        if ctypes.CDLL(None).prctl(1, 0, 0, 0, 0) == 0:
            print('DEED-DONE')
        """,
        ("filter",),
        "done",
    ),
    Attack(
        "connects to a port of this machine",
        """
        import socket
        socket.create_connection(('127.0.0.1', CANARY['port']), timeout=1).send(b'loot')
        """,
        NETWORK,
        "listener",
    ),
    Attack(
        "sends a datagram",
        """
        import socket
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(
            b'loot', ('127.0.0.1', CANARY['udp']))
        """,
        NETWORK,
        "listener",
    ),
    Attack(
        "fetches a page",
        """
        import urllib.request
        urllib.request.urlopen(f"http://127.0.0.1:{CANARY['port']}/", timeout=0.2)
        """,
        NETWORK,
        "listener",
    ),
    Attack(
        "connects to an abstract socket",
        """
        import socket
        socket.socket(socket.AF_UNIX).connect('\\0' + CANARY['abstract'])
        """,
        NETWORK,
        "listener",
    ),
    Attack(
        "connects to a daemon's socket",
        """
        import socket
        socket.socket(socket.AF_UNIX).connect(CANARY['unix'])
        """,
        (*NETWORK, "user"),
        "listener",
    ),
    Attack(
        "listens for others",
        """
        import socket
        server = socket.socket()
        server.bind(('127.0.0.1', 0))
        server.listen()
        print('DEED-DONE', server.getsockname())
        """,
        ("filter", "landlock"),
        "done",
    ),
    Attack(
        "opens a raw netlink socket",
        "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW); print('DEED-DONE')",
        ("filter",),
        "done",
    ),
    Attack(
        "opens a socket past namespaces, AF_VSOCK",
        "import socket; socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM); print('DEED-DONE')",
        ("filter",),
        "done",
    ),
    Attack(
        "opens a socket by io_uring",
        """
        import ctypes
        if ctypes.CDLL(None).syscall(425, 4, ctypes.create_string_buffer(200)) >= 0:
            print('DEED-DONE')
        """,
        ("filter",),
        "done",
    ),
    Attack(
        "kills another process",
        "import os; os.kill(CANARY['victim'], 0); print('DEED-DONE')",
        KILLS,
        "done",
    ),
    Attack(
        "kills the grader",
        "import os; os.kill(CANARY['grader'], 0); print('DEED-DONE')",
        KILLS,
        "done",
    ),
    Attack(
        "kills the runner",
        "import os; os.kill(os.getppid() or 1, 0); print('DEED-DONE')",
        ("filter", "landlock", "user"),
        "done",
    ),
    Attack(
        "has the kernel signal the runner once a pipe can be read",
        """
        import fcntl, os
        reading, writing = os.pipe()
        fcntl.fcntl(reading, fcntl.F_SETOWN, os.getppid())
        print('DEED-DONE')
        """,
        ("filter",),
        "done",
    ),
    Attack(
        "has the kernel signal the runner, named in another way",
        """
        import ctypes, os
        reading, writing = os.pipe()
        owner = (ctypes.c_int * 2)(1, os.getppid())
        if ctypes.CDLL(None).fcntl(reading, 15, owner) == 0:
            print('DEED-DONE')
        """,
        ("filter",),
        "done",
    ),
    Attack(
        "chooses the signal that a pipe sends",
        """
        import fcntl, os
        fcntl.fcntl(os.pipe()[0], fcntl.F_SETSIG, 9)
        print('DEED-DONE')
        """,
        ("filter",),
        "done",
    ),
    Attack(
        "kills every process it may",
        """
        import os
        os.kill(-1, 0)
        print('DEED-DONE')
        """,
        KILLS,
        "done",
    ),
    Attack(
        "signals by a process descriptor",
        """
        import os, signal
        signal.pidfd_send_signal(os.pidfd_open(CANARY['victim']), 0)
        print('DEED-DONE')
        """,
        KILLS,
        "done",
    ),
    Attack(
        "queues a signal with data",
        """
        import ctypes
        info = (ctypes.c_int * 32)(10, 0, -1)
        if ctypes.CDLL(None).syscall(129, CANARY['victim'], 0, info) == 0:
            print('DEED-DONE')
        """,
        KILLS,
        "done",
    ),
    Attack(
        "writes a file that everybody may write",
        "open(CANARY['writable'], 'w').write('mine')",
        WRITES,
        "files",
    ),
    Attack(
        "appends to a file that everybody may write",
        "open(CANARY['writable'], 'a').write('mine')",
        WRITES,
        "files",
    ),
    Attack(
        "empties a file without opening it",
        "import os; os.truncate(CANARY['writable'], 0)",
        ("landlock", "filter", "namespaces", "user"),
        "files",
    ),
    Attack(
        "makes a file in a folder for all",
        "open(CANARY['open'] + '/new', 'x').close()",
        FILES,
        "files",
    ),
    Attack(
        "makes a file in shared memory",
        "open(CANARY['shared'], 'x').close()",
        FILES,
        "files",
    ),
    Attack(
        "makes a hard link to a secret",
        "import os; os.link(CANARY['secret'], CANARY['open'] + '/link')",
        FILES,
        "files",
    ),
    Attack(
        "removes a file",
        "import os; os.remove(CANARY['writable'])",
        FILES,
        "files",
    ),
    Attack(
        "renames a file",
        "import os; os.rename(CANARY['writable'], CANARY['open'] + '/renamed')",
        FILES,
        "files",
    ),
    Attack(
        "changes the rights of a file",
        "import os; os.chmod(CANARY['writable'], 0o777)",
        ("filter", "user", "namespaces"),
        "files",
    ),
    Attack(
        "changes its own copy's rights, so that it cannot be removed",
        """
        import os
        os.chmod('.', 0)
        print('DEED-DONE')
        """,
        ("filter", "user", "namespaces"),
        "done",
    ),
    Attack(
        "changes a file's owner",
        "import os; os.chown(CANARY['writable'], 1, 1); print('DEED-DONE')",
        ("filter", "user", "namespaces"),
        "done",
    ),
    Attack(
        "changes a file's times",
        "import os; os.utime(CANARY['writable'], (0, 0)); print('DEED-DONE')",
        ("filter", "user", "namespaces"),
        "done",
    ),
    Attack(
        "locks a library that others use",
        """
        import fcntl, os
        fcntl.flock(os.open(os.__file__, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)
        print('DEED-DONE')
        """,
        ("filter",),
        "done",
    ),
    Attack(
        "overwrites its own source for the next run",
        "open(__file__, 'w').write('mine'); print('DEED-DONE')",
        WRITES,
        "done",
    ),
    Attack(
        "leaves compiled code beside its source",
        """
        import os, sys
        os.mkdir('__pycache__')
        print('DEED-DONE')
        """,
        WRITES,
        "done",
    ),
    Attack(
        "becomes root again",
        """
        import os
        os.setuid(0)
        print('DEED-DONE', os.getuid())
        """,
        ("filter", "user"),
        "done",
    ),
    Attack(
        "makes namespaces to be root in them",
        """
        import ctypes
        if ctypes.CDLL(None).unshare(0x10000000) == 0:
            print('DEED-DONE')
        """,
        ("filter",),
        "done",
    ),
    Attack(
        "enters the namespaces of another process",
        """
        import ctypes, os
        file = os.open(f"/proc/{CANARY['victim']}/ns/net", os.O_RDONLY)
        if ctypes.CDLL(None).setns(file, 0) == 0:
            print('DEED-DONE')
        """,
        EVERYTHING,
        "done",
    ),
    Attack(
        "mounts a file system",
        """
        import ctypes
        if ctypes.CDLL(None).syscall(430, b'tmpfs', 0) >= 0:
            print('DEED-DONE')
        """,
        ("filter", "user"),
        "done",
    ),
    Attack(
        "loads a program into the kernel",
        """
        import ctypes
        attribute = (ctypes.c_uint32 * 32)(1, 4, 4, 1)
        if ctypes.CDLL(None).syscall(321, 0, attribute, 128) >= 0:
            print('DEED-DONE')
        """,
        ("filter", "user"),
        "done",
    ),
    Attack(
        "asks the kernel's key ring",
        """
        import ctypes
        if ctypes.CDLL(None).syscall(248, b'user', b'canary', b'x', 1, -1) >= 0:
            print('DEED-DONE')
        """,
        ("filter",),
        "done",
    ),
    Attack(
        "watches page faults",
        """
        import ctypes
        if ctypes.CDLL(None).syscall(323, 1) >= 0:
            print('DEED-DONE')
        """,
        ("filter",),
        "done",
    ),
    Attack(
        "takes a core from others",
        """
        import os
        os.sched_setaffinity(0, {0})
        print('DEED-DONE')
        """,
        ("filter",),
        "done",
    ),
    Attack(
        "puts itself before others",
        "import os; os.nice(-5); print('DEED-DONE')",
        ("filter", "user"),
        "done",
    ),
    Attack(
        "types into a terminal",
        """
        import ctypes, fcntl, os
        master, terminal = os.openpty()
        fcntl.ioctl(terminal, 0x5412, b'x')
        print('DEED-DONE')
        """,
        EVERYTHING,
        "done",
    ),
    Attack(
        "calls by 32-bit numbers, past the filter",
        """
        import ctypes, mmap
        # mov eax, 20 (getpid of 32 bits); int 0x80; ret
        code = mmap.mmap(-1, 4096, prot=7)
        code.write(bytes.fromhex('b814000000cd80c3'))
        address = ctypes.addressof(ctypes.c_char.from_buffer(code))
        if ctypes.CFUNCTYPE(ctypes.c_int)(address)() > 0:
            print('DEED-DONE')
        """,
        ("filter",),
        "done",
    ),
    Attack(
        "escapes from the filter by a thread",
        """
        import os, threading
        def deed():
            if os.fork() == 0:
                os.write(1, b'DEED-DONE')
                os._exit(0)
            os.wait()
        thread = threading.Thread(target=deed)
        thread.start()
        thread.join()
        """,
        ("filter",),
        "done",
    ),
    Attack(
        "escapes from Landlock by a thread",
        """
        import threading
        def deed():
            print(open(CANARY['secret']).read())
        thread = threading.Thread(target=deed)
        thread.start()
        thread.join()
        """,
        FILES,
    ),
]
