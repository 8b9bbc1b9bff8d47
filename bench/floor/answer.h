// The least that answers a `score` request for one reward of one `length_penalty`: msgpack-c's parser on the request, a loop over the
// completion's code points, msgpack-c's packer for the reply, in a process with a second thread that sleeps, as a sidecar's do.
//
// It takes every request for the one that the bench sends: no UTF-8 is checked, no limit held, nothing counted or timed, and neither
// the reward nor the component is looked up. What a sidecar takes above it is Plaudit's own; what it takes above the echo is not.
#include <pthread.h>
#include <unistd.h>

#include "CMsgPack.h"

enum { token_count_max = 256, reply_byte_count_max = 4096 };

static void *sleep_for_ever(void *unused) {
    (void)unused;
    for (;;) pause();
    return NULL;
}

static void begin_second_thread(void) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, sleep_for_ever, NULL) != 0) abort();
}

static void write_text(plaudit_writer *writer, const char *text) {
    plaudit_write_string(writer, (const uint8_t *)text, strlen(text));
}

// A byte a lane and 255 rounds at most, as compilers turn into vector code.
static size_t count_code_points(const uint8_t *text, size_t byte_count) {
    size_t count = 0;
    while (byte_count > 0) {
        size_t piece = byte_count < 255 ? byte_count : 255;
        uint8_t lane = 0;
        for (size_t index = 0; index < piece; index++) lane += (int8_t)text[index] >= -64;
        count += lane;
        text += piece;
        byte_count -= piece;
    }
    return count;
}

// The score by the bench's `target: [0, 2500], tolerance: 1000`.
static double length_score(size_t count) {
    return count <= 2500 ? 1 : count >= 3500 ? 0 : 1 - (double)(count - 2500) / 1000;
}

// Writes the frame of the reply to the request in `body`; its bytes, or 0 when the body is no such request.
static size_t answer(const uint8_t *body, size_t byte_count, uint8_t reply[reply_byte_count_max]) {
    static const char name[] = "completions";
    static plaudit_token tape[token_count_max];
    plaudit_parse_outcome outcome = plaudit_parse_message(body, byte_count, tape, token_count_max);
    if (outcome.verdict != PLAUDIT_PARSE_DONE || outcome.tokenCount < 5) return 0;
    const plaudit_token *completion = NULL;
    for (uint32_t index = 4; index + 2 < outcome.tokenCount && completion == NULL; index++) {
        const plaudit_token *key = &tape[index];
        if (key->kind == PLAUDIT_TOKEN_STRING && key->count == sizeof name - 1 && memcmp(body + key->value, name, key->count) == 0)
            completion = key + 2;   // Behind the array of one.
    }
    if (completion == NULL) return 0;
    double score = length_score(count_code_points(body + completion->value, completion->count));
    const uint8_t status = 0;
    plaudit_writer writer = {.base = reply, .capacity = reply_byte_count_max, .count = header_byte_count};
    plaudit_write_array(&writer, 4);
    plaudit_write_unsigned(&writer, 1);
    plaudit_write_unsigned(&writer, tape[2].value);
    plaudit_write_nil(&writer);
    plaudit_write_map(&writer, 7);
    write_text(&writer, "rewards");
    plaudit_write_binary(&writer, (const uint8_t *)&score, sizeof score);
    write_text(&writer, "status");
    plaudit_write_binary(&writer, &status, 1);
    write_text(&writer, "components");
    plaudit_write_map(&writer, 1);
    write_text(&writer, "length");
    plaudit_write_map(&writer, 2);
    write_text(&writer, "scores");
    plaudit_write_binary(&writer, (const uint8_t *)&score, sizeof score);
    write_text(&writer, "status");
    plaudit_write_binary(&writer, &status, 1);
    write_text(&writer, "usage");
    plaudit_write_map(&writer, 5);
    for (int index = 0; index < 4; index++) {
        static const char *const names[] = {"judge_calls", "cached", "tokens_in", "tokens_out"};
        write_text(&writer, names[index]);
        plaudit_write_unsigned(&writer, 0);
    }
    write_text(&writer, "cost");
    plaudit_write_double(&writer, 0);
    write_text(&writer, "timing_us");
    plaudit_write_unsigned(&writer, 0);
    write_text(&writer, "config_hash");
    write_text(&writer, "0000000000000000000000000000000000000000000000000000000000000000");
    write_text(&writer, "degraded_groups");
    plaudit_write_array(&writer, 0);
    size_t length = writer.count - header_byte_count;
    const uint8_t header[header_byte_count] = {0xCE, (uint8_t)(length >> 24), (uint8_t)(length >> 16), (uint8_t)(length >> 8), (uint8_t)length};
    memcpy(reply, header, sizeof header);
    return writer.failed ? 0 : writer.count;
}
