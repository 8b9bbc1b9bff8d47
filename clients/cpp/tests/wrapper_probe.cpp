// What the tests drive of the C++ wrapper: prints every property, or ends with the name of what was not as expected.
//
//     wrapper_probe SOCKET REWARD
#include <cstdio>
#include <cstdlib>
#include <string>

#include "plaudit.hpp"

static void expect(bool condition, const char *what) {
    if (condition) return;
    std::printf("unexpected: %s\n", what);
    std::exit(1);
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    plaudit::Client first(argv[1], 20);
    plaudit::Client client(std::move(first));
    plaudit::Request request(argv[2], {"12 + 7 = 19", "20", std::string_view("a\0b", 3)});
    request.reference_answers = {"19", "19", std::nullopt};
    request.group_ids = {"a", "a", "b"};
    request.token_counts = {5, 1, -1};
    request.token_ids = {{{1, 2, 70'000}}, std::nullopt, {std::vector<std::uint32_t>()}};
    request.rationales = true;
    const plaudit::Scored scored = client.score(request);
    expect(scored.size() == 3 && scored.rewards().size() == 3, "three rewards");
    for (std::size_t row = 0; row < scored.size(); ++row) {
        std::printf("%g %s\n", scored.rewards()[row], plaudit_status_name(scored.status()[row]));
    }
    for (std::size_t index = 0; index < scored.component_count(); ++index) {
        const plaudit::Component component = scored.component(index);
        expect(scored.component(component.name())->name() == component.name(), "found by name");
        for (double score : component.scores()) std::printf("%s %g\n", std::string(component.name()).c_str(), score);
    }
    expect(!scored.component("nobody"), "no such component");

    try {
        client.score(plaudit::Request("nobody", plaudit::Texts{"x"}));
        expect(false, "an unknown reward is an error");
    } catch (const plaudit::Error &error) {
        expect(error.code == PLAUDIT_UNKNOWN_REWARD, "its code");
    }
    try {
        plaudit::Request uneven(argv[2], {"x", "y"});
        uneven.prompts = {"only one"};
        client.score(uneven);
        expect(false, "a column of another length is an error");
    } catch (const std::invalid_argument &) {
    }
    expect(client.score(request).size() == 3, "the client goes on");
    std::puts("done");
}
