"""A Dask cluster on this machine for one measurement: two workers of one thread each, in processes of their own.

Run as a program it starts one, says so, and ends it when its standard input ends.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from importlib.util import find_spec


def installed() -> bool:
    """Whether Dask is there."""
    return find_spec("distributed") is not None


class Cluster:
    """A cluster that is started before a measurement and ended after it, so that nothing idles beside the others."""

    def __init__(self, variables: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self._port}"
        self._variables = variables
        self._process: subprocess.Popen[str] | None = None

    def pid(self) -> int | None:
        """The process whose children the workers are, while it runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it and wait until its workers are there."""
        command = [sys.executable, __file__, str(self._port)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self._variables)
        if self._process.stdout is None or self._process.stdout.readline() != "ready\n":
            sys.exit("the Dask cluster has not started")

    def stop(self) -> None:
        """End it."""
        if self._process:
            self._process.communicate()
            self._process = None


def main() -> None:
    """Keep a cluster until nobody wants it."""
    from distributed import LocalCluster  # noqa: PLC0415  only this process needs it

    with LocalCluster(n_workers=2, threads_per_worker=1, scheduler_port=int(sys.argv[1]), dashboard_address=":0") as cluster:
        cluster.wait_for_workers(2)
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
