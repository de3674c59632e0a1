#include "core/sandbox/form_data.h"

#include <string_view>

#include "core/sandbox/platform_pretend.h"

namespace caas::sandbox {
namespace {

std::string_view name_in(std::string_view head) {
    constexpr std::string_view key = "; name=\"";
    const auto begin = head.find(key);
    if (begin == head.npos)
        return "";
    const auto rest = head.substr(begin + key.size());
    return rest.substr(0, rest.find('"'));
}

}  // namespace

std::map<std::string, std::string> read_form_data(const net::Request& request) {
    std::map<std::string, std::string> fields;
    constexpr std::string_view type = "multipart/form-data; boundary=";
    const auto header = header_of(request, "Content-Type");
    if (!header.starts_with(type))
        return fields;
    const auto delimiter = "--" + header.substr(type.size());
    std::string_view rest = request.body;
    if (!rest.starts_with(delimiter))
        return fields;
    rest.remove_prefix(delimiter.size());
    while (rest.starts_with("\r\n")) {
        rest.remove_prefix(2);
        const auto head_end = rest.find("\r\n\r\n");
        const auto end = rest.find("\r\n" + delimiter);
        if (head_end == rest.npos || end == rest.npos || head_end + 4 > end)
            return {};
        fields[std::string(name_in(rest.substr(0, head_end)))] =
            rest.substr(head_end + 4, end - head_end - 4);
        rest.remove_prefix(end + 2 + delimiter.size());
    }
    // The last delimiter ends in two dashes.
    if (!rest.starts_with("--"))
        return {};
    return fields;
}

}  // namespace caas::sandbox
