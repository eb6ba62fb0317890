"""Who pays for ortools: half a second and 100 MB."""

from __future__ import annotations

import subprocess
import sys

import pytest

ASK = "import sys, {module}; print('ortools' in {{m.split('.')[0] for m in sys.modules}})"


@pytest.mark.parametrize(
    "module", ["server.app", "scheduling.suggest", "scheduling.solver.search", "scheduling.solver.verify"]
)
def test_a_server_that_never_plans_does_not_import_it(module):
    asked = subprocess.run(
        [sys.executable, "-c", ASK.format(module=module)], capture_output=True, text=True, check=True
    )
    assert asked.stdout.strip() == "False"
