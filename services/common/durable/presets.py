"""How long activities may take and how they are retried. Every activity of every service uses one of these."""

from datetime import timedelta

from temporalio.common import RetryPolicy

LOCAL_LIMIT = timedelta(seconds=5)
"""A short write to the own database is tried as a local activity this long, then as a regular one."""

LOCAL_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=100),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(seconds=1),
    maximum_attempts=8,
)
"""Eight attempts take some 4.5 s. The limit above ends one attempt that hangs; measured on a real server, it does not
end a row of attempts that fail fast, and each further eight seconds of them would cost a workflow task.
"""

PROMPT_LIMIT = timedelta(seconds=3)
"""A call that is nearly always answered at once is waited for this long as a local activity, then as a regular one."""

PROMPT_RETRY = RetryPolicy(maximum_attempts=1)
"""Once: whoever does not answer at once is given time, by a regular activity."""

WRITE_TIMEOUT = timedelta(seconds=20)
"""One attempt of a write to the own database as a regular activity."""

WRITE_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=1.5, maximum_interval=timedelta(seconds=20)
)

OUTSIDE_TIMEOUT = timedelta(seconds=30)
"""One attempt of a call that leaves the company (gateway, core, object store)."""

OUTSIDE_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2.0, maximum_interval=timedelta(minutes=1)
)
