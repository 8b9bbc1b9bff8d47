// The load generator: a closed loop over one connection, the same code against the C echo and against Plaudit.
//
//     load_client --socket PATH --frames FILE [--depth N] [--warm-up N] [--requests N] [--seconds S]
//                 [--expect echo|scores]
//
// FILE holds prepared frames (InputFile.swift writes it): "PLFRAME1", u32 frame count, then per frame u32 rollouts,
// u32 byte count and the bytes of the whole frame, numbers little-endian. A frame begins with its header (0xCE, u32
// length), then 0x94 0x00 0xCE and the four bytes of the msgid, which the client replaces, so that every request has
// its own.
//
// `depth` requests are under way at once; the next leaves when a reply comes. Round trips are taken from just before
// a request's first byte is handed to the kernel to the arrival of its reply's last byte. They are all kept (8 bytes
// each), so the percentiles are exact and not those of a histogram's buckets. The measured part ends after `requests`
// replies or `seconds`, whichever comes first; no reply for 10 s is a failure.
//
// Every reply must carry the msgid of a request under way and be an echo of it (type 0) or a response without an error
// (type 1, nil). With `--expect scores` the warm-up replies must also have the status column of a score result with
// every rollout scored: a bench that measures refusals would be quick.
//
// Prints one line of JSON. Exit code 0, 1 when the run failed, 2 on wrong usage.
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
    header_byte_count = 5,
    head_byte_count = 12,        // The frame's header, 0x94 0x00 0xCE and the msgid.
    depth_max = 256,
    run_count_max = 1 << 22,     // Round trips kept: 32 MiB.
    frame_count_max = 1 << 16,
    frame_byte_count_max = 256 << 20,
    silence_milliseconds_max = 10000,
};

struct frame {
    uint32_t rollouts;
    uint32_t byte_count;
    const uint8_t *bytes;
};

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
    uint64_t warm_up;
    uint64_t requests;
    double seconds;
    int expects_scores;
};

struct client {
    struct options options;
    struct frame *frames;
    uint32_t frame_count;
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

static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("load_client: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static uint32_t little_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static uint32_t big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void load_frames(struct client *client) {
    FILE *file = fopen(client->options.frames, "rb");
    if (file == NULL) fail("%s: %s", client->options.frames, strerror(errno));
    uint8_t head[12];
    if (fread(head, 1, sizeof head, file) != sizeof head || memcmp(head, "PLFRAME1", 8) != 0)
        fail("%s: not a frame file", client->options.frames);
    client->frame_count = little_endian(head + 8);
    if (client->frame_count == 0 || client->frame_count > frame_count_max)
        fail("%s: no frames", client->options.frames);
    client->frames = calloc(client->frame_count, sizeof *client->frames);
    if (client->frames == NULL) fail("out of memory");
    for (uint32_t index = 0; index < client->frame_count; index++) {
        uint8_t record[8];
        if (fread(record, 1, sizeof record, file) != sizeof record) fail("%s: cut short", client->options.frames);
        struct frame *frame = &client->frames[index];
        frame->rollouts = little_endian(record);
        frame->byte_count = little_endian(record + 4);
        if (frame->byte_count <= head_byte_count || frame->byte_count > frame_byte_count_max)
            fail("%s: frame %u has an impossible length", client->options.frames, index);
        uint8_t *bytes = malloc(frame->byte_count);
        if (bytes == NULL) fail("out of memory");
        if (fread(bytes, 1, frame->byte_count, file) != frame->byte_count)
            fail("%s: cut short", client->options.frames);
        if (bytes[0] != 0xCE || big_endian(bytes + 1) != frame->byte_count - header_byte_count ||
            memcmp(bytes + header_byte_count, "\x94\x00\xCE", 3) != 0)
            fail("%s: frame %u is not a request with a four-byte msgid", client->options.frames, index);
        frame->bytes = bytes;
    }
    fclose(file);
}

static void connect_to(struct client *client) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(client->options.socket) >= sizeof address.sun_path) fail("%s: path too long", client->options.socket);
    strcpy(address.sun_path, client->options.socket);
    client->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (client->socket < 0 || connect(client->socket, (struct sockaddr *)&address, sizeof address) != 0)
        fail("%s: %s", client->options.socket, strerror(errno));
    // The blocking receive of depth 1 gives up with the same silence as poll does below.
    struct timeval silence = {.tv_sec = silence_milliseconds_max / 1000};
    setsockopt(client->socket, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof silence);
}

static void prepare(struct client *client) {
    uint32_t slot = client->free_slots[--client->free_count];
    struct request *request = &client->slots[slot];
    // The low byte of a msgid is its slot, so that replies may come in any order.
    uint32_t msgid = client->sequence << 8 | slot;
    request->msgid = msgid;
    request->frame = client->sequence++ % client->frame_count;
    memcpy(request->head, client->frames[request->frame].bytes, head_byte_count);
    for (int byte = 0; byte < 4; byte++) request->head[8 + byte] = (uint8_t)(msgid >> (24 - 8 * byte));
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
        const struct frame *frame = &client->frames[request->frame];
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
        size_t left = client->frames[request->frame].byte_count - client->send_offset;
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

// Reads a msgid in whatever width the server chose; returns the bytes it takes, 0 when there is none.
static size_t read_msgid(const uint8_t *bytes, size_t count, uint32_t *msgid) {
    if (count >= 1 && bytes[0] < 0x80) return *msgid = bytes[0], 1;
    if (count >= 2 && bytes[0] == 0xCC) return *msgid = bytes[1], 2;
    if (count >= 3 && bytes[0] == 0xCD) return *msgid = (uint32_t)bytes[1] << 8 | bytes[2], 3;
    if (count >= 5 && bytes[0] == 0xCE) return *msgid = big_endian(bytes + 1), 5;
    return 0;
}

static void check_scores(const uint8_t *body, size_t count, uint32_t rollouts) {
    const uint8_t *key = memmem(body, count, "\xA6status", 7);
    if (key == NULL) fail("a score reply has no status column");
    const uint8_t *value = key + 7;
    size_t left = count - (size_t)(value - body);
    size_t column = 0;
    if (left >= 2 && value[0] == 0xC4) {
        column = value[1], value += 2, left -= 2;
    } else if (left >= 3 && value[0] == 0xC5) {
        column = (size_t)value[1] << 8 | value[2], value += 3, left -= 3;
    } else if (left >= 5 && value[0] == 0xC6) {
        column = big_endian(value + 1), value += 5, left -= 5;
    }
    if (column != rollouts || column > left) fail("a status column of %zu bytes for %u rollouts", column, rollouts);
    for (size_t index = 0; index < column; index++)
        if (value[index] != 0) fail("rollout %zu of a request was not scored: status 0x%02x", index, value[index]);
}

// One whole reply: which request it answers, whether it is what was asked for, and how long it took.
static void take_reply(struct client *client, const uint8_t *body, size_t count, uint64_t arrived) {
    uint32_t msgid = 0;
    uint8_t type = client->options.expects_scores ? 0x01 : 0x00;
    if (count < 4 || body[0] != 0x94 || body[1] != type) fail("reply %llu is not what was expected",
                                                               (unsigned long long)client->replies);
    size_t width = read_msgid(body + 2, count - 2, &msgid);
    if (width == 0) fail("reply %llu has no msgid", (unsigned long long)client->replies);
    struct request *request = &client->slots[msgid % depth_max];
    if (request->started == 0 || request->msgid != msgid) fail("a reply to msgid %u, which is not under way", msgid);
    const struct frame *frame = &client->frames[request->frame];
    if (client->options.expects_scores) {
        if (count < 3 + width || body[2 + width] != 0xC0) {
            fprintf(stderr, "load_client: an error reply: ");
            for (size_t index = 2 + width; index < count && index < 300; index++)
                fputc(body[index] >= 0x20 && body[index] < 0x7F ? body[index] : '.', stderr);
            fail("");
        }
        if (client->replies < client->options.warm_up) check_scores(body, count, frame->rollouts);
    } else if (count != frame->byte_count - header_byte_count) {
        fail("an echo of %zu bytes for %u", count, frame->byte_count - header_byte_count);
    }
    if (client->replies >= client->options.warm_up && client->round_trip_count < client->options.requests) {
        client->round_trips[client->round_trip_count++] = arrived - request->started;
        client->rollouts += frame->rollouts;
    }
    request->started = 0;
    client->free_slots[client->free_count++] = msgid % depth_max;
    client->replies++;
}

static void receive_replies(struct client *client) {
    int flags = client->send_count == 0 ? 0 : MSG_DONTWAIT;
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

static int ascending(const void *left, const void *right) {
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

// The smallest value that at least `share` of the sorted values do not exceed (nearest rank).
static uint64_t percentile(const uint64_t *values, uint64_t count, double share) {
    uint64_t rank = (uint64_t)(share * (double)count);
    if ((double)rank < share * (double)count) rank++;
    return values[rank == 0 ? 0 : (rank > count ? count : rank) - 1];
}

static void usage(void) {
    fprintf(stderr, "usage: load_client --socket PATH --frames FILE [--depth N] [--warm-up N] [--requests N]\n"
                    "                   [--seconds S] [--expect echo|scores]\n");
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
    client.options = parse(argument_count, arguments);
    load_frames(&client);
    client.received_capacity = 4 << 20;
    client.received = malloc(client.received_capacity);
    client.round_trips = malloc(client.options.requests * sizeof *client.round_trips);
    if (client.received == NULL || client.round_trips == NULL) fail("out of memory");
    // Touched now, so that no page fault falls into a round trip.
    memset(client.received, 1, client.received_capacity);
    memset(client.round_trips, 1, client.options.requests * sizeof *client.round_trips);
    for (uint32_t slot = client.options.depth; slot > 0; slot--) client.free_slots[client.free_count++] = slot - 1;
    connect_to(&client);
    uint64_t nanoseconds = run(&client);
    uint64_t count = client.round_trip_count;
    if (count == 0) fail("nothing was measured");
    qsort(client.round_trips, count, sizeof *client.round_trips, ascending);
    double seconds = (double)nanoseconds / 1e9;
    printf("{\"requests\":%llu,\"rollouts\":%llu,\"depth\":%u,\"seconds\":%.6f,\"p50_ns\":%llu,\"p99_ns\":%llu,"
           "\"p999_ns\":%llu,\"min_ns\":%llu,\"max_ns\":%llu,\"requests_per_second\":%.1f,"
           "\"rollouts_per_second\":%.1f}\n",
           (unsigned long long)count, (unsigned long long)client.rollouts, client.options.depth, seconds,
           (unsigned long long)percentile(client.round_trips, count, 0.5),
           (unsigned long long)percentile(client.round_trips, count, 0.99),
           (unsigned long long)percentile(client.round_trips, count, 0.999), (unsigned long long)client.round_trips[0],
           (unsigned long long)client.round_trips[count - 1], (double)count / seconds,
           (double)client.rollouts / seconds);
    return 0;
}
