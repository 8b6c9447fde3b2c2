"""Reports of runs are true, in any story of lost answers, lags and other writers."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings

from .model.machine import PushMachine

TestPushes = pytest.mark.slow(pytest.mark.timeout(1800)(PushMachine.TestCase))
TestPushes.settings = settings(
    max_examples=60,
    stateful_step_count=8,
    deadline=None,
    print_blob=True,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
