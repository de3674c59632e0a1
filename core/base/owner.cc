#include "core/base/owner.h"

#include <array>
#include <cstdint>
#include <string>

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/error.h"

namespace caas {
namespace {

// The C library has no words for this, and libcap would be a dependency for one call.
bool keep_only(std::uint32_t rights) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
    sets[0].effective = rights;
    sets[0].permitted = rights;
    return ::syscall(SYS_capset, &header, sets.data()) == 0;
}

// The group first: it is root who may change it.
bool take_over(uid_t user, gid_t group) {
    return ::setgroups(1, &group) == 0 && ::setresgid(group, group, group) == 0 &&
           ::setresuid(user, user, user) == 0;
}

// All rights of root but what is needed to come to the folder. Containers often have the second
// right and not the first.
bool let_go(const std::filesystem::path& folder) {
    if (::access(folder.c_str(), X_OK) == 0)
        return keep_only(0);
    return keep_only(CAP_TO_MASK(CAP_DAC_READ_SEARCH)) || keep_only(CAP_TO_MASK(CAP_DAC_OVERRIDE));
}

}  // namespace

bool act_as_owner(const std::filesystem::path& folder) {
    struct stat facts {};

    if (::geteuid() != 0 || ::stat(folder.c_str(), &facts) != 0 || facts.st_uid == 0)
        return false;
    // Without this the change of the user takes every right at once.
    const bool is_done = ::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0 &&
                         take_over(facts.st_uid, facts.st_gid) && let_go(folder) &&
                         ::prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) == 0;
    if (!is_done) {
        const auto user = std::to_string(facts.st_uid);
        throw Error(
            Code::forbidden,
            folder.string() + " belongs to user " + user +
                ", who could not read what root makes there, and root may not act as that user",
            "run it as that user, for example with: sudo -u '#" + user + "'");
    }
    return true;
}

}  // namespace caas
