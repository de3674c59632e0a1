#include "core/net/sign_s3.h"

#include <map>

#include "core/base/digest.h"
#include "core/base/time_zone.h"
#include "core/net/url.h"

namespace caas::net {
namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    for (auto& c : out) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

// 20130524T000000Z
std::string stamp_of(Instant now) {
    std::string out;
    for (const char c : to_rfc3339(now).substr(0, 19)) {
        if (c != '-' && c != ':')
            out += c;
    }
    return out + "Z";
}

// As libcurl sends it: without the port where that is the usual one.
std::string host_of(const Url& url) {
    const bool is_usual = url.port == (url.is_secure() ? 443 : 80);
    return is_usual ? url.host : url.host + ":" + std::to_string(url.port);
}

}  // namespace

void sign_s3(Request& request, const S3Key& key, std::string_view payload, Instant now) {
    const auto url = parse_url(request.url);
    if (!url)
        return;  // the client says what is wrong with it
    const auto stamp = stamp_of(now);
    const auto day = stamp.substr(0, 8);
    request.headers.emplace_back("X-Amz-Date", stamp);
    request.headers.emplace_back("X-Amz-Content-Sha256", payload);

    std::map<std::string, std::string> headers{{"host", host_of(*url)}};
    for (const auto& [name, value] : request.headers)
        headers[lower(name)] = value;
    std::string lines;
    std::string names;
    for (const auto& [name, value] : headers) {
        lines += name + ":" + value + "\n";
        names += (names.empty() ? "" : ";") + name;
    }
    const auto canonical = request.method + "\n" + (url->path.empty() ? "/" : url->path) + "\n\n" +
                           lines + "\n" + names + "\n" + std::string(payload);
    const auto scope = day + "/" + key.region + "/s3/aws4_request";
    const auto text = "AWS4-HMAC-SHA256\n" + stamp + "\n" + scope + "\n" + sha256_hex(canonical);

    auto derived = hmac_sha256("AWS4" + key.secret.reveal(), day);
    for (const auto& step : {key.region, std::string("s3"), std::string("aws4_request")})
        derived = hmac_sha256(derived, step);
    request.headers.emplace_back(
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=" + key.id + "/" + scope + ",SignedHeaders=" + names +
            ",Signature=" + to_hex(hmac_sha256(derived, text)));
}

}  // namespace caas::net
