// What the load generators share: prepared frames, what a reply must look like, and how times are printed.
//
// A file of frames (InputFile.swift writes it): "PLFRAME1", u32 frame count, then per frame u32 rollouts, u32 byte count and
// the bytes of the whole frame, numbers little-endian. A frame begins with its header (0xCE, u32 length), then 0x94 0x00 0xCE
// and the four bytes of the msgid, which the client replaces, so that every request has its own.
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

enum {
    header_byte_count = 5,
    head_byte_count = 12,        // The frame's header, 0x94 0x00 0xCE and the msgid.
    frame_count_max = 1 << 16,
    frame_byte_count_max = 256 << 20,
    run_count_max = 1 << 22,     // Round trips kept: 32 MiB.
    silence_milliseconds_max = 10000,
};

struct frame {
    uint32_t rollouts;
    uint32_t byte_count;
    const uint8_t *bytes;
};

struct frames {
    struct frame *all;
    uint32_t count;
};

static const char *program;      // Its name, for messages.

static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s: ", program);
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

static struct frames load_frames(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) fail("%s: %s", path, strerror(errno));
    uint8_t head[12];
    if (fread(head, 1, sizeof head, file) != sizeof head || memcmp(head, "PLFRAME1", 8) != 0)
        fail("%s: not a frame file", path);
    struct frames frames = {.count = little_endian(head + 8)};
    if (frames.count == 0 || frames.count > frame_count_max) fail("%s: no frames", path);
    frames.all = calloc(frames.count, sizeof *frames.all);
    if (frames.all == NULL) fail("out of memory");
    for (uint32_t index = 0; index < frames.count; index++) {
        uint8_t record[8];
        if (fread(record, 1, sizeof record, file) != sizeof record) fail("%s: cut short", path);
        struct frame *frame = &frames.all[index];
        frame->rollouts = little_endian(record);
        frame->byte_count = little_endian(record + 4);
        if (frame->byte_count <= head_byte_count || frame->byte_count > frame_byte_count_max)
            fail("%s: frame %u has an impossible length", path, index);
        uint8_t *bytes = malloc(frame->byte_count);
        if (bytes == NULL) fail("out of memory");
        if (fread(bytes, 1, frame->byte_count, file) != frame->byte_count) fail("%s: cut short", path);
        if (bytes[0] != 0xCE || big_endian(bytes + 1) != frame->byte_count - header_byte_count ||
            memcmp(bytes + header_byte_count, "\x94\x00\xCE", 3) != 0)
            fail("%s: frame %u is not a request with a four-byte msgid", path, index);
        frame->bytes = bytes;
    }
    fclose(file);
    return frames;
}

// A frame's first bytes with another msgid.
static void write_head(uint8_t *head, const struct frame *frame, uint32_t msgid) {
    memcpy(head, frame->bytes, head_byte_count);
    for (int byte = 0; byte < 4; byte++) head[8 + byte] = (uint8_t)(msgid >> (24 - 8 * byte));
}

static int connect_to(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) fail("%s: path too long", path);
    strcpy(address.sun_path, path);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0)
        fail("%s: %s", path, strerror(errno));
    return descriptor;
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

// The msgid of a reply. A body that is neither an echo (type 0) nor a response (type 1) ends the run.
static uint32_t reply_msgid(const uint8_t *body, size_t count, int expects_scores) {
    uint32_t msgid = 0;
    if (count < 4 || body[0] != 0x94 || body[1] != (expects_scores ? 0x01 : 0x00))
        fail("a reply is not what was expected");
    if (read_msgid(body + 2, count - 2, &msgid) == 0) fail("a reply has no msgid");
    return msgid;
}

// What a reply to that frame must be: an echo of it or a response without an error, and when it is looked at closely, with
// every rollout scored.
static void check_reply(const uint8_t *body, size_t count, const struct frame *frame, int expects_scores, int closely) {
    if (!expects_scores) {
        if (count != frame->byte_count - header_byte_count)
            fail("an echo of %zu bytes for %u", count, frame->byte_count - header_byte_count);
        return;
    }
    uint32_t msgid = 0;
    size_t width = read_msgid(body + 2, count - 2, &msgid);
    if (count < 3 + width || body[2 + width] != 0xC0) {
        fprintf(stderr, "%s: an error reply: ", program);
        for (size_t index = 2 + width; index < count && index < 300; index++)
            fputc(body[index] >= 0x20 && body[index] < 0x7F ? body[index] : '.', stderr);
        fail("");
    }
    if (closely) check_scores(body, count, frame->rollouts);
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

// The percentiles of the measured times, exact, and the rates, as the members of one JSON object. Sorts the times.
static void print_times(uint64_t *times, uint64_t count, uint64_t rollouts, uint64_t nanoseconds) {
    static const struct {
        const char *name;
        double share;
    } shares[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}, {"p9999", 0.9999}};
    if (count == 0) fail("nothing was measured");
    qsort(times, count, sizeof *times, ascending);
    double seconds = (double)nanoseconds / 1e9;
    printf("\"requests\":%llu,\"rollouts\":%llu,\"seconds\":%.6f,", (unsigned long long)count,
           (unsigned long long)rollouts, seconds);
    for (size_t index = 0; index < sizeof shares / sizeof *shares; index++)
        printf("\"%s_ns\":%llu,", shares[index].name,
               (unsigned long long)percentile(times, count, shares[index].share));
    printf("\"min_ns\":%llu,\"max_ns\":%llu,\"requests_per_second\":%.1f,\"rollouts_per_second\":%.1f",
           (unsigned long long)times[0], (unsigned long long)times[count - 1], (double)count / seconds,
           (double)rollouts / seconds);
}
