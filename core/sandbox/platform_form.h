// A form with a file as pretend platforms take it: as strict as servers are known to be. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/net/http_client.h"

namespace caas::sandbox {

struct Form {
    struct File {
        std::string filename;
        std::string type;
        std::string bytes;
    };

    std::map<std::string, std::string> fields;
    std::map<std::string, File> files;  // by field
};

// nullopt when the body is not the multipart/form-data that its Content-Type announces, whole.
std::optional<Form> read_form(const net::Request& request);

}  // namespace caas::sandbox
