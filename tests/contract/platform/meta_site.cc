#include "tests/contract/platform/meta_site.h"

#include <algorithm>

namespace caas::contract {

bool MetaSite::is_meant() const {
    return kind_.starts_with("threads") || kind_.starts_with("instagram") ||
           kind_.starts_with("facebook");
}

void MetaSite::connect(platform::Access& access) const {
    using sandbox::PretendMeta;
    access.remote_id = PretendMeta::user_id;
    access.handle = PretendMeta::user_name;
    access.base_url = "https://meta.sandbox/" + kind_.substr(0, kind_.find(' '));
    access.config = "{}";
    access.credentials.access = Secret(std::string(PretendMeta::first_token));
}

void MetaSite::add_media(platform::Publication& publication) const {
    if (publication.parts.empty())
        return;
    auto& media = publication.parts.front().media;
    if (kind_.ends_with(" pictures"))
        media = {fetchable("image/jpeg", "one.jpg"), fetchable("image/jpeg", "two.jpg")};
    else if (kind_.ends_with(" video"))
        media = {fetchable("video/mp4", "three.mp4")};
    else if (kind_ == "instagram")
        media = {fetchable("image/jpeg", "one.jpg")};
    // Nobody can reach this daemon.
    if (kind_ == "instagram with a pushed video")
        media.front().url.clear();
}

sandbox::PretendPlatform* MetaSite::platform() const {
    if (kind_.starts_with("threads"))
        return &platforms_.threads;
    if (kind_.starts_with("instagram"))
        return &platforms_.instagram;
    return &platforms_.facebook;
}

std::vector<MetaSite::Seen> MetaSite::posts() const {
    std::vector<Seen> seen;
    const auto add = [&](const auto& posts) {
        for (const auto& post : posts)
            seen.push_back({post.id, post.text, post.reply_to, post.media.size()});
    };
    add(platforms_.threads.posts());
    add(platforms_.instagram.posts());
    add(platforms_.facebook.posts());
    return seen;
}

std::vector<std::string> MetaSite::visible() const {
    std::vector<std::string> texts;
    for (const auto& post : posts())
        texts.push_back(post.text);
    return texts;
}

std::vector<std::size_t> MetaSite::media_counts() const {
    std::vector<std::size_t> counts;
    for (const auto& post : posts())
        counts.push_back(post.media);
    return counts;
}

bool MetaSite::is_one_thread() const {
    const auto all = posts();
    for (std::size_t i = 1; i < all.size(); ++i) {
        // Comments all lie under the first part.
        const auto& before = kind_.starts_with("threads") ? all[i - 1] : all.front();
        if (all[i].reply_to != before.id)
            return false;
    }
    return true;
}

platform::Medium fetchable(const std::string& type, const std::string& name) {
    platform::Medium medium;
    medium.id = "01932f00-0000-7000-8000-00000000ed1a";
    medium.type = type;
    medium.size = 300'000;
    medium.width = 1080;
    medium.height = 1080;
    medium.duration = medium.is_video() ? Milliseconds(20'000) : Milliseconds();
    medium.alt = "What a test shows";
    medium.url = "https://media.sandbox/" + name;
    medium.read = [size = medium.size](std::int64_t offset, std::size_t most) {
        const auto left = static_cast<std::size_t>(std::max<std::int64_t>(size - offset, 0));
        return std::string(std::min(most, left), 'x');
    };
    return medium;
}

}  // namespace caas::contract
