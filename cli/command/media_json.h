// What commands say of the files of media.
#pragma once

#include <optional>

#include <nlohmann/json.hpp>

#include "core/app/backup_media.h"
#include "core/base/json.h"

namespace caas::cli::command {

// null where they lie in a bucket.
inline Json media_json(const std::optional<app::MediaFacts>& facts) {
    if (!facts)
        return nullptr;
    return {{"files", facts->files}, {"bytes", facts->bytes}, {"missing", facts->missing}};
}

}  // namespace caas::cli::command
