#include "cli/installation.h"

namespace caas::cli {
namespace {

config::Environment environment_of(const Call& call) {
    const auto& terminal = call.world().terminal;
    return [&terminal](const std::string& name) { return terminal.environment(name); };
}

}  // namespace

config::Paths find_paths(const Call& call) {
    return config::find_paths(
        environment_of(call), {call.place().home, call.place().config}, config::own_executable());
}

config::Settings load_settings(const Call& call) {
    const auto paths = find_paths(call);
    return config::load({paths.config_file, paths.must_config_exist, environment_of(call), {}});
}

}  // namespace caas::cli
