#include "core/sandbox/authorization.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/digest.h"
#include "core/base/json.h"

namespace caas::sandbox {
namespace {

using Form = std::map<std::string, std::string>;

std::string value_of(const Form& form, const std::string& name) {
    const auto at = form.find(name);
    return at == form.end() ? "" : at->second;
}

std::vector<std::string> split(std::string_view text, char joint) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const auto end = std::min(text.find(joint), text.size());
        if (end > 0)
            words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

bool holds_only(const Form& form, const std::set<std::string>& known) {
    return std::ranges::all_of(form, [&](const auto& pair) { return known.contains(pair.first); });
}

}  // namespace

void PretendAuthorization::add_client(
    const std::string& id, const std::string& secret, const std::set<std::string>& redirect_uris) {
    const std::scoped_lock lock(mutex());
    clients_[id] = {secret, redirect_uris};
}

std::string PretendAuthorization::approve(const std::string& authorize_url) {
    const std::scoped_lock lock(mutex());
    return come_back(authorize_url, true);
}

std::string PretendAuthorization::deny(const std::string& authorize_url) {
    const std::scoped_lock lock(mutex());
    return come_back(authorize_url, false);
}

void PretendAuthorization::set_granted(const std::set<std::string>& scopes) {
    const std::scoped_lock lock(mutex());
    granted_ = scopes;
}

void PretendAuthorization::revoke_all() {
    const std::scoped_lock lock(mutex());
    for (auto& grant : grants_)
        grant.is_revoked = true;
}

void PretendAuthorization::set_partner(bool gives_refresh) {
    const std::scoped_lock lock(mutex());
    rules_.gives_refresh = gives_refresh;
}

void PretendAuthorization::keep_house(const Habit& habit) {
    const std::scoped_lock lock(mutex());
    habit_ = habit;
    clients_[habit.client] = {habit.secret, {}};
    recalled_.grant = static_cast<int>(grants_.size());
    grants_.push_back({habit.client, habit.scopes, false});
}

bool PretendAuthorization::may_return_to(const Client& client, const std::string& back) const {
    if (client.redirect_uris.contains(back))
        return true;
    const auto url = net::parse_url(back);
    return habit_ && url && url->is_loopback();
}

bool PretendAuthorization::admits(const std::string& token) const {
    const std::scoped_lock lock(mutex());
    return find(token, "access") != nullptr || find(token, "page") != nullptr;
}

bool PretendAuthorization::is_valid(const std::string& token) const {
    const std::scoped_lock lock(mutex());
    return find(token, "access") != nullptr;
}

std::vector<std::string> PretendAuthorization::given() const {
    const std::scoped_lock lock(mutex());
    std::vector<std::string> all;
    for (const auto& [text, code] : codes_)
        all.push_back(text);
    for (const auto& [text, token] : tokens_)
        all.push_back(text);
    return all;
}

int PretendAuthorization::refreshes() const {
    const std::scoped_lock lock(mutex());
    return refreshes_;
}

net::Response PretendAuthorization::work(const net::Request& request) {
    const auto url = net::parse_url(request.url);
    if (!url)
        return {404, {}, ""};
    if (request.method == "GET" && url->path.ends_with(rules_.authorize_path)) {
        const auto where = come_back(request.url, true);
        if (where.empty())
            return {400, {{"Content-Type", "text/html"}}, "<title>Something went wrong</title>"};
        return {302, {{"Location", where}}, ""};
    }
    if (request.method == "POST" && url->path.ends_with(rules_.token_path))
        return trade(request);
    if (request.method == "POST" && !rules_.revoke_path.empty() &&
        url->path.ends_with(rules_.revoke_path))
        return revoke(request);
    return answer(request, *url);
}

std::optional<net::Response> PretendAuthorization::refuse(PlatformFault kind) {
    if (kind != PlatformFault::rate_limit)
        return std::nullopt;
    return json_response(429, {{"error", "slow_down"}}, {{"Retry-After", "60"}});
}

std::string PretendAuthorization::come_back(const std::string& authorize_url, bool is_allowed) {
    const auto url = net::parse_url(authorize_url);
    if (!url || !url->path.ends_with(rules_.authorize_path))
        return {};
    const auto query = net::form_decode(url->query);
    const auto client = clients_.find(value_of(query, "client_id"));
    const auto back = value_of(query, "redirect_uri");
    // To an address that is not registered nobody is ever sent.
    if (client == clients_.end() || !may_return_to(client->second, back))
        return {};
    const auto state = value_of(query, "state");
    const auto challenge = value_of(query, "code_challenge");
    const bool is_s256 = value_of(query, "code_challenge_method") == "S256";
    const bool lacks_pkce = rules_.pkce == Pkce::required && (challenge.empty() || !is_s256);
    const bool has_pkce = rules_.pkce == Pkce::refused && !challenge.empty();
    if (value_of(query, "response_type") != "code" || lacks_pkce || has_pkce || state.empty() ||
        value_of(query, "scope").empty())
        return net::with_query(back, {{"error", "invalid_request"}, {"state", state}});
    if (!is_allowed)
        return net::with_query(back, {{"error", "access_denied"}, {"state", state}});
    return net::with_query(back, {{"state", state}, {"code", make_code(query)}});
}

std::string PretendAuthorization::make_code(const net::Pairs& query) {
    Grant grant;
    grant.client = value_of(query, "client_id");
    for (const auto& word : split(value_of(query, "scope"), rules_.scope_joint)) {
        if (granted_.empty() || granted_.contains(word))
            grant.scopes += (grant.scopes.empty() ? "" : " ") + word;
    }
    grants_.push_back(grant);
    auto code = make_text("code");
    codes_[code] = {
        static_cast<int>(grants_.size()) - 1,
        value_of(query, "redirect_uri"),
        value_of(query, "code_challenge"),
        now() + rules_.code_life,
        false};
    return code;
}

net::Response PretendAuthorization::fault(const OauthFault& what) const {
    return json_response(
        what.status, {{"error", what.error}, {"error_description", what.description}});
}

std::string PretendAuthorization::client_of(const net::Request& request, const Form& form) const {
    const auto header = header_of(request, "Authorization");
    constexpr std::string_view scheme = "Basic ";
    if (!header.starts_with(scheme)) {
        const auto id = value_of(form, "client_id");
        const auto secret = value_of(form, "client_secret");
        const bool is_public = secret.empty();
        return (!rules_.is_basic || is_public) && is_client(id, secret) ? id : "";
    }
    const auto pair = from_base64(header.substr(scheme.size())).value_or("");
    const auto colon = pair.find(':');
    if (!rules_.is_basic || colon == pair.npos || form.contains("client_id"))
        return {};
    const auto id = net::percent_decode(pair.substr(0, colon)).value_or("");
    return is_client(id, net::percent_decode(pair.substr(colon + 1)).value_or("")) ? id : "";
}

bool PretendAuthorization::is_client(const std::string& id, const std::string& secret) const {
    const auto at = clients_.find(id);
    return at != clients_.end() && at->second.secret == secret;
}

std::optional<Form> PretendAuthorization::read_form(const net::Request& request) const {
    const auto type = header_of(request, "Content-Type");
    Form form;
    if (rules_.takes_json && type.starts_with("application/json")) {
        const auto body = json::try_parse(request.body).value_or(Json::object());
        for (const auto& [name, value] : body.items()) {
            if (value.is_string() && name != "scope")
                form[name] = value.get<std::string>();
        }
        return form;
    }
    if (!type.starts_with("application/x-www-form-urlencoded"))
        return std::nullopt;
    for (auto& [name, value] : net::form_decode(request.body))
        form.insert_or_assign(std::move(name), std::move(value));
    return form;
}

net::Response PretendAuthorization::trade(const net::Request& request) {
    auto read = read_form(request);
    if (!read)
        return fault({400, "invalid_request", "The body must be a form"});
    auto form = *std::move(read);
    const std::set<std::string> known{
        "grant_type",
        "code",
        "redirect_uri",
        "code_verifier",
        "refresh_token",
        "client_id",
        "client_secret"};
    if (!holds_only(form, known))
        return fault({400, "invalid_request", "A parameter is not known"});
    // LinkedIn takes a verifier for a wrong client (wire/platforms.md, 2.1).
    if (rules_.pkce == Pkce::refused && form.contains("code_verifier"))
        return fault(rules_.bad_client);
    const auto client = client_of(request, form);
    if (client.empty())
        return fault(rules_.bad_client);
    form["client_id"] = client;
    const auto type = value_of(form, "grant_type");
    if (type == "authorization_code")
        return trade_code(form);
    if (type == "refresh_token" && rules_.gives_refresh)
        return trade_refresh(form);
    return fault({400, "unsupported_grant_type", "There is no such grant"});
}

std::optional<int> PretendAuthorization::use_code(
    const std::string& text,
    const std::string& client,
    const std::string& redirect_uri,
    const std::string& verifier) {
    const auto at = codes_.find(text);
    if (at == codes_.end())
        return std::nullopt;
    auto& code = at->second;
    auto& grant = grants_.at(static_cast<std::size_t>(code.grant));
    if (code.is_used) {
        // Somebody else has it too: what came of it is worth nothing any more (RFC 6749, 4.1.2).
        grant.is_revoked = true;
        return std::nullopt;
    }
    const bool fits = code.challenge.empty() ? verifier.empty()
                                             : to_base64url(sha256(verifier)) == code.challenge;
    if (now() >= code.expires_at || code.redirect_uri != redirect_uri || grant.client != client ||
        !fits)
        return std::nullopt;
    code.is_used = true;
    return code.grant;
}

net::Response PretendAuthorization::trade_code(const Form& form) {
    const auto grant = use_code(
        value_of(form, "code"),
        value_of(form, "client_id"),
        value_of(form, "redirect_uri"),
        value_of(form, "code_verifier"));
    return grant ? grant_tokens(*grant) : fault(rules_.bad_code);
}

net::Response PretendAuthorization::trade_refresh(const Form& form) {
    ++refreshes_;
    const auto text = value_of(form, "refresh_token");
    auto* token = find(text, "refresh");
    if (token == nullptr || grant(token->grant).client != value_of(form, "client_id"))
        return fault(rules_.bad_refresh);
    if (rules_.rotates)
        token->is_spent = true;
    return grant_tokens(token->grant);
}

net::Response PretendAuthorization::grant_tokens(int number) {
    const auto& given = grant(number);
    const auto scopes = split(given.scopes, ' ');
    Json body{
        {"token_type", "bearer"},
        {"access_token", make_token(number, "access", rules_.access_life)},
        {"scope", scopes_text(given)}};
    if (rules_.access_life.count() > 0)
        body["expires_in"] = rules_.access_life.count();
    const bool may_refresh =
        rules_.gives_refresh && (rules_.refresh_scope.empty() ||
                                 std::ranges::find(scopes, rules_.refresh_scope) != scopes.end());
    if (may_refresh)
        body["refresh_token"] = make_token(number, "refresh", std::chrono::seconds(0));
    return json_response(200, body);
}

net::Response PretendAuthorization::revoke(const net::Request& request) {
    const auto form = read_form(request).value_or(Form());
    if (client_of(request, form).empty())
        return fault(rules_.bad_client);
    const auto at = tokens_.find(value_of(form, "token"));
    if (at != tokens_.end())
        grants_.at(static_cast<std::size_t>(at->second.grant)).is_revoked = true;
    return json_response(200, {{"revoked", true}});
}

std::string PretendAuthorization::scopes_text(const Grant& grant) const {
    auto text = grant.scopes;
    std::ranges::replace(text, ' ', rules_.scope_joint);
    return text;
}

std::string PretendAuthorization::make_text(std::string_view kind) {
    // Nobody else's text looks like it, so that a test can look for it anywhere.
    return "pretend-" + std::string(kind) + "-" +
           sha256_hex((habit_ ? habit_->salt : "") + std::string(kind) + std::to_string(++made_))
               .substr(0, 24);
}

std::string PretendAuthorization::make_token(
    int grant, std::string kind, std::chrono::seconds life) {
    auto text = make_text(kind);
    Token token;
    token.grant = grant;
    token.kind = std::move(kind);
    if (life.count() > 0)
        token.expires_at = now() + life;
    tokens_[text] = token;
    return text;
}

const PretendAuthorization::Token* PretendAuthorization::find(
    const std::string& text, std::string_view kind) const {
    const auto at = tokens_.find(text);
    if (at == tokens_.end()) {
        const auto shape = "pretend-" + std::string(kind) + "-";
        const bool is_recalled =
            habit_ && text.starts_with(shape) && !grant(recalled_.grant).is_revoked;
        return is_recalled ? &recalled_ : nullptr;
    }
    const auto& token = at->second;
    const bool works = token.kind == kind && !token.is_spent && now() < token.expires_at &&
                       !grant(token.grant).is_revoked;
    return works ? &token : nullptr;
}

PretendAuthorization::Token* PretendAuthorization::find(
    const std::string& text, std::string_view kind) {
    const auto* found = std::as_const(*this).find(text, kind);
    if (found == nullptr)
        return nullptr;
    if (found != &recalled_)
        return &tokens_.at(text);
    auto token = recalled_;
    token.kind = kind;
    return &tokens_.emplace(text, std::move(token)).first->second;
}

}  // namespace caas::sandbox
