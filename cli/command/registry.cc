#include <array>

#include "cli/command/commands.h"

namespace caas::cli::command {
namespace {

constexpr std::array table{
    &generate,  &content, &media,   &lint,      &schedule,  &publish,    &posts,  &series,
    &slots,     &account, &voice,   &platforms, &providers, &status,     &org,    &member,
    &workspace, &token,   &usage,   &billing,   &user,      &login,      &logout, &admin,
    &doctor,    &backup,  &restore, &db,        &config,    &completion, &api,    &help,
};

}  // namespace

std::span<const Command* const> all() {
    return table;
}

}  // namespace caas::cli::command
