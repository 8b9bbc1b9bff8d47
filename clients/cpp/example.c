/* Scores two completions and prints every component. Against any sidecar, or the one of examples/rewards.yaml:
 *
 *     cc clients/cpp/example.c clients/cpp/plaudit.c -lmsgpackc -o example
 *     .build/release/plaudit serve --config examples/rewards.yaml --socket /tmp/plaudit.sock &
 *     ./example /tmp/plaudit.sock REWARD
 */
#include <stdio.h>
#include <stdlib.h>

#include "plaudit.h"

int main(int argc, char **argv) {
    plaudit_client *client;
    plaudit_scored *scored;
    plaudit_error error;
    if (argc != 3) {
        fprintf(stderr, "usage: %s SOCKET REWARD\n", argv[0]);
        return 2;
    }
    if (plaudit_connect(argv[1], 10, &client, &error) != PLAUDIT_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    plaudit_text completions[2] = {plaudit_text_of("12 + 7 = 19"), plaudit_text_of("I think it is 20.")};
    plaudit_text prompts[2] = {plaudit_text_of("What is 12 + 7?"), plaudit_text_of("What is 12 + 7?")};
    plaudit_text answers[2] = {plaudit_text_of("19"), plaudit_text_of("19")};
    plaudit_request request = {0};
    request.reward = argv[2];
    request.count = 2;
    request.completions = completions;
    request.prompts = prompts;
    request.reference_answers = answers;
    request.rationales = 1;
    if (plaudit_score(client, &request, &scored, &error) != PLAUDIT_OK) {
        fprintf(stderr, "%s\n", error.message);
        plaudit_close(client);
        return 1;
    }
    for (size_t row = 0; row < scored->count; row += 1) {
        printf("%s: %g, %s\n", completions[row].bytes, scored->rewards[row], plaudit_status_name(scored->status[row]));
        for (size_t index = 0; index < scored->component_count; index += 1) {
            const plaudit_component *component = &scored->components[index];
            plaudit_text rationale = {0};
            if (component->rationales != NULL) rationale = component->rationales[row];
            printf("  %-12s %g, %s  %.*s\n", component->name, component->scores[row],
                   plaudit_status_name(component->status[row]), (int)rationale.byte_count,
                   rationale.bytes == NULL ? "" : rationale.bytes);
        }
    }
    plaudit_scored_free(scored);
    plaudit_close(client);
    return 0;
}
