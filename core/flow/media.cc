#include "core/flow/media.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "core/base/error.h"
#include "core/content/content.h"
#include "core/flow/media_fit.h"
#include "core/flow/media_link.h"
#include "core/media/file.h"
#include "core/platform/fit.h"

namespace caas::flow {
namespace {

constexpr std::int64_t bytes_of_mb = 1'000'000;
// Long after whoever announced a file has put it into use, or given up.
constexpr auto grace = std::chrono::hours(24);
constexpr auto cached_for = std::chrono::hours(24 * 7);

std::filesystem::path media_folder(const Tools& tools) {
    return tools.data / "media";
}

void require_room(
    const Tools& tools,
    store::Reader& reader,
    const OrganizationId& organization,
    std::int64_t size) {
    const auto quota = tools.settings.integer("media.quota_mb") * bytes_of_mb;
    if (quota == 0)
        return;
    const auto used = media::used_bytes(reader, organization);
    if (used + size > quota)
        throw Error(
            Code::plan_limit,
            "The organization's media would take more than " + std::to_string(quota / bytes_of_mb) +
                " MB",
            "delete some that no post needs: caas media delete ID");
}

// Removes what tells where it was taken; nullptr when there is no such thing.
std::unique_ptr<media::Incoming> stripped(
    const Tools& tools, media::Place& place, const media::Bytes& bytes, const media::Facts& facts) {
    const auto pieces = media::without_location(bytes, facts);
    if (!pieces)
        return nullptr;
    auto made =
        std::make_unique<media::Incoming>(place.anteroom(), most_medium_bytes(tools.settings));
    media::copy_pieces(*made, bytes, *pieces);
    return made;
}

// Somebody adds again what the store has lost, or holds with other bytes: the right ones go back to
// where they were.
void put_back(
    const Tools& tools,
    media::Place& place,
    const media::Medium& medium,
    const media::Incoming& incoming) {
    const auto condition = media::look_at(place, medium.digest);
    if (condition == media::Condition::whole)
        return;
    if (medium.digest == incoming.digest()) {
        place.keep(medium.digest, incoming.path());
        return;
    }
    const auto bytes = media::bytes_of_file(incoming.path());
    const auto without = stripped(tools, place, bytes, media::probe(bytes));
    if (!without || without->digest() != medium.digest)
        throw Error(
            Code::conflict,
            "The file of the medium " + medium.id.text() +
                (condition == media::Condition::missing ? " is lost" : " is damaged") +
                ", and this one is not the same without its location",
            "delete the medium, then add the file: caas media delete " + medium.id.text());
    place.keep(medium.digest, without->path());
}

// Throws Error unless the file under the digest is whole. `what`: it, for people.
void require_whole(
    media::Place& place,
    const std::string& digest,
    const std::string& what,
    const std::string& mend,
    const std::function<void()>& pulse) {
    const auto condition = media::look_at(place, digest, pulse);
    if (condition == media::Condition::damaged)
        throw Error(Code::invalid, what + " is damaged", mend);
    if (condition == media::Condition::missing)
        throw Error(Code::not_found, what + " is missing", mend);
}

// As it was fitted for these limits, where that was done.
platform::Medium as_driver_sees(
    const Tools& tools,
    store::Reader& reader,
    const media::Medium& medium,
    const platform::Limits& limits,
    std::shared_ptr<media::Place> place) {
    auto out = as_rules_see(medium);
    auto digest = medium.digest;
    auto what = "The file of " + medium.name;
    std::string mend = "add it again: caas media add FILE";
    if (const auto fit = platform::fit_for(out, limits)) {
        if (auto made = media::find_rendition(reader, medium.workspace, medium.id, fit->recipe())) {
            out.type = made->type;
            out.size = made->size;
            out.width = made->width;
            out.height = made->height;
            digest = made->digest;
            what = "The file made of " + medium.name + " for this platform";
            mend = "order the post again, and it is made anew";
        }
    }
    out.url = media_link(tools, digest, out.type);
    // Opened each time it is read: a file descriptor is not held while a post waits.
    out.read = [place, digest](std::int64_t offset, std::size_t most) {
        return media::bytes_of_file(place->fetch(digest)).read(offset, most);
    };
    out.verify = [place = std::move(place), digest, what, mend](const auto& pulse) {
        require_whole(*place, digest, what, mend, pulse);
    };
    return out;
}

void resolve_of(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const std::string& pointer,
    std::vector<content::Part>& parts,
    std::vector<Detail>& faults) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
        auto& named = parts[i].media;
        for (std::size_t j = 0; j < named.size(); ++j) {
            try {
                named[j] = media::get(reader, workspace, named[j]).id.text();
            } catch (const Error& error) {
                faults.push_back(
                    {pointer + "/" + std::to_string(i) + "/media/" + std::to_string(j),
                     "media.unknown",
                     error.what()});
            }
        }
    }
}

bool still_holds(const Tools& tools, media::Going& going) {
    return media::is_held(going, tools.clock.now()) ||
           tools.store.write([&](store::Transaction& transaction) {
               return media::hold(transaction, going, tools.clock.now());
           });
}

}  // namespace

std::unique_ptr<media::Place> media_place(const Tools& tools) {
    const auto& settings = tools.settings;
    if (settings.text("media.storage") == "folder")
        return media::folder_place(media_folder(tools));
    if (settings.text("media.s3_endpoint").empty() || settings.text("media.s3_bucket").empty())
        throw Error(
            Code::invalid,
            "The storage of the media is not configured",
            "set media.s3_endpoint and media.s3_bucket, or media.storage = \"folder\"");
    return media::bucket_place(
        {settings.text("media.s3_endpoint"),
         settings.text("media.s3_bucket"),
         settings.text("media.s3_region"),
         settings.text("media.s3_prefix"),
         settings.text("media.s3_access_key"),
         settings.secret("media.s3_secret_key")},
        media_folder(tools) / "cache",
        tools.http,
        tools.clock);
}

std::int64_t most_medium_bytes(const config::Settings& settings) {
    return settings.integer("media.most_mb") * bytes_of_mb;
}

Kept keep_medium(
    const Tools& tools,
    const access::Principal& principal,
    media::Place& place,
    media::Incoming& incoming,
    std::string_view name,
    const std::optional<std::string>& alt) {
    if (alt)
        media::check_alt(*alt);
    const auto& workspace = principal.workspace;
    const auto known = [&](store::Transaction& transaction) -> std::optional<Kept> {
        auto there = media::find_by_source(transaction, workspace, incoming.digest());
        if (there && alt && *alt != there->alt)
            there = media::change(transaction, *there, alt, std::nullopt, tools.clock.now());
        return there ? std::optional(Kept{*std::move(there), false}) : std::nullopt;
    };
    if (auto there = tools.store.write(known)) {
        put_back(tools, place, there->medium, incoming);
        return *std::move(there);
    }

    const auto bytes = media::bytes_of_file(incoming.path());
    const auto facts = media::probe(bytes);
    const auto without = tools.settings.truth("media.keep_location")
                             ? nullptr
                             : stripped(tools, place, bytes, facts);
    const auto& kept = without ? *without : incoming;

    media::Medium medium;
    medium.id = tools.ids.make<MediumId>();
    medium.workspace = workspace;
    medium.digest = kept.digest();
    medium.source_digest = incoming.digest();
    medium.name = media::clean_name(name);
    medium.alt = alt.value_or("");
    medium.type = facts.type;
    medium.size = kept.size();
    medium.width = facts.width;
    medium.height = facts.height;
    medium.duration = facts.duration;
    medium.frames = facts.frames;
    medium.frame_rate = facts.frame_rate;
    medium.codec = facts.codec;
    medium.audio_codec = facts.audio_codec;
    if (without)
        medium.notes.emplace_back("location.removed");
    medium.created_at = medium.updated_at = tools.clock.now();

    tools.store.write([&](store::Transaction& transaction) {
        require_room(tools, transaction, principal.organization, medium.size);
        media::announce(transaction, medium.digest, medium.size, medium.created_at);
    });
    place.keep(medium.digest, kept.path());
    return tools.store.write([&](store::Transaction& transaction) {
        // Somebody may have added the same file meanwhile.
        if (auto there = known(transaction))
            return *std::move(there);
        require_room(tools, transaction, principal.organization, medium.size);
        media::insert(transaction, medium);
        return Kept{medium, true};
    });
}

media::Medium remove_medium(
    const Tools& tools,
    const access::Principal& principal,
    std::string_view who,
    const std::function<void(const media::Medium&)>& check) {
    return tools.store.write([&](store::Transaction& transaction) {
        auto medium = media::get(transaction, principal.workspace, who);
        if (check)
            check(medium);
        const auto needed = transaction.query(
            R"sql(
SELECT p.id, p.state
FROM post p
JOIN version v ON v.id = p.version_id
WHERE p.workspace_id = $1
  AND p.state IN ('draft', 'scheduled', 'publishing', 'retrying', 'unconfirmed', 'paused')
  AND v.body LIKE $2
LIMIT 1)sql",
            {principal.workspace, "%\"" + medium.id.text() + "\"%"});
        if (!needed.empty())
            throw Error(
                Code::conflict,
                "A post that is " + needed.front().text(1) + " needs the medium",
                "cancel it first: caas posts cancel " + needed.front().text(0));
        media::remove(transaction, medium);
        return medium;
    });
}

bool names_media(const content::Body& body) {
    const auto shows = [](const content::Part& part) { return !part.media.empty(); };
    return std::ranges::any_of(body.parts, shows) ||
           std::ranges::any_of(body.overrides, [&](const auto& own) {
               return std::ranges::any_of(own.second.parts, shows);
           });
}

void resolve_media(store::Reader& reader, const WorkspaceId& workspace, content::Body& body) {
    std::vector<Detail> faults;
    resolve_of(reader, workspace, "/parts", body.parts, faults);
    for (auto& [platform, own] : body.overrides)
        resolve_of(reader, workspace, "/overrides/" + platform + "/parts", own.parts, faults);
    if (faults.empty())
        return;
    const auto first = faults.front().message;
    throw Error(
        Code::invalid,
        "The content names a medium that is not there: " + first,
        "add it first: caas media add FILE",
        std::move(faults));
}

std::vector<platform::Part> platform_parts(
    const Tools& tools,
    store::Reader& reader,
    const WorkspaceId& workspace,
    const content::Body& body,
    std::string_view platform,
    const platform::Limits& limits) {
    std::vector<platform::Part> parts;
    std::shared_ptr<media::Place> place;  // shared by the media that are read from it
    for (const auto& part : content::parts_for(body, platform)) {
        auto& made = parts.emplace_back();
        made.text = part.text;
        for (const auto& id : part.media) {
            const auto medium = media::find(reader, workspace, MediumId(id));
            if (!medium) {
                made.media.push_back({.id = id});
                continue;
            }
            if (!place)
                place = media_place(tools);
            made.media.push_back(as_driver_sees(tools, reader, *medium, limits, place));
        }
    }
    return parts;
}

int sweep_media(const Tools& tools) {
    const auto now = tools.clock.now();
    const auto place = media_place(tools);
    int gone = media::sweep_folder(place->anteroom(), grace, now);
    // Fetched from elsewhere and not read again.
    gone += media::sweep_folder(media_folder(tools) / "cache", cached_for, now);
    auto unused = tools.store.write([&](store::Transaction& transaction) {
        return media::take_unused(transaction, now - grace, now);
    });
    std::vector<media::Going> removed;
    for (auto& going : unused) {
        // Storage may be slow, and by then another daemon may have deleted it, and somebody added
        // it again.
        if (!still_holds(tools, going))
            continue;
        try {
            place->remove(going.digest);
            removed.push_back(going);
        } catch (const Error& error) {
            tools.log.write(Level::warn, "media.remove", {{"error", error.what()}});
        }
    }
    if (!removed.empty())
        tools.store.write(
            [&](store::Transaction& transaction) { media::forget(transaction, removed); });
    return gone + static_cast<int>(removed.size());
}

Instant sweep_media_daily(const Tools& tools, std::optional<Instant>& next) {
    const auto now = tools.clock.now();
    if (!next)
        next = now + std::chrono::minutes(10);
    if (*next <= now) {
        // Also when it throws: other work waits for its end.
        next = now + std::chrono::hours(24);
        // One sweep takes some only, so as not to keep that waiting.
        if (sweep_media(tools) > 0)
            next = now + std::chrono::minutes(1);
    }
    return *next;
}

}  // namespace caas::flow
