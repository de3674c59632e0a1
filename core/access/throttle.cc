#include "core/access/throttle.h"

#include <algorithm>

#include <arpa/inet.h>

#include "core/base/digest.h"

namespace caas::access {
namespace {

Milliseconds slack(const Bucket& bucket) {
    return bucket.interval * (bucket.most - 1);
}

// Empty for what is no address of IPv6.
std::string ipv6_bytes(std::string_view address) {
    in6_addr parsed{};
    if (inet_pton(AF_INET6, std::string(address).c_str(), &parsed) != 1)
        return "";
    return {reinterpret_cast<const char*>(&parsed), sizeof parsed};
}

// ::ffff:0:0/96, where IPv4 lives.
constexpr std::string_view mapped_prefix{"\0\0\0\0\0\0\0\0\0\0\xff\xff", 12};

bool is_mapped(std::string_view bytes) {
    return bytes.starts_with(mapped_prefix);
}

}  // namespace

std::optional<Milliseconds> wait_for(
    store::Reader& reader, Instant now, const std::vector<Bucket>& buckets) {
    std::optional<Milliseconds> longest;
    for (const auto& bucket : buckets) {
        const auto rows = reader.query(
            R"sql(
SELECT full_at FROM throttle
WHERE name = $1)sql",
            {bucket.name});
        if (rows.empty())
            continue;
        const auto wait = rows.front().instant(0) - slack(bucket) - now;
        if (wait > Milliseconds(0))
            longest = std::max(longest.value_or(wait), wait);
    }
    return longest;
}

std::optional<Milliseconds> take(
    store::Transaction& transaction, Instant now, const std::vector<Bucket>& buckets) {
    if (const auto wait = wait_for(transaction, now, buckets))
        return wait;
    for (const auto& bucket : buckets) {
        const auto rows = transaction.query(
            R"sql(
INSERT INTO throttle (name, full_at)
VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE
SET full_at = CASE WHEN throttle.full_at > $3 THEN throttle.full_at ELSE $3 END + $4
WHERE throttle.full_at <= $5
RETURNING full_at)sql",
            {bucket.name,
             now + bucket.interval,
             now,
             bucket.interval.count(),
             now + slack(bucket)});
        // Somebody else was quicker than what we read.
        if (rows.empty())
            return bucket.interval;
    }
    return std::nullopt;
}

void give_back(store::Transaction& transaction, const Bucket& bucket) {
    transaction.execute(
        R"sql(
UPDATE throttle
SET full_at = full_at - $2
WHERE name = $1)sql",
        {bucket.name, bucket.interval.count()});
}

void fill(store::Transaction& transaction, std::string_view name) {
    transaction.execute(
        R"sql(
DELETE FROM throttle
WHERE name = $1)sql",
        {name});
}

void sweep_buckets(store::Transaction& transaction, Instant now) {
    transaction.execute(
        R"sql(
DELETE FROM throttle
WHERE full_at <= $1)sql",
        {now});
}

std::string address_group(std::string_view address) {
    constexpr std::size_t group_bytes = 8;
    const auto bytes = ipv6_bytes(address);
    if (bytes.empty())
        return std::string(address);
    if (is_mapped(bytes))
        return to_hex(bytes.substr(mapped_prefix.size()));
    return to_hex(bytes.substr(0, group_bytes)) + "/64";
}

std::optional<std::string> address_site(std::string_view address) {
    constexpr std::size_t site_bytes = 6;
    const auto bytes = ipv6_bytes(address);
    if (bytes.empty() || is_mapped(bytes))
        return std::nullopt;
    return to_hex(bytes.substr(0, site_bytes)) + "/48";
}

}  // namespace caas::access
