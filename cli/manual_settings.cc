#include "cli/manual_settings.h"

#include <algorithm>

#include "cli/scdoc.h"
#include "core/config/sandbox.h"
#include "core/config/setting.h"

namespace caas::cli {
namespace {

std::string_view table_of(std::string_view name) {
    return name.substr(0, name.rfind('.'));
}

std::string kind_of(const config::Setting& setting) {
    auto kind = config::expectation(setting);
    if (!setting.fallback.empty())
        kind += "; if not given, " + std::string(setting.fallback);
    return kind;
}

std::string entry(const config::Setting& setting) {
    const auto key = setting.name.substr(setting.name.rfind('.') + 1);
    std::string out = "*" + scdoc_escaped(key) + "*\n\t" + scdoc_escaped(setting.doc) + "++\n";
    out += "Takes " + scdoc_escaped(kind_of(setting)) + ".++\n";
    if (!config::may_come_from_environment(setting))
        return out + "The environment cannot give it.\n\n";
    out += "Environment: *" + scdoc_escaped(config::environment_name(setting)) + "*";
    if (!setting.environment.empty())
        out += ", *" + scdoc_escaped(setting.environment) + "*";
    return out + "\n\n";
}

}  // namespace

std::string settings_page() {
    std::string out =
        "caas.toml(5)\n\n# NAME\n\ncaas.toml - settings of caas and caasd\n\n"
        "# SYNOPSIS\n\n"
        "_$XDG\\_CONFIG\\_HOME/caas/config.toml_, _/etc/caas/config.toml_, or _config.toml_ in the "
        "folder of *--home*\n\n"
        "# DESCRIPTION\n\n"
        "A TOML file; it need not exist. A setting comes from its default, then from this file, "
        "then from the environment, then from the command line: the last one wins. *caas config "
        "list --origin* shows what is in effect and where it came from. A key that does not exist "
        "is an error that names the file, the line and the nearest key.\n\n# SETTINGS\n\n";
    std::string_view table;
    for (const auto& setting : config::all_settings()) {
        if (table_of(setting.name) != table) {
            table = table_of(setting.name);
            out += "## [" + scdoc_escaped(table) + "]\n\n";
        }
        out += entry(setting);
    }
    out +=
        "## [prices]\n\n"
        "What a model costs in US dollars for a million tokens, by the beginning of its name; used "
        "for the cost that is kept with each version. It adds to the prices that come with "
        "caas.\n\n"
        "```\n[prices]\n\"my-model\" = { input = 0.75, cached_input = 0.075, output = 4.5 "
        "}\n```\n\n"
        "# EXAMPLES\n\n"
        "```\n[providers]\ndefault = \"openai\"\n\n[generate]\ntone = \"casual\"\n\n"
        "[http]\nlisten = \"127.0.0.1:8000\"\n```\n\n"
        "# SEE ALSO\n\n*caas*(1), *caas-config*(1), *caasd*(8)\n";
    return out;
}

}  // namespace caas::cli
