// Answers the questions of compare.mjs: reads one JSON string a line from standard input and writes
// one JSON object a line with what core/text makes of it.
#include <iostream>
#include <string>

#include <nlohmann/json.hpp>

#include "core/text/entity.h"
#include "core/text/facet.h"
#include "core/text/grapheme.h"
#include "core/text/utf8.h"
#include "core/text/weight.h"

namespace {

nlohmann::json answer(const std::string& text) {
    using caas::text::EntityKind;
    const caas::text::Weight weight = caas::text::weigh(text);
    nlohmann::json out{
        {"length", weight.length},
        {"refused", weight.has_refused_character},
        {"graphemes", caas::text::graphemes(text)},
        {"nfc", caas::text::nfc(text)},
        {"entities", nlohmann::json::array()},
        {"facets", nlohmann::json::array()},
    };
    for (const caas::text::Entity& entity : caas::text::entities(text)) {
        out["entities"].push_back(
            {{"kind", caas::text::name(entity.kind)},
             {"text", entity.text},
             {"indices", {entity.utf16_begin, entity.utf16_end}},
             {"bytes", {entity.begin, entity.end}}});
    }
    for (const caas::text::Facet& facet : caas::text::facets(text)) {
        out["facets"].push_back(
            {{"kind", caas::text::name(facet.kind)},
             {"value", facet.value},
             {"bytes", {facet.begin, facet.end}}});
    }
    return out;
}

}  // namespace

int main() {
    std::ios::sync_with_stdio(false);
    for (std::string line; std::getline(std::cin, line);) {
        std::cout << answer(nlohmann::json::parse(line).get<std::string>()).dump() << '\n';
    }
    return 0;
}
