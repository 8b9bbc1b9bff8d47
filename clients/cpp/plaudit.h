/* Plaudit's client for C and C++: rewards for completions from a sidecar on this machine, over its Unix socket.
 *
 * Compile plaudit.c into the program and link msgpack-c (Debian: libmsgpack-dev, or libmsgpack-c-dev with
 * -lmsgpack-c):
 *
 *     cc clients/cpp/example.c clients/cpp/plaudit.c -lmsgpackc -o example
 *
 * A call has a deadline and never waits past it. Arrays go in and arrays come out, one entry a rollout. A client is
 * for one thread at a time; threads take a client each, and so does a child after fork. No function raises a signal
 * or an exception, or writes to a stream. The protocol is docs/protocol.md, a wrapper for C++17 is plaudit.hpp. */
#ifndef PLAUDIT_H
#define PLAUDIT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a call ends with: PLAUDIT_OK, one of the sidecar's refusals (the codes of docs/protocol.md), or a fault on
 * this side, from 100 on. */
typedef enum {
    PLAUDIT_OK = 0,
    PLAUDIT_BAD_FRAME = 1,
    PLAUDIT_UNKNOWN_METHOD = 2,
    PLAUDIT_BAD_REQUEST = 3,
    PLAUDIT_UNKNOWN_REWARD = 4,
    PLAUDIT_TOO_LARGE = 5,
    PLAUDIT_OVERLOADED = 6,
    PLAUDIT_SHUTTING_DOWN = 7,
    PLAUDIT_RELOAD_FAILED = 8,
    PLAUDIT_REFUSED_DEADLINE = 9,
    PLAUDIT_INTERNAL = 10,
    PLAUDIT_FORBIDDEN = 11,
    PLAUDIT_NO_CONNECTION = 100, /* there is no sidecar, or it went away */
    PLAUDIT_DEADLINE = 101,      /* no reply in time */
    PLAUDIT_BAD_REPLY = 102,     /* what came is not a reply to what was asked */
    PLAUDIT_BAD_ARGUMENT = 103,  /* nothing was sent */
    PLAUDIT_NO_MEMORY = 104
} plaudit_code;

/* Why a call failed, for people: NUL-terminated, empty after a success. Decide by the code, never by the message. */
typedef struct {
    plaudit_code code;
    char message[500];
} plaudit_error;

/* Text, or bytes: UTF-8, any length, not NUL-terminated, NUL bytes allowed. `bytes` NULL means: no value for this
 * row. */
typedef struct {
    const char *bytes;
    size_t byte_count;
} plaudit_text;

/* The tokens of a completion, by the trainer's vocabulary. `ids` NULL means: not known for this row. */
typedef struct {
    const uint32_t *ids;
    size_t count;
} plaudit_tokens;

/* A further column that the configuration names, as in `{field: lang}`. */
typedef struct {
    const char *name;
    const plaudit_text *values; /* request.count entries */
} plaudit_field;

/* A batch of rollouts. Every array has `count` entries; one that is NULL is not sent. Zero-initialise, then fill in.
 */
typedef struct {
    const char *reward; /* the reward's name in the sidecar's configuration; needed */
    size_t count;
    const plaudit_text *completions; /* what the policy wrote; needed */
    const plaudit_text *prompts;     /* what it was given; no row may be without */
    const plaudit_text *reference_answers;
    const plaudit_text *ids;        /* names of the rollouts; no row may be without */
    const plaudit_text *group_ids;  /* which rollouts answer the same prompt; no row may be without */
    const int64_t *token_counts;    /* the trainer's lengths in tokens; negative: not known */
    const plaudit_tokens *token_ids; /* for components that look at tokens */
    const unsigned char *truncated; /* not 0: cut at the length limit */
    const plaudit_field *fields;
    size_t field_count;
    int rationales;          /* not 0: every component says in a sentence what it found */
    double deadline_seconds; /* above 0; 0 means the client's own */
} plaudit_request;

typedef struct {
    const char *name;
    const double *scores;           /* finite; no score where the status is not PLAUDIT_SCORED */
    const unsigned char *status;    /* one byte a rollout, see plaudit_status_name */
    const plaudit_text *rationales; /* NULL unless asked for; single rows may have none */
} plaudit_component;

/* A reply. All pointers are valid until plaudit_scored_free. */
typedef struct {
    size_t count;
    const double *rewards; /* finite; from the neutral policy where the status is not PLAUDIT_SCORED */
    const unsigned char *status;
    const plaudit_component *components; /* in configured order, the same for every request */
    size_t component_count;
    const plaudit_text *degraded_groups; /* group ids of which more than half have no score; numbers as decimals */
    size_t degraded_group_count;
    const char *config_hash; /* identifies the configuration that scored */
    uint64_t timing_us;      /* the sidecar's time for the request */
    uint64_t judge_calls, cached_verdicts, tokens_in, tokens_out;
    double cost; /* of the judge calls, in the configuration's currency */
} plaudit_scored;

#define PLAUDIT_SCORED 0

typedef struct plaudit_client plaudit_client;

/* Connects to the sidecar at `socket` (NULL: the environment's PLAUDIT_SOCKET). `deadline_seconds` is what a call may
 * take that names no deadline of its own; 0 means 60. `error` may be NULL. On failure `*client` is NULL. */
plaudit_code plaudit_connect(const char *socket, double deadline_seconds, plaudit_client **client,
                             plaudit_error *error);

/* Scores a batch. On failure `*scored` is NULL and the client can be used again: a connection that broke, or that a
 * late reply might still arrive on, is replaced by the next call. Nothing is sent twice. */
plaudit_code plaudit_score(plaudit_client *client, const plaudit_request *request, plaudit_scored **scored,
                           plaudit_error *error);

/* Both take NULL. */
void plaudit_scored_free(plaudit_scored *scored);
void plaudit_close(plaudit_client *client);

/* The name of a status byte, as in "scored" or "neutral(timeout)"; bytes that are newer than this client keep their
 * kind. */
const char *plaudit_status_name(unsigned char status);

/* A NUL-terminated string as text. */
plaudit_text plaudit_text_of(const char *string);

#ifdef __cplusplus
}
#endif
#endif
