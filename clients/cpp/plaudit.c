/* See plaudit.h. C99 with POSIX, also valid C++. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "plaudit.h"

#include <errno.h>
#include <math.h>
#include <msgpack.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* The protocol's own limits (docs/protocol.md). */
#define PLAUDIT_FRAME_BYTES_MAX 268435456u
#define PLAUDIT_HEADER_BYTES 5u
/* Nobody trains for a year on one request; a larger number is a mistake in units. */
#define PLAUDIT_DEADLINE_SECONDS_MAX 31536000.0

struct plaudit_client {
    struct sockaddr_un address;
    double deadline_seconds;
    int descriptor; /* -1: not connected */
    uint32_t last_request;
};

/* A reply and what it points into. */
typedef struct {
    plaudit_scored scored; /* first, so that the address of one is the address of the other */
    msgpack_zone zone;
    unsigned char *body;
} plaudit_reply;

static plaudit_code plaudit_fail(plaudit_error *error, plaudit_code code, const char *format, ...) {
    if (error != NULL) {
        va_list arguments;
        error->code = code;
        va_start(arguments, format);
        vsnprintf(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
    }
    return code;
}

static double plaudit_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void plaudit_disconnect(plaudit_client *client) {
    if (client->descriptor >= 0) close(client->descriptor);
    client->descriptor = -1;
}

/* Waits for one of `events` until `ends`; 1 when there is one, 0 when it is too late. */
static int plaudit_wait(int descriptor, short events, short *found, double ends) {
    for (;;) {
        struct pollfd entry;
        double seconds = ends - plaudit_now();
        int count;
        if (seconds <= 0) return 0;
        if (seconds > 1000) seconds = 1000;
        entry.fd = descriptor;
        entry.events = events;
        entry.revents = 0;
        count = poll(&entry, 1, (int)(seconds * 1000) + 1);
        if (count > 0) {
            *found = entry.revents;
            return 1;
        }
        if (count < 0 && errno != EINTR) {
            *found = events; /* the socket call that follows says what is wrong */
            return 1;
        }
    }
}

/* The kernel bounds a connect to a full backlog by the send timeout. */
static plaudit_code plaudit_open(plaudit_client *client, double ends, plaudit_error *error) {
    double seconds = ends - plaudit_now();
    struct timeval timeout;
    int descriptor, problem;
    if (seconds <= 0) return plaudit_fail(error, PLAUDIT_DEADLINE, "the deadline passed before connecting");
    descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return plaudit_fail(error, PLAUDIT_NO_CONNECTION, "no socket: %s", strerror(errno));
    timeout.tv_sec = (time_t)seconds;
    timeout.tv_usec = (suseconds_t)((seconds - (double)timeout.tv_sec) * 1e6) + 1;
    if (timeout.tv_usec > 999999) timeout.tv_usec = 999999;
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    while (connect(descriptor, (const struct sockaddr *)&client->address, sizeof client->address) != 0) {
        if (errno == EINTR && plaudit_now() < ends) continue;
        problem = errno;
        close(descriptor);
        if (problem == EAGAIN || problem == EINTR) {
            return plaudit_fail(error, PLAUDIT_DEADLINE, "%s took no connection in time", client->address.sun_path);
        }
        return plaudit_fail(error, PLAUDIT_NO_CONNECTION,
                            "no sidecar at %s: %s; start one with 'plaudit serve --socket %s'",
                            client->address.sun_path, strerror(problem), client->address.sun_path);
    }
    client->descriptor = descriptor;
    return PLAUDIT_OK;
}

plaudit_text plaudit_text_of(const char *string) {
    plaudit_text text;
    text.bytes = string;
    text.byte_count = string == NULL ? 0 : strlen(string);
    return text;
}

static int plaudit_is_deadline(double seconds) {
    return seconds >= 0 && seconds <= PLAUDIT_DEADLINE_SECONDS_MAX; /* false for what is not a number */
}

plaudit_code plaudit_connect(const char *socket, double deadline_seconds, plaudit_client **client,
                             plaudit_error *error) {
    plaudit_client *made;
    plaudit_code code;
    if (error != NULL) plaudit_fail(error, PLAUDIT_OK, "%s", "");
    *client = NULL;
    if (socket == NULL) socket = getenv("PLAUDIT_SOCKET");
    if (socket == NULL || socket[0] == 0) {
        return plaudit_fail(error, PLAUDIT_BAD_ARGUMENT, "name the sidecar's socket, or set PLAUDIT_SOCKET");
    }
    if (!plaudit_is_deadline(deadline_seconds)) {
        return plaudit_fail(error, PLAUDIT_BAD_ARGUMENT, "a deadline is a number of seconds from 0 to a year");
    }
    made = (plaudit_client *)calloc(1, sizeof *made);
    if (made == NULL) return plaudit_fail(error, PLAUDIT_NO_MEMORY, "no memory for a client");
    if (strlen(socket) >= sizeof made->address.sun_path) {
        free(made);
        return plaudit_fail(error, PLAUDIT_BAD_ARGUMENT, "the socket's path has more than %zu bytes: %.100s...",
                            sizeof made->address.sun_path - 1, socket);
    }
    made->address.sun_family = AF_UNIX;
    memcpy(made->address.sun_path, socket, strlen(socket));
    made->deadline_seconds = deadline_seconds > 0 ? deadline_seconds : 60.0;
    made->descriptor = -1;
    code = plaudit_open(made, plaudit_now() + made->deadline_seconds, error);
    if (code != PLAUDIT_OK) {
        free(made);
        return code;
    }
    *client = made;
    return PLAUDIT_OK;
}

void plaudit_close(plaudit_client *client) {
    if (client == NULL) return;
    plaudit_disconnect(client);
    free(client);
}

/* Writing a request. */

static void plaudit_pack_name(msgpack_packer *packer, const char *name) {
    msgpack_pack_str_with_body(packer, name, strlen(name));
}

static void plaudit_pack_text(msgpack_packer *packer, plaudit_text text) {
    if (text.bytes == NULL) msgpack_pack_nil(packer);
    else msgpack_pack_str_with_body(packer, text.bytes, text.byte_count);
}

static void plaudit_pack_texts(msgpack_packer *packer, const char *name, const plaudit_text *texts, size_t count) {
    size_t row;
    if (texts == NULL) return;
    plaudit_pack_name(packer, name);
    msgpack_pack_array(packer, count);
    for (row = 0; row < count; row += 1) plaudit_pack_text(packer, texts[row]);
}

static void plaudit_pack_tokens(msgpack_packer *packer, plaudit_tokens tokens) {
    unsigned char bytes[1024]; /* of a piece: four little-endian bytes a token, whatever the machine's order */
    size_t index, filled = 0;
    if (tokens.ids == NULL) {
        msgpack_pack_nil(packer);
        return;
    }
    msgpack_pack_bin(packer, 4 * tokens.count);
    for (index = 0; index < tokens.count; index += 1) {
        uint32_t token = tokens.ids[index];
        bytes[filled] = (unsigned char)token;
        bytes[filled + 1] = (unsigned char)(token >> 8);
        bytes[filled + 2] = (unsigned char)(token >> 16);
        bytes[filled + 3] = (unsigned char)(token >> 24);
        filled += 4;
        if (filled == sizeof bytes || index + 1 == tokens.count) {
            msgpack_pack_bin_body(packer, bytes, filled);
            filled = 0;
        }
    }
}

/* What the sidecar is given of a call's time: a tenth less, at most a second less, so that its own answer about a
 * late judge arrives before this side gives up. */
static uint64_t plaudit_sidecar_milliseconds(double seconds) {
    double margin = seconds * 0.1 < 1 ? seconds * 0.1 : 1;
    uint64_t milliseconds = (uint64_t)((seconds - margin) * 1000);
    return milliseconds < 1 ? 1 : milliseconds;
}

static void plaudit_pack_request(msgpack_packer *packer, const plaudit_request *request, uint32_t number,
                                 double seconds) {
    size_t row, field, key_count = 3;
    key_count += (size_t)(request->prompts != NULL) + (request->reference_answers != NULL);
    key_count += (size_t)(request->ids != NULL) + (request->group_ids != NULL);
    key_count += (size_t)(request->token_counts != NULL) + (request->truncated != NULL);
    key_count += (size_t)(request->token_ids != NULL);
    key_count += (size_t)(request->field_count > 0) + (request->rationales != 0);
    msgpack_pack_array(packer, 4);
    msgpack_pack_int(packer, 0);
    msgpack_pack_uint32(packer, number);
    plaudit_pack_name(packer, "score");
    msgpack_pack_map(packer, key_count);
    plaudit_pack_name(packer, "reward");
    plaudit_pack_name(packer, request->reward);
    plaudit_pack_texts(packer, "completions", request->completions, request->count);
    plaudit_pack_texts(packer, "prompts", request->prompts, request->count);
    plaudit_pack_texts(packer, "reference_answers", request->reference_answers, request->count);
    plaudit_pack_texts(packer, "ids", request->ids, request->count);
    plaudit_pack_texts(packer, "group_ids", request->group_ids, request->count);
    if (request->token_counts != NULL) {
        plaudit_pack_name(packer, "token_counts");
        msgpack_pack_array(packer, request->count);
        for (row = 0; row < request->count; row += 1) {
            if (request->token_counts[row] < 0) msgpack_pack_nil(packer);
            else msgpack_pack_uint64(packer, (uint64_t)request->token_counts[row]);
        }
    }
    if (request->token_ids != NULL) {
        plaudit_pack_name(packer, "token_ids");
        msgpack_pack_array(packer, request->count);
        for (row = 0; row < request->count; row += 1) plaudit_pack_tokens(packer, request->token_ids[row]);
    }
    if (request->truncated != NULL) {
        plaudit_pack_name(packer, "truncated");
        msgpack_pack_array(packer, request->count);
        for (row = 0; row < request->count; row += 1) {
            if (request->truncated[row] != 0) msgpack_pack_true(packer);
            else msgpack_pack_false(packer);
        }
    }
    if (request->field_count > 0) {
        plaudit_pack_name(packer, "fields");
        msgpack_pack_map(packer, request->field_count);
        for (field = 0; field < request->field_count; field += 1) {
            plaudit_pack_texts(packer, request->fields[field].name, request->fields[field].values, request->count);
        }
    }
    if (request->rationales != 0) {
        plaudit_pack_name(packer, "rationales");
        msgpack_pack_true(packer);
    }
    plaudit_pack_name(packer, "deadline_ms");
    msgpack_pack_uint64(packer, plaudit_sidecar_milliseconds(seconds));
}

/* A write callback that stops growing at the protocol's limit. */
typedef struct {
    msgpack_sbuffer bytes;
    int is_too_large, is_out_of_memory;
} plaudit_frame;

static int plaudit_frame_write(void *frame, const char *bytes, size_t byte_count) {
    plaudit_frame *written = (plaudit_frame *)frame;
    if (byte_count > PLAUDIT_FRAME_BYTES_MAX + PLAUDIT_HEADER_BYTES - written->bytes.size) {
        written->is_too_large = 1;
        return -1;
    }
    if (written->is_too_large || msgpack_sbuffer_write(&written->bytes, bytes, byte_count) == 0) {
        return written->is_too_large ? -1 : 0;
    }
    written->is_out_of_memory = 1;
    return -1;
}

static plaudit_code plaudit_write_frame(plaudit_frame *frame, const plaudit_request *request, uint32_t number,
                                        double seconds, plaudit_error *error) {
    msgpack_packer packer;
    size_t body;
    msgpack_sbuffer_init(&frame->bytes);
    frame->is_too_large = frame->is_out_of_memory = 0;
    msgpack_packer_init(&packer, frame, plaudit_frame_write);
    plaudit_frame_write(frame, "\xce\0\0\0\0", PLAUDIT_HEADER_BYTES);
    if (!frame->is_out_of_memory) plaudit_pack_request(&packer, request, number, seconds);
    if (frame->is_too_large) {
        return plaudit_fail(error, PLAUDIT_BAD_ARGUMENT,
                            "the request has more than %u bytes: send it in smaller batches",
                            PLAUDIT_FRAME_BYTES_MAX);
    }
    if (frame->is_out_of_memory) return plaudit_fail(error, PLAUDIT_NO_MEMORY, "no memory for the request");
    body = frame->bytes.size - PLAUDIT_HEADER_BYTES;
    frame->bytes.data[1] = (char)(body >> 24);
    frame->bytes.data[2] = (char)(body >> 16);
    frame->bytes.data[3] = (char)(body >> 8);
    frame->bytes.data[4] = (char)body;
    return PLAUDIT_OK;
}

static plaudit_code plaudit_check_request(const plaudit_request *request, plaudit_error *error) {
    size_t row, field;
    if (request->reward == NULL) return plaudit_fail(error, PLAUDIT_BAD_ARGUMENT, "the request names no reward");
    if (request->completions == NULL)
        return plaudit_fail(error, PLAUDIT_BAD_ARGUMENT, "the request has no completions");
    if (!plaudit_is_deadline(request->deadline_seconds)) {
        return plaudit_fail(error, PLAUDIT_BAD_ARGUMENT, "a deadline is a number of seconds from 0 to a year");
    }
    if (request->field_count > 0 && request->fields == NULL) {
        return plaudit_fail(error, PLAUDIT_BAD_ARGUMENT, "field_count is %zu and fields is NULL",
                            request->field_count);
    }
    for (field = 0; field < request->field_count; field += 1) {
        if (request->fields[field].name == NULL || request->fields[field].values == NULL) {
            return plaudit_fail(error, PLAUDIT_BAD_ARGUMENT, "field %zu has no name or no values", field);
        }
    }
    for (row = 0; row < request->count; row += 1) {
        const plaudit_text *columns[3];
        static const char *const names[3] = {"prompts", "ids", "group_ids"};
        size_t column;
        columns[0] = request->prompts;
        columns[1] = request->ids;
        columns[2] = request->group_ids;
        for (column = 0; column < 3; column += 1) {
            if (columns[column] != NULL && columns[column][row].bytes == NULL) {
                return plaudit_fail(error, PLAUDIT_BAD_ARGUMENT, "%s[%zu] is NULL", names[column], row);
            }
        }
        if (request->token_ids != NULL && request->token_ids[row].count > PLAUDIT_FRAME_BYTES_MAX / 4) {
            return plaudit_fail(error, PLAUDIT_BAD_ARGUMENT, "token_ids[%zu] has %zu tokens: no frame takes them", row,
                                request->token_ids[row].count);
        }
    }
    return PLAUDIT_OK;
}

/* Sending and receiving. */

static plaudit_code plaudit_went_away(int problem, plaudit_error *error) {
    return plaudit_fail(error, PLAUDIT_NO_CONNECTION, "the sidecar closed the connection%s%s",
                        problem != 0 ? ": " : "", problem != 0 ? strerror(problem) : "");
}

static plaudit_code plaudit_send(int descriptor, const char *bytes, size_t byte_count, double ends,
                                 plaudit_error *error) {
    size_t sent = 0;
    while (sent < byte_count) {
        ssize_t count = send(descriptor, bytes + sent, byte_count - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        short found;
        if (count >= 0) {
            sent += (size_t)count;
        } else if (errno == EAGAIN) {
            if (!plaudit_wait(descriptor, POLLOUT, &found, ends)) {
                return plaudit_fail(error, PLAUDIT_DEADLINE, "the sidecar did not take the request in time");
            }
        } else if (errno == EPIPE || errno == ECONNRESET) {
            return PLAUDIT_OK; /* it may have said why before it closed: reading tells */
        } else if (errno != EINTR) {
            return plaudit_went_away(errno, error);
        }
    }
    return PLAUDIT_OK;
}

static plaudit_code plaudit_receive(int descriptor, unsigned char *bytes, size_t byte_count, double ends,
                                    plaudit_error *error) {
    size_t received = 0;
    while (received < byte_count) {
        ssize_t count = recv(descriptor, bytes + received, byte_count - received, MSG_DONTWAIT);
        short found;
        if (count > 0) {
            received += (size_t)count;
        } else if (count == 0) {
            return plaudit_went_away(0, error);
        } else if (errno == EAGAIN) {
            if (!plaudit_wait(descriptor, POLLIN, &found, ends)) {
                return plaudit_fail(error, PLAUDIT_DEADLINE, "no reply in time");
            }
        } else if (errno != EINTR) {
            return plaudit_went_away(errno, error);
        }
    }
    return PLAUDIT_OK;
}

/* Reading a reply. */

/* Whether one MessagePack value fills the bytes exactly and no array or map claims more than the bytes can hold:
 * msgpack-c makes room for what is claimed. Extension types are not used by the protocol. */
static int plaudit_is_well_formed(const unsigned char *bytes, size_t byte_count) {
    size_t place = 0, pending = 1;
    while (pending > 0) {
        size_t width = 0, length = 0, left;
        int is_text = 0;
        unsigned char first;
        if (place >= byte_count || pending > byte_count - place) return 0;
        first = bytes[place];
        place += 1;
        pending -= 1;
        if (first <= 0x7f || first >= 0xe0 || first == 0xc0 || first == 0xc2 || first == 0xc3) continue;
        if (first <= 0x8f) {
            pending += 2 * (size_t)(first & 0x0f);
            continue;
        }
        if (first <= 0x9f) {
            pending += first & 0x0f;
            continue;
        }
        if (first <= 0xbf) {
            length = first & 0x1f;
            is_text = 1;
        } else if (first >= 0xca && first <= 0xd3) {
            static const unsigned char widths[10] = {4, 8, 1, 2, 4, 8, 1, 2, 4, 8};
            length = widths[first - 0xca];
            is_text = 1;
        } else if (first == 0xc4 || first == 0xd9) width = 1;
        else if (first == 0xc5 || first == 0xda || first == 0xdc || first == 0xde) width = 2;
        else if (first == 0xc6 || first == 0xdb || first == 0xdd || first == 0xdf) width = 4;
        else return 0;
        if (width > byte_count - place) return 0;
        for (left = width; left > 0; left -= 1, place += 1) length = length << 8 | bytes[place];
        if (is_text || first <= 0xdb) {
            if (length > byte_count - place) return 0;
            place += length;
        } else {
            if (length > byte_count - place) return 0;
            pending += first >= 0xde ? 2 * length : length;
        }
    }
    return place == byte_count;
}

static const msgpack_object *plaudit_find(const msgpack_object *map, const char *key) {
    uint32_t entry;
    if (map->type != MSGPACK_OBJECT_MAP) return NULL;
    for (entry = 0; entry < map->via.map.size; entry += 1) {
        const msgpack_object *name = &map->via.map.ptr[entry].key;
        if (name->type == MSGPACK_OBJECT_STR && name->via.str.size == strlen(key) &&
            memcmp(name->via.str.ptr, key, name->via.str.size) == 0) {
            return &map->via.map.ptr[entry].val;
        }
    }
    return NULL;
}

static const char *plaudit_string(msgpack_zone *zone, const msgpack_object *value) {
    char *copy;
    if (value == NULL || value->type != MSGPACK_OBJECT_STR) return NULL;
    copy = (char *)msgpack_zone_malloc(zone, (size_t)value->via.str.size + 1);
    if (copy == NULL) return NULL;
    memcpy(copy, value->via.str.ptr, value->via.str.size);
    copy[value->via.str.size] = 0;
    return copy;
}

/* A column of little-endian float64, all finite; NULL when it is none of `count` entries. */
static const double *plaudit_numbers(msgpack_zone *zone, const msgpack_object *value, size_t count) {
    double *numbers;
    size_t row;
    if (value == NULL || value->type != MSGPACK_OBJECT_BIN || value->via.bin.size != count * 8) return NULL;
    numbers = (double *)msgpack_zone_malloc(zone, count * 8 + 8);
    if (numbers == NULL) return NULL;
    for (row = 0; row < count; row += 1) {
        const unsigned char *bytes = (const unsigned char *)value->via.bin.ptr + row * 8;
        uint64_t bits = 0;
        int place;
        for (place = 7; place >= 0; place -= 1) bits = bits << 8 | bytes[place];
        memcpy(&numbers[row], &bits, 8);
        if (!isfinite(numbers[row])) return NULL;
    }
    return numbers;
}

static const unsigned char *plaudit_statuses(const msgpack_object *value, size_t count) {
    if (value == NULL || value->type != MSGPACK_OBJECT_BIN || value->via.bin.size != count) return NULL;
    return (const unsigned char *)value->via.bin.ptr;
}

static plaudit_text *plaudit_texts(msgpack_zone *zone, const msgpack_object *value, size_t count) {
    plaudit_text *texts;
    size_t row;
    if (value == NULL || value->type != MSGPACK_OBJECT_ARRAY || value->via.array.size != count) return NULL;
    texts = (plaudit_text *)msgpack_zone_malloc(zone, (count + 1) * sizeof *texts);
    if (texts == NULL) return NULL;
    for (row = 0; row < count; row += 1) {
        const msgpack_object *entry = &value->via.array.ptr[row];
        texts[row].bytes = NULL;
        texts[row].byte_count = 0;
        if (entry->type == MSGPACK_OBJECT_STR) {
            texts[row].bytes = entry->via.str.ptr;
            texts[row].byte_count = entry->via.str.size;
        } else if (entry->type == MSGPACK_OBJECT_POSITIVE_INTEGER || entry->type == MSGPACK_OBJECT_NEGATIVE_INTEGER) {
            char *digits = (char *)msgpack_zone_malloc(zone, 24);
            if (digits == NULL) return NULL;
            if (entry->type == MSGPACK_OBJECT_POSITIVE_INTEGER) {
                snprintf(digits, 24, "%llu", (unsigned long long)entry->via.u64);
            } else {
                snprintf(digits, 24, "%lld", (long long)entry->via.i64);
            }
            texts[row] = plaudit_text_of(digits);
        } else if (entry->type != MSGPACK_OBJECT_NIL) {
            return NULL;
        }
    }
    return texts;
}

static uint64_t plaudit_count(const msgpack_object *map, const char *key) {
    const msgpack_object *value = map == NULL ? NULL : plaudit_find(map, key);
    return value != NULL && value->type == MSGPACK_OBJECT_POSITIVE_INTEGER ? value->via.u64 : 0;
}

static int plaudit_read_components(msgpack_zone *zone, const msgpack_object *result, plaudit_scored *scored,
                                   int rationales) {
    const msgpack_object *map = plaudit_find(result, "components");
    const msgpack_object *reasons = plaudit_find(result, "rationales");
    plaudit_component *components;
    uint32_t entry;
    if (map == NULL || map->type != MSGPACK_OBJECT_MAP) return 0;
    components = (plaudit_component *)msgpack_zone_malloc(zone, ((size_t)map->via.map.size + 1) * sizeof *components);
    if (components == NULL) return 0;
    for (entry = 0; entry < map->via.map.size; entry += 1) {
        const msgpack_object_kv *pair = &map->via.map.ptr[entry];
        plaudit_component *component = &components[entry];
        component->name = plaudit_string(zone, &pair->key);
        component->scores = plaudit_numbers(zone, plaudit_find(&pair->val, "scores"), scored->count);
        component->status = plaudit_statuses(plaudit_find(&pair->val, "status"), scored->count);
        component->rationales = NULL;
        if (component->name == NULL || component->scores == NULL || component->status == NULL) return 0;
        if (rationales && reasons != NULL) {
            component->rationales = plaudit_texts(zone, plaudit_find(reasons, component->name), scored->count);
            if (component->rationales == NULL) return 0;
        }
    }
    scored->components = components;
    scored->component_count = map->via.map.size;
    return 1;
}

static int plaudit_read_result(msgpack_zone *zone, const msgpack_object *result, plaudit_scored *scored,
                               int rationales) {
    const msgpack_object *usage = plaudit_find(result, "usage");
    const msgpack_object *cost = usage == NULL ? NULL : plaudit_find(usage, "cost");
    const msgpack_object *groups = plaudit_find(result, "degraded_groups");
    scored->rewards = plaudit_numbers(zone, plaudit_find(result, "rewards"), scored->count);
    scored->status = plaudit_statuses(plaudit_find(result, "status"), scored->count);
    scored->config_hash = plaudit_string(zone, plaudit_find(result, "config_hash"));
    if (scored->rewards == NULL || scored->status == NULL || scored->config_hash == NULL) return 0;
    if (!plaudit_read_components(zone, result, scored, rationales)) return 0;
    if (groups != NULL) {
        if (groups->type != MSGPACK_OBJECT_ARRAY) return 0;
        scored->degraded_groups = plaudit_texts(zone, groups, groups->via.array.size);
        if (scored->degraded_groups == NULL) return 0;
        scored->degraded_group_count = groups->via.array.size;
    }
    scored->timing_us = plaudit_count(result, "timing_us");
    scored->judge_calls = plaudit_count(usage, "judge_calls");
    scored->cached_verdicts = plaudit_count(usage, "cached");
    scored->tokens_in = plaudit_count(usage, "tokens_in");
    scored->tokens_out = plaudit_count(usage, "tokens_out");
    if (cost != NULL && (cost->type == MSGPACK_OBJECT_FLOAT64 || cost->type == MSGPACK_OBJECT_FLOAT32)) {
        scored->cost = cost->via.f64;
    }
    return 1;
}

static plaudit_code plaudit_read_refusal(const msgpack_object *refusal, plaudit_error *error) {
    const msgpack_object *parts = refusal->type == MSGPACK_OBJECT_ARRAY ? refusal->via.array.ptr : NULL;
    if (parts == NULL || refusal->via.array.size < 3 || parts[0].type != MSGPACK_OBJECT_POSITIVE_INTEGER ||
        parts[0].via.u64 < 1 || parts[0].via.u64 >= PLAUDIT_NO_CONNECTION || parts[1].type != MSGPACK_OBJECT_STR ||
        parts[2].type != MSGPACK_OBJECT_STR) {
        return plaudit_fail(error, PLAUDIT_BAD_REPLY, "the sidecar's error is not one of the protocol's");
    }
    return plaudit_fail(error, (plaudit_code)parts[0].via.u64, "%.*s: %.*s",
                        parts[1].via.str.size > 40 ? 40 : (int)parts[1].via.str.size, parts[1].via.str.ptr,
                        parts[2].via.str.size > 400 ? 400 : (int)parts[2].via.str.size, parts[2].via.str.ptr);
}

/* One frame's body into `*body`; a header that claims too much is refused before memory is asked for. */
static plaudit_code plaudit_receive_frame(int descriptor, unsigned char **body, size_t *byte_count, double ends,
                                          plaudit_error *error) {
    unsigned char header[PLAUDIT_HEADER_BYTES];
    plaudit_code code = plaudit_receive(descriptor, header, sizeof header, ends, error);
    *body = NULL;
    if (code != PLAUDIT_OK) return code;
    *byte_count = (size_t)header[1] << 24 | (size_t)header[2] << 16 | (size_t)header[3] << 8 | (size_t)header[4];
    if (header[0] != 0xce || *byte_count < 1 || *byte_count > PLAUDIT_FRAME_BYTES_MAX) {
        return plaudit_fail(error, PLAUDIT_BAD_REPLY, "what came is not a frame");
    }
    *body = (unsigned char *)malloc(*byte_count);
    if (*body == NULL)
        return plaudit_fail(error, PLAUDIT_NO_MEMORY, "no memory for a reply of %zu bytes", *byte_count);
    return plaudit_receive(descriptor, *body, *byte_count, ends, error);
}

/* Takes a body apart. 1: it was the reply, and `*code` says how it ended. 0: a notification, go on reading. */
static int plaudit_take(plaudit_reply *reply, size_t byte_count, uint32_t number, int rationales, plaudit_code *code,
                        plaudit_error *error) {
    msgpack_object message, *parts;
    msgpack_unpack_return outcome;
    size_t offset = 0;
    *code = PLAUDIT_OK;
    if (!plaudit_is_well_formed(reply->body, byte_count)) {
        *code = plaudit_fail(error, PLAUDIT_BAD_REPLY, "what came is not MessagePack");
        return 1;
    }
    outcome = msgpack_unpack((const char *)reply->body, byte_count, &offset, &reply->zone, &message);
    if (outcome == MSGPACK_UNPACK_NOMEM_ERROR) {
        *code = plaudit_fail(error, PLAUDIT_NO_MEMORY, "no memory for a reply of %zu bytes", byte_count);
        return 1;
    }
    parts = outcome == MSGPACK_UNPACK_SUCCESS && message.type == MSGPACK_OBJECT_ARRAY ? message.via.array.ptr : NULL;
    if (parts != NULL && message.via.array.size == 3 && parts[0].type == MSGPACK_OBJECT_POSITIVE_INTEGER &&
        parts[0].via.u64 == 2) {
        return 0;
    }
    if (parts == NULL || message.via.array.size != 4 || parts[0].type != MSGPACK_OBJECT_POSITIVE_INTEGER ||
        parts[0].via.u64 != 1) {
        *code = plaudit_fail(error, PLAUDIT_BAD_REPLY, "what came is not a response");
    } else if (parts[2].type != MSGPACK_OBJECT_NIL) {
        *code = plaudit_read_refusal(&parts[2], error); /* one without a number is about the frame that was sent */
    } else if (parts[1].type != MSGPACK_OBJECT_POSITIVE_INTEGER || parts[1].via.u64 != number) {
        *code = plaudit_fail(error, PLAUDIT_BAD_REPLY, "the response is to another request");
    } else if (!plaudit_read_result(&reply->zone, &parts[3], &reply->scored, rationales)) {
        *code = plaudit_fail(error, PLAUDIT_BAD_REPLY, "the result is not one of %zu rollouts", reply->scored.count);
    }
    return 1;
}

static plaudit_code plaudit_await(plaudit_client *client, const plaudit_request *request, uint32_t number,
                                  double ends, plaudit_reply *reply, plaudit_error *error) {
    for (;;) {
        size_t byte_count = 0;
        plaudit_code code = plaudit_receive_frame(client->descriptor, &reply->body, &byte_count, ends, error);
        if (code != PLAUDIT_OK) return code;
        if (plaudit_take(reply, byte_count, number, request->rationales, &code, error)) return code;
        free(reply->body);
        reply->body = NULL;
        msgpack_zone_clear(&reply->zone);
    }
}

plaudit_code plaudit_score(plaudit_client *client, const plaudit_request *request, plaudit_scored **scored,
                           plaudit_error *error) {
    double seconds = request->deadline_seconds > 0 ? request->deadline_seconds : client->deadline_seconds;
    double ends = plaudit_now() + seconds;
    plaudit_frame frame;
    plaudit_reply *reply;
    plaudit_code code;
    if (error != NULL) plaudit_fail(error, PLAUDIT_OK, "%s", "");
    *scored = NULL;
    code = plaudit_check_request(request, error);
    if (code != PLAUDIT_OK) return code;
    client->last_request += 1;
    code = plaudit_write_frame(&frame, request, client->last_request, seconds, error);
    reply = code == PLAUDIT_OK ? (plaudit_reply *)calloc(1, sizeof *reply) : NULL;
    if (code == PLAUDIT_OK && (reply == NULL || !msgpack_zone_init(&reply->zone, MSGPACK_ZONE_CHUNK_SIZE))) {
        free(reply);
        reply = NULL;
        code = plaudit_fail(error, PLAUDIT_NO_MEMORY, "no memory for a reply");
    }
    if (code == PLAUDIT_OK && client->descriptor < 0) code = plaudit_open(client, ends, error);
    if (code == PLAUDIT_OK) {
        reply->scored.count = request->count;
        code = plaudit_send(client->descriptor, frame.bytes.data, frame.bytes.size, ends, error);
    }
    if (code == PLAUDIT_OK) code = plaudit_await(client, request, client->last_request, ends, reply, error);
    msgpack_sbuffer_destroy(&frame.bytes);
    if (code == PLAUDIT_OK) {
        *scored = &reply->scored;
        return PLAUDIT_OK;
    }
    /* A refused request leaves the connection in order; anything else may have left half a message on it. */
    if (code == PLAUDIT_BAD_FRAME || code >= PLAUDIT_NO_CONNECTION) {
        if (code != PLAUDIT_BAD_ARGUMENT) plaudit_disconnect(client);
    }
    if (reply != NULL) plaudit_scored_free(&reply->scored);
    return code;
}

void plaudit_scored_free(plaudit_scored *scored) {
    plaudit_reply *reply = (plaudit_reply *)scored;
    if (reply == NULL) return;
    msgpack_zone_destroy(&reply->zone);
    free(reply->body);
    free(reply);
}

const char *plaudit_status_name(unsigned char status) {
    static const char *const values[4] = {"scored", "gated", "abstained", "pending"};
    static const char *const neutrals[10] = {
        "neutral(timeout)",       "neutral(rate_limited)",   "neutral(refused)",   "neutral(parse_failed)",
        "neutral(transport)",     "neutral(budget)",         "neutral(cancelled)", "neutral(shutting_down)",
        "neutral(limit_reached)", "neutral(nothing_scored)",
    };
    static const char *const errors[5] = {
        "error(invalid_utf8)", "error(oversize)", "error(wrong_type)", "error(missing_input)", "error(bad_reference)",
    };
    if (status < 4) return values[status];
    if (status < 0x10) return "value(unknown)";
    if (status < 0x1a) return neutrals[status - 0x10];
    if (status < 0x20) return "neutral(unknown)";
    if (status < 0x25) return errors[status - 0x20];
    return "error(unknown)";
}
