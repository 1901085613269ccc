"""Numbers of the system calls that the filter knows: name, on x86-64, on aarch64 (empty: not there)."""

from __future__ import annotations

from typing import Final

# Groups of calls that are refused. An autodiff module needs none of them.
_REFUSED: Final = {
    "processes": """
        fork:57: vfork:58: execve:59:221 execveat:322:281 setsid:112:157
        setpgid:109:154 unshare:272:97 setns:308:268 pidfd_open:434:434 pidfd_getfd:438:438
        pidfd_send_signal:424:424 process_madvise:440:440 process_mrelease:448:448
        kcmp:312:272 ptrace:101:117 process_vm_readv:310:270 process_vm_writev:311:271
        tkill:200:130 rt_sigqueueinfo:129:138 rt_tgsigqueueinfo:297:240
    """,
    "network": """
        socket:41:198 socketpair:53:199 connect:42:203 bind:49:200 listen:50:201
        accept:43:202 accept4:288:242 sendto:44:206 sendmsg:46:211 sendmmsg:307:269
        recvfrom:45:207 recvmsg:47:212 recvmmsg:299:243
    """,
    "ipc": """
        shmget:29:194 shmat:30:196 shmctl:31:195 shmdt:67:197 semget:64:190 semop:65:193
        semctl:66:191 semtimedop:220:192 msgget:68:186 msgsnd:69:189 msgrcv:70:188
        msgctl:71:187 mq_open:240:180 mq_unlink:241:181 mq_timedsend:242:182
        mq_timedreceive:243:183 mq_notify:244:184 mq_getsetattr:245:185 memfd_create:319:279
        memfd_secret:447:447 flock:73:32
    """,
    "files": """
        chmod:90: fchmod:91:52 fchmodat:268:53 fchmodat2:452:452 chown:92: fchown:93:55
        lchown:94: fchownat:260:54 utime:132: utimes:235: futimesat:261: utimensat:280:88
        setxattr:188:5 lsetxattr:189:6 fsetxattr:190:7 setxattrat:463:463 removexattr:197:14
        lremovexattr:198:15 fremovexattr:199:16 removexattrat:466:466 file_setattr:469:469
        truncate:76:45 ftruncate:77:46 name_to_handle_at:303:264 open_by_handle_at:304:265
        fanotify_init:300:262 fanotify_mark:301:263 inotify_init:253: inotify_init1:294:26
        inotify_add_watch:254:27 sync:162:81 syncfs:306:267 quotactl:179:60
        quotactl_fd:443:443
    """,
    "mounts": """
        mount:165:40 umount2:166:39 pivot_root:155:41 chroot:161:51 mount_setattr:442:442
        open_tree:428:428 open_tree_attr:467:467 move_mount:429:429 fsopen:430:430
        fsconfig:431:431 fsmount:432:432 fspick:433:433 statmount:457:457 listmount:458:458
        swapon:167:224 swapoff:168:225
    """,
    "identity": """
        setuid:105:146 setgid:106:144 setreuid:113:145 setregid:114:143 setresuid:117:147
        setresgid:119:149 setfsuid:122:151 setfsgid:123:152 setgroups:116:159 capset:126:91
        personality:135:92
    """,
    "priority": """
        setpriority:141:140 sched_setaffinity:203:122 sched_setscheduler:144:119
        sched_setparam:142:118 sched_setattr:314:274 ioprio_set:251:30 setrlimit:160:164
    """,
    "kernel": """
        bpf:321:280 perf_event_open:298:241 userfaultfd:323:282 keyctl:250:219
        add_key:248:217 request_key:249:218 seccomp:317:277 init_module:175:105
        finit_module:313:273 delete_module:176:106 kexec_load:246:104
        kexec_file_load:320:294 reboot:169:142 sethostname:170:161 setdomainname:171:162
        settimeofday:164:170 clock_settime:227:112 clock_adjtime:305:266 adjtimex:159:171
        acct:163:89 syslog:103:116 iopl:172: ioperm:173: modify_ldt:154:
        lookup_dcookie:212:18 vhangup:153:58 uselib:134: nfsservctl:180:42 _sysctl:156:
        sysfs:139: ustat:136: create_module:174: get_kernel_syms:177: query_module:178:
        move_pages:279:239 migrate_pages:256:238 set_mempolicy:238:237 mbind:237:235
        io_setup:206:0 io_submit:209:2 remap_file_pages:216:234 vmsplice:278:75
    """,
}

# Calls whose arguments are looked at, and calls that are answered as if the kernel had none of them.
_INSPECTED: Final = """
    clone:56:220 kill:62:129 tgkill:234:131 prctl:157:167 prlimit64:302:261 ioctl:16:29
    fcntl:72:25
"""
_ABSENT: Final = """
    clone3:435:435 io_uring_setup:425:425 io_uring_enter:426:426 io_uring_register:427:427
"""

LAST_KNOWN: Final = 469
"""The highest number in these tables: what is newer is answered as absent."""


def _column(text: str, machine: str) -> dict[str, int]:
    columns = (entry.split(":") for entry in text.split())
    pairs = ((name, x86 if machine == "x86_64" else arm) for name, x86, arm in columns)
    return {name: int(number) for name, number in pairs if number}


def refused(machine: str) -> dict[str, int]:
    """Name and number of the calls that are refused, on `x86_64` or `aarch64`."""
    return _column(" ".join(_REFUSED.values()), machine)


def inspected(machine: str) -> dict[str, int]:
    return _column(_INSPECTED, machine)


def absent(machine: str) -> dict[str, int]:
    return _column(_ABSENT, machine)
