// Throws broken requests at the router, over a whole home: path, query, headers, body. Made from
// the corpus beside this file by flipping, cutting, doubling and joining; each is checked for what
// must hold of every answer. AddressSanitizer and UndefinedBehaviorSanitizer watch where they are
// built in (preset asan).
//
// usage: request_fuzz CORPUS SECONDS [SEED]      one request a file: a line "METHOD target",
// headers, an empty line, the body. A request that breaks a promise is written to standard error,
// ready to be kept in the corpus; a crash leaves it in request_fuzz.last.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/api/router.h"
#include "core/base/file.h"
#include "tests/fake/home.h"

namespace caas {
namespace {

constexpr std::size_t most_file_bytes = 1U << 20U;
constexpr int requests_of_a_home = 3000;

// What breaks readers more often than chance would find it.
const std::vector<std::string> words{
    "%00",
    "%2f",
    "%",
    "..",
    "//",
    "?",
    "&",
    "=",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\\u0000",
    "\\ud800",
    "null",
    "true",
    "-1",
    "0",
    "1e999",
    "9223372036854775808",
    "99999999999999999999999",
    "\xff",
    "\xed\xa0\x80",
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
    "'",
    "';--",
    "/*",
    "\r\n",
    std::string(1, '\0'),
    "\"*\"",
    "W/",
    "If-Match: \"x\"\n",
    "Idempotency-Key: k\n",
    "If-None-Match: *\n",
    "Cookie: caas_refresh=x\n",
    "Last-Event-ID: 1-0\n",
    "limit=200",
    "cursor=",
    "stream=1",
    "2026-12-01T00:00:00Z",
    "FREQ=DAILY;COUNT=",
    "twitter",
    "offline",
};

std::vector<std::string> read_corpus(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::vector<std::string> out;
    for (const auto& file : files)
        out.push_back(read_file(file, most_file_bytes));
    return out;
}

class Mutator {
  public:
    Mutator(std::vector<std::string> corpus, std::uint64_t seed)
        : corpus_(std::move(corpus)), chance_(seed) {}

    std::string next() {
        auto text = any(corpus_);
        for (auto times = pick(6); times > 0; --times)
            mutate(text);
        return text;
    }

  private:
    std::size_t pick(std::size_t below) { return chance_() % std::max<std::size_t>(1, below); }

    const std::string& any(const std::vector<std::string>& list) {
        return list.at(pick(list.size()));
    }

    void mutate(std::string& text) {
        constexpr std::size_t most = 16U << 10U;
        const auto at = pick(text.size() + 1);
        const auto length = pick(16) + 1;
        switch (pick(7)) {
            case 0:
                if (at < text.size())
                    text[at] =
                        static_cast<char>(static_cast<unsigned char>(text[at]) ^ (1U << pick(8)));
                break;
            case 1:
                if (at < text.size())
                    text[at] = static_cast<char>(pick(256));
                break;
            case 2:
                text.erase(at, length);
                break;
            case 3:
                text.insert(at, any(words));
                break;
            case 4:
                if (text.size() < most)
                    text.insert(at, text.substr(pick(text.size() + 1), length * 8));
                break;
            case 5: {
                const auto& other = any(corpus_);
                if (text.size() < most)
                    text = text.substr(0, at) + other.substr(pick(other.size() + 1));
                break;
            }
            default:
                if (text.size() < most)
                    text.insert(at, std::string(length * 16, text.empty() ? 'a' : text[at / 2]));
        }
    }

    std::vector<std::string> corpus_;
    std::mt19937_64 chance_;
};

api::Request parse(const std::string& text) {
    api::Request request;
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    const auto blank = std::min(line.find(' '), line.size());
    request.method = line.substr(0, blank);
    const auto target = line.substr(std::min(blank + 1, line.size()));
    const auto mark = target.find('?');
    request.target = target.substr(0, mark);
    if (mark != std::string::npos)
        request.query = target.substr(mark + 1);
    auto at = std::min(end + 1, text.size());
    while (at < text.size() && text[at] != '\n') {
        const auto stop = std::min(text.find('\n', at), text.size());
        const auto header = text.substr(at, stop - at);
        if (const auto colon = header.find(": "); colon != std::string::npos)
            request.headers.emplace_back(header.substr(0, colon), header.substr(colon + 2));
        at = std::min(stop + 1, text.size());
    }
    if (at < text.size())
        request.body = std::make_unique<api::TextBody>(text.substr(at + 1));
    request.remote_address = "127.0.0.1";
    return request;
}

// What is wrong with an answer; empty when nothing is.
std::string fault_of(int status, const std::string& body) {
    if (status < 200 || status > 599)
        return "an impossible status";
    if (status == 500)
        return "something unexpected was thrown";
    if (status < 400)
        return {};
    if (json::text_or(json::try_parse(body).value_or(Json()), "code", "").empty())
        return "the error is no problem document";
    for (const auto* word :
         {"SELECT ", "INSERT ", "sqlite", "json.exception", "std::", "/tmp/", ".cc:", "nlohmann"}) {
        if (body.find(word) != std::string::npos)
            return std::string("the error shows ") + word;
    }
    return {};
}

struct Target {
    Target() {
        home.http.handler = [](const net::Request&) {
            return net::Failure{net::Failure::Kind::connect, false, "nobody is there"};
        };
        const auto content = home.add({"Hello."});
        id = content.id.text();
    }

    // Whoever asks changes from one to the next: a token, a stranger, the machine's owner.
    std::pair<int, std::string> ask(const std::string& text, int number) {
        auto request = parse(text);
        auto& path = request.target;
        if (const auto at = path.find("ID"); at != std::string::npos)
            path.replace(at, 2, id);
        std::optional<access::Principal> who;
        if (number % 8 != 0)
            who = number % 8 == 1 ? home.owner : home.remote();
        auto response = router.handle(request, who);
        if (const auto* stream = std::get_if<api::EventStream>(&response.body)) {
            int pieces = 0;
            (*stream)([&](std::string_view) { return ++pieces < 20; });
            return {response.status, "{}"};
        }
        const auto* body = std::get_if<std::string>(&response.body);
        return {response.status, body == nullptr ? "{}" : *body};
    }

    fake::Home home;
    std::string id;
    api::Context context{home.tools, [] {}, [] { return api::Vital{}; }, {}};
    api::Router router{context};
};

int run(const std::filesystem::path& folder, std::chrono::seconds time, std::uint64_t seed) {
    using Clock = std::chrono::steady_clock;
    const auto corpus = read_corpus(folder);
    Mutator mutator(corpus, seed);
    const auto end = Clock::now() + time;
    std::int64_t count = 0;
    int faults = 0;
    std::map<int, std::int64_t> statuses;
    auto target = std::make_unique<Target>();
    while (Clock::now() < end && faults < 5) {
        const bool is_kept = static_cast<std::size_t>(count) < corpus.size();
        const auto text = is_kept ? corpus.at(static_cast<std::size_t>(count)) : mutator.next();
        std::ofstream("request_fuzz.last", std::ios::binary | std::ios::trunc) << text;
        if (++count % requests_of_a_home == 0)
            target = std::make_unique<Target>();
        const auto since = Clock::now();
        const auto [status, body] = target->ask(text, static_cast<int>(count % 1024));
        ++statuses[status];
        auto fault = fault_of(status, body);
        if (fault.empty() && Clock::now() - since > std::chrono::seconds(5))
            fault = "the answer took more than five seconds";
        if (fault.empty())
            continue;
        ++faults;
        std::cerr << "--- " << fault << " (" << status << "), seed " << seed << ", request "
                  << count << "\n"
                  << text << "\n--- answer\n"
                  << body.substr(0, 2000) << "\n";
    }
    std::filesystem::remove("request_fuzz.last");
    std::cout << count << " requests, seed " << seed << ":";
    for (const auto& [status, times] : statuses)
        std::cout << " " << status << "×" << times;
    std::cout << "\n";
    return faults == 0 ? 0 : 1;
}

}  // namespace
}  // namespace caas

int main(int count, char** arguments) {
    if (count < 3) {
        std::cerr << "usage: request_fuzz CORPUS SECONDS [SEED]\n";
        return 2;
    }
    const auto seed = count > 3 ? std::strtoull(arguments[3], nullptr, 10)
                                : static_cast<unsigned long long>(std::random_device{}());
    return caas::run(arguments[1], std::chrono::seconds(std::atoi(arguments[2])), seed);
}
