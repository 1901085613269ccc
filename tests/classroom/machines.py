"""A cluster on this machine, its scheduler and each worker a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path


class Cluster:
    """A scheduler and workers, each a process of its own, as `dask scheduler` and `dask worker` start them."""

    def __init__(self, folder: Path, patience: str) -> None:
        self.folder = folder
        self.scheduler_file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self._start("dask_scheduler", "--port", "0", "--host", "127.0.0.1", "--no-dashboard",
                    DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL=patience)  # fmt: skip
        self.address = self._address()

    def add(self, count: int = 1, **environment: str) -> list[subprocess.Popen[bytes]]:
        return [
            self._start("dask_worker", "--nthreads", "1", "--no-nanny", "--no-dashboard",
                        "--host", "127.0.0.1", **environment)
            for _ in range(count)
        ]  # fmt: skip

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()

    def _start(self, name: str, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}-{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{name}",
                 "--scheduler-file", str(self.scheduler_file), *arguments],
                stdout=log, stderr=log,
                env=os.environ | environment,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def _address(self) -> str:
        for _ in range(600):
            if self.scheduler_file.exists() and self.scheduler_file.read_text():
                return str(json.loads(self.scheduler_file.read_text())["address"])
            time.sleep(0.1)
        raise AssertionError((self.folder / "dask_scheduler-0.log").read_text())
