#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/input.h"
#include "core/base/error.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{
    Argument{"METHOD", "GET, POST, PATCH, PUT or DELETE"},
    Argument{"PATH", "below /api/v1/, or from the root with a slash in front"},
};
constexpr std::array options{
    Option{
        .name = "raw-field",
        .value = "KEY=TEXT",
        .help = "a text field of the body, of the query for GET; may be repeated",
        .letter = 'f',
        .is_repeatable = true},
    Option{
        .name = "field",
        .value = "KEY=JSON",
        .help = "the same, but the value is JSON: a number, true, null, a list",
        .letter = 'F',
        .is_repeatable = true},
    Option{
        .name = "input",
        .value = "FILE",
        .help = "the whole body as JSON; - reads standard input",
        .kind = Kind::file},
    Option{
        .name = "header",
        .value = "NAME:TEXT",
        .help = "a header of the request, such as If-Match; may be repeated",
        .letter = 'H',
        .is_repeatable = true},
};

struct Field {
    std::string name;
    std::string value;
};

Field split_at(const std::string& given, char mark, std::string_view option) {
    const auto at = given.find(mark);
    if (at == std::string::npos || at == 0)
        throw Error(
            Code::usage,
            "`" + std::string(option) + " " + given + "` lacks its `" + std::string(1, mark) + "`",
            "write it as NAME" + std::string(1, mark) + "VALUE");
    return {given.substr(0, at), given.substr(at + 1)};
}

void add_fields(const Call& call, Ask& ask, Json& body) {
    const bool is_query = ask.method == "GET" || ask.method == "DELETE";
    for (const auto& given : call.raw("raw-field")) {
        const auto field = split_at(given, '=', "-f");
        if (is_query)
            ask.query.emplace_back(field.name, field.value);
        else
            body[field.name] = field.value;
    }
    for (const auto& given : call.raw("field")) {
        const auto field = split_at(given, '=', "-F");
        if (is_query)
            ask.query.emplace_back(field.name, field.value);
        else
            body[field.name] = json::parse(field.value, "The value of `" + field.name + "`");
    }
}

int run(Call& call) {
    Ask ask{call.argument(0), call.argument(1)};
    std::transform(ask.method.begin(), ask.method.end(), ask.method.begin(), [](char letter) {
        return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    });
    constexpr std::array<std::string_view, 5> methods{"GET", "POST", "PATCH", "PUT", "DELETE"};
    if (std::find(methods.begin(), methods.end(), ask.method) == methods.end())
        throw Error(
            Code::usage,
            "`" + call.argument(0) + "` is not a method",
            "use GET, POST, PATCH, PUT or DELETE");
    auto body = Json::object();
    add_fields(call, ask, body);
    if (const auto file = call.option("input"); file) {
        if (!body.empty())
            throw Error(Code::usage, "`--input` and fields cannot be given together");
        ask.body = read_text(call, *file);
    } else if (!body.empty() || ask.method == "POST" || ask.method == "PATCH") {
        ask.body = json::dump(body);
    }
    for (const auto& given : call.raw("header")) {
        auto field = split_at(given, ':', "-H");
        field.value.erase(0, field.value.find_first_not_of(' '));
        ask.headers.emplace_back(std::move(field.name), std::move(field.value));
    }
    const auto answer = call.send(std::move(ask));
    if (call.is_json() || call.width() == 0) {
        call.out_json(answer);
        return 0;
    }
    const auto value = json::try_parse(answer.body);
    call.out(value ? json::dump_pretty(*value) + "\n" : answer.body);
    return 0;
}

}  // namespace

extern constexpr Command api{
    .name = "api",
    .summary = "make any request of the API",
    .about = "Prints the answer as it is; on a terminal it is indented.",
    .arguments = arguments,
    .options = options,
    .examples =
        "caas api GET posts -f state=failed\n"
        "caas api POST content/generate -f prompt=\"Hello\" -F variants=2\n"
        "caas api GET /readyz",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
