"""Corpora and data sets in storages: memory, and an S3 server of our own on loopback."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fsspec
import pytest
from fsspec.core import url_to_fs

from bundled import tree

ENV = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
"""What the S3 server's clients are told: that, and where it is. Whoever runs the tests has credentials that are none of ours."""

BUCKET = "bucket"


@contextmanager
def s3_server() -> Iterator[str]:
    """The address of an S3 server with an empty bucket; clients of this process and its children find it by their environment."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    try:
        with pytest.MonkeyPatch.context() as patch:
            host, port = server.get_host_and_port()
            for name, value in {**ENV, "AWS_ENDPOINT_URL": f"http://{host}:{port}"}.items():
                patch.setenv(name, value)
            patch.delenv("AWS_PROFILE", raising=False)
            fsspec.filesystem("s3").mkdir(BUCKET)
            yield f"http://{host}:{port}"
    finally:
        fsspec.get_filesystem_class("s3").clear_instance_cache()
        server.stop()


def put(folder: Path, url: str) -> str:
    """Put every file of a folder into a storage; return the URL."""
    for path, data in tree(folder).items():
        if data is not None:
            write(f"{url}/{path}", data)
    return url


def write(url: str, data: bytes) -> None:
    """Make one file."""
    fs, place = url_to_fs(url)
    fs.pipe_file(place, data)


def delete(url: str) -> None:
    """Delete one file."""
    fs, place = url_to_fs(url)
    fs.rm_file(place)


def stored(url: str) -> dict[str, bytes]:
    """Every file below a URL with its bytes."""
    fs, place = url_to_fs(url)
    fs.invalidate_cache()
    return {path[len(place) + 1 :]: fs.cat_file(path) for path in sorted(fs.find(place))}


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {path: data for path, data in tree(folder).items() if data is not None}
