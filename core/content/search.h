// Finds contents by the words of their newest version. The words are kept in plain tables, folded
// by core/text, so that every store engine answers alike: as they came for the newest contents, by
// word for all others.
//
// Functions over a reader or a transaction, each within one workspace.
#pragma once

#include <string_view>

#include "core/base/id.h"
#include "core/content/body.h"
#include "core/content/content.h"
#include "core/store/connection.h"
#include "core/store/page.h"

namespace caas::content {

// Keeps the words of a content of which none are kept; in the transaction that makes it or, after
// forget_words, changes its title or newest version.
void keep_words(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    const ContentId& content,
    std::string_view title,
    const Body& body);

// Title and body as they were kept: what they are by now does not say which words to forget.
void forget_words(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    const ContentId& content,
    std::string_view title,
    const Body& body);

// Contents that have every word of the query, newest first. The last word may be the beginning of
// one, as while typing. Throws Error(invalid) for a query without a word.
store::Slice<Content> search(
    store::Reader& reader,
    const WorkspaceId& workspace,
    std::string_view query,
    const store::Page& page);

}  // namespace caas::content
