// One pretend platform of each kind, connected as a person would connect it, and what it holds
// after a run: the texts that others could see, in order.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/platform/driver.h"
#include "core/sandbox/platform_sandbox.h"
#include "tests/contract/platform/meta_site.h"
#include "tests/contract/platform/reference_engine.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_random.h"
#include "tests/fake/folder.h"

namespace caas::contract {

class Site {
  public:
    // "bluesky", "bluesky with pictures", "mastodon", "mastodon with pictures", "mastodon without
    // keys", "mastodon that works slowly, with pictures", "webhook", "webhook that knows repeats",
    // "outbox", "x", "linkedin", "linkedin organization", and those of meta_site.h.
    explicit Site(const std::string& kind);

    // Publishes the parts and says how it ended.
    End publish(const std::vector<std::string>& texts, int killed_at = -1);
    End publish(std::vector<platform::Part> parts, int killed_at = -1);

    // Nullptr for the outbox, which asks nobody.
    sandbox::PretendPlatform* platform();
    // What others can see; a webhook's parts each count.
    std::vector<std::string> visible() const;
    // How many pictures and videos each of them shows, where media can be sent.
    std::vector<std::size_t> media_counts() const;
    // The words of the pictures that each of them shows, joined.
    std::vector<std::string> pictures() const;
    // What they should be for so many parts; empty where posts have none here.
    std::vector<std::string> expected_pictures(std::size_t parts) const;
    // Whether each part answers the one before, where the platform knows replies.
    bool is_one_thread() const;

    const MetaSite& meta() const { return meta_; }

    int performances = 0;
    std::string last_code;
    bool needs_sign_in = false;
    fake::FakeClock clock;

  private:
    void connect();

    std::string kind_;
    fake::FakeRandom random_;
    fake::Folder folder_;
    sandbox::PlatformSandbox platforms_;
    MetaSite meta_;
    platform::Access access_;
    const platform::Driver* driver_ = nullptr;
};

// Every kind above.
const std::vector<std::string>& kinds();

// A picture of this many bytes, with an alternative text.
platform::Medium picture(std::int64_t size);

}  // namespace caas::contract
