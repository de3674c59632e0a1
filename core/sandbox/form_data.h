// Reading a multipart/form-data body (RFC 7578) as a pretend platform gets it.
#pragma once

#include <map>
#include <string>

#include "core/net/http_client.h"

namespace caas::sandbox {

// The fields and files by name; empty when the body is of another type or cannot be read.
std::map<std::string, std::string> read_form_data(const net::Request& request);

}  // namespace caas::sandbox
