#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/installation.h"
#include "cli/print/table.h"
#include "core/base/error.h"

namespace caas::cli::command {
namespace {

constexpr std::array list_options{
    Option{
        .name = "origin",
        .value = "",
        .help = "show where each value came from: default, file and line, variable, or flag"},
};
constexpr std::array get_arguments{Argument{"KEY", "such as http.listen"}};

int run_list(Call& call) {
    const auto settings = load_settings(call);
    if (call.is_json()) {
        auto items = Json::array();
        for (const auto& setting : config::all_settings())
            items.push_back(
                {{"key", setting.name},
                 {"value", settings.shown(setting.name)},
                 {"origin", config::name(settings.origin(setting.name))},
                 {"whence", settings.whence(setting.name)}});
        call.out(json::dump({{"items", std::move(items)}, {"next_cursor", nullptr}}) + "\n");
        return 0;
    }
    print::Table table({{"KEY"}, {"VALUE", false, true}, {"FROM", false, true}});
    for (const auto& setting : config::all_settings()) {
        const bool is_set = settings.origin(setting.name) != config::Origin::built_in;
        const auto colour = is_set ? print::Colour::bold : print::Colour::plain;
        table.add(
            {{std::string(setting.name), colour},
             {settings.shown(setting.name), colour},
             {call.has("origin") ? settings.whence(setting.name) : "", print::Colour::faint}});
    }
    call.out(table.text(call.width(), call.paint()));
    return 0;
}

int run_path(Call& call) {
    const auto paths = find_paths(call);
    if (call.is_json())
        call.out(
            json::dump(
                {{"config", paths.config_file.string()},
                 {"data", paths.data.string()},
                 {"share", paths.share.string()}}) +
            "\n");
    else
        call.out(paths.config_file.string() + "\n");
    return 0;
}

int run_get(Call& call) {
    const auto key = call.argument(0);
    if (config::find_setting(key) == nullptr) {
        const auto near = config::nearest_setting(key);
        throw Error(
            Code::usage,
            "There is no setting `" + key + "`",
            near.empty() ? "see `caas config list`" : "did you mean `" + std::string(near) + "`?");
    }
    const auto settings = load_settings(call);
    const auto value = settings.shown(key);
    if (call.is_json())
        call.out(
            json::dump({{"key", key}, {"value", value}, {"whence", settings.whence(key)}}) + "\n");
    else
        call.out(value + "\n");
    return 0;
}

constexpr Command list{
    .name = "list",
    .summary = "show every setting in effect, secrets masked",
    .about = {},
    .arguments = {},
    .options = list_options,
    .examples = "caas config list --origin",
    .children = {},
    .run = run_list,
    .is_local = true,
};

constexpr Command path{
    .name = "path",
    .summary = "print where the configuration file is",
    .about = "The file need not exist.",
    .arguments = {},
    .options = {},
    .examples = "$EDITOR \"$(caas config path)\"",
    .children = {},
    .run = run_path,
    .is_local = true,
};

constexpr Command get{
    .name = "get",
    .summary = "print one setting, secrets masked",
    .about = {},
    .arguments = get_arguments,
    .options = {},
    .examples = "caas config get http.listen",
    .children = {},
    .run = run_get,
    .is_local = true,
};

constexpr std::array<const Command*, 3> children{&list, &path, &get};

}  // namespace

extern constexpr Command config{
    .name = "config",
    .summary = "the settings and where they came from",
    .about =
        "Default, then the configuration file, then the environment, then flags: the last one "
        "wins. caas.toml(5) describes every setting.",
    .arguments = {},
    .options = {},
    .examples = "caas config list --origin\ncaas config get http.listen",
    .children = children,
};

}  // namespace caas::cli::command
