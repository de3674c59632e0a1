#include "core/config/settings.h"

#include <charconv>

#include "core/base/error.h"

namespace caas::config {
namespace {

std::size_t place_of(const Setting& setting) {
    return static_cast<std::size_t>(&setting - all_settings().data());
}

bool is_true(std::string_view text) {
    return text == "true" || text == "yes" || text == "on" || text == "1";
}

// A getter that does not fit: our own mistake.
Error misused(std::string_view name) {
    const auto* const setting = find_setting(name);
    if (setting == nullptr)
        return {Code::internal, "there is no setting " + std::string(name)};
    return {
        Code::internal,
        "the setting " + std::string(name) +
            (setting->is_secret ? " is a secret and was read as something else"
                                : " is " + expectation(*setting) + " and was read otherwise")};
}

}  // namespace

std::string_view name(Origin origin) {
    switch (origin) {
        case Origin::built_in:
            return "default";
        case Origin::file:
            return "file";
        case Origin::environment:
            return "environment";
        case Origin::flag:
            return "flag";
    }
    return "default";
}

Settings::Settings() : values_(all_settings().size()) {
    for (std::size_t i = 0; i < values_.size(); ++i)
        values_[i].text = Secret(std::string(all_settings()[i].fallback));
}

const Settings::Value& Settings::at(std::string_view name) const {
    const auto* const setting = find_setting(name);
    if (setting == nullptr)
        throw misused(name);
    return values_[place_of(*setting)];
}

std::string Settings::text(std::string_view name) const {
    const auto* const setting = find_setting(name);
    if (setting == nullptr || setting->is_secret)
        throw misused(name);
    return values_[place_of(*setting)].text.reveal();
}

const Secret& Settings::secret(std::string_view name) const {
    const auto* const setting = find_setting(name);
    if (setting == nullptr || !setting->is_secret)
        throw misused(name);
    return values_[place_of(*setting)].text;
}

std::int64_t Settings::integer(std::string_view name) const {
    const auto* const setting = find_setting(name);
    if (setting == nullptr || setting->type != Type::integer)
        throw misused(name);
    const auto& value = values_[place_of(*setting)].text.reveal();
    std::int64_t number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    return number;
}

bool Settings::truth(std::string_view name) const {
    const auto* const setting = find_setting(name);
    if (setting == nullptr || setting->type != Type::truth)
        throw misused(name);
    return is_true(values_[place_of(*setting)].text.reveal());
}

std::vector<std::string> Settings::list(std::string_view name) const {
    const auto* const setting = find_setting(name);
    if (setting == nullptr || setting->type != Type::list)
        throw misused(name);
    std::vector<std::string> words;
    std::string_view rest = values_[place_of(*setting)].text.reveal();
    while (!rest.empty()) {
        auto word = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(word.size() + 1, rest.size()));
        while (!word.empty() && word.front() == ' ')
            word.remove_prefix(1);
        while (!word.empty() && word.back() == ' ')
            word.remove_suffix(1);
        if (!word.empty())
            words.emplace_back(word);
    }
    return words;
}

std::span<const Price> Settings::prices() const {
    return prices_;
}

Origin Settings::origin(std::string_view name) const {
    return at(name).origin;
}

std::string Settings::whence(std::string_view name) const {
    const auto& value = at(name);
    return value.origin == Origin::built_in ? "default" : value.whence;
}

std::string Settings::shown(std::string_view name) const {
    const auto* const setting = find_setting(name);
    const auto& value = at(name);
    return setting->is_secret ? value.text.masked() : value.text.reveal();
}

void Settings::set(
    const Setting& setting, std::string_view value, Origin origin, std::string whence) {
    if (!setting.is_secret && names_user(value))
        throw Error(
            Code::invalid,
            whence + ": " + std::string(setting.name) +
                " must be an address without a user name or password",
            setting.name == "mail.smtp" ? "they are user and password of [mail]"
                                        : "what signs in, such as a key, is a setting of its own");
    if (!is_value(setting, value)) {
        // What a secret holds is not repeated, even when it is no proper value.
        const auto given =
            setting.is_secret ? std::string() : ", not \"" + std::string(value) + "\"";
        throw Error(
            Code::invalid,
            whence + ": " + std::string(setting.name) + " must be " + expectation(setting) + given,
            std::string(setting.doc));
    }
    values_[place_of(setting)] = {Secret(std::string(value)), origin, std::move(whence)};
}

void Settings::add(Price price) {
    prices_.push_back(std::move(price));
}

std::string default_provider(const Settings& settings) {
    if (auto chosen = settings.text("providers.default"); !chosen.empty())
        return chosen;
    if (!settings.secret("providers.openai.key").empty())
        return "openai";
    if (!settings.secret("providers.anthropic.key").empty())
        return "anthropic";
    if (!settings.secret("providers.gemini.key").empty())
        return "gemini";
    return "offline";
}

}  // namespace caas::config
