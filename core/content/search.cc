#include "core/content/search.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
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

// Of the lists of a word that begin with a content or before it, the last.
constexpr std::string_view last_list_sql = R"sql(
SELECT first_id, content_ids FROM term
WHERE workspace_id = $1 AND word = $2 AND first_id <= $3
ORDER BY first_id DESC
LIMIT 1)sql";

// The ids of a row of `term`: a blank between them.
void append_ids(std::vector<std::string>& ids, std::string_view list) {
    while (!list.empty()) {
        const auto end = std::min(list.find(' '), list.size());
        ids.emplace_back(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
}

// Of all these rows, in order and each once.
std::vector<std::string> ids_of(const store::Rows& rows) {
    std::vector<std::string> ids;
    for (const auto& row : rows)
        append_ids(ids, row.view(0));
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

std::string list_of(const std::vector<std::string>& ids) {
    std::string list;
    for (const auto& id : ids)
        list += (list.empty() ? "" : " ") + id;
    return list;
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
SELECT content_ids FROM term
WHERE workspace_id = $1 AND word = $2)sql",
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
SELECT content_ids FROM term
WHERE workspace_id = $1 AND word >= $2 AND word < $3)sql",
            {workspace, beginning, beginning + std::string(after_all)})));
}

// Rows of workspace, word, first id and ids. A list of that beginning is there only when a word was
// not found that should have been forgotten.
void insert_lists(store::Transaction& transaction, const std::vector<store::Values>& rows) {
    transaction.execute_each(
        R"sql(
INSERT INTO term (workspace_id, word, first_id, content_ids)
VALUES ($1, $2, $3, $4)
ON CONFLICT (workspace_id, word, first_id) DO UPDATE
SET content_ids = term.content_ids || ' ' || excluded.content_ids)sql",
        rows);
}

// Puts the words of the workspace's newest contents where those of the others are: together, so
// that a word which many of them have is written once.
void sort(store::Transaction& transaction, const WorkspaceId& workspace) {
    std::map<std::string, std::vector<std::string>> having;
    for (const auto& one : unsorted(transaction, workspace))
        for (std::size_t at = 1; at < one.words.size();) {
            const auto end = one.words.find(' ', at);
            having[one.words.substr(at, end - at)].push_back(one.content);
            at = end + 1;
        }
    std::vector<store::Values> rows;
    rows.reserve(having.size());
    for (const auto& [word, contents] : having)
        rows.push_back({workspace, word, contents.front(), list_of(contents)});
    insert_lists(transaction, rows);
    transaction.execute("DELETE FROM unsorted_term WHERE workspace_id = $1", {workspace});
}

// A row of `term`.
struct List {
    std::string first;
    std::vector<std::string> contents;

    explicit List(const store::Row& row) : first(row.text(0)) { append_ids(contents, row.view(1)); }

    // Whether it was there.
    bool remove(std::string_view content) { return std::erase(contents, content) > 0; }
};

// Nearly always the content is in the last list that begins before it: contents are put in order
// as they come.
std::optional<List> without(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const std::string& word,
    const ContentId& content) {
    for (const auto& row : reader.query(last_list_sql, {workspace, word, content})) {
        List list(row);
        if (list.remove(content.view()))
            return list;
    }
    for (const auto& row : reader.query(
             R"sql(
SELECT first_id, content_ids FROM term
WHERE workspace_id = $1 AND word = $2 AND content_ids LIKE $3)sql",
             {workspace, word, "%" + content.text() + "%"})) {
        List list(row);
        if (list.remove(content.view()))
            return list;
    }
    return std::nullopt;
}

void forget_sorted(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    const ContentId& content,
    const std::vector<std::string>& words) {
    std::vector<store::Values> shorter;
    std::vector<store::Values> ended;
    std::vector<store::Values> begun;
    for (const auto& word : words) {
        const auto list = without(transaction, workspace, word, content);
        if (!list)
            continue;
        const auto& [first, contents] = *list;
        if (!contents.empty() && contents.front() == first) {
            shorter.push_back({workspace, word, first, list_of(contents)});
            continue;
        }
        ended.push_back({workspace, word, first});
        if (!contents.empty())
            begun.push_back({workspace, word, contents.front(), list_of(contents)});
    }
    transaction.execute_each(
        R"sql(
UPDATE term
SET content_ids = $4
WHERE workspace_id = $1 AND word = $2 AND first_id = $3)sql",
        shorter);
    transaction.execute_each(
        "DELETE FROM term WHERE workspace_id = $1 AND word = $2 AND first_id = $3", ended);
    insert_lists(transaction, begun);
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

std::vector<std::string> all_words(std::string_view title, const Body& body) {
    std::string all(title);
    append_parts(all, body.parts);
    for (const auto& [platform, own] : body.overrides)
        append_parts(all, own.parts);
    return text::terms(all);
}

}  // namespace

void keep_words(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    const ContentId& content,
    std::string_view title,
    const Body& body) {
    std::string words = " ";
    for (const auto& word : all_words(title, body))
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
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    const ContentId& content,
    std::string_view title,
    const Body& body) {
    const auto was_unsorted = transaction.execute(
        "DELETE FROM unsorted_term WHERE workspace_id = $1 AND content_id = $2",
        {workspace, content});
    if (was_unsorted == 0)
        forget_sorted(transaction, workspace, content, all_words(title, body));
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
