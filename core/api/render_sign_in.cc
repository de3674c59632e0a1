#include "core/api/render_sign_in.h"

#include <nlohmann/json.hpp>

#include "core/api/render.h"
#include "core/base/time_zone.h"

namespace caas::api {

Json render(const flow::SignInStep& step) {
    const auto& pending = step.pending;
    auto choices = Json::array();
    for (const auto& choice : pending.choices)
        choices.push_back(
            {{"remote_id", choice.remote_id},
             {"handle", choice.handle},
             {"title", said(choice.title)}});
    Json out{
        {"id", pending.id.text()},
        {"platform", pending.platform},
        {"state", platform::name(pending.state)},
        {"authorize_url", nullptr},
        {"redirect_uri", pending.redirect_uri},
        {"choices", std::move(choices)},
        {"confirms_in_browser", pending.is_for_page},
        {"account", nullptr},
        {"code", said(pending.code)},
        {"message", said(pending.message)},
        {"created_at", to_rfc3339(pending.created_at)},
        {"expires_at", to_rfc3339(pending.expires_at)}};
    if (step.account)
        out["account"] = render(*step.account);
    return out;
}

Json render(const flow::BegunSignIn& begun) {
    auto out = render(flow::SignInStep{begun.pending, std::nullopt});
    out["authorize_url"] = begun.authorize_url;
    return out;
}

}  // namespace caas::api
