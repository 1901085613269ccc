"""Attacks that read what is not theirs: files, memory, the environment, the answers."""

from __future__ import annotations

from tests.attacks.attack import EVERYTHING, FILES, Attack

READS = FILES
MEMORY = ("landlock", "filter", "user", "namespaces")

ATTACKS = [
    Attack("opens a file that everybody may read", "print(open(CANARY['secret']).read())", READS),
    Attack("opens a private file of root", "print(open(CANARY['private']).read())", READS),
    Attack(
        "opens it by a descriptor",
        """
        import os
        print(os.read(os.open(CANARY['secret'], os.O_RDONLY), 100))
        """,
        READS,
    ),
    Attack(
        "opens it by the C library",
        """
        import ctypes
        libc = ctypes.CDLL(None)
        buffer = ctypes.create_string_buffer(100)
        libc.read(libc.open(CANARY['secret'].encode(), 0), buffer, 100)
        print(buffer.value)
        """,
        READS,
    ),
    Attack(
        "opens it by a system call of its own, openat2",
        """
        import ctypes, os
        how = (ctypes.c_uint64 * 3)(0, 0, 0)
        call = ctypes.CDLL(None).syscall
        file = call(437, -100, CANARY['secret'].encode(), how, 24)
        print(os.read(file, 100))
        """,
        READS,
    ),
    Attack(
        "maps it into memory",
        """
        import mmap
        with open(CANARY['secret'], 'rb') as file:
            print(mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)[:])
        """,
        READS,
    ),
    Attack(
        "reads it with numpy",
        "import numpy; print(numpy.fromfile(CANARY['secret'], dtype='u1').tobytes())",
        READS,
    ),
    Attack(
        "reads it with numpy's memmap",
        "import numpy; print(bytes(numpy.memmap(CANARY['secret'], mode='r')))",
        READS,
    ),
    Attack(
        "reads it with linecache",
        "import linecache; print(linecache.getline(CANARY['secret'], 1))",
        READS,
    ),
    Attack(
        "executes it with runpy and reads the complaint",
        """
        import runpy
        try:
            runpy.run_path(CANARY['secret'])
        except SyntaxError as error:
            print(error.text)
        except NameError as error:
            print(str(error), open(CANARY['secret']).read())
        """,
        READS,
    ),
    Attack(
        "finds it by a walk of the folder",
        """
        import os
        for folder, _, names in os.walk(os.path.dirname(CANARY['secret'])):
            for name in names:
                try:
                    print(open(os.path.join(folder, name)).read())
                except OSError:
                    pass
        """,
        READS,
    ),
    Attack(
        "climbs out of its folder",
        "print(open('../../' + CANARY['secret'].split('/tmp/')[1]).read())",
        READS,
    ),
    Attack(
        "climbs out by its working folder",
        """
        import os
        os.chdir(os.path.dirname(CANARY['secret']))
        print(open('secret.txt').read())
        """,
        READS,
    ),
    Attack(
        "climbs out by the folders it was left open",
        """
        import os
        for number in range(3, 1024):
            try:
                file = os.open('../' * 12 + CANARY['secret'][1:], os.O_RDONLY, dir_fd=number)
                print(os.read(file, 100))
            except OSError:
                pass
        print(open(CANARY['secret']).read())
        """,
        READS,
    ),
    Attack(
        "climbs out by the magic links of /proc",
        "print(open('/proc/self/root' + CANARY['secret']).read())",
        READS,
    ),
    Attack(
        "makes a link in its own folder",
        """
        import os
        os.symlink(CANARY['secret'], 'mine.txt')
        print(open('mine.txt').read())
        """,
        (*READS, "limits"),
    ),
    Attack(
        "leaves a root of its own by chroot",
        """
        import os
        folder = os.open('/', os.O_RDONLY)
        os.chroot('.')
        os.fchdir(folder)
        print(open('.' + CANARY['secret']).read())
        """,
        EVERYTHING,
    ),
    Attack(
        "reads the reference",
        """
        text = open(CANARY['reference']).read()
        print('DEED-DONE', len(text))
        """,
        READS,
        "done",
    ),
    Attack(
        "imports the reference",
        """
        import sys, os
        sys.path.insert(0, os.path.dirname(CANARY['reference']))
        import autodiff
        open(autodiff.__file__) and print('DEED-DONE')
        """,
        READS,
        "done",
    ),
    Attack(
        "imports the grader's judge",
        """
        import sys
        sys.path.insert(0, CANARY['project'])
        import grader.judging.compare
        open(grader.judging.compare.__file__) and print('DEED-DONE')
        """,
        READS,
        "done",
    ),
    Attack(
        "imports the grader's answers through the package it was loaded from",
        """
        import gc, sys, types
        for thing in gc.get_objects():
            file = thing.__code__.co_filename if isinstance(thing, types.FunctionType) else ''
            if '/grader/guest' in file:
                sys.path.insert(0, file.split('/grader/guest')[0])
                break
        import grader.answers
        open(grader.answers.__file__) and print('DEED-DONE')
        """,
        READS,
        "done",
    ),
    Attack(
        "reads the assignments",
        """
        import os
        folder = CANARY['project'] + '/assignments'
        print('DEED-DONE', os.listdir(folder))
        """,
        READS,
        "done",
    ),
    Attack(
        "reads the cache of answers at home",
        """
        import os, pathlib
        pathlib.Path('/root').iterdir().__next__()
        print('DEED-DONE')
        """,
        READS,
        "done",
    ),
    Attack(
        "lists the root",
        "import os; print('DEED-DONE', os.listdir('/'))",
        READS,
        "done",
    ),
    Attack(
        "lists the processes",
        "import os; print('DEED-DONE', [n for n in os.listdir('/proc') if n.isdigit()][0])",
        READS,
        "done",
    ),
    Attack(
        "reads who lives here",
        "print(open('/etc/passwd').read(), 'DEED-DONE')",
        READS,
        "done",
    ),
    Attack(
        "reads another process's environment",
        "print(open(f\"/proc/{CANARY['victim']}/environ\").read())",
        READS,
    ),
    Attack(
        "reads another process's memory by /proc",
        """
        victim = CANARY['victim']
        for line in open(f'/proc/{victim}/maps'):
            if '[stack]' in line:
                start, end = (int(part, 16) for part in line.split()[0].split('-'))
                with open(f'/proc/{victim}/mem', 'rb') as memory:
                    memory.seek(start)
                    text = memory.read(end - start)
                at = text.find(b'SECRET_IN_ENVIRONMENT')
                print(text[at:at + 80])
        """,
        READS,
    ),
    Attack(
        "reads another process's memory by process_vm_readv",
        """
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        here = ctypes.create_string_buffer(8)
        part = (ctypes.c_void_p * 2)(ctypes.addressof(here), 8)
        libc.process_vm_readv(CANARY['victim'], part, 1, part, 1, 0)
        if ctypes.get_errno() == 14:
            print('DEED-DONE: only the address was wrong')
        """,
        MEMORY,
        "done",
    ),
    Attack(
        "attaches to another process",
        """
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.ptrace(0x4206, CANARY['victim'], 0, 0) == 0:
            print('DEED-DONE')
            libc.ptrace(17, CANARY['victim'], 0, 0)
        """,
        MEMORY,
        "done",
    ),
    Attack(
        "takes another process's descriptors",
        """
        import os, ctypes
        call = ctypes.CDLL(None).syscall
        process = os.pidfd_open(CANARY['victim'])
        if call(438, process, 0, 0) >= 0:
            print('DEED-DONE')
        """,
        MEMORY,
        "done",
    ),
    Attack(
        "compares itself with another process",
        """
        import ctypes, os
        if ctypes.CDLL(None).syscall(312, CANARY['victim'], CANARY['victim'], 1, 0, 0) >= 0:
            print('DEED-DONE')
        """,
        MEMORY,
        "done",
    ),
    Attack(
        "looks for inputs of later cases in memory",
        """
        import gc
        for thing in gc.get_objects():
            if type(thing).__name__ in ('Program', 'Case', 'Assignment', 'Transcript'):
                print('DEED-DONE', thing)
        """,
        (),
        "done",
    ),
    Attack(
        "looks for expected values on the frames above",
        """
        import sys
        frame = sys._getframe()
        while frame:
            for name, value in frame.f_locals.items():
                if name in ('expected', 'cases', 'points', 'hidden'):
                    print('DEED-DONE', name)
            frame = frame.f_back
        """,
        (),
        "done",
    ),
    Attack(
        "looks for later programs on the pipe",
        """
        import os
        os.set_blocking(3, False)
        text = os.read(3, 1 << 20)
        if text:
            print('DEED-DONE', text)
        """,
        (),
        "done",
    ),
    Attack(
        "reads the grader's arguments and environment",
        """
        import os, sys
        for text in (*os.environ.values(), *sys.argv, *sys.orig_argv):
            if CANARY['project'] + '/grader' in text or 'TOKEN' in text or 'case' in text:
                print('DEED-DONE', text)
        """,
        (),
        "done",
    ),
    Attack(
        "reads the kernel's log",
        """
        import ctypes
        buffer = ctypes.create_string_buffer(1000)
        if ctypes.CDLL(None).syscall(103, 3, buffer, 1000) >= 0:
            print('DEED-DONE')
        """,
        ("filter", "user"),
        "done",
    ),
    Attack(
        "opens a file by its handle, past the paths",
        """
        import ctypes, os
        call = ctypes.CDLL(None).syscall
        handle = (ctypes.c_uint32 * 40)(128)
        mount = ctypes.c_int()
        call(303, -100, CANARY['secret'].encode(), handle, ctypes.byref(mount), 0)
        folder = os.open('/tmp', os.O_RDONLY)
        print(os.read(call(304, folder, handle, 0), 100))
        """,
        ("landlock", "filter", "user", "namespaces"),
    ),
]
