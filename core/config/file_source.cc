#include "core/config/file_source.h"

#include <cmath>

#include <toml++/toml.h>

#include "core/base/error.h"

namespace caas::config {
namespace {

constexpr std::string_view prices_table = "prices";

// One reading of one file.
class Reading {
  public:
    Reading(std::string file, Settings& settings) : file_(std::move(file)), settings_(settings) {}

    void take(const toml::table& table, const std::string& prefix) {
        for (const auto& [key, node] : table) {
            const auto name = prefix + std::string(key.str());
            if (prefix.empty() && key.str() == prices_table)
                take_prices(node);
            else if (const auto* const setting = find_setting(name))
                settings_.set(
                    *setting, text_of(*setting, node), Origin::file, place(node.source()));
            else if (const auto* const inner = node.as_table();
                     inner != nullptr && (is_table(name) || !inner->empty()))
                take(*inner, name + ".");
            else
                throw unknown(name, key.source());
        }
    }

  private:
    std::string place(const toml::source_region& source) const {
        return file_ + ":" + std::to_string(source.begin.line);
    }

    Error wrong(const toml::node& node, std::string_view name, const std::string& expected) const {
        return {
            Code::invalid,
            place(node.source()) + ": " + std::string(name) + " must be " + expected};
    }

    Error unknown(const std::string& name, const toml::source_region& source) const {
        const auto nearest = nearest_setting(name);
        return {
            Code::invalid,
            place(source) + ": there is no setting " + name,
            nearest.empty() ? "`caas config list` shows all settings."
                            : "Did you mean " + std::string(nearest) + "?"};
    }

    static bool is_table(const std::string& name) {
        for (const auto& setting : all_settings()) {
            if (setting.name.starts_with(name + "."))
                return true;
        }
        return false;
    }

    // The value as it would be written in the environment, or what it should have been.
    std::string text_of(const Setting& setting, const toml::node& node) const {
        if (setting.type == Type::integer) {
            if (const auto* const value = node.as_integer())
                return std::to_string(value->get());
            throw wrong(node, setting.name, expectation(setting));
        }
        if (setting.type == Type::truth) {
            if (const auto* const value = node.as_boolean())
                return value->get() ? "true" : "false";
            throw wrong(node, setting.name, "true or false, without quotes");
        }
        if (setting.type == Type::list)
            return list_of(setting, node);
        if (const auto* const value = node.as_string())
            return value->get();
        throw wrong(node, setting.name, expectation(setting) + ", in quotes");
    }

    std::string list_of(const Setting& setting, const toml::node& node) const {
        const auto expected = "a list of texts such as [\"one\", \"two\"], each without a comma";
        const auto* const array = node.as_array();
        if (array == nullptr)
            throw wrong(node, setting.name, expected);
        std::string text;
        for (const auto& element : *array) {
            const auto* const word = element.as_string();
            if (word == nullptr || word->get().find(',') != std::string::npos)
                throw wrong(element, setting.name, expected);
            text += (text.empty() ? "" : ",") + word->get();
        }
        return text;
    }

    // [prices] "model" = { input = 0.75, cached_input = 0.075, output = 4.5 }
    void take_prices(const toml::node& node) {
        const auto* const models = node.as_table();
        if (models == nullptr)
            throw wrong(node, prices_table, "a table of models");
        for (const auto& [model, entry] : *models) {
            const auto name = "prices.\"" + std::string(model.str()) + "\"";
            const auto* const fields = entry.as_table();
            if (fields == nullptr)
                throw wrong(
                    entry,
                    name,
                    "like { input = 0.75, output = 4.5 }, in dollars a million tokens");
            std::optional<std::int64_t> input;
            std::optional<std::int64_t> cached;
            std::optional<std::int64_t> output;
            for (const auto& [field, value] : *fields) {
                if (field.str() == "input")
                    input = microdollars(value, name + ".input");
                else if (field.str() == "cached_input")
                    cached = microdollars(value, name + ".cached_input");
                else if (field.str() == "output")
                    output = microdollars(value, name + ".output");
                else
                    throw Error(
                        Code::invalid,
                        place(field.source()) + ": a price has no " + std::string(field.str()),
                        "It has input, cached_input and output.");
            }
            if (!input || !output)
                throw wrong(entry, name, "a price with both input and output");
            settings_.add({std::string(model.str()), *input, cached.value_or(*input), *output});
        }
    }

    std::int64_t microdollars(const toml::node& node, const std::string& name) const {
        constexpr double most = 1e6;
        const auto dollars = node.value<double>();
        const bool is_number = node.is_integer() || node.is_floating_point();
        if (!is_number || !dollars || !(*dollars >= 0) || *dollars > most)
            throw wrong(node, name, "a number of dollars from 0 to 1000000");
        return std::llround(*dollars * 1e6);
    }

    std::string file_;
    Settings& settings_;
};

}  // namespace

void read_toml(std::string_view text, const std::filesystem::path& file, Settings& settings) {
    const auto name = file.string();
    try {
        const toml::table table = toml::parse(text, name);
        Reading(name, settings).take(table, "");
    } catch (const toml::parse_error& e) {
        throw Error(
            Code::invalid,
            name + ":" + std::to_string(e.source().begin.line) + ": " +
                std::string(e.description()),
            "The file is TOML; caas.toml(5) describes it.");
    }
}

}  // namespace caas::config
