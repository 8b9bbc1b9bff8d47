// The load generator for many connections, and for requests that arrive whether or not others were answered.
//
//     crowd_client --socket PATH --frames FILE [--connections N] [--rate R] [--warm-up N] [--seconds S]
//                  [--expect echo|scores]
//
// Without `--rate` every connection is a closed loop of one request at a time. With it the loop is open: R requests a second
// over all connections, which take turns, at evenly spaced instants that are fixed beforehand. A request that is due leaves
// at once, behind whatever its connection still has under way, and its time is taken from the instant at which it was due:
// a server that stalls is charged for all who would have come meanwhile (no coordinated omission). What this program itself
// is late is part of those times, and printed: `sent_late_p99_ns`.
//
// FILE holds prepared frames: see frames.h. All times are kept, so the percentiles are exact. The first `warm-up` requests
// are looked at closely and not measured; the measured part ends `seconds` later, and what is then under way is waited for.
// No reply for 10 s is a failure. Prints one line of JSON. Exit code 0, 1 when the run failed, 2 on wrong usage.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "frames.h"

enum { connection_count_max = 256 };

struct options {
    const char *socket;
    const char *frames;
    uint32_t connections;
    double rate;
    uint64_t warm_up;
    double seconds;
    int expects_scores;
};

struct connection {
    int descriptor;
    // The requests that wait to leave, a ring, and how much of the first has left.
    uint32_t *waiting;
    uint32_t first, count, capacity;
    size_t send_offset;
    uint8_t *received;
    size_t received_count, received_capacity;
};

static struct options options = {.connections = 1, .warm_up = 1000, .seconds = 5};
static struct frames frames;
static struct connection connections[connection_count_max];
// By request, which is the msgid: when it was due, and how long it took; 0 while it is under way.
static uint64_t *due, *taken, *late;
static uint32_t asked_count, replied_count;

static const struct frame *frame_of(uint32_t request) { return &frames.all[request % frames.count]; }

static void ask(struct connection *connection, uint64_t instant) {
    if (asked_count == run_count_max) fail("more than %d requests: fewer seconds, or a lower rate", run_count_max);
    if (connection->count == connection->capacity) {
        uint32_t capacity = connection->capacity == 0 ? 64 : 2 * connection->capacity;
        uint32_t *larger = malloc(capacity * sizeof *larger);
        if (larger == NULL) fail("out of memory");
        for (uint32_t index = 0; index < connection->count; index++)
            larger[index] = connection->waiting[(connection->first + index) % connection->capacity];
        free(connection->waiting);
        connection->waiting = larger;
        connection->capacity = capacity;
        connection->first = 0;
    }
    due[asked_count] = instant;
    connection->waiting[(connection->first + connection->count++) % connection->capacity] = asked_count++;
}

// Hands the waiting requests to the kernel until it takes no more.
static void send_waiting(struct connection *connection) {
    while (connection->count > 0) {
        uint32_t request = connection->waiting[connection->first];
        const struct frame *frame = frame_of(request);
        uint8_t head[head_byte_count];
        write_head(head, frame, request);
        size_t offset = connection->send_offset;
        if (offset == 0) late[request] = now() - due[request];
        size_t skipped = offset > head_byte_count ? offset : head_byte_count;
        struct iovec parts[2] = {{head + (offset < head_byte_count ? offset : head_byte_count),
                                  offset < head_byte_count ? head_byte_count - offset : 0},
                                 {(void *)(frame->bytes + skipped), frame->byte_count - skipped}};
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
        ssize_t sent = sendmsg(connection->descriptor, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EAGAIN || errno == EINTR) return;
            fail("send: %s", strerror(errno));
        }
        connection->send_offset += (size_t)sent;
        if (connection->send_offset < frame->byte_count) return;
        connection->send_offset = 0;
        connection->first = (connection->first + 1) % connection->capacity;
        connection->count--;
    }
}

static void take_reply(const uint8_t *body, size_t count, uint64_t arrived) {
    uint32_t request = reply_msgid(body, count, options.expects_scores);
    if (request >= asked_count || taken[request] != 0) fail("a reply to msgid %u, which is not under way", request);
    check_reply(body, count, frame_of(request), options.expects_scores, request < options.warm_up);
    taken[request] = arrived > due[request] ? arrived - due[request] : 1;
    replied_count++;
}

// Takes what has arrived. The number of whole replies.
static uint32_t receive_replies(struct connection *connection) {
    ssize_t count = recv(connection->descriptor, connection->received + connection->received_count,
                         connection->received_capacity - connection->received_count, MSG_DONTWAIT);
    if (count == 0) fail("the server closed a connection");
    if (count < 0) {
        if (errno == EINTR || errno == EAGAIN) return 0;
        fail("recv: %s", strerror(errno));
    }
    connection->received_count += (size_t)count;
    uint64_t arrived = now();
    uint32_t replies = 0;
    size_t used = 0;
    while (connection->received_count - used >= header_byte_count) {
        const uint8_t *header = connection->received + used;
        if (header[0] != 0xCE) fail("a reply begins with 0x%02x", header[0]);
        size_t body = big_endian(header + 1);
        if (body > frame_byte_count_max) fail("a reply of %zu bytes", body);
        if (connection->received_count - used < header_byte_count + body) {
            if (header_byte_count + body > connection->received_capacity) {
                connection->received_capacity = 2 * (header_byte_count + body);
                connection->received = realloc(connection->received, connection->received_capacity);
                if (connection->received == NULL) fail("out of memory");
            }
            break;
        }
        take_reply(header + header_byte_count, body, arrived);
        replies++;
        used += header_byte_count + body;
    }
    connection->received_count -= used;
    if (connection->received_count > 0 && used > 0)
        memmove(connection->received, connection->received + used, connection->received_count);
    return replies;
}

// Waits for replies and for room, no longer than until `instant` (0: as long as silence may last), and serves both. In a
// closed loop a connection that was answered asks again while `goes_on`.
static void wait_and_serve(uint64_t instant, int goes_on) {
    struct pollfd waits[connection_count_max];
    for (uint32_t index = 0; index < options.connections; index++) {
        short events = connections[index].count > 0 ? POLLIN | POLLOUT : POLLIN;
        waits[index] = (struct pollfd){.fd = connections[index].descriptor, .events = events};
    }
    uint64_t time = now();
    uint64_t silence = (uint64_t)silence_milliseconds_max * 1000000u;
    uint64_t patience = instant == 0 ? silence : (instant > time ? instant - time : 0);
    struct timespec timeout = {.tv_sec = (time_t)(patience / 1000000000u), .tv_nsec = (long)(patience % 1000000000u)};
    int ready = ppoll(waits, options.connections, &timeout, NULL);
    if (ready < 0 && errno != EINTR) fail("poll: %s", strerror(errno));
    if (ready == 0 && instant == 0) fail("the server says nothing for 10 s");
    for (uint32_t index = 0; ready > 0 && index < options.connections; index++) {
        struct connection *connection = &connections[index];
        if (waits[index].revents & ~POLLOUT) {
            uint32_t replies = receive_replies(connection);
            for (; options.rate == 0 && goes_on && replies > 0; replies--) ask(connection, now());
        }
        if (connection->count > 0) send_waiting(connection);
    }
}

// Closed loops. The nanoseconds of the measured part.
static uint64_t run_closed(void) {
    for (uint32_t index = 0; index < options.connections; index++) {
        ask(&connections[index], now());
        send_waiting(&connections[index]);
    }
    while (replied_count < options.warm_up) wait_and_serve(0, 1);
    uint64_t started = now(), deadline = started + (uint64_t)(options.seconds * 1e9);
    options.warm_up = asked_count;
    while (now() < deadline) wait_and_serve(0, 1);
    while (replied_count < asked_count) wait_and_serve(0, 0);
    return now() - started;
}

// The open loop. The nanoseconds of the measured part.
static uint64_t run_open(void) {
    double distance = 1e9 / options.rate;
    uint64_t begin = now() + 1000000, total = options.warm_up + (uint64_t)(options.rate * options.seconds);
    for (uint64_t index = 0; index < total;) {
        uint64_t instant = begin + (uint64_t)((double)index * distance);
        if (now() < instant) {
            wait_and_serve(instant, 1);
            continue;
        }
        struct connection *connection = &connections[index++ % options.connections];
        ask(connection, instant);
        send_waiting(connection);
        // Replies are taken even when the next request is due already.
        if (index % 16 == 0) wait_and_serve(now(), 1);
    }
    while (replied_count < asked_count) wait_and_serve(0, 0);
    return now() - begin - (uint64_t)((double)options.warm_up * distance);
}

static void usage(void) {
    fprintf(stderr, "usage: crowd_client --socket PATH --frames FILE [--connections N] [--rate R] [--warm-up N]\n"
                    "                    [--seconds S] [--expect echo|scores]\n");
    exit(2);
}

static void parse(int count, char **arguments) {
    for (int index = 1; index + 1 < count; index += 2) {
        const char *name = arguments[index], *value = arguments[index + 1];
        if (strcmp(name, "--socket") == 0) options.socket = value;
        else if (strcmp(name, "--frames") == 0) options.frames = value;
        else if (strcmp(name, "--connections") == 0) options.connections = (uint32_t)strtoul(value, NULL, 10);
        else if (strcmp(name, "--rate") == 0) options.rate = strtod(value, NULL);
        else if (strcmp(name, "--warm-up") == 0) options.warm_up = strtoull(value, NULL, 10);
        else if (strcmp(name, "--seconds") == 0) options.seconds = strtod(value, NULL);
        else if (strcmp(name, "--expect") == 0) options.expects_scores = strcmp(value, "scores") == 0;
        else usage();
    }
    if (count % 2 == 0 || options.socket == NULL || options.frames == NULL) usage();
    if (options.connections < 1 || options.connections > connection_count_max) usage();
    if (!(options.seconds > 0 && options.seconds <= 3600) || !(options.rate >= 0 && options.rate <= 1e7)) usage();
    if (options.warm_up > run_count_max / 2) usage();
}

int main(int argument_count, char **arguments) {
    program = "crowd_client";
    parse(argument_count, arguments);
    frames = load_frames(options.frames);
    due = calloc(run_count_max, sizeof *due);
    taken = calloc(run_count_max, sizeof *taken);
    late = calloc(run_count_max, sizeof *late);
    if (due == NULL || taken == NULL || late == NULL) fail("out of memory");
    // A timer may otherwise be 50 us late.
    prctl(PR_SET_TIMERSLACK, 1);
    for (uint32_t index = 0; index < options.connections; index++) {
        struct connection *connection = &connections[index];
        connection->descriptor = connect_to(options.socket);
        connection->received_capacity = 64 << 10;
        connection->received = malloc(connection->received_capacity);
        if (connection->received == NULL) fail("out of memory");
    }
    uint64_t nanoseconds = options.rate == 0 ? run_closed() : run_open();
    uint64_t rollouts = 0, count = asked_count - options.warm_up;
    for (uint64_t index = options.warm_up; index < asked_count; index++) rollouts += frame_of((uint32_t)index)->rollouts;
    qsort(late + options.warm_up, count, sizeof *late, ascending);
    printf("{\"connections\":%u,\"rate\":%.1f,\"sent_late_p99_ns\":%llu,", options.connections, options.rate,
           (unsigned long long)percentile(late + options.warm_up, count, 0.99));
    print_times(taken + options.warm_up, count, rollouts, nanoseconds);
    printf("}\n");
    return 0;
}
