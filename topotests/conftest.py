# SPDX-License-Identifier: GPL-2.0-or-later
"""
Run our tests, which live outside of FRR's tree, under FRR's topotest library.

Loads the library's own conftest.py and hands its hooks and fixtures to pytest.
"""

import importlib.util
import os
import sys

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

for name, value in vars(UPSTREAM).items():
    if name not in globals():
        globals()[name] = value
