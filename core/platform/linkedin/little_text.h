// LinkedIn's "little text" (learn.microsoft.com, little text format): what a post's `commentary` is
// written in. Fifteen characters are markup and must be escaped even where they mean nothing: the
// call succeeds otherwise, and the text behind the first one is silently lost. Pure; any bytes.
#pragma once

#include <string>
#include <string_view>

namespace caas::platform::linkedin {

// The text with everything escaped but what is meant: hashtags ("#news") become templates, and
// mentions in LinkedIn's own form ("@[Acme](urn:li:organization:1)") stay as they are.
std::string to_little_text(std::string_view text);

// The other way; from_little_text(to_little_text(x)) is x.
std::string from_little_text(std::string_view commentary);

// For comments, which are plain: mentions as the bare name.
std::string without_mentions(std::string_view text);

}  // namespace caas::platform::linkedin
