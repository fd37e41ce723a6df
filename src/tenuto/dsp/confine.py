"""Takes from the calling process what it does not need to read one file and write another.

`limit` works on any Unix. On Linux, `restrict_files` (Landlock) leaves it the named paths only, and `restrict_calls`
(seccomp) takes away the network, other processes, and every way to change who may do what. None needs privileges and
none can be undone; where a kernel lacks one, it is skipped, and the answer says so.
"""

import contextlib
import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

from tenuto.dsp.limits import Limits

_MOST_OPEN_FILES = 64

held: dict[str, bool] = {}  # what this process is under; written once, by the process that confines itself


def what_holds() -> dict[str, bool]:
    """Which confinements this process is under: memory, files, calls."""
    return held


# linux/prctl.h
_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2


def _call(function: str, *args: int | bytes | None) -> int:
    """A function of libc; -1 where it fails or does not exist."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        # Numbers as long: a variadic call would otherwise cut them to 32 bits.
        return int(getattr(library, function)(*(ctypes.c_long(arg) if isinstance(arg, int) else arg for arg in args)))
    except (AttributeError, OSError):
        return -1


def limit(limits: Limits) -> bool:
    """Bound memory, processor time, file size and open files. False where the memory cannot be bounded.

    No core dumps: they would hold somebody's music.
    """
    cpu_seconds = max(1, int(limits.cpu_seconds))
    # Memory that is really written to. Counting addresses (RLIMIT_AS) would count 64 MB reserved by each thread.
    memory = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    for what, soft, hard in (
        (memory, limits.memory_bytes, limits.memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 2),  # asked to end, then ended
        (resource.RLIMIT_FSIZE, limits.largest_output_bytes, limits.largest_output_bytes),
        (resource.RLIMIT_NOFILE, _MOST_OPEN_FILES, _MOST_OPEN_FILES),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        # An operator's own limit may be lower, and macOS knows no limit of memory.
        with contextlib.suppress(ValueError, OSError):
            _, ceiling = resource.getrlimit(what)
            if ceiling != resource.RLIM_INFINITY:
                soft, hard = min(soft, ceiling), min(hard, ceiling)
            resource.setrlimit(what, (soft, hard))
    return resource.getrlimit(memory)[0] <= limits.memory_bytes


def die_with_parent() -> None:
    """On Linux: be killed when the process that started this one ends, however it ends."""
    if sys.platform == "linux":
        _call("prctl", _PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def forbid_new_privileges() -> bool:
    """No program started from here gains rights, for example by a set-user-id bit. Landlock and seccomp ask for it."""
    return sys.platform == "linux" and _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0


# Landlock: linux/landlock.h. The numbers are the same on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG = 1
_PATH_BENEATH = 1
_WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_FILE, _MAKE_REGULAR, _TRUNCATE = (1 << bit for bit in (1, 2, 3, 5, 8, 14))
# All that a version knows is forbidden first: bits 0 to 12, then REFER, TRUNCATE and IOCTL_DEV.
_KNOWN_BITS = {1: 13, 2: 14, 3: 15, 4: 15}
_KNOWN_BITS_SINCE_5 = 16
_BIND_AND_CONNECT_TCP = 0b11
_SCOPE_SOCKETS_AND_SIGNALS = 0b11


def restrict_files(reads: Iterable[Path], writes: Iterable[Path]) -> bool:
    """Leave only these files to be read and these directories to be written into. False where there is no Landlock."""
    if sys.platform != "linux":
        return False
    version = _call("syscall", _CREATE_RULESET, None, 0, _VERSION_FLAG)
    if version < 1:
        return False
    known = (1 << _KNOWN_BITS.get(version, _KNOWN_BITS_SINCE_5)) - 1
    attributes = struct.pack("<Q", known)
    if version >= 4:
        attributes += struct.pack("<Q", _BIND_AND_CONNECT_TCP)
    if version >= 6:
        attributes += struct.pack("<Q", _SCOPE_SOCKETS_AND_SIGNALS)
    ruleset = _call("syscall", _CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        return False
    into = _WRITE_FILE | _READ_FILE | _READ_DIR | _REMOVE_FILE | _MAKE_REGULAR | _TRUNCATE
    try:
        for path, access in (*((path, _READ_FILE) for path in reads), *((path, into) for path in writes)):
            allowed = access | _READ_DIR if path.is_dir() else access
            handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
            rule = struct.pack("<Qi", allowed & known, handle)
            added = _call("syscall", _ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
            os.close(handle)
            if added < 0:
                return False
        return _call("syscall", _RESTRICT_SELF, ruleset, 0) == 0
    finally:
        os.close(ruleset)


# Seccomp: linux/seccomp.h, linux/audit.h, asm/unistd.h. Name: number on x86-64, number on 64-bit ARM (-1: not there).
_FORBIDDEN = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "fork": (57, -1),
    "vfork": (58, -1),
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "bpf": (321, 280),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),  # would do all of this behind the filter's back
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "kexec_load": (246, 104),
    "reboot": (169, 142),
    "setrlimit": (160, 164),
    "prlimit64": (302, 261),
    # Landlock does not guard these.
    "chmod": (90, -1),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, -1),
    "lchown": (94, -1),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "utimensat": (280, 88),
}
_TO_OWN_PROCESS_ONLY = {"kill": (62, 129), "tgkill": (234, 131)}
_CLONE, _CLONE3 = (56, 220), (435, 435)
_CLONE_THREAD = 0x0001_0000
_AUDIT_ARCHITECTURES = {"x86_64": (0, 0xC000_003E), "aarch64": (1, 0xC000_00B7)}
_X32_BIT = 0x4000_0000

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_ALLOW = 0x7FFF_0000
_KILL = 0x8000_0000
_REFUSE = 0x0005_0000 | errno.EPERM
_UNKNOWN = 0x0005_0000 | errno.ENOSYS


def _program(column: int, architecture: int, pid: int) -> bytes:
    """The filter, as instructions of eight bytes: what to do, how far to jump if so and if not, with which value."""
    steps: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_JUMP_AT_LEAST, 0, 1, _X32_BIT),
        (_RETURN, 0, 0, _REFUSE),
    ]
    for numbers in _FORBIDDEN.values():
        if numbers[column] >= 0:
            steps += [(_JUMP_EQUAL, 0, 1, numbers[column]), (_RETURN, 0, 0, _REFUSE)]
    # clone3 hides its flags behind a pointer; without it libc falls back to clone, which shows them.
    steps += [(_JUMP_EQUAL, 0, 1, _CLONE3[column]), (_RETURN, 0, 0, _UNKNOWN)]
    for number, jump, value in (
        (_CLONE[column], _JUMP_BITS, _CLONE_THREAD),
        *((numbers[column], _JUMP_EQUAL, pid) for numbers in _TO_OWN_PROCESS_ONLY.values()),
    ):
        steps += [
            (_JUMP_EQUAL, 0, 4, number),
            (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
            (jump, 0, 1, value),
            (_RETURN, 0, 0, _ALLOW),
            (_RETURN, 0, 0, _REFUSE),
        ]
    steps.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("<HBBI", *step) for step in steps)


def restrict_calls() -> bool:
    """No network, no other processes, no change of rights. False where this kernel or machine has no such filter."""
    if sys.platform != "linux" or platform.machine() not in _AUDIT_ARCHITECTURES:
        return False
    program = _program(*_AUDIT_ARCHITECTURES[platform.machine()], os.getpid())
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("<HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
    return _call("prctl", _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0) == 0
