# SPDX-License-Identifier: GPL-2.0-or-later
"""
Run our tests, which live outside of FRR's tree, under FRR's topotest library.

Loads the library's own conftest.py and hands its hooks and fixtures to pytest.
"""

import importlib.util
import os
import sys
import time

LIBRARY = os.path.join(os.environ["FRR_BPF_FRR_SOURCE"], "tests/topotests")
sys.path.insert(0, LIBRARY)
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

SPEC = importlib.util.spec_from_file_location("frr_conftest", LIBRARY + "/conftest.py")
UPSTREAM = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(UPSTREAM)

from lib import topotest  # pylint: disable=import-error,wrong-import-position

# A kernel without loadable modules has no /proc/modules; our tests need none of MPLS.
topotest.module_present_linux = lambda module, load: False

# The library refuses to run where a daemon is missing that our tests never start; what it
# misses is in RUNDIR/diagnostics.txt.
DIAGNOSE = UPSTREAM.diagnose_env
UPSTREAM.diagnose_env = lambda rundir: DIAGNOSE(rundir) or True


def entered(pid):
    """True when a process has left our namespaces, or is gone."""
    try:
        return not any(
            os.path.samefile(f"/proc/{pid}/ns/{kind}", f"/proc/self/ns/{kind}")
            for kind in ("mnt", "net", "uts")
        )
    except OSError:
        return True


def patch_munet():
    """
    Have a node's process started after nsenter has entered the topology's namespaces. munet,
    the library's base since FRR 9, takes a process that is still in pytest's namespaces for one
    that is already in the node's, and then prepares the node there: tmpfs, host name, sysctls.
    """
    from munet import base  # pylint: disable=import-error,import-outside-toplevel

    popen = base.Commander.popen

    def popen_entered(self, cmd, **kwargs):
        process = popen(self, cmd, **kwargs)
        elsewhere = getattr(self, "pid", None) and entered(self.pid)
        while elsewhere and process.poll() is None and not entered(process.pid):
            time.sleep(0.001)
        return process

    base.Commander.popen = popen_entered


if os.path.isdir(LIBRARY + "/munet"):
    patch_munet()

for name, value in vars(UPSTREAM).items():
    if name not in globals():
        globals()[name] = value
