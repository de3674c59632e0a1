// Pictures made to fit a platform, or to be shown small: made once, kept as renditions.
#pragma once

#include <string_view>

#include "core/content/body.h"
#include "core/flow/tools.h"
#include "core/media/medium.h"
#include "core/platform/driver.h"

namespace caas::flow {

// Without its bytes and its link.
platform::Medium as_rules_see(const media::Medium& medium);

// Makes the pictures of a body fit a platform that does not take them as they are, so that
// platform_parts finds them; what is made already is not made again. Takes a second or so for each:
// never inside a transaction. Throws Error: content_rejected when one cannot be made to fit,
// unavailable.
void fit_media(
    const Tools& tools,
    const WorkspaceId& workspace,
    const content::Body& body,
    std::string_view platform,
    const platform::Limits& limits);

// A small picture of one, made when it is first asked for: of a video its beginning, by ffmpeg.
// Throws Error: unsupported_media_type, with what to install, where ffmpeg is not; invalid.
media::Rendition thumbnail(const Tools& tools, const media::Medium& medium);

}  // namespace caas::flow
