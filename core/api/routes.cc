#include <algorithm>

#include "core/api/lockout.h"
#include "core/api/route.h"
#include "core/api/route_match.h"

namespace caas::api {

const std::vector<Route>& routes() {
    static const std::vector<Route> all = [] {
        std::vector<Route> out;
        for (const auto rows :
             {generate_routes(),  content_routes(),      lint_routes(),         post_routes(),
              published_routes(), calendar_routes(),     account_routes(),      oauth_routes(),
              slot_routes(),      series_routes(),       auth_routes(),         auth_proof_routes(),
              device_routes(),    mail_page_routes(),    token_routes(),        workspace_routes(),
              voice_routes(),     organization_routes(), member_routes(),       invitation_routes(),
              audit_routes(),     usage_routes(),        billing_routes(),      subscribe_routes(),
              stripe_routes(),    admin_routes(),        event_routes(),        media_routes(),
              meta_routes(),      metrics_routes(),      documentation_routes()})
            out.insert(out.end(), rows.begin(), rows.end());
        return out;
    }();
    return all;
}

std::uint64_t most_body_bytes(std::string_view method, std::string_view path) {
    constexpr std::uint64_t usual = Route{}.most_body_bytes;
    const auto found = match(method, path);
    return found.route == nullptr ? usual : std::max(usual, found.route->most_body_bytes);
}

Codes codes_of(const Route& route) {
    // What the store and the door in front of every route may say.
    auto codes = route.codes.with(
        {Code::internal,
         Code::invalid,
         Code::bad_request,
         Code::unavailable,
         Code::busy,
         Code::timeout,
         Code::storage_full,
         Code::storage_read_only,
         Code::storage_corrupt,
         Code::header_too_large});
    // Which organization and workspace, its headers may say (standing.h).
    if (route.access == Access::signed_in)
        codes =
            codes.with({Code::unauthenticated, Code::forbidden, Code::not_found, Code::conflict});
    if (rate_of(route) != Rate::none)
        codes = codes.with({Code::rate_limited});
    if (heeds_locks(route))
        codes = codes.with({Code::plan_limit});
    if (route.pattern.find('{') != std::string_view::npos)
        codes = codes.with({Code::not_found});
    if (route.method != "GET")
        codes = codes.with(
            {Code::forbidden,
             Code::conflict,
             Code::too_large,
             Code::unsupported_media_type,
             Code::length_required});
    if (route.has_etag)
        codes = codes.with({Code::stale});
    return codes;
}

Rate rate_of(const Route& route) {
    if (route.rate != Rate::by_method)
        return route.rate;
    return route.method == "GET" ? Rate::read : Rate::write;
}

bool is_idempotent(const Route& route) {
    return route.is_idempotent || (route.method != "POST" && route.method != "PATCH");
}

bool is_tagged(const Route& route) {
    return route.method == "GET" && !route.answer.empty() &&
           (route.has_ranges || rate_of(route) != Rate::none);
}

}  // namespace caas::api
