#include "core/platform/meta/form_data.h"

#include <algorithm>
#include <utility>

#include "core/base/digest.h"

namespace caas::platform::meta {
namespace {

// One stretch of text, the medium's bytes, one stretch of text.
struct Pieces {
    std::string head;
    const Medium* medium = nullptr;
    std::int64_t offset = 0;
    std::int64_t size = 0;
    std::string tail;

    std::string read(std::int64_t at, std::size_t most) const {
        const auto head_size = static_cast<std::int64_t>(head.size());
        if (at < head_size)
            return head.substr(static_cast<std::size_t>(at), most);
        at -= head_size;
        if (at < size) {
            const auto left = static_cast<std::size_t>(size - at);
            return medium->read(offset + at, std::min(most, left));
        }
        at -= size;
        if (at >= static_cast<std::int64_t>(tail.size()))
            return "";
        return tail.substr(static_cast<std::size_t>(at), most);
    }
};

}  // namespace

void set_form_data(
    net::Request& request,
    const net::Pairs& fields,
    const FilePart& file,
    const std::string& boundary) {
    Pieces pieces{
        .head = "",
        .medium = &file.medium,
        .offset = file.offset,
        .size = file.size,
        .tail = "\r\n--" + boundary + "--\r\n"};
    for (const auto& [name, value] : fields)
        pieces.head += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name +
                       "\"\r\n\r\n" + value + "\r\n";
    pieces.head += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" +
                   std::string(file.name) +
                   "\"; filename=\"medium\"\r\nContent-Type: " + file.medium.type + "\r\n\r\n";
    const auto texts = static_cast<std::int64_t>(pieces.head.size() + pieces.tail.size());
    request.headers.emplace_back("Content-Type", "multipart/form-data; boundary=" + boundary);
    request.source = net::BodySource{
        .size = texts + file.size,
        .read = [pieces = std::move(pieces)](std::int64_t offset, std::size_t most) {
            return pieces.read(offset, most);
        }};
}

std::string make_boundary(Random& random) {
    return "caas-" + to_hex(random.bytes(16));
}

}  // namespace caas::platform::meta
