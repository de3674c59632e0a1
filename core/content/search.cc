#include "core/content/search.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/text/fold.h"
#include "core/text/utf8.h"

namespace caas::content {
namespace {

constexpr std::size_t most_query_bytes = 1000;
constexpr std::size_t most_query_terms = 32;
// Comes after every continuation of a word: folded words hold letters and digits, this is neither.
constexpr std::string_view after_all = "\xf4\x8f\xbf\xbf";  // U+10FFFF

std::vector<std::string> ids_of(const store::Rows& rows) {
    std::vector<std::string> ids;
    ids.reserve(rows.size());
    for (const auto& row : rows)
        ids.push_back(row.text(0));
    return ids;
}

// Ids of the contents that have the word, in order.
std::vector<std::string> with_word(
    store::Reader& reader, const WorkspaceId& workspace, const std::string& word) {
    return ids_of(reader.query(
        R"sql(
SELECT content_id FROM term
WHERE workspace_id = $1 AND word = $2
ORDER BY content_id)sql",
        {workspace, word}));
}

std::vector<std::string> with_beginning(
    store::Reader& reader, const WorkspaceId& workspace, const std::string& beginning) {
    return ids_of(reader.query(
        R"sql(
SELECT DISTINCT content_id FROM term
WHERE workspace_id = $1 AND word >= $2 AND word < $3
ORDER BY content_id)sql",
        {workspace, beginning, beginning + std::string(after_all)}));
}

std::vector<std::string> words_of(std::string_view query) {
    if (query.size() > most_query_bytes)
        throw Error(
            Code::invalid,
            "A search has at most " + std::to_string(most_query_bytes) + " bytes",
            "Search for a few words.");
    text::require(query, "The search");
    auto words = text::query_terms(query, {.terms = most_query_terms});
    if (words.empty())
        throw Error(Code::invalid, "There is no word to search for", "Write letters or digits.");
    return words;
}

void append_parts(std::string& out, const std::vector<Part>& parts) {
    for (const auto& part : parts) {
        out += '\n';
        out += part.text;
    }
}

}  // namespace

void keep_words(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    const ContentId& content,
    std::string_view title,
    const Body& body) {
    std::string all(title);
    append_parts(all, body.parts);
    for (const auto& [platform, own] : body.overrides)
        append_parts(all, own.parts);
    forget_words(transaction, workspace, content);
    for (const auto& word : text::terms(all))
        transaction.execute(
            "INSERT INTO term (workspace_id, word, content_id) VALUES ($1, $2, $3)",
            {workspace, word, content});
}

void forget_words(
    store::Transaction& transaction, const WorkspaceId& workspace, const ContentId& content) {
    transaction.execute(
        "DELETE FROM term WHERE workspace_id = $1 AND content_id = $2", {workspace, content});
}

store::Slice<Content> search(
    store::Reader& reader,
    const WorkspaceId& workspace,
    std::string_view query,
    const store::Page& page) {
    const auto words = words_of(query);
    const auto wanted = static_cast<std::size_t>(store::rows_for(page));
    const auto keys = store::decode_cursor(page.cursor, "i");

    auto ids = with_beginning(reader, workspace, words.back());
    for (std::size_t i = 0; i + 1 < words.size() && !ids.empty(); ++i) {
        const auto others = with_word(reader, workspace, words[i]);
        std::vector<std::string> both;
        std::set_intersection(
            ids.begin(), ids.end(), others.begin(), others.end(), std::back_inserter(both));
        ids = std::move(both);
    }
    // Newest first: ids are in the order of time. A page begins below the last one of the page
    // before.
    auto end = ids.end();
    if (const auto below = keys[0].text())
        end = std::lower_bound(ids.begin(), ids.end(), *below);
    std::vector<Content> found;
    while (end != ids.begin() && found.size() < wanted) {
        --end;
        if (auto content = find(reader, workspace, ContentId(*end)))
            found.push_back(*std::move(content));
    }
    return store::slice(
        std::move(found), page, [](const Content& c) { return store::Values{c.id}; });
}

}  // namespace caas::content
