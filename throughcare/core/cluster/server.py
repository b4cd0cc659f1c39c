"""One embedded PostgreSQL: make, start, stop, and say where it is."""

from __future__ import annotations

import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from subprocess import CompletedProcess

from throughcare.core.cluster import processes, roles
from throughcare.core.cluster.account import Account, account_for
from throughcare.core.cluster.errors import ClusterError, VersionMismatch
from throughcare.core.cluster.layout import PORT, Layout, layout_of, own_directory
from throughcare.core.cluster.programs import Programs, programs_for
from throughcare.core.cluster.settings import configuration

READY_SECONDS = 600  # recovery after a crash reads the log since the last checkpoint
LEFTOVER_SECONDS = 30  # children of a killed server take a moment to notice
# After a kill the old server's lock files and memory are still there while its children exit.
LEFTOVERS = ('lock file "', "pre-existing shared memory block")
TAIL = 25  # lines of the log shown when the server does not start
BUILTIN_LOCALE = 17  # the first major version with a locale provider of its own


class Cluster:
    """The database server whose files belong to `state_dir`; every process that names the directory finds the same one."""

    def __init__(self, state_dir: Path, *, durable: bool = True) -> None:
        """`durable=False` is for tests: in RAM where there is room, and lost at a power cut."""
        self.state_dir = Path(state_dir).absolute()
        self.durable = durable

    def start(self) -> None:
        """Make the database if new, start the server, wait for recovery, and see to roles, extensions and database.

        Does nothing to one that runs. Raises VersionMismatch for another PostgreSQL's data, ClusterError with the end
        of the server's log when it does not start.
        """
        with self._alone():
            for folder in (self.layout.home, self.layout.socket):
                own_directory(folder, self._account)
            self._make_if_new()
            self._refuse_other_version()
            while not self._prepared():
                self._launch()

    def stop(self) -> None:
        """Stop the server and wait for it; does nothing to one that does not run."""
        with self._alone():
            # A stop asked for during recovery has been seen to hang.
            if self._wait_until_ready():
                self._must(self._control("stop", "-m", "fast"), "The database did not stop")

    def is_running(self) -> bool:
        """Whether the server's process lives; it may still be recovering."""
        pid = self.pid()
        return pid is not None and processes.lives(pid)

    def pid(self) -> int | None:
        """The server's process id as its lock file has it; None when it was stopped properly."""
        return processes.server_pid(self.layout.pid_file)

    def dsn(self, role: str, database: str = roles.DATABASE) -> str:
        """The postgresql:// address for "owner" (or "throughcare_owner"), "app", "backup" or "admin".

        May be asked before the first start: the passwords are made then.
        """
        short = role.removeprefix("throughcare_")
        return roles.address(short, roles.passwords(self.state_dir)[short], self.layout.socket, database)

    @property
    def home(self) -> Path:
        """The server's own directory: data, log, and programs where they had to be copied."""
        return self.layout.home

    @cached_property
    def layout(self) -> Layout:
        """Where its files lie."""
        return layout_of(self.state_dir, durable=self.durable)

    @cached_property
    def _account(self) -> Account:
        return account_for(self.layout.home)

    @cached_property
    def _programs(self) -> Programs:
        return programs_for(self._account, self.layout.home)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        # Two processes that start at once: the second waits and finds it running.
        self.state_dir.mkdir(parents=True, exist_ok=True)
        with (self.state_dir / "cluster.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make_if_new(self) -> None:
        if self.layout.data.is_dir():
            return
        # Made under another name: a half-made one is never taken for a database.
        half = self.layout.home / "data.part"
        shutil.rmtree(half, ignore_errors=True)
        secret = self.layout.home / "admin.password"
        secret.touch(mode=0o600)
        secret.write_text(roles.passwords(self.state_dir)[roles.ADMIN])
        self._account.own(secret)
        try:
            self._must(self._account.run(self._initdb(half, secret)), "The database could not be made")
        finally:
            secret.unlink()
        half.rename(self.layout.data)

    def _initdb(self, data: Path, secret: Path) -> list[str | Path]:
        builtin = self._programs.major >= BUILTIN_LOCALE
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if builtin else ["--locale=C.UTF-8"]
        who = [f"--username={roles.ROLES[roles.ADMIN]}", f"--pwfile={secret}", "--auth=scram-sha-256"]
        safety = ["--data-checksums"] if self.durable else ["--data-checksums", "--no-sync"]
        return [self._programs["initdb"], "-D", data, "--encoding=UTF8", *locale, *who, *safety]

    def _refuse_other_version(self) -> None:
        made_by = (self.layout.data / "PG_VERSION").read_text().strip()
        if made_by != str(self._programs.major):
            raise VersionMismatch(
                f"The database in {self.layout.data} was made by PostgreSQL {made_by}, but the programs here are "
                f"PostgreSQL {self._programs.major}: use version {made_by} again or restore a backup into a new directory."
            )

    def _launch(self) -> None:
        written = self.layout.data / "postgresql.conf"
        written.write_text(configuration(self.layout.socket, durable=self.durable))
        self._account.own(written)
        give_up = time.monotonic() + LEFTOVER_SECONDS
        while (said := self._try_to_launch()) is not None:
            if time.monotonic() > give_up or not any(words in said for words in LEFTOVERS):
                raise ClusterError(f"The database did not start. The end of {self.layout.log}:\n{_tail(said)}")
            self._forget_unreaped()
            time.sleep(0.2)

    def _try_to_launch(self) -> str | None:
        """None once it runs, else what it said."""
        log = self.layout.log
        before = log.stat().st_size if log.exists() else 0
        done = self._control("start", "-l", log)
        if done.returncode == 0:
            return None
        said = log.read_bytes()[before:].decode(errors="replace") if log.exists() else ""
        return said + done.stdout + done.stderr

    def _forget_unreaped(self) -> None:
        # Where process 1 reaps no orphans (small containers) the killed server stays a zombie, which PostgreSQL takes
        # for alive. Its shared memory still guards the data while any child of it lives.
        pid = self.pid()
        if pid is not None and processes.state(pid) == processes.ZOMBIE:
            for lock in (self.layout.socket_lock, self.layout.pid_file):
                lock.unlink(missing_ok=True)

    def _wait_until_ready(self) -> bool:
        """Whether the server takes connections; false when it does not run."""
        give_up = time.monotonic() + READY_SECONDS
        while self.is_running():
            if processes.says_ready(self.layout.pid_file):
                return True
            if time.monotonic() > give_up:
                raise ClusterError(f"The database is still not ready: its log is {self.layout.log}.")
            time.sleep(0.05)
        return False

    def _prepared(self) -> bool:
        """Whether roles, extensions and database are in order; false when there is no server to ask."""
        if not self._wait_until_ready():
            return False
        done = self._ask_for_roles()
        if done.returncode != 0:
            # A server that was just killed may have seemed alive for a moment.
            time.sleep(0.2)
            if not self.is_running():
                return False
        self._must(done, "The roles and the database could not be made")
        return True

    def _ask_for_roles(self) -> CompletedProcess[str]:
        known = roles.passwords(self.state_dir)
        target: list[str | Path] = ["-h", self.layout.socket, "-p", str(PORT), "-U", roles.ROLES[roles.ADMIN], "-d", "template1"]
        psql: list[str | Path] = [self._programs["psql"], "-X", "-q", "-w", "-v", "ON_ERROR_STOP=1", *target]
        return self._account.run(psql, text=roles.preparation(known), PGPASSWORD=known[roles.ADMIN])

    def _control(self, what: str, *more: str | Path) -> CompletedProcess[str]:
        wait = ["-w", "-t", str(READY_SECONDS), "-s"]
        return self._account.run([self._programs["pg_ctl"], what, *wait, "-D", self.layout.data, *more])

    def _must(self, done: CompletedProcess[str], failed: str) -> None:
        if done.returncode != 0:
            raise ClusterError(f"{failed}: {_tail(done.stdout + done.stderr)}")


def _tail(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-TAIL:])
