// A multipart/form-data body (RFC 7578) around the bytes of a medium, which are read piece by piece
// and never held. Not thread-safe to build; what it builds may be read from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/net/http_client.h"
#include "core/net/url.h"
#include "core/platform/driver.h"

namespace caas::platform::meta {

// `size` bytes of the medium from `offset`, as a file.
struct FilePart {
    std::string_view name;  // of the field
    const Medium& medium;   // must outlive the sending of the request
    std::int64_t offset = 0;
    std::int64_t size = 0;
};

// Makes it the body of the request, with the fields before the file. `boundary` must not occur in
// the bytes: take a random one.
void set_form_data(
    net::Request& request,
    const net::Pairs& fields,
    const FilePart& file,
    const std::string& boundary);

std::string make_boundary(Random& random);

}  // namespace caas::platform::meta
