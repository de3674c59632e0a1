// A form with one file as the body of a request (RFC 7578), read piece by piece while it is sent.
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/net/http_client.h"

namespace caas::net {

struct FormFile {
    std::string field;     // "file"
    std::string filename;  // "picture.jpg"
    std::string type;      // "image/jpeg"
    BodySource bytes;
};

struct FormData {
    std::string content_type;  // with the boundary
    BodySource body;
};

// The fields come first, so that a server knows them when the file arrives. `unique`: a text that
// is not in the file, for the boundary; a digest of what the request is about does.
FormData form_data(
    const std::vector<std::pair<std::string, std::string>>& fields,
    const FormFile& file,
    std::string_view unique);

}  // namespace caas::net
