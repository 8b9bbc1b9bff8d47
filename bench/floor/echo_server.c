// The floor of a round trip: the least a server can do with Plaudit's frames on a Unix socket.
//
// One thread, one epoll set, blocking-free sockets. It reads a frame (0xCE, 32-bit big-endian body length, body) and
// sends the same frame back; nothing is decoded and nothing is scored. Whatever Plaudit takes above it is Plaudit's
// own.
//
// With `answer` it answers each frame as answer.h does instead of sending it back.
//
//     echo_server SOCKET_PATH [answer]
//
// Prints "ready" when connectable. Ends on SIGTERM.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { header_byte_count = 5, connection_count_max = 64, event_count_max = 64 };
// The largest frame that the bench sends is below 4 MiB; a bound that a wrong header cannot move.
static const size_t buffer_byte_count = 64u << 20;

struct connection {
    int descriptor;
    uint8_t *buffer;     // Address space; takes memory only where it is touched.
    size_t filled;       // Bytes received.
    size_t answered;     // Bytes of whole frames sent back.
    size_t answerable;   // Bytes of whole frames received.
    uint32_t interest;   // What epoll was last asked for.
};

#include "answer.h"

static struct connection connections[connection_count_max];
static int answers;

static void fail(const char *what) {
    fprintf(stderr, "echo_server: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void drop(int epoll, struct connection *connection) {
    epoll_ctl(epoll, EPOLL_CTL_DEL, connection->descriptor, NULL);
    close(connection->descriptor);
    munmap(connection->buffer, buffer_byte_count);
    connection->descriptor = -1;
}

// Moves `answerable` over every frame that is complete. 0 when a header is not one of ours.
static int find_frames(struct connection *connection) {
    while (connection->filled - connection->answerable >= header_byte_count) {
        const uint8_t *header = connection->buffer + connection->answerable;
        if (header[0] != 0xCE) return 0;
        size_t body = (size_t)header[1] << 24 | (size_t)header[2] << 16 | (size_t)header[3] << 8 | header[4];
        if (body > buffer_byte_count / 2) return 0;
        if (connection->filled - connection->answerable < header_byte_count + body) return 1;
        connection->answerable += header_byte_count + body;
    }
    return 1;
}

// Answers every whole frame. The bench has one request under way, whose reply fits into the socket. 0 when it does not.
static int answer_frames(struct connection *connection) {
    while (connection->answered < connection->answerable) {
        static uint8_t reply[reply_byte_count_max];
        const uint8_t *frame = connection->buffer + connection->answered;
        size_t body = (size_t)frame[1] << 24 | (size_t)frame[2] << 16 | (size_t)frame[3] << 8 | frame[4];
        size_t length = answer(frame + header_byte_count, body, reply);
        if (length == 0 || send(connection->descriptor, reply, length, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)length) return 0;
        connection->answered += header_byte_count + body;
    }
    return 1;
}

static void want(int epoll, struct connection *connection, uint32_t interest) {
    if (connection->interest == interest) return;
    struct epoll_event event = {.events = interest, .data.ptr = connection};
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, connection->descriptor, &event) != 0) fail("epoll_ctl");
    connection->interest = interest;
}

// One readable or writable event. 0 when the connection is to be dropped.
static int serve(int epoll, struct connection *connection, uint32_t events) {
    if (events & EPOLLIN) {
        ssize_t count = recv(connection->descriptor, connection->buffer + connection->filled,
                             buffer_byte_count - connection->filled, MSG_DONTWAIT);
        if (count == 0) return 0;
        if (count < 0) return errno == EAGAIN || errno == EINTR;
        connection->filled += (size_t)count;
        if (!find_frames(connection)) return 0;
    }
    if (answers) {
        if (!answer_frames(connection)) return 0;
    } else if (connection->answered < connection->answerable) {
        ssize_t count = send(connection->descriptor, connection->buffer + connection->answered,
                             connection->answerable - connection->answered, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count < 0 && errno != EAGAIN && errno != EINTR) return 0;
        if (count > 0) connection->answered += (size_t)count;
    }
    if (connection->answered == connection->filled) {
        connection->filled = connection->answered = connection->answerable = 0;
    } else if (connection->answered > buffer_byte_count / 4) {
        size_t rest = connection->filled - connection->answered;
        memmove(connection->buffer, connection->buffer + connection->answered, rest);
        connection->answerable -= connection->answered;
        connection->filled = rest;
        connection->answered = 0;
    }
    uint32_t interest = connection->answered < connection->answerable ? EPOLLOUT : 0;
    if (connection->filled < buffer_byte_count) interest |= EPOLLIN;
    want(epoll, connection, interest);
    return 1;
}

static void welcome(int epoll, int listener) {
    int descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) return;
    for (int index = 0; index < connection_count_max; index++) {
        struct connection *connection = &connections[index];
        if (connection->descriptor >= 0) continue;
        void *buffer = mmap(NULL, buffer_byte_count, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (buffer == MAP_FAILED) fail("mmap");
        *connection = (struct connection){.descriptor = descriptor, .buffer = buffer, .interest = EPOLLIN};
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl");
        return;
    }
    close(descriptor);
}

static int listen_on(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        fail(path);
    }
    strcpy(address.sun_path, path);
    unlink(path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) fail("socket");
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0) fail("bind");
    if (listen(listener, 16) != 0) fail("listen");
    return listener;
}

int main(int argument_count, char **arguments) {
    answers = argument_count == 3 && strcmp(arguments[2], "answer") == 0;
    if (argument_count != 2 && !answers) {
        fprintf(stderr, "usage: echo_server SOCKET_PATH [answer]\n");
        return 2;
    }
    if (answers) begin_second_thread();
    signal(SIGPIPE, SIG_IGN);
    for (int index = 0; index < connection_count_max; index++) connections[index].descriptor = -1;
    int listener = listen_on(arguments[1]);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) fail("epoll_create1");
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) != 0) fail("epoll_ctl");
    puts("ready");
    fflush(stdout);
    for (;;) {
        struct epoll_event events[event_count_max];
        int count = epoll_wait(epoll, events, event_count_max, -1);
        if (count < 0 && errno != EINTR) fail("epoll_wait");
        for (int index = 0; index < count; index++) {
            struct connection *connection = events[index].data.ptr;
            if (connection == NULL) {
                welcome(epoll, listener);
            } else if (!serve(epoll, connection, events[index].events)) {
                drop(epoll, connection);
            }
        }
    }
}
