#include "core/sandbox/page.h"

#include <algorithm>
#include <array>
#include <map>

#include "core/base/time_zone.h"
#include "core/net/url.h"
#include "core/text/html.h"

namespace caas::sandbox {
namespace {

constexpr std::string_view policy =
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'";

struct Play {
    PlatformFault fault;
    std::string_view words;
};

// What the page offers, in the order of how bad it is.
constexpr std::array plays{
    Play{PlatformFault::rate_limit, "429: too many requests"},
    Play{PlatformFault::error_before, "5xx, nothing accepted"},
    Play{PlatformFault::error_after, "5xx after accepting"},
    Play{PlatformFault::lost_before, "reset before accepting"},
    Play{PlatformFault::lost_after, "reset after accepting"},
    Play{PlatformFault::late, "hang after accepting"},
    Play{PlatformFault::cut_off, "accepted, answer cut off"},
    Play{PlatformFault::proxy_page, "accepted, a proxy's page for an answer"},
    Play{PlatformFault::expired_token, "the token has expired"},
    Play{PlatformFault::duplicate, "refused as a duplicate"},
};

std::string head(std::string_view title) {
    return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
           text::html_escaped(title) +
           "</title>\n<link rel=\"stylesheet\" href=\"/sandbox/page.css\">\n</head>\n<body>\n";
}

std::string medium_html(const std::string& platform, const ShownMedium& medium) {
    const auto address = "/sandbox/files/" + platform + "/" + net::percent_encode(medium.id);
    const auto alt = text::html_escaped(medium.alt);
    if (medium.type.starts_with("video/"))
        return "<video controls preload=\"none\" src=\"" + address + "\" title=\"" + alt +
               "\"></video>";
    return "<img loading=\"lazy\" src=\"" + address + "\" alt=\"" + alt + "\" title=\"" + alt +
           "\">";
}

std::string post_html(const std::string& platform, const ShownPost& post, bool is_reply) {
    std::string out = is_reply ? "<li class=\"reply\">" : "<li>";
    out += "<p class=\"by\">" + text::html_escaped(post.author);
    if (post.made_at != Instant())
        out += " <time>" + text::html_escaped(to_rfc3339(post.made_at)) + "</time>";
    if (!post.note.empty())
        out += " <em>" + text::html_escaped(post.note) + "</em>";
    out += "</p>\n<p class=\"text\">" + text::html_escaped(post.text) + "</p>\n";
    if (!post.media.empty()) {
        out += "<p class=\"media\">";
        for (const auto& medium : post.media)
            out += medium_html(platform, medium);
        out += "</p>\n";
    }
    return out + "<p class=\"id\">" + text::html_escaped(post.id) + "</p></li>\n";
}

// Threads, the newest first; inside of one, in the order of its parts.
std::string posts_html(const Wall& wall) {
    std::map<std::string, std::size_t> thread_of;
    std::vector<std::vector<const ShownPost*>> threads;
    for (const auto& post : wall.posts) {
        const auto at = thread_of.find(post.reply_to);
        if (post.reply_to.empty() || at == thread_of.end()) {
            thread_of[post.id] = threads.size();
            threads.push_back({&post});
            continue;
        }
        const auto thread = at->second;
        thread_of[post.id] = thread;
        threads[thread].push_back(&post);
    }
    std::string out;
    for (auto thread = threads.rbegin(); thread != threads.rend(); ++thread) {
        out += "<ol class=\"thread\">\n";
        for (const auto* post : *thread)
            out += post_html(wall.id, *post, post != thread->front());
        out += "</ol>\n";
    }
    return out;
}

std::string hidden(std::string_view name, std::string_view value) {
    std::string out = "<input type=\"hidden\" name=\"";
    return out.append(name).append("\" value=\"").append(value).append("\">");
}

std::string_view words_of(PlatformFault fault) {
    const auto* const at = std::ranges::find(plays, fault, &Play::fault);
    return at == plays.end() ? name(fault) : at->words;
}

std::string button(
    const std::string& action,
    const std::string& platform,
    const std::string& fields,
    std::string_view words,
    bool is_on = true) {
    return "<form method=\"post\" action=\"/sandbox/" + action + "\">" +
           hidden("platform", platform) + fields + (is_on ? "<button>" : "<button disabled>") +
           text::html_escaped(words) + "</button></form>\n";
}

std::string controls_html(const Wall& wall) {
    std::string choices = "<label>Next change meets <select name=\"fault\">";
    for (const auto& play : plays) {
        if (std::ranges::find(wall.faults, play.fault) == wall.faults.end())
            continue;
        choices += "<option value=\"" + std::string(name(play.fault)) + "\">" +
                   text::html_escaped(play.words) + "</option>";
    }
    std::string out = button("faults", wall.id, choices + "</select></label> ", "Set");
    if (wall.armed != PlatformFault::none)
        out += button(
            "faults",
            wall.id,
            "<span class=\"armed\">Next change: " + text::html_escaped(words_of(wall.armed)) +
                "</span> " + hidden("fault", name(PlatformFault::none)),
            "Take back");
    if (wall.has_processing) {
        out += button("speed", wall.id, hidden("slow", "1"), "Slow media", !wall.is_slow);
        out += button("speed", wall.id, hidden("slow", "0"), "Usual media", wall.is_slow);
    }
    if (wall.has_sign_in)
        out += button("sign-outs", wall.id, "", "Take sign-ins back");
    return "<div class=\"controls\">\n" + out + "</div>\n";
}

}  // namespace

net::Response html(int status, std::string body) {
    return {
        status,
        {{"Content-Type", "text/html; charset=utf-8"},
         {"Content-Security-Policy", std::string(policy)},
         {"X-Content-Type-Options", "nosniff"},
         {"Referrer-Policy", "no-referrer"},
         {"Cache-Control", "no-store"}},
        std::move(body)};
}

std::string wall_page(const std::vector<Wall>& walls, std::string_view said, Instant now) {
    std::string out = head("caas sandbox") +
                      "<header><h1>Sandbox</h1>\n<p>Pretend platforms. Nothing here leaves this "
                      "machine, and it is forgotten when caasd stops. As of <time>" +
                      to_rfc3339(now) + "</time>. <a href=\"/sandbox\">Look again</a></p>\n";
    if (!said.empty())
        out += "<p class=\"said\" role=\"status\">" + text::html_escaped(said) + "</p>\n";
    out += "</header>\n<main>\n";
    for (const auto& wall : walls) {
        out +=
            "<section id=\"" + wall.id + "\">\n<h2>" + text::html_escaped(wall.title) + "</h2>\n";
        out += "<p class=\"hint\"><code>" + text::html_escaped(wall.hint) + "</code></p>\n";
        out += controls_html(wall);
        out += wall.posts.empty() ? "<p class=\"none\">No posts yet.</p>\n" : posts_html(wall);
        out += "<p class=\"id\">" + std::to_string(wall.requests) + " requests</p>\n</section>\n";
    }
    return out + "</main>\n</body>\n</html>\n";
}

std::string consent_page(const Consent& consent) {
    std::string out = head("Pretend " + consent.platform) +
                      "<main class=\"consent\">\n<h1>Pretend " +
                      text::html_escaped(consent.platform) + "</h1>\n<p><strong>" +
                      text::html_escaped(consent.client) +
                      "</strong> wants to act for <strong>the sandbox's account</strong>:</p>\n"
                      "<ul>\n";
    for (const auto& scope : consent.scopes)
        out += "<li><code>" + text::html_escaped(scope) + "</code></li>\n";
    return out + "</ul>\n<p><a class=\"button\" href=\"" + text::html_escaped(consent.allow) +
           "\">Allow</a> <a class=\"button quiet\" href=\"" + text::html_escaped(consent.deny) +
           "\">Refuse</a></p>\n<p class=\"hint\">This is a sandbox: no real platform is asked, and "
           "no password is needed.</p>\n</main>\n</body>\n</html>\n";
}

std::string problem_page(std::string_view title, std::string_view words) {
    return head(title) + "<main class=\"consent\">\n<h1>" + text::html_escaped(title) +
           "</h1>\n<p>" + text::html_escaped(words) + "</p>\n</main>\n</body>\n</html>\n";
}

std::string_view style_sheet() {
    return R"css(:root { color-scheme: light dark; }
body { font: 16px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 100rem; padding: 1rem; }
main { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); }
main.consent { display: block; margin: 10vh auto; max-width: 32rem; }
section { border: 1px solid #8888; border-radius: 0.5rem; padding: 0 1rem 1rem; }
h1, h2 { margin: 0.6rem 0; }
ol.thread { border-top: 1px solid #8885; list-style: none; margin: 0.5rem 0; padding: 0.5rem 0 0; }
li.reply { border-left: 3px solid #8888; margin-left: 0.5rem; padding-left: 0.7rem; }
.text { overflow-wrap: anywhere; white-space: pre-wrap; }
.by, .text, .media, .id { margin: 0.2rem 0; }
.by, .id, .hint, .none { font-size: 0.85rem; opacity: 0.85; overflow-wrap: anywhere; }
.said { border-left: 4px solid #1a73e8; padding-left: 0.7rem; }
.media img, .media video { border-radius: 0.4rem; margin-right: 0.3rem; max-height: 10rem; max-width: 100%; }
.controls { display: flex; flex-wrap: wrap; gap: 0.4rem; }
.controls select { max-width: 12rem; }
.armed { font-weight: 600; }
.button { background: #1a56c4; border-radius: 0.4rem; color: #fff; padding: 0.5rem 1.2rem; text-decoration: none; }
.button.quiet { background: #595959; }
)css";
}

}  // namespace caas::sandbox
