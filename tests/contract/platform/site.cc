#include "tests/contract/platform/site.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/json.h"

namespace caas::contract {
namespace {

const Secret webhook_secret("the secret of a test");

platform::Medium told_picture(const std::string& bytes) {
    platform::Medium medium;
    medium.id = bytes;
    medium.type = "image/png";
    medium.size = static_cast<std::int64_t>(bytes.size());
    medium.width = 40;
    medium.height = 30;
    medium.alt = "words of " + bytes;
    medium.read = [bytes](std::int64_t offset, std::size_t most) {
        return bytes.substr(static_cast<std::size_t>(offset), most);
    };
    return medium;
}

// Two pictures for the first part, none for the second, one for the third, and so on.
std::vector<platform::Medium> pictures_of(std::size_t part) {
    constexpr std::array<std::size_t, 3> counts{2, 0, 1};
    std::vector<platform::Medium> media;
    for (std::size_t i = 0; i < counts.at(part % counts.size()); ++i)
        media.push_back(told_picture("picture " + std::to_string(part) + std::to_string(i)));
    return media;
}

platform::ConnectRequest request_for(const std::string& kind, const fake::Folder& folder) {
    platform::ConnectRequest request;
    if (kind.starts_with("bluesky")) {
        request.identifier = "ana.test";
        request.base_url = "https://pds.sandbox";
        request.secret = Secret("app-pass");
    } else if (kind.starts_with("mastodon")) {
        request.base_url = "https://mastodon.sandbox";
        request.secret = Secret("sandbox-token");
    } else if (kind.starts_with("webhook")) {
        request.base_url = "https://receiver.sandbox/hook";
        request.secret = webhook_secret;
        request.config["repeats"] = kind == "webhook" ? "once" : "safe";
    } else {
        request.identifier = (folder / "outbox").string();
    }
    return request;
}

}  // namespace

const std::vector<std::string>& kinds() {
    static const std::vector<std::string> all{
        "bluesky",
        "bluesky with pictures",
        "mastodon",
        "mastodon with pictures",
        "mastodon that works slowly, with pictures",
        "mastodon without keys",
        "webhook",
        "webhook that knows repeats",
        "outbox",
        "x",
        "linkedin",
        "linkedin organization",
        "threads",
        "threads with pictures",
        "instagram",
        "instagram with pictures",
        "instagram with a pushed video",
        "facebook",
        "facebook with pictures",
        "facebook with a video",
    };
    return all;
}

Site::Site(const std::string& kind)
    : kind_(kind), platforms_(clock, webhook_secret), meta_(kind, platforms_) {
    platforms_.bluesky.add_account("ana.test", "app-pass");
    platforms_.bluesky.add_account("bob.test", "x");
    if (kind == "mastodon without keys")
        platforms_.mastodon.ignore_keys();
    if (kind == "mastodon that works slowly, with pictures")
        platforms_.mastodon.work_slowly();
    if (kind == "webhook that knows repeats")
        platforms_.receiver.know_repeats();
    driver_ = &platform::get(kind.substr(0, kind.find(' ')));
    access_.account = AccountId("01932f00-0000-7000-8000-00000000acc0");
    if (meta_.is_meant()) {
        meta_.connect(access_);
    } else if (kind == "x") {
        access_.remote_id = sandbox::PretendX::user_id;
        access_.handle = sandbox::PretendX::user_name;
        access_.base_url = "https://x.sandbox";
        access_.config = R"({"verified_type":"none"})";
        access_.credentials.access = Secret(std::string(sandbox::PretendX::first_token));
    } else if (kind.starts_with("linkedin")) {
        using sandbox::PretendLinkedin;
        const bool is_member = kind == "linkedin";
        access_.remote_id = is_member ? PretendLinkedin::member : PretendLinkedin::organization;
        access_.base_url = "https://linkedin.sandbox";
        access_.config = "{}";
        access_.credentials.access = Secret(std::string(
            is_member ? PretendLinkedin::member_token : PretendLinkedin::organization_token));
    } else {
        connect();
    }
}

// As a person would; those that need a browser are connected by hand, above.
void Site::connect() {
    const platform::Tools tools{platforms_, clock, random_};
    const auto identity = driver_->connect(request_for(kind_, folder_), tools);
    access_.remote_id = identity.remote_id;
    access_.handle = identity.handle;
    access_.base_url = identity.base_url;
    access_.config = identity.config;
    access_.credentials = identity.credentials;
}

End Site::publish(const std::vector<std::string>& texts, int killed_at) {
    std::vector<platform::Part> parts;
    for (const auto& text : texts)
        parts.push_back({text, {}});
    return publish(std::move(parts), killed_at);
}

End Site::publish(std::vector<platform::Part> parts, int killed_at) {
    platform::Publication publication;
    publication.post = PostId("01932f00-0000-7000-8000-000000000001");
    publication.parts = std::move(parts);
    if (meta_.is_meant()) {
        meta_.add_media(publication);
    } else if (kind_.ends_with("with pictures")) {
        for (std::size_t i = 0; i < publication.parts.size(); ++i)
            publication.parts[i].media = pictures_of(i);
    }
    publication.language = "en";
    publication.options = "{}";
    publication.due_at = clock.now();
    Engine engine{
        .driver = *driver_,
        .access = access_,
        .publication = publication,
        .tools = {platforms_, clock, random_}};
    engine.killed_at = killed_at;
    const auto end = engine.run();
    if (platform() != nullptr)
        platform()->arrive();
    performances = engine.performances;
    last_code = engine.last_code;
    needs_sign_in = engine.needs_sign_in;
    return end;
}

sandbox::PretendPlatform* Site::platform() {
    if (meta_.is_meant())
        return meta_.platform();
    if (kind_.starts_with("bluesky"))
        return &platforms_.bluesky;
    if (kind_.starts_with("mastodon"))
        return &platforms_.mastodon;
    if (kind_.starts_with("webhook"))
        return &platforms_.receiver;
    if (kind_ == "x")
        return &platforms_.x;
    if (kind_.starts_with("linkedin"))
        return &platforms_.linkedin;
    return nullptr;
}

std::vector<std::string> Site::visible() const {
    if (meta_.is_meant())
        return meta_.visible();
    std::vector<std::string> texts;
    if (kind_.starts_with("bluesky")) {
        for (const auto& record : platforms_.bluesky.records())
            texts.push_back(json::text_or(record.record, "text", ""));
    } else if (kind_.starts_with("mastodon")) {
        for (const auto& status : platforms_.mastodon.statuses())
            texts.push_back(status.text);
    } else if (kind_.starts_with("webhook")) {
        for (const auto& delivery : platforms_.receiver.deliveries()) {
            for (const auto& part : delivery.body.at("parts"))
                texts.push_back(json::text_or(part, "text", ""));
        }
    } else if (kind_ == "x") {
        for (const auto& post : platforms_.x.posts())
            texts.push_back(post.text);
    } else if (kind_.starts_with("linkedin")) {
        for (const auto& post : platforms_.linkedin.posts())
            texts.push_back(post.text);
        for (const auto& comment : platforms_.linkedin.comments())
            texts.push_back(comment.text);
    } else {
        for (const auto& entry : std::filesystem::directory_iterator(folder_ / "outbox")) {
            auto text = read_file(entry.path(), 100000);
            text.erase(0, text.find("---\n\n") + 5);
            for (auto at = text.find("\n\n---\n\n"); at != text.npos;
                 at = text.find("\n\n---\n\n")) {
                texts.push_back(text.substr(0, at));
                text.erase(0, at + 7);
            }
            texts.push_back(text.substr(0, text.size() - 1));
        }
    }
    return texts;
}

std::vector<std::string> Site::pictures() const {
    std::vector<std::string> shown;
    if (kind_.starts_with("bluesky")) {
        for (const auto& record : platforms_.bluesky.records()) {
            auto& words = shown.emplace_back();
            const auto* images = json::path(record.record, {"embed", "images"});
            for (const auto& image : images == nullptr ? Json::array() : *images)
                words += json::text_or(image, "alt", "") + ". ";
        }
    } else {
        for (const auto& status : platforms_.mastodon.statuses()) {
            auto& words = shown.emplace_back();
            for (const auto& id : status.attachments)
                words += platforms_.mastodon.attachment(id)->description + ". ";
        }
    }
    return shown;
}

std::vector<std::string> Site::expected_pictures(std::size_t parts) const {
    std::vector<std::string> expected;
    const bool has_pictures = kind_.ends_with("with pictures") && !meta_.is_meant();
    for (std::size_t i = 0; i < parts && has_pictures; ++i) {
        auto& words = expected.emplace_back();
        for (const auto& medium : pictures_of(i))
            words += medium.alt + ". ";
    }
    return expected;
}

std::vector<std::size_t> Site::media_counts() const {
    std::vector<std::size_t> counts;
    for (const auto& post : platforms_.x.posts())
        counts.push_back(post.media.size());
    for (const auto& post : platforms_.linkedin.posts()) {
        const auto* images = json::path(post.body, {"content", "multiImage", "images"});
        counts.push_back(
            images != nullptr               ? images->size()
            : post.body.contains("content") ? 1
                                            : 0);
    }
    counts.resize(counts.size() + platforms_.linkedin.comments().size(), 0);
    return counts;
}

bool Site::is_one_thread() const {
    if (meta_.is_meant())
        return meta_.is_one_thread();
    if (kind_ == "x") {
        const auto posts = platforms_.x.posts();
        for (std::size_t i = 1; i < posts.size(); ++i) {
            if (posts[i].in_reply_to != posts[i - 1].id)
                return false;
        }
        return true;
    }
    if (kind_.starts_with("linkedin")) {
        const auto posts = platforms_.linkedin.posts();
        const auto comments = platforms_.linkedin.comments();
        return std::ranges::all_of(comments, [&](const auto& comment) {
            return posts.size() == 1 && comment.post == posts.front().urn;
        });
    }
    if (kind_.starts_with("bluesky")) {
        const auto records = platforms_.bluesky.records();
        for (std::size_t i = 1; i < records.size(); ++i) {
            const auto* root = json::path(records[i].record, {"reply", "root"});
            const auto* parent = json::path(records[i].record, {"reply", "parent"});
            if (root == nullptr || json::text_or(*root, "cid", "") != records[0].cid ||
                json::text_or(*parent, "cid", "") != records[i - 1].cid)
                return false;
        }
        return true;
    }
    if (kind_.starts_with("mastodon")) {
        const auto statuses = platforms_.mastodon.statuses();
        for (std::size_t i = 1; i < statuses.size(); ++i) {
            if (statuses[i].in_reply_to_id != statuses[i - 1].id)
                return false;
        }
    }
    return true;
}

platform::Medium picture(std::int64_t size) {
    platform::Medium medium;
    medium.id = "01932f00-0000-7000-8000-00000000ed1a";
    medium.type = "image/png";
    medium.size = size;
    medium.width = 800;
    medium.height = 600;
    medium.alt = "A picture of a test";
    medium.read = [size](std::int64_t offset, std::size_t most) {
        const auto left = static_cast<std::size_t>(std::max<std::int64_t>(size - offset, 0));
        return std::string(std::min(most, left), static_cast<char>('a' + offset % 26));
    };
    return medium;
}

}  // namespace caas::contract
