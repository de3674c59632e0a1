// What people see of the pretend X, and how it is told to be slow.
#include "core/sandbox/platform_x.h"

namespace caas::sandbox {

void PretendX::take_speed(bool is_slow) {
    set_processing(std::chrono::seconds(is_slow ? 30 : 3));
}

std::optional<net::Response> PretendX::refuse_duplicate() {
    return x_problem(403, "", "Forbidden", x_duplicate);
}

std::vector<ShownPost> PretendX::shown() const {
    const std::scoped_lock lock(mutex());
    std::vector<ShownPost> out;
    for (const auto& post : posts_) {
        if (post.is_deleted)
            continue;
        ShownPost one{
            post.id,
            "@" + std::string(user_name),
            post.text,
            post.in_reply_to,
            "",
            {},
            post.created_at};
        for (const auto& id : post.media) {
            if (const auto at = media_.find(id); at != media_.end())
                one.media.push_back({id, at->second.type, at->second.alt});
        }
        if (const auto settings = json::text(post.body, "reply_settings"))
            one.note = "replies: " + *settings;
        out.push_back(std::move(one));
    }
    return out;
}

std::optional<ShownFile> PretendX::file(const std::string& id) const {
    const std::scoped_lock lock(mutex());
    const auto at = media_.find(id);
    if (at == media_.end())
        return std::nullopt;
    return ShownFile{at->second.type, at->second.bytes()};
}

}  // namespace caas::sandbox
