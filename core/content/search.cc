#include "core/content/search.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/store/list.h"
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

// Of each word the first list that ends with a content or behind it.
constexpr std::string_view nearest_lists_sql = R"sql(
SELECT t.word, t.last_id, t.content_ids
FROM (SELECT n.word, min(n.last_id) AS last_id
    FROM term n
    WHERE n.workspace_id = $1 AND n.word IN (…) AND n.last_id >= $2
    GROUP BY n.word) nearest
JOIN term t ON t.workspace_id = $1 AND t.word = nearest.word AND t.last_id = nearest.last_id)sql";

constexpr std::string_view any_lists_sql = R"sql(
SELECT word, last_id, content_ids
FROM term
WHERE workspace_id = $1 AND word IN (…) AND content_ids LIKE $2)sql";

// The ids of a row of `term`, as long as its text: a blank between them.
void append_ids(std::vector<std::string_view>& ids, std::string_view list) {
    while (!list.empty()) {
        const auto end = std::min(list.find(' '), list.size());
        ids.push_back(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
}

// Of all these rows, in order and each once.
std::vector<std::string> ids_of(const store::Rows& rows) {
    std::vector<std::string_view> ids;
    for (const auto& row : rows)
        append_ids(ids, row.view(0));
    std::sort(ids.begin(), ids.end());
    const auto end = std::unique(ids.begin(), ids.end());
    return {ids.begin(), end};
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

// Rows of workspace, word, last id and ids. A list with that end is there only when a word was not
// found that should have been forgotten: a newer utf8proc may fold a stored text into others.
void insert_lists(store::Transaction& transaction, const std::vector<store::Values>& rows) {
    transaction.execute_each(
        R"sql(
INSERT INTO term (workspace_id, word, last_id, content_ids)
VALUES ($1, $2, $3, $4)
ON CONFLICT (workspace_id, word, last_id) DO UPDATE
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
        rows.push_back({workspace, word, contents.back(), list_of(contents)});
    insert_lists(transaction, rows);
    transaction.execute("DELETE FROM unsorted_term WHERE workspace_id = $1", {workspace});
}

// The contents of a list without one of them.
struct Rest {
    std::string last;  // what the list is filed under
    std::vector<std::string> contents;
};

// Takes those that are found out of `words`.
void find_rests(
    store::Reader& reader,
    std::string_view sql,
    store::Values values,
    const ContentId& content,
    std::set<std::string>& words,
    std::map<std::string, Rest>& rests) {
    if (words.empty())
        return;
    const auto first = values.size() + 1;
    store::add_list(values, words);
    for (const auto& row : reader.query(store::with_list(sql, words.size(), first), values)) {
        std::vector<std::string_view> ids;
        append_ids(ids, row.view(2));
        if (std::erase(ids, content.view()) > 0 && words.erase(row.text(0)) > 0)
            rests.emplace(row.text(0), Rest{row.text(1), {ids.begin(), ids.end()}});
    }
}

// Nearly always a content is in the first list that ends behind it: contents are put in order as
// they come. One that was edited may be in any later one.
void forget_sorted(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    const ContentId& content,
    std::set<std::string> words) {
    std::map<std::string, Rest> rests;
    find_rests(transaction, nearest_lists_sql, {workspace, content}, content, words, rests);
    find_rests(
        transaction, any_lists_sql, {workspace, "%" + content.text() + "%"}, content, words, rests);
    std::vector<store::Values> shorter;
    std::vector<store::Values> ended;
    std::vector<store::Values> begun;
    for (const auto& [word, rest] : rests) {
        const auto& [last, contents] = rest;
        if (!contents.empty() && contents.back() == last) {
            shorter.push_back({workspace, word, last, list_of(contents)});
            continue;
        }
        ended.push_back({workspace, word, last});
        if (!contents.empty())
            begun.push_back({workspace, word, contents.back(), list_of(contents)});
    }
    transaction.execute_each(
        R"sql(
UPDATE term
SET content_ids = $4
WHERE workspace_id = $1 AND word = $2 AND last_id = $3)sql",
        shorter);
    transaction.execute_each(
        "DELETE FROM term WHERE workspace_id = $1 AND word = $2 AND last_id = $3", ended);
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
    if (was_unsorted > 0)
        return;
    const auto words = all_words(title, body);
    forget_sorted(transaction, workspace, content, {words.begin(), words.end()});
}

store::Slice<Content> search(
    store::Reader& reader,
    const WorkspaceId& workspace,
    std::string_view query,
    const store::Page& page) {
    const auto words = words_of(query);
    const auto wanted = static_cast<std::size_t>(store::rows_for(page));
    const store::PagedList list{.name = "found contents", .owner = workspace.text(), .shape = "i"};
    const auto keys = store::decode_cursor(page.cursor, list);

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
        std::move(found), page, list, [](const Content& c) { return store::Values{c.id}; });
}

}  // namespace caas::content
