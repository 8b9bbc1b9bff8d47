// Plaudit's client for C++17: plaudit.h with values, exceptions and destructors.
//
//     c++ -std=c++17 program.cpp clients/cpp/plaudit.c -lmsgpackc -o program
//
//     plaudit::Client client("/run/user/1000/plaudit.sock");
//     plaudit::Request request("answer", completions);
//     request.reference_answers = answers;
//     plaudit::Scored scored = client.score(request);
//     scored.rewards()[0];
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plaudit.h"

namespace plaudit {

/// A call that failed. Decide by `code`: below 100 the sidecar refused the request, from 100 on see plaudit.h.
class Error : public std::runtime_error {
  public:
    explicit Error(const plaudit_error &error) : std::runtime_error(error.message), code(error.code) {}
    const plaudit_code code;
};

/// Consecutive values of a reply; valid as long as the `Scored` that gave it.
template <typename Value> class View {
  public:
    View(const Value *first, std::size_t count) : first_(first), count_(count) {}
    const Value *begin() const { return first_; }
    const Value *end() const { return first_ + count_; }
    std::size_t size() const { return count_; }
    bool empty() const { return count_ == 0; }
    const Value &operator[](std::size_t index) const { return first_[index]; }

  private:
    const Value *first_;
    std::size_t count_;
};

/// Texts of a request: what they refer to must live until the call returns.
using Texts = std::vector<std::string_view>;
/// Texts of which a row may have none.
using OptionalTexts = std::vector<std::optional<std::string_view>>;

/// A batch of rollouts, a vector a column; an empty one is not sent, every other has an entry for each completion.
struct Request {
    Request(std::string reward, Texts completions) : reward(std::move(reward)), completions(std::move(completions)) {}

    std::string reward;
    Texts completions;
    Texts prompts;
    OptionalTexts reference_answers;
    Texts ids;
    Texts group_ids;
    std::vector<std::int64_t> token_counts; // negative: not known
    std::vector<std::optional<std::vector<std::uint32_t>>> token_ids;
    std::vector<unsigned char> truncated;
    std::vector<std::pair<std::string, OptionalTexts>> fields;
    bool rationales = false;
    double deadline_seconds = 0; // 0: the client's own
};

/// One component's part in a reply.
class Component {
  public:
    Component(const plaudit_component &component, std::size_t count) : component_(&component), count_(count) {}
    std::string_view name() const { return component_->name; }
    View<double> scores() const { return {component_->scores, count_}; }
    View<unsigned char> status() const { return {component_->status, count_}; }
    /// What the component says of a rollout; nothing when it was not asked or has nothing to say.
    std::optional<std::string_view> rationale(std::size_t row) const {
        if (component_->rationales == nullptr || component_->rationales[row].bytes == nullptr) return std::nullopt;
        return std::string_view(component_->rationales[row].bytes, component_->rationales[row].byte_count);
    }

  private:
    const plaudit_component *component_;
    std::size_t count_;
};

/// A reply; it owns what its views show.
class Scored {
  public:
    explicit Scored(plaudit_scored *scored) : scored_(scored) {}
    std::size_t size() const { return scored_->count; }
    View<double> rewards() const { return {scored_->rewards, scored_->count}; }
    View<unsigned char> status() const { return {scored_->status, scored_->count}; }
    bool is_scored(std::size_t row) const { return scored_->status[row] == PLAUDIT_SCORED; }
    std::size_t component_count() const { return scored_->component_count; }
    Component component(std::size_t index) const { return {scored_->components[index], scored_->count}; }
    /// The component of that name, if the reward has it.
    std::optional<Component> component(std::string_view name) const {
        for (std::size_t index = 0; index < scored_->component_count; ++index) {
            if (name == scored_->components[index].name) return component(index);
        }
        return std::nullopt;
    }
    /// Everything else: usage, timing, degraded groups, the configuration's hash.
    const plaudit_scored &plain() const { return *scored_; }

  private:
    struct Free {
        void operator()(plaudit_scored *scored) const { plaudit_scored_free(scored); }
    };
    std::unique_ptr<plaudit_scored, Free> scored_;
};

/// A connection to a sidecar, for one thread at a time. It can be moved, not copied.
class Client {
  public:
    /// Connects; an empty `socket` means the environment's PLAUDIT_SOCKET. Throws `Error`.
    explicit Client(const std::string &socket = "", double deadline_seconds = 60) {
        plaudit_client *client = nullptr;
        plaudit_error error;
        if (plaudit_connect(socket.empty() ? nullptr : socket.c_str(), deadline_seconds, &client, &error) != PLAUDIT_OK)
            throw Error(error);
        client_.reset(client);
    }

    /// Scores a batch. Throws `Error`, and `std::invalid_argument` when a column has another length than `completions`.
    Scored score(const Request &request) {
        const std::size_t count = request.completions.size();
        Columns columns(count);
        std::vector<plaudit_field> fields;
        plaudit_request plain = {};
        plain.reward = request.reward.c_str();
        plain.count = count;
        plain.completions = columns.add(request.completions, "completions", true);
        plain.prompts = columns.add(request.prompts, "prompts");
        plain.reference_answers = columns.add(request.reference_answers, "reference_answers");
        plain.ids = columns.add(request.ids, "ids");
        plain.group_ids = columns.add(request.group_ids, "group_ids");
        plain.token_counts = columns.checked(request.token_counts, "token_counts");
        std::vector<plaudit_tokens> tokens;
        if (columns.checked(request.token_ids, "token_ids") != nullptr) {
            for (const auto &row : request.token_ids) {
                // A completion of no token is known to have none.
                static const std::uint32_t nothing = 0;
                tokens.push_back(row ? plaudit_tokens{row->empty() ? &nothing : row->data(), row->size()} : plaudit_tokens{});
            }
            plain.token_ids = tokens.data();
        }
        plain.truncated = columns.checked(request.truncated, "truncated");
        for (const auto &[name, values] : request.fields) {
            fields.push_back({name.c_str(), columns.add(values, name.c_str(), true)});
        }
        plain.fields = fields.data();
        plain.field_count = fields.size();
        plain.rationales = request.rationales;
        plain.deadline_seconds = request.deadline_seconds;
        plaudit_scored *scored = nullptr;
        plaudit_error error;
        if (plaudit_score(client_.get(), &plain, &scored, &error) != PLAUDIT_OK) throw Error(error);
        return Scored(scored);
    }

  private:
    /// The C arrays of a request's columns, for the time of a call.
    class Columns {
      public:
        explicit Columns(std::size_t count) : count_(count) {}

        template <typename Text>
        const plaudit_text *add(const std::vector<Text> &texts, const char *name, bool is_needed = false) {
            if (texts.empty() && !is_needed) return nullptr;
            check(texts.size(), name);
            auto &column = columns_.emplace_back();
            column.reserve(count_ + 1);
            for (const Text &text : texts) column.push_back(plain(text));
            column.push_back({nullptr, 0}); // an empty batch is an array too
            return column.data();
        }

        template <typename Value> const Value *checked(const std::vector<Value> &values, const char *name) const {
            if (values.empty()) return nullptr;
            check(values.size(), name);
            return values.data();
        }

      private:
        void check(std::size_t length, const char *name) const {
            if (length == count_) return;
            throw std::invalid_argument(std::string(name) + " has " + std::to_string(length) + " entries for " +
                                        std::to_string(count_) + " completions");
        }
        static plaudit_text plain(std::string_view text) {
            return {text.data() == nullptr ? "" : text.data(), text.size()};
        }
        static plaudit_text plain(const std::optional<std::string_view> &text) {
            return text ? plain(*text) : plaudit_text{nullptr, 0};
        }

        std::size_t count_;
        std::vector<std::vector<plaudit_text>> columns_;
    };

    struct Close {
        void operator()(plaudit_client *client) const { plaudit_close(client); }
    };
    std::unique_ptr<plaudit_client, Close> client_;
};

} // namespace plaudit
