// The same as example.c, in C++17:
//
//     c++ -std=c++17 clients/cpp/example.cpp clients/cpp/plaudit.c -lmsgpackc -o example
//     ./example SOCKET REWARD
#include <iostream>

#include "plaudit.hpp"

int main(int argc, char **argv) try {
    if (argc != 3) {
        std::cerr << "usage: " << argv[0] << " SOCKET REWARD\n";
        return 2;
    }
    plaudit::Client client(argv[1], 10);
    plaudit::Request request(argv[2], {"12 + 7 = 19", "I think it is 20."});
    request.prompts = {"What is 12 + 7?", "What is 12 + 7?"};
    request.reference_answers = {"19", "19"};
    request.rationales = true;
    const plaudit::Scored scored = client.score(request);
    for (std::size_t row = 0; row < scored.size(); ++row) {
        std::cout << request.completions[row] << ": " << scored.rewards()[row] << ", "
                  << plaudit_status_name(scored.status()[row]) << "\n";
        for (std::size_t index = 0; index < scored.component_count(); ++index) {
            const plaudit::Component component = scored.component(index);
            std::cout << "  " << component.name() << " " << component.scores()[row] << ", "
                      << plaudit_status_name(component.status()[row]) << "  " << component.rationale(row).value_or("")
                      << "\n";
        }
    }
} catch (const std::exception &problem) {
    std::cerr << problem.what() << "\n";
    return 1;
}
