// The load generator: a closed loop over one connection, the same code against the C echo and against Plaudit.
//
//     load_client --socket PATH --frames FILE [--depth N] [--warm-up N] [--requests N] [--seconds S]
//                 [--expect echo|scores]
//
// FILE holds prepared frames: see frames.h.
//
// `depth` requests are under way at once; the next leaves when a reply comes. Round trips are taken from just before
// a request's first byte is handed to the kernel to the arrival of its reply's last byte. They are all kept (8 bytes
// each), so the percentiles are exact: finer than an HdrHistogram's buckets, at memory that a bench has. The measured
// part ends after `requests` replies or `seconds`, whichever comes first; no reply for 10 s is a failure.
//
// Every reply must carry the msgid of a request under way and be an echo of it (type 0) or a response without an error
// (type 1, nil). With `--expect scores` the warm-up replies must also have the status column of a score result with
// every rollout scored: a bench that measures refusals would be quick.
//
// Prints one line of JSON. Exit code 0, 1 when the run failed, 2 on wrong usage.
#define _GNU_SOURCE
#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

#include "frames.h"

enum { depth_max = 256 };

struct request {
    uint32_t msgid;
    uint32_t frame;
    uint64_t started;            // Nanoseconds, or 0 when the slot is free.
    uint8_t head[head_byte_count];
};

struct options {
    const char *socket;
    const char *frames;
    uint32_t depth;
    int spins;                   // Looks for replies without sleep.
    uint64_t warm_up;
    uint64_t requests;
    double seconds;
    int expects_scores;
};

struct client {
    struct options options;
    struct frames frames;
    int socket;
    struct request slots[depth_max];
    uint32_t free_slots[depth_max];
    uint32_t free_count;
    uint32_t sequence;           // Requests prepared so far, modulo 2^32.
    // The requests that wait to leave, a ring of slots, and how much of the first has left.
    uint32_t send_slots[depth_max];
    uint32_t send_first, send_count;
    size_t send_offset;
    uint8_t *received;
    size_t received_count, received_capacity;
    uint64_t replies;
    uint64_t *round_trips;
    uint64_t round_trip_count;
    uint64_t rollouts;
};

static void prepare(struct client *client) {
    uint32_t slot = client->free_slots[--client->free_count];
    struct request *request = &client->slots[slot];
    // The low byte of a msgid is its slot, so that replies may come in any order.
    uint32_t msgid = client->sequence << 8 | slot;
    request->msgid = msgid;
    request->frame = client->sequence++ % client->frames.count;
    write_head(request->head, &client->frames.all[request->frame], msgid);
    request->started = 1;
    client->send_slots[(client->send_first + client->send_count++) % depth_max] = slot;
}

// Hands as much of the waiting requests to the kernel as it takes, in one call.
static void send_waiting(struct client *client) {
    struct iovec parts[2 * depth_max];
    int part_count = 0;
    size_t offset = client->send_offset;
    uint64_t time = now();
    for (uint32_t index = 0; index < client->send_count && part_count + 2 <= 64; index++) {
        struct request *request = &client->slots[client->send_slots[(client->send_first + index) % depth_max]];
        const struct frame *frame = &client->frames.all[request->frame];
        if (offset == 0) request->started = time;
        if (offset < head_byte_count)
            parts[part_count++] = (struct iovec){request->head + offset, head_byte_count - offset};
        size_t skipped = offset > head_byte_count ? offset : head_byte_count;
        parts[part_count++] = (struct iovec){(void *)(frame->bytes + skipped), frame->byte_count - skipped};
        offset = 0;
    }
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = (size_t)part_count};
    ssize_t sent = sendmsg(client->socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) {
        if (errno == EAGAIN || errno == EINTR) return;
        fail("send: %s", strerror(errno));
    }
    size_t rest = (size_t)sent;
    while (rest > 0) {
        struct request *request = &client->slots[client->send_slots[client->send_first]];
        size_t left = client->frames.all[request->frame].byte_count - client->send_offset;
        if (rest < left) {
            client->send_offset += rest;
            return;
        }
        rest -= left;
        client->send_offset = 0;
        client->send_first = (client->send_first + 1) % depth_max;
        client->send_count--;
    }
}

// One whole reply: which request it answers, whether it is what was asked for, and how long it took.
static void take_reply(struct client *client, const uint8_t *body, size_t count, uint64_t arrived) {
    uint32_t msgid = reply_msgid(body, count, client->options.expects_scores);
    struct request *request = &client->slots[msgid % depth_max];
    if (request->started == 0 || request->msgid != msgid) fail("a reply to msgid %u, which is not under way", msgid);
    const struct frame *frame = &client->frames.all[request->frame];
    check_reply(body, count, frame, client->options.expects_scores, client->replies < client->options.warm_up);
    if (client->replies >= client->options.warm_up && client->round_trip_count < client->options.requests) {
        client->round_trips[client->round_trip_count++] = arrived - request->started;
        client->rollouts += frame->rollouts;
    }
    request->started = 0;
    client->free_slots[client->free_count++] = msgid % depth_max;
    client->replies++;
}

static void receive_replies(struct client *client) {
    int flags = client->send_count == 0 && !client->options.spins ? 0 : MSG_DONTWAIT;
    ssize_t count = recv(client->socket, client->received + client->received_count,
                         client->received_capacity - client->received_count, flags);
    if (count == 0) fail("the server closed the connection");
    if (count < 0) {
        if (errno == EINTR || (errno == EAGAIN && flags != 0)) return;
        fail("recv: %s", errno == EAGAIN ? "no reply for 10 s" : strerror(errno));
    }
    client->received_count += (size_t)count;
    uint64_t arrived = now();
    size_t taken = 0;
    while (client->received_count - taken >= header_byte_count) {
        const uint8_t *header = client->received + taken;
        if (header[0] != 0xCE) fail("a reply begins with 0x%02x", header[0]);
        size_t body = big_endian(header + 1);
        if (body > frame_byte_count_max) fail("a reply of %zu bytes", body);
        if (client->received_count - taken < header_byte_count + body) {
            if (header_byte_count + body > client->received_capacity) {
                client->received_capacity = 2 * (header_byte_count + body);
                client->received = realloc(client->received, client->received_capacity);
                if (client->received == NULL) fail("out of memory");
            }
            break;
        }
        take_reply(client, header + header_byte_count, body, arrived);
        taken += header_byte_count + body;
    }
    client->received_count -= taken;
    if (client->received_count > 0 && taken > 0)
        memmove(client->received, client->received + taken, client->received_count);
}

// The loop itself. Returns the nanoseconds of the measured part.
static uint64_t run(struct client *client) {
    uint64_t total = client->options.warm_up + client->options.requests;
    uint64_t asked = 0;
    uint64_t started = now();
    uint64_t deadline = 0;
    int measures = 0;
    while (client->replies < asked || asked < total) {
        if (!measures && client->replies >= client->options.warm_up) {
            measures = 1;
            started = now();
            deadline = started + (uint64_t)(client->options.seconds * 1e9);
        }
        while (asked < total && asked - client->replies < client->options.depth) {
            prepare(client);
            asked++;
        }
        if (client->send_count > 0) send_waiting(client);
        if (client->send_count > 0) {
            struct pollfd wait = {.fd = client->socket, .events = POLLIN | POLLOUT};
            int ready = poll(&wait, 1, silence_milliseconds_max);
            if (ready == 0) fail("the server takes nothing and says nothing for 10 s");
            if (ready < 0 || (wait.revents & ~POLLOUT) == 0) continue;
        }
        receive_replies(client);
        if (measures && asked < total && now() >= deadline) total = asked;
    }
    return now() - started;
}

static void usage(void) {
    fprintf(stderr, "usage: load_client --socket PATH --frames FILE [--depth N] [--warm-up N] [--requests N]\n"
                    "                   [--seconds S] [--expect echo|scores] [--wait sleep|spin]\n");
    exit(2);
}

static struct options parse(int count, char **arguments) {
    struct options options = {.depth = 1, .warm_up = 1000, .requests = 100000, .seconds = 10};
    for (int index = 1; index + 1 < count; index += 2) {
        const char *name = arguments[index], *value = arguments[index + 1];
        if (strcmp(name, "--socket") == 0) options.socket = value;
        else if (strcmp(name, "--frames") == 0) options.frames = value;
        else if (strcmp(name, "--depth") == 0) options.depth = (uint32_t)strtoul(value, NULL, 10);
        else if (strcmp(name, "--warm-up") == 0) options.warm_up = strtoull(value, NULL, 10);
        else if (strcmp(name, "--requests") == 0) options.requests = strtoull(value, NULL, 10);
        else if (strcmp(name, "--seconds") == 0) options.seconds = strtod(value, NULL);
        else if (strcmp(name, "--wait") == 0) options.spins = strcmp(value, "spin") == 0;
        else if (strcmp(name, "--expect") == 0) options.expects_scores = strcmp(value, "scores") == 0;
        else usage();
    }
    if (count % 2 == 0 || options.socket == NULL || options.frames == NULL) usage();
    if (options.depth < 1 || options.depth > depth_max) usage();
    if (options.requests < 1 || options.requests > run_count_max) usage();
    if (!(options.seconds > 0 && options.seconds <= 3600)) usage();
    return options;
}

int main(int argument_count, char **arguments) {
    static struct client client;
    program = "load_client";
    client.options = parse(argument_count, arguments);
    client.frames = load_frames(client.options.frames);
    client.received_capacity = 4 << 20;
    client.received = malloc(client.received_capacity);
    client.round_trips = malloc(client.options.requests * sizeof *client.round_trips);
    if (client.received == NULL || client.round_trips == NULL) fail("out of memory");
    // Touched now, so that no page fault falls into a round trip.
    memset(client.received, 1, client.received_capacity);
    memset(client.round_trips, 1, client.options.requests * sizeof *client.round_trips);
    for (uint32_t slot = client.options.depth; slot > 0; slot--) client.free_slots[client.free_count++] = slot - 1;
    client.socket = connect_to(client.options.socket);
    // The blocking receive of depth 1 gives up with the same silence as poll does.
    struct timeval silence = {.tv_sec = silence_milliseconds_max / 1000};
    setsockopt(client.socket, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof silence);
    uint64_t nanoseconds = run(&client);
    printf("{\"depth\":%u,", client.options.depth);
    print_times(client.round_trips, client.round_trip_count, client.rollouts, nanoseconds);
    printf("}\n");
    return 0;
}
