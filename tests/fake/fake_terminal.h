// A terminal in memory: keeps what was written, gives what the test prepared.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <string>

#include "cli/terminal.h"
#include "core/base/error.h"

namespace caas::fake {

class FakeTerminal final : public cli::Terminal {
  public:
    std::string out;
    std::string err;
    std::string input;                // what standard input holds
    std::deque<std::string> answers;  // to questions
    std::string asked;                // all prompts
    std::map<std::string, std::string, std::less<>> variables;
    bool in_is_terminal = false;
    bool out_is_terminal = false;
    bool err_is_terminal = false;
    int columns = 80;
    bool is_full = false;    // the disk that standard output goes to
    bool is_closed = false;  // standard output

    void write(cli::Stream stream, std::string_view text) override {
        (stream == cli::Stream::out ? out : err) += text;
    }

    void flush() override {
        if (is_full)
            throw Error(Code::storage_full, "Standard output could not be written");
        if (is_closed)
            throw Error(Code::internal, "Standard output could not be written");
    }

    std::size_t read(std::span<char> into) override {
        const auto count = std::min(into.size(), input.size());
        std::copy_n(input.data(), count, into.data());
        input.erase(0, count);
        return count;
    }

    bool is_terminal(cli::Stream stream) const override {
        return stream == cli::Stream::in    ? in_is_terminal
               : stream == cli::Stream::out ? out_is_terminal
                                            : err_is_terminal;
    }

    int width() const override { return columns; }

    std::optional<std::string> environment(std::string_view name) const override {
        const auto at = variables.find(name);
        return at == variables.end() ? std::nullopt : std::optional(at->second);
    }

    std::optional<Secret> ask(std::string_view prompt, bool) override {
        asked += prompt;
        if (!in_is_terminal) {
            if (input.empty())
                return std::nullopt;
            const auto end = input.find('\n');
            auto line = input.substr(0, end);
            input.erase(0, end == std::string::npos ? end : end + 1);
            return Secret(std::move(line));
        }
        if (answers.empty())
            return std::nullopt;
        auto answer = std::move(answers.front());
        answers.pop_front();
        return Secret(std::move(answer));
    }
};

}  // namespace caas::fake
