#include <algorithm>
#include <array>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/command/written.h"
#include "cli/input.h"
#include "cli/print/lint_report.h"
#include "core/base/error.h"
#include "core/content/text_form.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{
    Argument{"FILE", "a text file, the id of a content, or - for standard input", Kind::file},
};
constexpr std::array options{
    Option{
        .name = "platform",
        .value = "LIST",
        .help = "only these platforms",
        .kind = Kind::platform,
        .is_repeatable = true},
};

constexpr int broken_rule = 4;

bool looks_like_id(std::string_view word) {
    constexpr std::size_t least = 4;
    return word.size() >= least && std::all_of(word.begin(), word.end(), [](char letter) {
               return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f') ||
                      letter == '-';
           });
}

Json body_for(Call& call, const std::string& what) {
    std::error_code ignored;
    if (what != "-" && !std::filesystem::exists(what, ignored)) {
        if (looks_like_id(what))
            return Json{{"content_id", what}};
        throw Error(
            Code::not_found,
            "There is no file `" + what + "`, and it is not the id of a content",
            "give a file, an id, or - to read standard input");
    }
    const auto text = read_text(call, what);
    // No line end is taken away from a text of one part: its length is what lint counts.
    if (parts_of(text).size() == 1)
        return Json{{"text", content::unescaped(text)}};
    return Json{{"parts", parts_json(text)}};
}

int run(Call& call) {
    auto body = body_for(call, call.argument(0));
    if (call.has("platform")) {
        auto platforms = Json::array();
        for (const auto& typed : call.list("platform"))
            platforms.push_back(platform_id(typed));
        body["platforms"] = std::move(platforms);
    }
    const auto answer = call.send({"POST", "content/lint", {}, json::dump(body)});
    const auto report = body_of(answer);
    if (call.is_json())
        call.out_json(answer);
    else
        call.out(print::lint_report(report, call.paint()));
    return print::is_valid(report) ? 0 : broken_rule;
}

}  // namespace

extern constexpr Command lint{
    .name = "lint",
    .summary = "check a text against the rules of platforms",
    .about =
        "Uses no network and changes nothing. Exits 4 when a rule is broken; warnings are no "
        "broken rules.",
    .arguments = arguments,
    .options = options,
    .examples = "caas lint post.md --platform x,linkedin\necho \"Hello\" | caas lint - --json",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
