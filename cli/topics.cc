#include <array>

#include "cli/help.h"

namespace caas::cli {
namespace {

constexpr std::string_view environment = R"(CAAS_HOME
  Everything under one folder: configuration, database, media, keys.
CAAS_SERVER
  Address of a daemon; commands then act there and not on this machine. Refused
  in the home of a sandbox, unless it is an address of this machine. Empty is
  as if it were not set.
CAAS_TOKEN
  The API token for CAAS_SERVER, instead of what `caas login` kept for it.
CAAS_ORGANIZATION, CAAS_WORKSPACE
  Where commands act, by name or id, when it is not your first organization or
  its first workspace.
CAAS_SECTION_KEY
  Every setting: [http] listen is CAAS_HTTP_LISTEN. `caas config list --origin`
  shows each value and where it came from; caas.toml(5) describes them.
CAAS_WEBHOOK_SECRET, CAAS_BLUESKY_PASSWORD, CAAS_MASTODON_TOKEN
  Answers of `caas account connect` that must not be seen in an argument.
OPENAI_API_KEY, GEMINI_API_KEY, ANTHROPIC_API_KEY, OPENAI_BASE_URL
  Keys of providers, and the base of OpenAI's API.
DATABASE_URL, SECRET_KEY, JWT_SECRET
  Where the data is, what seals the tokens of accounts, what signs sessions.
VISUAL, EDITOR
  The editor of `caas content edit`.
NO_COLOR
  No colours, when it is set and not empty.
COLUMNS
  Width of tables when the terminal does not tell.
)";

constexpr std::string_view exit_codes = R"(0    done
1    unexpected failure
2    wrong usage: unknown command or option, missing argument
3    not signed in, or not allowed
4    content or input invalid; `caas lint` found a broken rule
5    not found
6    conflict with the state of things
7    a provider or platform refused for good
8    outcome not known: it may have been done, or it is on record and still being
     tried. Do not order it again, but look: `caas posts show`, `caas posts
     wait`, `caas posts reconcile --help`
9    quota or plan used up
75   temporary: try again later, nothing is done twice by it
130  interrupted (SIGINT), or a person said no to a question

A script that may run a command again names what it does: with --idempotency-key
KEY, `caas publish`, `caas schedule` and `caas content add` make nothing more
within 24 hours, however the first run ended, and show what it made. A key is for
one command with one input: a job that adds a content and publishes it needs two.
)";

constexpr std::string_view formatting =
    R"(Standard output holds the result only; talk, progress and errors go to
standard error. A terminal gets aligned tables, colours and relative times; a
pipe gets the same tables without colour and without cutting anything.

--json prints exactly the JSON of the API: an item with its "id", or a list
  {"items":[…],"next_cursor":null}
Errors are then the problem object of the API on standard error (RFC 9457).

--quiet prints the result and nothing else. For commands that make something
the result is its id:
  ID=$(caas content add post.md --quiet)

Ids may be shortened to any beginning or end of four or more characters, as
long as it is unique; tables show the last eight. What is part of one thing's
id and the name of another is refused: write the whole id, which is never
taken for a name.

In files, a line of three dashes separates the parts of a thread:
  First post of the thread.
  ---
  Second post.
A line of three dashes within a post is written \--- there, and \--- is \\---;
`caas content show --text`, an editor and comparisons show it so as well.
)";

constexpr std::array<Topic, 3> all{{
    {"environment", "variables that caas reads", environment},
    {"exit-codes", "what the exit status says", exit_codes},
    {"formatting", "output for people and for programs", formatting},
}};

}  // namespace

std::span<const Topic> topics() {
    return all;
}

}  // namespace caas::cli
