#include "core/content/search.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
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

// How many contents of a workspace wait to be put in order. With 128 the write that does it kept
// sixteen callers waiting for 20 ms (tests/bench/http); with 32 there are more pages to write.
constexpr std::int64_t most_unsorted = 64;

std::vector<std::string> ids_of(const store::Rows& rows) {
    std::vector<std::string> ids;
    ids.reserve(rows.size());
    for (const auto& row : rows)
        ids.push_back(row.text(0));
    return ids;
}

// A content whose words are not yet in the table `term`: each with a blank before and behind it.
struct Unsorted {
    std::string content;
    std::string words;
};

// In the order of their ids.
std::vector<Unsorted> unsorted(store::Reader& reader, const WorkspaceId& workspace) {
    std::vector<Unsorted> all;
    for (const auto& row : reader.query(
             R"sql(
SELECT content_id, words FROM unsorted_term
WHERE workspace_id = $1
ORDER BY content_id)sql",
             {workspace}))
        all.push_back({row.text(0), row.text(1)});
    return all;
}

// Ids of those of either kind, in order.
std::vector<std::string> with_those_that_have(
    const std::string& piece,
    const std::vector<Unsorted>& unsorted,
    const std::vector<std::string>& sorted) {
    std::vector<std::string> others;
    for (const auto& one : unsorted)
        if (one.words.find(piece) != std::string::npos)
            others.push_back(one.content);
    std::vector<std::string> all;
    std::set_union(
        sorted.begin(), sorted.end(), others.begin(), others.end(), std::back_inserter(all));
    return all;
}

// Ids of the contents that have the word, in order.
std::vector<std::string> with_word(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const std::vector<Unsorted>& unsorted,
    const std::string& word) {
    return with_those_that_have(
        " " + word + " ",
        unsorted,
        ids_of(reader.query(
            R"sql(
SELECT content_id FROM term
WHERE workspace_id = $1 AND word = $2
ORDER BY content_id)sql",
            {workspace, word})));
}

std::vector<std::string> with_beginning(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const std::vector<Unsorted>& unsorted,
    const std::string& beginning) {
    return with_those_that_have(
        " " + beginning,
        unsorted,
        ids_of(reader.query(
            R"sql(
SELECT DISTINCT content_id FROM term
WHERE workspace_id = $1 AND word >= $2 AND word < $3
ORDER BY content_id)sql",
            {workspace, beginning, beginning + std::string(after_all)})));
}

// Puts the words of the workspace's newest contents where those of the others are: together, since
// nearly every word is a page of the index that has to be written.
void sort(store::Transaction& transaction, const WorkspaceId& workspace) {
    std::vector<std::pair<std::string, std::string>> terms;
    for (const auto& one : unsorted(transaction, workspace))
        for (std::size_t at = 1; at < one.words.size();) {
            const auto end = one.words.find(' ', at);
            terms.emplace_back(one.words.substr(at, end - at), one.content);
            at = end + 1;
        }
    std::sort(terms.begin(), terms.end());
    std::vector<store::Values> rows;
    rows.reserve(terms.size());
    for (const auto& [word, content] : terms)
        rows.push_back({workspace, word, content});
    transaction.execute_each(
        "INSERT INTO term (workspace_id, word, content_id) VALUES ($1, $2, $3)", rows);
    transaction.execute("DELETE FROM unsorted_term WHERE workspace_id = $1", {workspace});
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
    std::string words = " ";
    for (const auto& word : text::terms(all))
        words += word + " ";
    transaction.execute(
        "INSERT INTO unsorted_term (workspace_id, content_id, words) VALUES ($1, $2, $3)",
        {workspace, content, words});
    const auto waiting = transaction.query(
        "SELECT count(*) FROM unsorted_term WHERE workspace_id = $1", {workspace});
    if (waiting.at(0).integer(0) >= most_unsorted)
        sort(transaction, workspace);
}

void forget_words(
    store::Transaction& transaction, const WorkspaceId& workspace, const ContentId& content) {
    transaction.execute(
        "DELETE FROM unsorted_term WHERE workspace_id = $1 AND content_id = $2",
        {workspace, content});
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

    const auto fresh = unsorted(reader, workspace);

    auto ids = with_beginning(reader, workspace, fresh, words.back());
    for (std::size_t i = 0; i + 1 < words.size() && !ids.empty(); ++i) {
        const auto others = with_word(reader, workspace, fresh, words[i]);
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
