#include "core/net/form_data.h"

#include <algorithm>

#include "core/base/digest.h"

namespace caas::net {
namespace {

// As browsers send names: what would end them is percent-encoded (WHATWG HTML, form submission).
std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"')
            out += "%22";
        else if (c == '\r' || c == '\n')
            out += c == '\r' ? "%0D" : "%0A";
        else
            out += c;
    }
    return out + "\"";
}

std::string head_of(const std::string& boundary, std::string_view field) {
    return "--" + boundary + "\r\nContent-Disposition: form-data; name=" + in_quotes(field);
}

std::string piece_of(
    const std::string& before,
    const BodySource& file,
    const std::string& after,
    std::int64_t offset,
    std::size_t most) {
    const auto begin = static_cast<std::int64_t>(before.size());
    const auto end = begin + file.size;
    if (offset < begin)
        return before.substr(static_cast<std::size_t>(offset), most);
    if (offset < end)
        return file.read(
            offset - begin,
            static_cast<std::size_t>(std::min(static_cast<std::int64_t>(most), end - offset)));
    const auto at = static_cast<std::size_t>(offset - end);
    return at < after.size() ? after.substr(at, most) : std::string();
}

}  // namespace

FormData form_data(
    const std::vector<std::pair<std::string, std::string>>& fields,
    const FormFile& file,
    std::string_view unique) {
    constexpr std::size_t boundary_digits = 40;
    const auto boundary = "caas-" + sha256_hex(unique).substr(0, boundary_digits);
    std::string before;
    for (const auto& [name, value] : fields)
        before += head_of(boundary, name) + "\r\n\r\n" + value + "\r\n";
    before += head_of(boundary, file.field) + "; filename=" + in_quotes(file.filename) +
              "\r\nContent-Type: " + file.type + "\r\n\r\n";
    const auto after = "\r\n--" + boundary + "--\r\n";
    const auto size = static_cast<std::int64_t>(before.size() + after.size()) + file.bytes.size;
    return {
        "multipart/form-data; boundary=" + boundary,
        {size, [before, after, bytes = file.bytes](std::int64_t offset, std::size_t most) {
             return piece_of(before, bytes, after, offset, most);
         }}};
}

}  // namespace caas::net
