// Signs requests to storage that speaks S3 (AWS Signature Version 4, docs.aws.amazon.com,
// "Signature calculations for the authorization header"). Pure.
//
// libcurl can sign, too, but 7.88 leaves x-amz-content-sha256 to the caller and signs no header
// that it does not know; this is as short and is tried with AWS's own examples.
#pragma once

#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/net/http_client.h"

namespace caas::net {

struct S3Key {
    std::string id;
    Secret secret;
    std::string region;
};

// Adds X-Amz-Date, X-Amz-Content-Sha256 and Authorization; every header that is there by then is
// signed. The URL's path must be percent-encoded already; it may have no query. `payload`: SHA-256
// of the body in hexadecimal.
void sign_s3(Request& request, const S3Key& key, std::string_view payload, Instant now);

}  // namespace caas::net
