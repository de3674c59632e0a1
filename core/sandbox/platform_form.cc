#include "core/sandbox/platform_form.h"

#include <string_view>

#include "core/sandbox/platform_pretend.h"

namespace caas::sandbox {
namespace {

// What stands in quotes behind `name=`; empty when it is not there.
std::string quoted(std::string_view head, std::string_view name) {
    const auto key = " " + std::string(name) + "=\"";
    const auto at = head.find(key);
    if (at == head.npos)
        return "";
    const auto begin = at + key.size();
    return std::string(head.substr(begin, head.find('"', begin) - begin));
}

}  // namespace

std::optional<Form> read_form(const net::Request& request) {
    const auto type = header_of(request, "Content-Type");
    constexpr std::string_view beginning = "multipart/form-data; boundary=";
    if (!type.starts_with(beginning))
        return std::nullopt;
    const auto delimiter = "\r\n--" + type.substr(beginning.size());
    std::string_view rest = request.body;
    if (!rest.starts_with(std::string_view(delimiter).substr(2)))
        return std::nullopt;
    rest.remove_prefix(delimiter.size() - 2);
    Form form;
    while (!rest.starts_with("--\r\n")) {
        const auto end = rest.find(delimiter);
        const auto head_end = rest.find("\r\n\r\n");
        if (!rest.starts_with("\r\n") || end == rest.npos || head_end == rest.npos ||
            head_end > end)
            return std::nullopt;
        const auto head = rest.substr(0, head_end);
        const std::string body(rest.substr(head_end + 4, end - head_end - 4));
        const auto name = quoted(head, "name");
        if (name.empty() || form.fields.contains(name) || form.files.contains(name))
            return std::nullopt;
        if (const auto filename = quoted(head, "filename"); !filename.empty()) {
            constexpr std::string_view key = "Content-Type: ";
            const auto at = head.find(key);
            const auto begin = at == head.npos ? head.size() : at + key.size();
            form.files[name] = {
                filename, std::string(head.substr(begin, head.find("\r\n", begin) - begin)), body};
        } else {
            form.fields[name] = body;
        }
        rest.remove_prefix(end + delimiter.size());
    }
    return rest.size() == 4 ? std::optional(std::move(form)) : std::nullopt;
}

}  // namespace caas::sandbox
