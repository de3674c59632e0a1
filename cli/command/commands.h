// The rows of all commands, each defined in the file of its name.
#pragma once

#include <span>

#include "cli/command.h"

namespace caas::cli::command {

// The commands of the top level in the order help shows them.
std::span<const Command* const> all();

extern const Command account;
extern const Command account_check;
extern const Command account_connect;
extern const Command account_disconnect;
extern const Command account_list;
extern const Command account_pause;
extern const Command account_resume;
extern const Command admin;
extern const Command api;
extern const Command backup;
extern const Command billing;
extern const Command billing_cancel;
extern const Command billing_change;
extern const Command billing_checkout;
extern const Command billing_portal;
extern const Command billing_resume;
extern const Command billing_sync;
extern const Command completion;
extern const Command config;
extern const Command content;
extern const Command content_add;
extern const Command content_delete;
extern const Command content_diff;
extern const Command content_edit;
extern const Command content_list;
extern const Command content_restore;
extern const Command content_search;
extern const Command content_show;
extern const Command content_versions;
extern const Command db;
extern const Command doctor;
extern const Command generate;
extern const Command help;
extern const Command lint;
extern const Command login;
extern const Command logout;
extern const Command media;
extern const Command member;
extern const Command org;
extern const Command org_audit;
extern const Command platforms;
extern const Command posts;
extern const Command posts_calendar;
extern const Command posts_cancel;
extern const Command posts_list;
extern const Command posts_move;
extern const Command posts_reconcile;
extern const Command posts_take_back;
extern const Command posts_metrics;
extern const Command posts_retry;
extern const Command posts_show;
extern const Command posts_wait;
extern const Command providers;
extern const Command publish;
extern const Command restore;
extern const Command schedule;
extern const Command series;
extern const Command slots;
extern const Command status;
extern const Command token;
extern const Command usage;
extern const Command user;
extern const Command voice;
extern const Command workspace;

}  // namespace caas::cli::command
