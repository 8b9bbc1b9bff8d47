"""One connection, shared by threads: requests pipeline, and whoever waits reads.

There is no reader thread while only blocking calls are in flight: the first waiting thread takes the reader's role,
hands other threads their replies, and passes the role on when its own reply has come. A lone caller therefore pays no
thread switch. Futures have no waiting thread, so the first `submit` starts one that reads while any is open; it alone
completes futures, so their callbacks never run inside somebody else's call.

Every wait has a deadline. A connection that breaks, or sends what is not the protocol, fails all its calls at once.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from time import monotonic
from typing import Any

import msgspec

from ._wire import MSGID_MAX, FrameReader, Reply, decode_reply, encode_request, reply_error
from .errors import ConnectionError, DeadlineError

ABANDONED_CALLS_MAX = 1024
"""Calls given up whose replies may still come; beyond it the sidecar is taken for dead and the connection replaced."""

_POLL_MILLISECONDS_MAX = 1_000_000  # poll takes a 32-bit int; a longer wait polls again


class NotSentError(Exception):
    """The connection was already dead when the first byte was to go out: another one may be tried."""


class Call:
    """One request in flight."""

    __slots__ = ("complete", "deadline", "failure", "future", "gate", "msgid", "reply")

    def __init__(
        self,
        msgid: int,
        deadline: float,
        future: Future[Any] | None = None,
        complete: Callable[[msgspec.Raw], Any] | None = None,
    ) -> None:
        self.msgid = msgid
        self.deadline = deadline
        self.future = future
        self.complete = complete
        self.reply: Reply | None = None
        self.failure: Exception | None = None
        self.gate: threading.Lock | None = None  # where a thread waits for its reply or for the reader's role

    @property
    def is_done(self) -> bool:
        return self.reply is not None or self.failure is not None

    def open_gate(self) -> None:
        """Lets the call's thread look again; the connection's lock is held."""
        if self.gate is not None and self.gate.locked():
            self.gate.release()

    def outcome(self) -> msgspec.Raw:
        """The result's bytes; raises what the call ended with instead."""
        if self.reply is None:
            raise self.failure or ConnectionError("the connection failed", sent=True)
        problem = reply_error(self.reply)
        if problem is not None:
            raise problem
        return self.reply.result

    def settle(self) -> None:
        """Completes the future, unless its owner cancelled it first."""
        if self.future is None or not self.future.set_running_or_notify_cancel():
            return
        try:
            result = self.outcome()
            value = self.complete(result) if self.complete is not None else result
        except Exception as problem:  # whatever it is, it belongs to the future's owner
            self.future.set_exception(problem)
        else:
            self.future.set_result(value)


def poll_milliseconds(deadline: float) -> int:
    """The time left, rounded up so that a wait never ends a little before its deadline."""
    left = deadline - monotonic()
    return 0 if left <= 0 else min(int(left * 1000) + 1, _POLL_MILLISECONDS_MAX)


def seconds_left(deadline: float) -> float:
    return max(0.0, deadline - monotonic())


def connect(path: str, deadline: float) -> socket.socket:
    """A connected, non-blocking socket.

    Raises:
        ConnectionError: nobody listens there.
        DeadlineError: the sidecar's backlog stayed full.
    """
    left = deadline - monotonic()
    if left <= 0:
        raise DeadlineError("the deadline passed before a connection was made")
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        # The send timeout bounds connect() too, which blocks while the listener's backlog is full.
        seconds = int(left)
        microseconds = max(1, int((left - seconds) * 1_000_000))
        link.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("@ll", seconds, microseconds))
        link.setblocking(True)
        link.connect(path)
        link.setblocking(False)
    except BlockingIOError:
        link.close()
        raise DeadlineError(f"the sidecar at {path} accepted no connection before the deadline") from None
    except OSError as problem:
        link.close()
        raise no_sidecar(path, problem) from None
    except BaseException:
        link.close()
        raise
    return link


def no_sidecar(path: str, problem: OSError) -> ConnectionError:
    """What to tell somebody whose sidecar is not there."""
    why = problem.strerror or str(problem)
    return ConnectionError(f"no sidecar answers at {path} ({why}); `plaudit serve` with `--socket {path}` starts one")


class Connection:
    """A socket, the calls in flight on it, the sender's lock and the reader's role."""

    def __init__(self, path: str, deadline: float) -> None:
        self._socket = connect(path, deadline)
        self._frames = FrameReader()
        self._poller = select.poll()
        self._poller.register(self._socket, select.POLLIN)
        # One sender at a time, into one buffer.
        self._send_lock = threading.Lock()
        self._buffer = bytearray()
        self._msgid = 0
        # Everything below is guarded by this lock, which is never held across a wait.
        self._lock = threading.Lock()
        self._pending: dict[int, Call] = {}
        self._abandoned: set[int] = set()
        self._reader = 0  # identity of the thread that reads, 0 for none
        self._is_sending = False
        self._failure: str | None = None
        self._futures_count = 0
        self._nearest_deadline = float("inf")  # of the futures; may be early, never late
        self._settled: deque[Call] = deque()  # answered futures, for their thread to complete
        self._futures_thread: threading.Thread | None = None
        self._wake = -1  # eventfd by which the futures' thread is told of news

    @property
    def is_open(self) -> bool:
        """Whether calls may be tried: False once it broke, or when too many were never answered."""
        return self._failure is None and len(self._abandoned) <= ABANDONED_CALLS_MAX

    # Sending.

    def send(
        self,
        method: str,
        params: dict[str, Any],
        deadline: float,
        future: Future[Any] | None = None,
        complete: Callable[[msgspec.Raw], Any] | None = None,
    ) -> Call:
        """Sends one request; what it returns is in flight.

        Raises:
            NotSentError: the connection was dead before the first byte.
            DeadlineError: the sidecar did not take the request in time; the connection is given up when half a request
                is on it.
        """
        if not self._send_lock.acquire(timeout=seconds_left(deadline)):
            raise DeadlineError("other requests were still being sent at the deadline")
        try:
            call = Call(self._next_msgid(), deadline, future, complete)
            encode_request(self._buffer, call.msgid, method, params)
            self._begin_sending(call)
            try:
                self._send_bytes(self._buffer, deadline)
            except NotSentError:
                if self._take_back(call):
                    raise
                # The reader saw the end first, and the call has failed with all others.
            except BaseException:
                self._take_back(call)
                self.fail("the connection was given up in the middle of a request")
                raise
            finally:
                self._end_sending()
            return call
        finally:
            self._send_lock.release()

    def _next_msgid(self) -> int:
        self._msgid = self._msgid + 1 if self._msgid < MSGID_MAX else 0
        return self._msgid

    def _begin_sending(self, call: Call) -> None:
        with self._lock:
            if self._failure is not None:
                raise NotSentError(self._failure)
            if call.future is not None:
                self._add_future(call)
            self._pending[call.msgid] = call
            self._is_sending = True

    def _take_back(self, call: Call) -> bool:
        """Forgets a call that did not go out; False when it has already ended otherwise."""
        with self._lock:
            known = self._pending.pop(call.msgid, None) is not None
            if known and call.future is not None:
                self._futures_count -= 1
            return known

    def _end_sending(self) -> None:
        with self._lock:
            self._is_sending = False
            self._close_if_unused()

    def _send_bytes(self, frame: bytearray, deadline: float) -> None:
        try:
            sent = self._socket.send(frame)
        except BlockingIOError:
            sent = 0
        except OSError as problem:
            raise NotSentError(problem.strerror) from None
        if sent == len(frame):
            return
        poller = select.poll()
        poller.register(self._socket, select.POLLOUT)
        with memoryview(frame) as view:
            while sent < len(view):
                poller.poll(poll_milliseconds(deadline))
                try:
                    sent += self._socket.send(view[sent:])
                except BlockingIOError:
                    if monotonic() >= deadline:
                        raise DeadlineError("the sidecar did not take the request before the deadline") from None
                except OSError as problem:
                    if sent == 0:
                        raise NotSentError(problem.strerror) from None
                    return  # what the sidecar said before it closed is still to be read, then the end

    def _cancel(self, msgid: int) -> None:
        """Asks the sidecar to drop a call, when that is possible at once; nobody waits for the reply.

        While another thread is sending it is not: then only the request's own `deadline_ms` ends the work.
        """
        if not self._send_lock.acquire(blocking=False):
            return
        try:
            frame = bytearray()
            cancel = Call(self._next_msgid(), 0)
            encode_request(frame, cancel.msgid, "cancel", {"msgid": msgid})
            with self._lock:
                if self._failure is not None:
                    return
                self._abandoned.add(cancel.msgid)
                self._is_sending = True
            try:
                if self._socket.send(frame) < len(frame):
                    self.fail("the connection was given up in the middle of a request")
            except BlockingIOError:
                with self._lock:
                    self._abandoned.discard(cancel.msgid)
            except OSError as problem:
                self.fail(f"the connection broke ({problem.strerror})")
            finally:
                self._end_sending()
        finally:
            self._send_lock.release()

    # Waiting.

    def wait(self, call: Call) -> msgspec.Raw:
        """The call's result, read by this thread or by another one.

        Raises:
            RequestError, ConnectionError, DeadlineError: what the call ended with.
        """
        me = threading.get_ident()
        is_nested = self._reader == me  # a future's callback that makes a call, on the thread that reads
        try:
            while not call.is_done and monotonic() < call.deadline:
                if self._take_reading(call, me):
                    self._read_until(call)
                elif call.gate is not None:
                    call.gate.acquire(timeout=seconds_left(call.deadline))
        finally:
            late = self._leave(call, me, is_nested)
        if late:
            self._cancel(call.msgid)
            raise DeadlineError("the sidecar did not answer before the deadline")
        return call.outcome()

    def _take_reading(self, call: Call, me: int) -> bool:
        """Takes the reader's role; False when another thread has it, and then the call has a gate to wait at."""
        with self._lock:
            if call.is_done:
                return False
            if self._reader in (0, me):
                self._reader = me
                return True
            if call.gate is None:
                call.gate = threading.Lock()
                call.gate.acquire()
            return False

    def _leave(self, call: Call, me: int, is_nested: bool) -> bool:
        """Ends the wait: gives the role back and forgets the call; says whether it is late."""
        with self._lock:
            if self._reader == me and not is_nested:
                self._reader = 0
            if not call.is_done:
                self._pending.pop(call.msgid, None)
                self._abandoned.add(call.msgid)
            self._close_if_unused()
            # Also when this thread did not read: it may have been woken to, just when it gave up.
            self._pass_reading_on()
            return not call.is_done

    def _pass_reading_on(self) -> None:
        """Wakes one that waits, to take a free role; the lock is held."""
        if self._reader != 0 or self._failure is not None:
            return
        if self._futures_count > 0:
            self._wake_futures_thread()
            return
        for call in self._pending.values():
            if call.gate is not None:
                call.open_gate()
                return

    # Reading: only the thread with the reader's role.

    def _read_until(self, call: Call) -> None:
        while not call.is_done and self._failure is None:
            if self._poller.poll(poll_milliseconds(call.deadline)):
                self._receive()
            elif monotonic() >= call.deadline:
                return

    def _receive(self) -> None:
        """Takes what has arrived and hands out every whole reply."""
        frames = self._frames
        try:
            count = self._socket.recv_into(frames.space())
            if count == 0:
                where = "between replies" if frames.is_empty else "in the middle of a reply"
                self.fail(f"the sidecar closed the connection {where}")
                return
            frames.filled(count)
            while (body := frames.next_body()) is not None:
                reply = decode_reply(body)
                if reply is not None:
                    self._deliver(reply)
        except BlockingIOError:
            return
        except ConnectionError as problem:
            self.fail(str(problem))
        except OSError as problem:
            self.fail(f"the connection broke ({problem.strerror})")
        except BaseException:  # an interrupt may have lost bytes
            self.fail("the connection was given up while a reply came in")
            raise

    def _deliver(self, reply: Reply) -> None:
        if reply.msgid is None:
            raise ConnectionError(f"the sidecar gave the connection up: {reply_error(reply)}", sent=True)
        with self._lock:
            call = self._pending.pop(reply.msgid, None)
            if call is not None:
                call.reply = reply
                self._announce(call)
            elif reply.msgid in self._abandoned:
                self._abandoned.discard(reply.msgid)
            else:
                raise ConnectionError(f"the sidecar answered request {reply.msgid}, which was not asked", sent=True)

    def _announce(self, call: Call) -> None:
        """Tells whoever waits for the call that it is done; the lock is held."""
        if call.future is None:
            call.open_gate()
            return
        self._futures_count -= 1
        self._settled.append(call)
        if threading.current_thread() is not self._futures_thread:
            self._wake_futures_thread()

    # Futures.

    def _add_future(self, call: Call) -> None:
        """Counts a future in; the lock is held."""
        if self._futures_thread is None:
            self._wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
            thread = threading.Thread(target=self._read_for_futures, name="plaudit-futures", daemon=True)
            thread.start()
            self._futures_thread = thread
        self._futures_count += 1
        self._nearest_deadline = min(self._nearest_deadline, call.deadline)
        self._wake_futures_thread()

    def _wake_futures_thread(self) -> None:
        if self._wake >= 0:
            os.eventfd_write(self._wake, 1)

    def forget_future(self, call: Call) -> None:
        """Drops a call whose future was cancelled."""
        with self._lock:
            if self._pending.pop(call.msgid, None) is None:
                return
            self._futures_count -= 1
            self._abandoned.add(call.msgid)
        self._cancel(call.msgid)

    def _read_for_futures(self) -> None:
        """The futures' thread: reads while a future is open, completes them, fails the late ones, idles otherwise."""
        me = threading.get_ident()
        idle = select.poll()
        idle.register(self._wake, select.POLLIN)
        reading = select.poll()
        reading.register(self._wake, select.POLLIN)
        reading.register(self._socket, select.POLLIN)
        while True:
            with self._lock:
                self._choose_reader(me)
                leads = self._reader == me
                nearest = self._nearest_deadline if self._futures_count > 0 else None
                if self._failure is not None and not self._settled:
                    wake, self._wake = self._wake, -1
                    os.close(wake)
                    return
            if not self._settled:
                events = (reading if leads else idle).poll(None if nearest is None else poll_milliseconds(nearest))
                with contextlib.suppress(BlockingIOError):
                    os.eventfd_read(self._wake)
                if leads and any(descriptor != self._wake for descriptor, _ in events):
                    self._receive()
            while self._settled:
                self._settled.popleft().settle()
            if nearest is not None and monotonic() >= nearest:
                self._expire_futures()

    def _choose_reader(self, me: int) -> None:
        """The futures' thread takes a free role while futures are open, and gives it back after; the lock is held."""
        if self._reader == me and (self._futures_count == 0 or self._failure is not None):
            self._reader = 0
            self._close_if_unused()
            self._pass_reading_on()
        elif self._reader == 0 and self._futures_count > 0 and self._failure is None:
            self._reader = me

    def _expire_futures(self) -> None:
        now = monotonic()
        with self._lock:
            futures = [call for call in self._pending.values() if call.future is not None]
            late = [call for call in futures if call.deadline <= now]
            for call in late:
                del self._pending[call.msgid]
                self._abandoned.add(call.msgid)
                call.failure = DeadlineError("the sidecar did not answer before the deadline")
            self._futures_count -= len(late)
            self._nearest_deadline = min((c.deadline for c in futures if c.deadline > now), default=float("inf"))
        for call in late:
            self._cancel(call.msgid)
            call.settle()

    # The end.

    def fail(self, why: str) -> None:
        """Ends the connection and every call on it."""
        with self._lock:
            if self._failure is not None:
                return
            self._failure = why
            for call in self._pending.values():
                call.failure = ConnectionError(why, sent=True)
                self._announce(call)
            self._pending.clear()
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)  # wakes a thread that waits for the socket
            self._wake_futures_thread()
            self._close_if_unused()

    def _close_if_unused(self) -> None:
        """Closes the descriptor once no thread can be inside a system call with it; the lock is held."""
        if self._failure is not None and self._reader == 0 and not self._is_sending:
            self._socket.close()

    def drop_after_fork(self) -> None:
        """Closes a child process's copies of its parent's descriptors, leaving the parent's connection alone.

        Takes no lock: in the child a lock may be held for ever by a thread that exists only in the parent.
        """
        self._failure = "the process was forked"
        self._socket.close()
        if self._wake >= 0:
            wake, self._wake = self._wake, -1
            os.close(wake)


class Link:
    """What one process keeps of a client: the path, and the connection of the moment."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    def call(self, method: str, params: dict[str, Any], deadline: float) -> msgspec.Raw:
        """One request and its result's bytes."""
        connection, call = self._send(method, params, deadline)
        return connection.wait(call)

    def submit(
        self, method: str, params: dict[str, Any], deadline: float, complete: Callable[[msgspec.Raw], Any]
    ) -> Future[Any]:
        """One request whose reply completes a future; returns once the request is sent."""
        future: Future[Any] = Future()
        connection, call = self._send(method, params, deadline, future, complete)

        def drop_when_cancelled(done: Future[Any]) -> None:
            if done.cancelled():
                connection.forget_future(call)

        future.add_done_callback(drop_when_cancelled)
        return future

    def _send(
        self,
        method: str,
        params: dict[str, Any],
        deadline: float,
        future: Future[Any] | None = None,
        complete: Callable[[msgspec.Raw], Any] | None = None,
    ) -> tuple[Connection, Call]:
        """Sends on the open connection. One that had died before the first byte is replaced, once."""
        connection, is_new = self._connected(deadline)
        try:
            return connection, connection.send(method, params, deadline, future, complete)
        except NotSentError as problem:
            connection.fail(str(problem))
            if is_new:
                raise ConnectionError(f"the sidecar closed a new connection ({problem})") from None
        connection, _ = self._connected(deadline)
        try:
            return connection, connection.send(method, params, deadline, future, complete)
        except NotSentError as problem:
            connection.fail(str(problem))
            raise ConnectionError(f"the sidecar closed a new connection ({problem})") from None

    def _connected(self, deadline: float) -> tuple[Connection, bool]:
        """The open connection, and whether it was made just now."""
        connection = self._connection
        if connection is not None and connection.is_open:
            return connection, False
        if not self._lock.acquire(timeout=seconds_left(deadline)):
            raise DeadlineError("another thread was still connecting at the deadline")
        try:
            connection = self._connection
            if connection is not None and connection.is_open:
                return connection, False
            if connection is not None:
                connection.fail("the sidecar left too many calls unanswered")
            self._connection = connection = Connection(self._path, deadline)
            return connection, True
        finally:
            self._lock.release()

    def close(self) -> None:
        """Closes the connection; calls in flight end with a `ConnectionError`."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.fail("the client was closed")

    def drop_after_fork(self) -> None:
        """Lets go of a parent process's connection, in the child."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.drop_after_fork()
