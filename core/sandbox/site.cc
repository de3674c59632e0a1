#include "core/sandbox/site.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/net/url.h"
#include "core/platform/driver.h"
#include "core/sandbox/page.h"

namespace caas::sandbox {
namespace {

constexpr std::string_view answer_name = "sandbox_answer";
constexpr std::string_view page_path = "/sandbox";

constexpr std::array<std::string_view, 4> provider_prefixes{
    "/openai/", "/anthropic/", "/gemini/", "/compatible/"};

std::string title_of(std::string_view id) {
    if (id == "webhook")
        return "Webhook";
    const auto* driver = platform::find(id);
    return driver == nullptr ? std::string(id) : std::string(driver->title);
}

std::vector<std::string> words_of(std::string text) {
    std::ranges::replace(text, ',', ' ');
    std::vector<std::string> words;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find(' ', at), text.size());
        if (end > at)
            words.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

// All that is ever asked for there: with less, a sign-in of an earlier run would seem to have lost
// permissions.
std::string scopes_of(std::string_view id) {
    std::string all;
    const auto* driver = platform::find(id);
    if (driver == nullptr || driver->sign_in == nullptr)
        return all;
    for (const auto& kind : driver->sign_in->kinds)
        all.append(all.empty() ? "" : " ").append(kind.scopes);
    return all;
}

// What a browser may show; anything else is handed over as bytes only.
std::string shown_type(const ShownFile& file) {
    const std::string_view bytes = file.bytes;
    if (bytes.starts_with("\x89PNG"))
        return "image/png";
    if (bytes.starts_with("\xff\xd8\xff"))
        return "image/jpeg";
    if (bytes.starts_with("GIF8"))
        return "image/gif";
    if (bytes.size() > 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP")
        return "image/webp";
    return bytes.size() > 12 && bytes.substr(4, 4) == "ftyp" ? "video/mp4"
                                                             : "application/octet-stream";
}

std::vector<PlatformFault> played_by(PretendPlatform& platform) {
    std::vector<PlatformFault> played;
    for (const auto fault : platform_faults()) {
        if (platform.plays(fault))
            played.push_back(fault);
    }
    if (platform.plays(PlatformFault::duplicate))
        played.push_back(PlatformFault::duplicate);
    return played;
}

net::Response back_to_page(const std::string& said) {
    return {303, {{"Location", net::with_query(page_path, {{"said", said}})}}, ""};
}

net::Result from_provider(const ProviderReply& reply) {
    using Ending = ProviderReply::Ending;
    if (reply.ending == Ending::hang)
        return net::Failure{net::Failure::Kind::timeout, true, "hangs"};
    if (reply.ending == Ending::broken)
        return net::Failure{net::Failure::Kind::broken, true, "broke"};
    return net::Response{reply.status, reply.headers, reply.body()};
}

}  // namespace

Site::Site(const Clock& clock, const Place& place, PretendMeta::Fetch fetch)
    : platforms(clock, Secret(std::string(webhook_secret))), clock_(clock), origin_(place.origin) {
    platforms.bluesky.add_account(std::string(bluesky_handle), std::string(bluesky_password));
    for (const auto id : PlatformSandbox::ids) {
        platforms.find(id)->set_origin(place.origin);
        if (auto* sign_in = platforms.find_sign_in(id))
            sign_in->keep_house(
                {std::string(client_id),
                 std::string(client_secret),
                 scopes_of(id),
                 place.salt + std::string(id)});
    }
    for (auto* meta :
         {static_cast<PretendMeta*>(&platforms.facebook),
          static_cast<PretendMeta*>(&platforms.instagram),
          static_cast<PretendMeta*>(&platforms.threads)})
        meta->set_fetch(fetch);
}

net::Result Site::answer(const net::Request& request) {
    const auto url = net::parse_url(request.url);
    if (!url)
        return net::Response{400, {}, ""};
    const std::string_view path = url->path;
    if (path == "/" && request.method == "GET")
        return net::Response{302, {{"Location", std::string(page_path)}}, ""};
    if (path == page_path || path.starts_with("/sandbox/"))
        return answer_page(request, path);
    for (const auto prefix : provider_prefixes) {
        if (path.starts_with(prefix))
            return from_provider(providers.handle(request));
    }
    const auto page_of = platforms.sign_in_page(path);
    if (!page_of.empty() && request.method == "GET")
        return consent(request, page_of);
    return platforms.send(request);
}

net::Response Site::answer_page(const net::Request& request, std::string_view path) {
    constexpr std::string_view files = "/sandbox/files/";
    const bool is_get = request.method == "GET" || request.method == "HEAD";
    if (request.method == "POST")
        return change(request, path.substr(std::min(path.size(), page_path.size() + 1)));
    if (is_get && path == "/sandbox/page.css")
        return {200, {{"Content-Type", "text/css; charset=utf-8"}}, std::string(style_sheet())};
    if (is_get && path.starts_with(files))
        return file(path.substr(files.size()));
    if (!is_get || path != page_path)
        return html(404, problem_page("There is no such page", "The sandbox's page is /sandbox."));
    std::vector<Wall> walls;
    for (const auto id : PlatformSandbox::ids) {
        auto& platform = *platforms.find(id);
        Wall wall;
        wall.id = id;
        wall.title = title_of(id);
        wall.hint = "caas account connect " + wall.id;
        if (id == "bluesky")
            wall.hint += " --identifier " + std::string(bluesky_handle) +
                         "   (app password: " + std::string(bluesky_password) + ")";
        if (id == "webhook")
            wall.hint +=
                " --url " + origin_ + "/hook   (secret: " + std::string(webhook_secret) + ")";
        wall.posts = platform.shown();
        wall.requests = platform.requests();
        wall.has_processing = platform.has_processing();
        wall.is_slow = platform.is_slow();
        wall.armed = platform.armed();
        wall.faults = played_by(platform);
        wall.has_sign_in = platforms.find_sign_in(id) != nullptr;
        walls.push_back(std::move(wall));
    }
    const auto query = net::form_decode(net::parse_url(request.url)->query);
    return html(200, wall_page(walls, value_of(query, "said"), clock_.now()));
}

net::Response Site::change(const net::Request& request, std::string_view what) {
    const auto form = net::form_decode(request.body);
    const auto id = value_of(form, "platform");
    auto* platform = platforms.find(id);
    const auto refused = [](std::string_view words) {
        return html(422, problem_page("That cannot be done", words));
    };
    if (platform == nullptr)
        return refused("There is no such platform.");
    const auto title = title_of(id);
    if (what == "faults") {
        const auto word = value_of(form, "fault");
        if (word == name(PlatformFault::none)) {
            platform->arm(PlatformFault::none);
            return back_to_page(title + ": the next change meets nothing.");
        }
        const auto fault = find_platform_fault(word);
        if (!fault)
            return refused("There is no such fault.");
        if (!platform->plays(*fault))
            return refused("This platform never answers so.");
        platform->arm(*fault);
        return back_to_page(title + ": the next change meets " + std::string(name(*fault)) + ".");
    }
    if (what == "speed") {
        const bool is_slow = value_of(form, "slow") == "1";
        platform->set_slow(is_slow);
        return back_to_page(
            title + (is_slow ? ": media take half a minute." : ": media take their usual time."));
    }
    if (what == "sign-outs") {
        if (auto* sign_in = platforms.find_sign_in(id)) {
            sign_in->revoke_all();
            return back_to_page(title + ": nobody is signed in any more.");
        }
    }
    return refused("There is no such change.");
}

net::Response Site::file(std::string_view platform_and_id) {
    const auto slash = std::min(platform_and_id.find('/'), platform_and_id.size());
    auto* platform = platforms.find(platform_and_id.substr(0, slash));
    const auto id =
        net::percent_decode(platform_and_id.substr(std::min(slash + 1, platform_and_id.size())));
    const auto found = platform != nullptr && id ? platform->file(*id) : std::nullopt;
    if (!found)
        return html(404, problem_page("There is no such file", "It may never have been here."));
    return {
        200,
        {{"Content-Type", shown_type(*found)},
         {"Content-Security-Policy", "default-src 'none'; sandbox"},
         {"X-Content-Type-Options", "nosniff"}},
        found->bytes};
}

net::Response Site::consent(const net::Request& request, std::string_view platform) {
    auto& sign_in = *platforms.find_sign_in(platform);
    const auto url = *net::parse_url(request.url);
    auto query = net::form_decode(url.query);
    const auto said = value_of(query, answer_name);
    if (!said.empty()) {
        std::erase_if(query, [](const auto& pair) { return pair.first == answer_name; });
        // The real platforms, too, check it all once more at the answer.
        const auto asked = net::with_query(origin_ + url.path, query);
        const auto where = said == "allow" ? sign_in.approve(asked) : sign_in.deny(asked);
        if (!where.empty())
            return {302, {{"Location", where}, {"Cache-Control", "no-store"}}, ""};
    }
    Consent consent;
    consent.platform = title_of(platform);
    consent.client = value_of(query, "client_id");
    if (consent.client != client_id || !said.empty())
        return html(
            400,
            problem_page(
                "Something went wrong",
                "The application or the address that the browser should go back to is not known "
                "here."));
    consent.scopes = words_of(value_of(query, "scope"));
    consent.allow =
        net::with_query(url.path + "?" + url.query, {{std::string(answer_name), "allow"}});
    consent.deny =
        net::with_query(url.path + "?" + url.query, {{std::string(answer_name), "deny"}});
    return html(200, consent_page(consent));
}

}  // namespace caas::sandbox
