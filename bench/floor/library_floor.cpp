// The floor of the kernel: the work that any implementation on the same libraries has to do for a rollout, in a C++
// loop with no socket, no MessagePack, no plan, no statuses and no rationales around it.
//
//     library_floor --texts FILE --patterns FILE --regex PATTERN [--stripped FILE] [--rounds N --passes N]
//
// FILE of texts and of stripped texts: "PLTEXT01", u32 count, then per text u32 byte count, f64 reference answer and
// the bytes, numbers little-endian (InputFile.swift writes them). FILE of patterns: one literal a line.
//
// Items, each over every text in turn:
//     utf8       simdjson::validate_utf8
//     json       simdjson DOM parse with one reused parser; `answer` a string, `confidence` a number, `steps` an array
//     patterns   Vectorscan hs_scan over the literals, caseless, one reused scratch
//     length     code points
//     number     the last number of the text, compared with the reference answer
//     regex      PCRE2-JIT search, UTF and UCP, no UTF check, reused match data, match limit
//     language   CLD2 with full tables and the best-effort flag over the stripped text, its allocations from an arena
//     checks               json + patterns + length + number, text by text
//     checks_language      the same + language
//     composite            json + patterns + length + number + regex, text by text
//     composite_language   the same + language
//
// With --rounds it measures everything and prints one JSON object. Without, it answers lines "ITEM PASSES" on
// standard input with one line of JSON each, so that the bench can interleave its own rounds with these. Times are
// thread CPU time: what the neighbours on the machine do shows in the caches only.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <cstdint>
#include <cstdio>
// compact_lang_det.h uses FILE without including it.
#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>
#include <hs/hs.h>
#include <pcre2.h>
#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <new>
#include <string>
#include <vector>

// ---- CLD2's allocations: bump-allocated from one arena while a call is under way, which is then given back whole ----

static char arena[16 << 20];
static std::size_t arena_used = 0;
static bool arena_is_on = false;

static bool is_in_arena(const void *address) { return address >= arena && address < arena + sizeof arena; }

void *operator new(std::size_t byte_count) {
    if (arena_is_on) {
        std::size_t rounded = (byte_count + 63) & ~std::size_t(63);
        if (arena_used + rounded <= sizeof arena) {
            void *address = arena + arena_used;
            arena_used += rounded;
            return address;
        }
    }
    if (void *address = std::malloc(byte_count ? byte_count : 1)) return address;
    throw std::bad_alloc();
}
void *operator new[](std::size_t byte_count) { return operator new(byte_count); }
void operator delete(void *address) noexcept {
    if (!is_in_arena(address)) std::free(address);
}
void operator delete[](void *address) noexcept { operator delete(address); }
void operator delete(void *address, std::size_t) noexcept { operator delete(address); }
void operator delete[](void *address, std::size_t) noexcept { operator delete(address); }

// ---- input ----

[[noreturn]] static void fail(const std::string &message) {
    std::cerr << "library_floor: " << message << std::endl;
    std::exit(1);
}

struct Text {
    std::string bytes;      // With room for the padding that the libraries over-read.
    std::size_t count;      // Without it.
    double reference;
};

static std::vector<Text> read_texts(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    char magic[8];
    if (!file.read(magic, 8) || std::memcmp(magic, "PLTEXT01", 8) != 0) fail(path + ": not a text file");
    std::uint32_t count = 0;
    file.read(reinterpret_cast<char *>(&count), 4);
    if (!file || count == 0 || count > 65536) fail(path + ": no texts");
    std::vector<Text> texts(count);
    for (Text &text : texts) {
        std::uint32_t byte_count = 0;
        file.read(reinterpret_cast<char *>(&byte_count), 4);
        file.read(reinterpret_cast<char *>(&text.reference), 8);
        if (!file || byte_count > (1u << 20)) fail(path + ": cut short");
        text.count = byte_count;
        text.bytes.assign(byte_count + 64, '\0');
        if (byte_count > 0 && !file.read(&text.bytes[0], byte_count)) fail(path + ": cut short");
    }
    return texts;
}

// ---- the libraries, set up once ----

static int count_hit(unsigned, unsigned long long, unsigned long long, unsigned, void *context) {
    ++*static_cast<long *>(context);
    return 0;
}

struct Patterns {
    hs_database_t *database = nullptr;
    hs_scratch_t *scratch = nullptr;

    explicit Patterns(const std::string &path) {
        std::ifstream file(path);
        std::vector<std::string> lines;
        for (std::string line; std::getline(file, line);)
            if (!line.empty() && line[0] != '#') lines.push_back(line);
        if (lines.empty()) fail(path + ": no patterns");
        std::vector<const char *> texts;
        std::vector<std::size_t> counts;
        std::vector<unsigned> flags(lines.size(), HS_FLAG_CASELESS), numbers(lines.size());
        for (std::size_t index = 0; index < lines.size(); index++) {
            texts.push_back(lines[index].c_str());
            counts.push_back(lines[index].size());
            numbers[index] = unsigned(index);
        }
        hs_compile_error_t *error = nullptr;
        if (hs_compile_lit_multi(texts.data(), flags.data(), numbers.data(), counts.data(), unsigned(texts.size()),
                                 HS_MODE_BLOCK, nullptr, &database, &error) != HS_SUCCESS)
            fail(std::string("Vectorscan: ") + (error ? error->message : "out of memory"));
        if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS) fail("Vectorscan: no scratch");
    }
};

struct Regex {
    pcre2_code *code = nullptr;
    pcre2_match_data *data = nullptr;
    pcre2_match_context *context = nullptr;

    explicit Regex(const std::string &pattern) {
        int error = 0;
        PCRE2_SIZE offset = 0;
        code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), PCRE2_UTF | PCRE2_UCP,
                             &error, &offset, nullptr);
        if (code == nullptr || pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) != 0) fail("PCRE2: " + pattern);
        data = pcre2_match_data_create_from_pattern(code, nullptr);
        context = pcre2_match_context_create(nullptr);
        pcre2_set_match_limit(context, 100000);
        pcre2_jit_stack *stack = pcre2_jit_stack_create(32 << 10, 256 << 10, nullptr);
        pcre2_jit_stack_assign(context, nullptr, stack);
    }
};

// ---- the work: each returns what it found, which is printed, so that no compiler leaves it out ----

static simdjson::dom::parser parser;

static long work_utf8(const Text &text) { return simdjson::validate_utf8(text.bytes.data(), text.count) ? 1 : 0; }

static long work_json(const Text &text) {
    simdjson::dom::object object;
    if (parser.parse(text.bytes.data(), text.count, false).get(object) != simdjson::SUCCESS) return 0;
    std::string_view answer;
    double confidence;
    simdjson::dom::array steps;
    return object["answer"].get(answer) == simdjson::SUCCESS
        && object["confidence"].get(confidence) == simdjson::SUCCESS && object["steps"].get(steps) == simdjson::SUCCESS;
}

static long work_patterns(const Text &text, const Patterns &patterns) {
    long hits = 0;
    hs_scan(patterns.database, text.bytes.data(), unsigned(text.count), 0, patterns.scratch, count_hit, &hits);
    return hits;
}

// Counts in bytes for as long as a byte cannot overflow, so that the compiler adds sixteen lanes at a time.
static long work_length(const Text &text) {
    const signed char *bytes = reinterpret_cast<const signed char *>(text.bytes.data());
    long count = 0;
    std::size_t index = 0;
    while (text.count - index >= 128) {
        std::uint8_t part = 0;
        for (std::size_t offset = 0; offset < 128; offset++) part += bytes[index + offset] > -65;
        count += part;
        index += 128;
    }
    for (; index < text.count; index++) count += bytes[index] > -65;
    return count;
}

static long work_number(const Text &text) {
    const char *bytes = text.bytes.data();
    std::size_t end = text.count;
    while (end > 0 && !(bytes[end - 1] >= '0' && bytes[end - 1] <= '9')) end--;
    if (end == 0) return 0;
    std::size_t start = end;
    while (start > 0 && ((bytes[start - 1] >= '0' && bytes[start - 1] <= '9') || bytes[start - 1] == '.')) start--;
    if (start > 0 && bytes[start - 1] == '-') start--;
    return std::strtod(bytes + start, nullptr) == text.reference;
}

static long work_regex(const Text &text, const Regex &regex) {
    return pcre2_jit_match(regex.code, reinterpret_cast<PCRE2_SPTR>(text.bytes.data()), text.count, 0,
                           PCRE2_NO_UTF_CHECK, regex.data, regex.context) > 0;
}

static long work_language(const Text &text) {
    CLD2::CLDHints hints = {nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
    CLD2::Language languages[3];
    int percents[3], text_bytes = 0;
    double scores[3];
    bool is_reliable = false;
    arena_is_on = true;
    CLD2::ExtDetectLanguageSummary(text.bytes.data(), int(text.count), true, &hints, CLD2::kCLDFlagBestEffort,
                                   languages, percents, scores, nullptr, &text_bytes, &is_reliable);
    arena_is_on = false;
    arena_used = 0;
    return languages[0] == CLD2::ENGLISH;
}

// ---- measuring ----

static double thread_nanoseconds() {
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e9 + double(time.tv_nsec);
}

struct Measured {
    double nanoseconds;   // Per rollout.
    long found;           // In one pass: the sum over the texts of what the work returned.
};

// Runs `work` over every index in turn, `passes` times.
template <class Work> static Measured measure(std::size_t text_count, int passes, Work work) {
    long found = 0;
    double started = thread_nanoseconds();
    for (int pass = 0; pass < passes; pass++)
        for (std::size_t index = 0; index < text_count; index++) found += work(index);
    double ended = thread_nanoseconds();
    return {(ended - started) / (double(passes) * double(text_count)), found / passes};
}

struct Floor {
    std::vector<Text> texts, stripped;
    Patterns patterns;
    Regex regex;
    // By name: what measures so many passes of an item. The loop inside is the template's, inlined with its work.
    std::map<std::string, std::function<Measured(int)>> items;

    explicit Floor(std::map<std::string, std::string> &options)
        : texts(read_texts(options["--texts"])), patterns(options["--patterns"]), regex(options["--regex"]) {
        if (options.count("--stripped")) stripped = read_texts(options["--stripped"]);
        if (!stripped.empty() && stripped.size() != texts.size()) fail("as many stripped texts as texts are needed");
        std::size_t capacity = 0;
        for (const Text &text : texts) capacity = std::max(capacity, text.count);
        if (parser.allocate(capacity) != simdjson::SUCCESS) fail("simdjson: out of memory");

        add("utf8", [this](std::size_t index) { return work_utf8(texts[index]); });
        add("json", [this](std::size_t index) { return work_json(texts[index]); });
        add("patterns", [this](std::size_t index) { return work_patterns(texts[index], patterns); });
        add("length", [this](std::size_t index) { return work_length(texts[index]); });
        add("number", [this](std::size_t index) { return work_number(texts[index]); });
        add("regex", [this](std::size_t index) { return work_regex(texts[index], regex); });
        add("checks", [this](std::size_t index) { return checks(index); });
        add("composite", [this](std::size_t index) { return composite(index); });
        if (stripped.empty()) return;
        add("language", [this](std::size_t index) { return work_language(stripped[index]); });
        add("checks_language",
            [this](std::size_t index) { return checks(index) + work_language(stripped[index]); });
        add("composite_language",
            [this](std::size_t index) { return composite(index) + work_language(stripped[index]); });
    }

    Floor(const Floor &) = delete;

    template <class Work> void add(const char *name, Work work) {
        items[name] = [this, work](int passes) { return measure(texts.size(), passes, work); };
    }

    long checks(std::size_t index) const {
        const Text &text = texts[index];
        return work_json(text) + work_patterns(text, patterns) + work_length(text) + work_number(text);
    }

    long composite(std::size_t index) const { return checks(index) + work_regex(texts[index], regex); }
};

// Everything, round by round, as one JSON object; the first round warms up and is not counted.
static void measure_all(Floor &floor, int rounds, int passes) {
    std::map<std::string, std::vector<double>> values;
    std::map<std::string, long> found;
    for (int round = 0; round <= rounds; round++) {
        for (const auto &item : floor.items) {
            Measured measured = item.second(passes);
            found[item.first] = measured.found;
            if (round > 0) values[item.first].push_back(measured.nanoseconds);
        }
    }
    const char *separator = "{";
    for (auto &item : values) {
        std::sort(item.second.begin(), item.second.end());
        std::printf("%s\"%s\":{\"min_ns\":%.1f,\"median_ns\":%.1f,\"found\":%ld}", separator, item.first.c_str(),
                    item.second.front(), item.second[item.second.size() / 2], found[item.first]);
        separator = ",";
    }
    std::printf("}\n");
}

// One item a line until standard input ends.
static void answer_lines(Floor &floor) {
    std::printf("ready\n");
    std::fflush(stdout);
    int passes = 0;
    for (std::string name; std::cin >> name >> passes;) {
        auto item = floor.items.find(name);
        if (item == floor.items.end() || passes < 1) fail("no such item: " + name);
        Measured measured = item->second(passes);
        std::printf("{\"item\":\"%s\",\"ns\":%.3f,\"found\":%ld}\n", name.c_str(), measured.nanoseconds,
                    measured.found);
        std::fflush(stdout);
    }
}

int main(int argument_count, char **arguments) {
    std::map<std::string, std::string> options = {{"--passes", "20"}};
    for (int index = 1; index + 1 < argument_count; index += 2) options[arguments[index]] = arguments[index + 1];
    bool is_complete = options.count("--texts") && options.count("--patterns") && options.count("--regex");
    if (argument_count % 2 == 0 || !is_complete) {
        std::cerr << "usage: library_floor --texts FILE --patterns FILE --regex PATTERN [--stripped FILE]\n"
                     "                     [--rounds N --passes N]\n";
        return 2;
    }
    Floor floor(options);
    if (options.count("--rounds")) {
        measure_all(floor, std::max(1, std::atoi(options["--rounds"].c_str())),
                    std::max(1, std::atoi(options["--passes"].c_str())));
    } else {
        answer_lines(floor);
    }
}
