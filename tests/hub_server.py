"""A Hub on this machine: the endpoints that huggingface_hub calls to publish, with commits, refs and stored objects.

What it answers follows the source of huggingface_hub 2.4 and the Git LFS batch API. It can be told to fail.
"""

from __future__ import annotations

import base64
import fnmatch
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import yaml

WRITER, READER = "hf_" + "w" * 34, "hf_" + "r" * 34
_ATTRIBUTES = b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"
_PAGE = 7


@dataclass(frozen=True)
class Stored:
    """A file of a commit: its content in git, or the hash under which it is stored apart."""

    size: int
    content: bytes | None = None
    sha256: str | None = None

    @property
    def oid(self) -> str:
        if self.content is None:
            pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.sha256}\nsize {self.size}\n".encode()
            return _blob(pointer)
        return _blob(self.content)


@dataclass(frozen=True)
class Commit:
    oid: str
    message: str
    files: dict[str, Stored]


@dataclass
class Repo:
    private: bool
    commits: list[Commit]
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def head(self) -> Commit:
        return self.commits[-1]

    def at(self, revision: str) -> Commit:
        oid = self.tags.get(revision, revision)
        return self.head if oid == "main" else next(each for each in self.commits if each.oid == oid)


class Dropped(Exception):
    """The connection is cut."""


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, message: str, code: str = "") -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code


@dataclass
class FakeHub:
    """Its state, and what was asked of it."""

    repos: dict[str, Repo] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    failures: dict[str, list[int]] = field(default_factory=dict)
    part_bytes: int | None = None
    url: str = ""
    lock: Any = field(default_factory=threading.RLock)

    def fail(self, where: str, status: int = 0, *, after: int = 0, times: int = 1000) -> None:
        """Fail at that point: with a status, or, for 0, by cutting the connection; the first ``after`` times go well."""
        self.failures[where] = [after, times, status]

    def recover(self) -> None:
        self.failures.clear()
        self.asked.clear()
        self.stored.clear()

    def reach(self, where: str) -> None:
        """A point at which something may go wrong."""
        self.asked.append(where)
        plan = self.failures.get(where)
        if plan is None:
            return
        plan[0] -= 1
        if plan[0] < 0 < plan[1]:
            plan[1] -= 1
            if not plan[2]:
                raise Dropped
            raise Refused(plan[2], "as the test says")

    def content(self, repo: str, revision: str = "main") -> dict[str, bytes]:
        """Every file of a commit, from git or from the store."""
        files = self.repos[repo].at(revision).files
        return {path: self.objects[each.sha256] if each.sha256 else each.content or b"" for path, each in files.items()}

    # ---- what is asked ----

    def info(self, name: str) -> Any:
        repo = self.repos[name]
        files = [{"rfilename": path} for path in repo.head.files]
        return {"id": name, "sha": repo.head.oid, "private": repo.private, "tags": [], "downloads": 0, "likes": 0, "siblings": files}

    def refs(self, name: str) -> Any:
        repo = self.repos[name]
        branches = [{"name": "main", "ref": "refs/heads/main", "targetCommit": repo.head.oid}]
        tags = [{"name": tag, "ref": f"refs/tags/{tag}", "targetCommit": oid} for tag, oid in repo.tags.items()]
        return {"branches": branches, "converts": [], "tags": tags}

    def tree(self, name: str, revision: str) -> list[Any]:
        files = self.repos[name].at(revision).files
        folders = {path[:i] for path in files for i, letter in enumerate(path) if letter == "/"}
        found = [{"type": "directory", "path": path, "oid": _blob(path.encode()), "size": 0} for path in folders]
        for path, each in files.items():
            lfs = {"lfs": {"oid": each.sha256, "size": each.size, "pointerSize": 130}} if each.sha256 else {}
            found.append({"type": "file", "path": path, "oid": each.oid, "size": each.size, **lfs})
        return sorted(found, key=lambda each: each["path"])

    def create(self, body: Any) -> Any:
        self.reach("create")
        name = f"{body['organization']}/{body['name']}"
        if name in self.repos:
            raise Refused(409, "You already created this dataset repo")
        files = {".gitattributes": Stored(len(_ATTRIBUTES), _ATTRIBUTES)}
        self.repos[name] = Repo(body.get("visibility") == "private", [Commit(_commit_id(name, None), "initial commit", files)])
        return {"url": f"{self.url}/datasets/{name}", "id": name, "name": name}

    def modes(self, name: str, body: Any) -> Any:
        self.reach("preupload")
        files = self.repos[name].head.files
        patterns = [line.split()[0] for line in (files[".gitattributes"].content or b"").decode().splitlines()]
        found = []
        for each in body["files"]:
            mode = "lfs" if any(fnmatch.fnmatch(each["path"], pattern) for pattern in patterns) else "regular"
            there = files.get(each["path"])
            oid = None if there is None else there.sha256 or there.oid
            found.append({"path": each["path"], "uploadMode": mode, "shouldIgnore": False, "oid": oid})
        return {"files": found}

    def batch(self, body: Any) -> Any:
        self.reach("batch")
        found = []
        for each in body["objects"]:
            answer = {"oid": each["oid"], "size": each["size"]}
            if each["oid"] not in self.objects:
                upload: dict[str, Any] = {"href": f"{self.url}/store/{each['oid']}?signature=secret"}
                if self.part_bytes is not None:
                    count = -(-each["size"] // self.part_bytes)
                    parts = {str(n): f"{self.url}/part/{each['oid']}/{n}" for n in range(1, count + 1)}
                    upload = {
                        "href": f"{self.url}/complete/{each['oid']}",
                        "header": {"chunk_size": str(self.part_bytes), **parts},
                    }
                answer["actions"] = {"upload": upload, "verify": {"href": f"{self.url}/stored"}}
            found.append(answer)
        return {"transfer": "basic", "objects": found}

    def store(self, oid: str, data: bytes) -> None:
        if hashlib.sha256(data).hexdigest() != oid:
            raise Refused(400, "the content is not what its hash says")
        self.objects[oid] = data
        self.stored.append(oid)

    def commit(self, name: str, lines: list[Any]) -> Any:
        self.reach("commit")
        repo = self.repos[name]
        header = lines[0]["value"]
        if header.get("parentCommit", repo.head.oid) != repo.head.oid:
            raise Refused(412, "A commit has happened since. Please refresh and try again.")
        files = dict(repo.head.files)
        for line in lines[1:]:
            value = line["value"]
            match line["key"]:
                case "file":
                    data = base64.b64decode(value["content"])
                    files[value["path"]] = Stored(len(data), data)
                case "lfsFile":
                    if value["oid"] not in self.objects:
                        raise Refused(400, "a pointer to what is not stored")
                    files[value["path"]] = Stored(value["size"], sha256=value["oid"])
                case "deletedFile":
                    if files.pop(value["path"], None) is None:
                        raise Refused(404, "A file with this name doesn't exist", "EntryNotFound")
                case other:
                    raise Refused(400, f"unknown operation {other}")
        oid = _commit_id(name, repo.head.oid)
        repo.commits.append(Commit(oid, header["summary"], files))
        self.reach("committed")
        return {"success": True, "commitOid": oid, "commitUrl": f"{self.url}/datasets/{name}/commit/{oid}", "hookOutput": ""}

    def tag(self, name: str, revision: str, body: Any) -> Any:
        self.reach("tag")
        repo = self.repos[name]
        if body["tag"] in repo.tags:
            raise Refused(409, "Tag already exists")
        repo.tags[body["tag"]] = repo.at(revision).oid
        self.reach("tagged")
        return {}


def _blob(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0%b" % (len(data), data)).hexdigest()  # noqa: S324  git's own


def _commit_id(name: str, parent: str | None) -> str:
    return hashlib.sha1(f"{name} {parent}".encode()).hexdigest()  # noqa: S324  git's own


def _validated(body: Any) -> Any:
    front = body["content"].split("---\n")[1]
    value = yaml.safe_load(front)
    if not isinstance(value, dict) or "configs" not in value:
        raise Refused(400, "the card has no configs")
    return {"errors": [], "warnings": []}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # an answer is one packet
    disable_nagle_algorithm = True
    hub: FakeHub

    def log_message(self, *_: Any) -> None:
        pass

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = self._chunks()
        try:
            with self.hub.lock:
                status, value, headers = 200, *self._route(body)
        except Dropped:
            self.close_connection = True
            return
        except Refused as error:
            status, value = error.status, {"error": error.message}
            headers = {"X-Error-Code": error.code} if error.code else {}
        data = json.dumps(value).encode()
        self.send_response(status)
        for name, each in {**headers, "Content-Type": "application/json", "Content-Length": str(len(data))}.items():
            self.send_header(name, each)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = _answer  # noqa: N815  the names that http.server looks for

    def _chunks(self) -> bytes:
        found = b""
        while size := int(self.rfile.readline(), 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def _route(self, body: bytes) -> tuple[Any, dict[str, str]]:
        url = urlsplit(self.path)
        path, hub = url.path, self.hub
        if self.command == "PUT" and (found := re.fullmatch(r"/store/(\w+)", path)):
            hub.reach("store")
            hub.store(found[1], body)
            return {}, {}
        if self.command == "PUT" and (found := re.fullmatch(r"/part/(\w+)/(\d+)", path)):
            hub.reach("part")
            hub.parts.setdefault(found[1], {})[int(found[2])] = body
            return {}, {"ETag": f'"{hashlib.md5(body).hexdigest()}"'}  # noqa: S324  as S3 does
        if found := re.fullmatch(r"/complete/(\w+)", path):
            parts = hub.parts[found[1]]  # two files with one content are sent side by side
            asked = [each["partNumber"] for each in json.loads(body)["parts"]]
            hub.store(found[1], b"".join(parts[number] for number in asked))
            return {}, {}
        self._authorize()
        return self._repository(path, parse_qs(url.query), body)

    def _repository(self, path: str, query: dict[str, list[str]], body: bytes) -> tuple[Any, dict[str, str]]:
        hub, post = self.hub, self.command == "POST"
        if post and path == "/api/repos/create":
            return hub.create(json.loads(body)), {}
        if post and path == "/api/validate-yaml":
            return _validated(json.loads(body)), {}
        if post and path == "/stored":
            if json.loads(body)["oid"] not in hub.objects:
                raise Refused(404, "not stored")
            return {}, {}
        if found := re.fullmatch(r"/datasets/([^/]+/[^/]+)\.git/info/lfs/objects/batch", path):
            self._require(found[1])
            return hub.batch(json.loads(body)), {}
        found = re.fullmatch(r"/api/datasets/([^/]+/[^/]+)(?:/(refs|tree|preupload|commit|tag)(?:/([^/]+))?)?", path)
        if found is None:
            raise Refused(404, f"this server has no {self.command} {path}")
        name, what, revision = found[1], found[2], unquote(found[3] or "main")
        self._require(name)
        match what:
            case None:
                return hub.info(name), {}
            case "refs":
                return hub.refs(name), {}
            case "tree":
                return self._page(hub.tree(name, revision), path, int(query.get("cursor", ["0"])[0]))
            case "preupload":
                return hub.modes(name, json.loads(body)), {}
            case "commit":
                return hub.commit(name, [json.loads(line) for line in body.splitlines()]), {}
            case _:
                return hub.tag(name, revision, json.loads(body)), {}

    def _page(self, entries: list[Any], path: str, start: int) -> tuple[Any, dict[str, str]]:
        more = {"Link": f'<{self.hub.url}{path}?recursive=True&cursor={start + _PAGE}>; rel="next"'} if len(entries) > start + _PAGE else {}
        return entries[start : start + _PAGE], more

    @property
    def _who(self) -> str:
        return (self.headers.get("Authorization") or "").removeprefix("Bearer ")

    def _authorize(self) -> None:
        self.hub.reach("any")
        if self._who not in {"", WRITER, READER}:
            raise Refused(401, "Invalid credentials in Authorization header")
        if self.command == "POST" and self._who != WRITER:
            raise Refused(403, "Forbidden: you must use a write token")

    def _require(self, name: str) -> None:
        repo = self.hub.repos.get(name)
        if repo is None or (repo.private and not self._who):
            raise Refused(404 if self._who else 401, "Repository Not Found", "RepoNotFound")


@contextmanager
def serving() -> Iterator[FakeHub]:
    """A Hub that answers on the loopback interface for as long as the context lasts."""
    hub = FakeHub()
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
