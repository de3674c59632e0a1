#include "core/base/owner.h"

#include <functional>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "tests/fake/folder.h"

namespace caas {
namespace {

constexpr uid_t service = 65534;

bool is_root() {
    if (::geteuid() == 0)
        return true;
    MESSAGE("skipped: only root can act as somebody else");
    return false;
}

// Whether `claim` holds in a process of its own, whose user it may change.
bool holds_in_child(const std::function<bool()>& claim) {
    const auto child = ::fork();
    if (child == 0) {
        try {
            ::_exit(claim() ? 0 : 1);
        } catch (const Error&) {
            ::_exit(2);
        }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool is_of(const std::filesystem::path& file, uid_t user) {
    struct stat facts {};

    return ::stat(file.c_str(), &facts) == 0 && facts.st_uid == user && facts.st_gid == user;
}

TEST_CASE("what root makes in a folder of somebody else is the owner's") {
    if (!is_root())
        return;
    const fake::Folder folder;
    REQUIRE(::chown(folder.path().c_str(), service, service) == 0);

    const bool holds = holds_in_child([&] {
        const bool is_other = act_as_owner(folder.path());
        write_file(folder / "made", "x");
        return is_other && ::geteuid() == service && ::getegid() == service && ::setuid(0) != 0 &&
               is_of(folder / "made", service);
    });

    CHECK(holds);
}

TEST_CASE("the owner's folder is reached where only root may enter") {
    if (!is_root())
        return;
    const fake::Folder closed;  // mode 0700, as /var/lib/private
    const auto data = closed / "data";
    make_folder(data);
    REQUIRE(::chown(data.c_str(), service, service) == 0);

    const bool holds = holds_in_child([&] {
        act_as_owner(data);
        write_file(data / "made", "x");
        return ::geteuid() == service && read_file(data / "made", 10) == "x" &&
               is_of(data / "made", service);
    });

    CHECK(holds);
}

TEST_CASE("nobody else is acted as in a folder of one's own, nor for one that is not there") {
    const fake::Folder folder;

    CHECK_FALSE(act_as_owner(folder.path()));
    CHECK_FALSE(act_as_owner(folder / "none"));
}

}  // namespace
}  // namespace caas
