#include "daemon/http/port_holder.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string_view>

namespace caas::http {
namespace {

namespace fs = std::filesystem;

// The inodes of the sockets that listen on `port`. A line of /proc/self/net/tcp: "sl: local:PORT
// remote:PORT STATE tx:rx tr:when retrnsmt uid timeout inode …", numbers in hexadecimal, state 0A
// is LISTEN (proc(5)).
void collect_inodes(const fs::path& table, std::uint16_t port, std::set<std::string>& inodes) {
    std::ifstream lines(table);
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
        std::istringstream words(line);
        std::string number, local, remote, state, queues, timer, retries, uid, timeout, inode;
        words >> number >> local >> remote >> state >> queues >> timer >> retries >> uid >>
            timeout >> inode;
        const auto colon = local.rfind(':');
        unsigned found = 0;
        if (state != "0A" || colon == std::string::npos)
            continue;
        std::from_chars(local.data() + colon + 1, local.data() + local.size(), found, 16);
        if (found == port)
            inodes.insert("socket:[" + inode + "]");
    }
}

bool holds(const fs::path& process, const std::set<std::string>& inodes) {
    std::error_code fault;
    for (fs::directory_iterator at(process / "fd", fault), end; !fault && at != end;
         at.increment(fault)) {
        std::error_code unreadable;
        const auto target = fs::read_symlink(at->path(), unreadable);
        if (!unreadable && inodes.contains(target.string()))
            return true;
    }
    return false;
}

}  // namespace

std::string describe_port_holder(std::uint16_t port) {
    std::set<std::string> inodes;
    collect_inodes("/proc/self/net/tcp", port, inodes);
    collect_inodes("/proc/self/net/tcp6", port, inodes);
    if (inodes.empty())
        return {};
    std::error_code fault;
    for (fs::directory_iterator at("/proc", fault), end; !fault && at != end; at.increment(fault)) {
        const auto name = at->path().filename().string();
        if (name.find_first_not_of("0123456789") != std::string::npos || !holds(at->path(), inodes))
            continue;
        std::string program;
        std::getline(std::ifstream(at->path() / "comm"), program);
        return (program.empty() ? "a program" : program) + " (process " + name + ")";
    }
    return {};
}

}  // namespace caas::http
