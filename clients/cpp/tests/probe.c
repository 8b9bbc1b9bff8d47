/* What the tests drive: makes CALLS calls with one client, every column and option in use, and prints what came of each
 * as lines of text.
 *
 *     probe SOCKET REWARD DEADLINE_SECONDS CALLS < completions, each as "BYTE_COUNT\n" and that many bytes
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plaudit.h"

enum { completion_count_max = 4096 };

static plaudit_text completions[completion_count_max], names[completion_count_max], answers[completion_count_max];
static int64_t token_counts[completion_count_max];
static plaudit_tokens token_ids[completion_count_max];
static uint32_t tokens[300];
static unsigned char truncated[completion_count_max];
static char digits[completion_count_max][16];

static size_t read_completions(void) {
    size_t count = 0, byte_count;
    for (size_t number = 0; number < 300; number += 1) tokens[number] = (uint32_t)(number * number % 97 * 1000003);
    while (count < completion_count_max && scanf("%zu", &byte_count) == 1 && getchar() == '\n') {
        char *bytes = malloc(byte_count + 1);
        if (bytes == NULL || fread(bytes, 1, byte_count, stdin) != byte_count) exit(2);
        completions[count].bytes = bytes;
        completions[count].byte_count = byte_count;
        snprintf(digits[count], sizeof digits[count], "%zu", count);
        names[count] = plaudit_text_of(digits[count]);
        answers[count] = plaudit_text_of(count % 3 == 2 ? NULL : "19");
        token_counts[count] = count % 3 == 2 ? -1 : (int64_t)byte_count;
        /* More than are written at once; the second row's are not known. */
        token_ids[count].ids = count == 1 ? NULL : tokens;
        token_ids[count].count = 280 + count % 20;
        truncated[count] = count % 2;
        count += 1;
    }
    return count;
}

static void print_reply(const plaudit_scored *scored) {
    printf("scored %zu %s\n", scored->count, scored->config_hash);
    for (size_t row = 0; row < scored->count; row += 1) {
        printf("reward %a %s\n", scored->rewards[row], plaudit_status_name(scored->status[row]));
    }
    for (size_t index = 0; index < scored->component_count; index += 1) {
        const plaudit_component *component = &scored->components[index];
        printf("component %s\n", component->name);
        for (size_t row = 0; row < scored->count; row += 1) {
            plaudit_text rationale = component->rationales == NULL ? plaudit_text_of(NULL) : component->rationales[row];
            printf("score %a %s %.*s\n", component->scores[row], plaudit_status_name(component->status[row]),
                   (int)rationale.byte_count, rationale.bytes == NULL ? "" : rationale.bytes);
        }
    }
    for (size_t group = 0; group < scored->degraded_group_count; group += 1) {
        printf("degraded %.*s\n", (int)scored->degraded_groups[group].byte_count, scored->degraded_groups[group].bytes);
    }
}

int main(int argc, char **argv) {
    plaudit_client *client;
    plaudit_error error;
    if (argc != 5) return 2;
    size_t count = read_completions();
    if (plaudit_connect(argv[1], atof(argv[3]), &client, &error) != PLAUDIT_OK) {
        printf("error %d %s\n", error.code, error.message);
        return 0;
    }
    plaudit_field field = {"note", answers};
    plaudit_request request = {0};
    request.reward = argv[2];
    request.count = count;
    request.completions = completions;
    request.prompts = names;
    request.reference_answers = answers;
    request.ids = names;
    request.group_ids = names;
    request.token_counts = token_counts;
    request.token_ids = token_ids;
    request.truncated = truncated;
    request.fields = &field;
    request.field_count = 1;
    request.rationales = 1;
    for (int call = 0; call < atoi(argv[4]); call += 1) {
        plaudit_scored *scored;
        if (plaudit_score(client, &request, &scored, &error) == PLAUDIT_OK) {
            print_reply(scored);
            plaudit_scored_free(scored);
        } else {
            printf("error %d %s\n", error.code, error.message);
        }
    }
    plaudit_close(client);
    for (size_t row = 0; row < count; row += 1) free((void *)completions[row].bytes);
    return 0;
}
