#include "core/flow/writer.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/provider/failure.h"
#include "core/provider/partial.h"
#include "core/provider/retry.h"
#include "core/text/shorten.h"

namespace caas::flow {
namespace {

bool is_of_a_provider(Code code) {
    return facts(code).name.starts_with("provider_");
}

void add(provider::Usage& sum, const provider::Usage& more) {
    sum.is_known = sum.is_known || more.is_known;
    sum.input += more.input;
    sum.cached_input += more.cached_input;
    sum.output += more.output;
    sum.reasoning += more.reasoning;
}

class Session {
  public:
    Session(
        const Tools& tools,
        const Assignment& assignment,
        const provider::Brief& brief,
        const Watcher& watcher,
        const std::stop_token& stop)
        : tools_(tools),
          assignment_(assignment),
          brief_(brief),
          watcher_(watcher),
          stop_(stop),
          streams_(brief.variant == 0 && watcher.on_text) {}

    Candidate run() {
        try {
            return write();
        } catch (const provider::CallError& e) {
            throw with_cost(e);
        } catch (const Error& e) {
            throw with_cost(provider::CallError(e));
        }
    }

  private:
    Candidate write() {
        const auto start = tools_.clock.monotonic();
        posts_ = ask(first_prompt(), brief_.platforms);
        relint();
        while (has_errors() && candidate_.mends < assignment_.most_mends &&
               !candidate_.mend_failure)
            mend();
        if (has_errors())
            shorten();
        fill_body();
        require_storable();
        candidate_.latency_ms =
            std::chrono::duration_cast<Milliseconds>(tools_.clock.monotonic() - start).count();
        candidate_.cost_microdollars =
            provider::cost_microdollars(candidate_.usage, candidate_.model, assignment_.prices);
        return std::move(candidate_);
    }

    // Of all calls until then: what nothing came of has been paid for too.
    provider::CallError with_cost(provider::CallError error) const {
        error.usage = candidate_.usage;
        error.has_answer = has_answer_;
        return error;
    }

    provider::Template::Text first_prompt() const {
        return provider::post_prompt(
            assignment_.post, brief_, assignment_.rules, assignment_.variants);
    }

    provider::Posts ask(
        const provider::Template::Text& prompt, const std::vector<std::string>& platforms) {
        std::vector<provider::Shape> shapes;
        for (const auto& rules : assignment_.rules) {
            if (std::find(platforms.begin(), platforms.end(), rules.id) != platforms.end())
                shapes.push_back({rules.id, rules.has_threads});
        }
        auto brief = brief_;
        brief.platforms = platforms;
        provider::Ask ask{
            std::move(brief),
            prompt.system,
            prompt.user,
            provider::posts_schema(shapes),
            "posts",
            {},
            stop_};
        provider::PartialPosts partial(
            [this](const provider::Piece& piece) { watcher_.on_text(piece.platform, piece.text); });
        if (streams_)
            ask.on_text = [&](std::string_view text) { partial.feed(text); };
        if (assignment_.on_call)
            assignment_.on_call();
        const auto answer = call(ask);
        streams_ = false;  // what is mended is shown whole, at the end
        has_answer_ = true;
        add(candidate_.usage, answer.usage);
        candidate_.model = answer.model;
        return provider::parse_posts(answer.text, platforms);
    }

    provider::Answer call(const provider::Ask& ask) {
        const provider::Tools seams{tools_.http, tools_.clock, tools_.random};
        try {
            return provider::ask_with_retries(assignment_.driver, ask, assignment_.endpoint, seams);
        } catch (const provider::CallError& e) {
            add(candidate_.usage, e.usage);
            throw;
        }
    }

    void relint() {
        candidate_.reports.clear();
        candidate_.errors = 0;
        candidate_.warnings = 0;
        for (const auto* driver : assignment_.platforms) {
            auto report =
                platform::lint(*driver, parts_of(driver->id), platform::MediaRule::may_come_later);
            for (const auto& issue : report.issues) {
                const bool is_error = issue.severity == platform::Severity::error;
                ++(is_error ? candidate_.errors : candidate_.warnings);
            }
            candidate_.reports.push_back(std::move(report));
        }
    }

    std::vector<platform::Part> parts_of(std::string_view id) const {
        std::vector<platform::Part> parts;
        for (const auto& text : posts_.at(std::string(id)))
            parts.push_back({text, {}});
        return parts;
    }

    bool has_errors() const { return candidate_.errors > 0; }

    void mend() {
        if (watcher_.on_stage)
            watcher_.on_stage("mending");
        ++candidate_.mends;
        std::vector<std::string> broken;
        std::vector<provider::Fault> faults;
        std::vector<provider::PlatformRules> rules;
        provider::Posts posts;
        for (std::size_t i = 0; i < candidate_.reports.size(); ++i) {
            const auto& report = candidate_.reports[i];
            if (report.is_valid())
                continue;
            broken.push_back(report.platform);
            rules.push_back(assignment_.rules[i]);
            posts[report.platform] = posts_.at(report.platform);
            for (const auto& issue : report.issues) {
                if (issue.severity == platform::Severity::error)
                    faults.push_back({report.platform, issue.message});
            }
        }
        const auto prompt = provider::mend_prompt(assignment_.mend, brief_, rules, posts, faults);
        try {
            for (auto& [id, parts] : ask(prompt, broken))
                posts_[id] = std::move(parts);
        } catch (const Error& e) {
            // What is there has been paid for; only who left gets nothing.
            if (stop_.stop_requested() || !is_of_a_provider(e.code()))
                throw;
            candidate_.mend_failure = e;
            return;
        }
        relint();
    }

    // What no model could get below the limit is cut at a sentence end, and said so in a mark.
    void shorten() {
        if (watcher_.on_stage)
            watcher_.on_stage("shortening");
        for (const auto& report : candidate_.reports) {
            if (report.is_valid())
                continue;
            bool was_cut = false;
            for (auto& text : posts_[report.platform]) {
                const auto measure = platform::fits(platform::get(report.platform).limits);
                auto shorter = text::shorten(text, measure);
                was_cut = was_cut || shorter != text;
                text = std::move(shorter);
            }
            if (was_cut)
                candidate_.body.marks.push_back(report.platform + ".text.shortened");
        }
        relint();
    }

    void fill_body() {
        auto& body = candidate_.body;
        body.language = brief_.language;
        const auto as_parts = [&](std::string_view id) {
            std::vector<content::Part> parts;
            for (const auto& text : posts_.at(std::string(id)))
                parts.push_back({text, {}});
            return parts;
        };
        body.parts = as_parts(assignment_.platforms.front()->id);
        for (const auto* driver : assignment_.platforms) {
            auto parts = as_parts(driver->id);
            if (parts != body.parts)
                body.overrides[std::string(driver->id)].parts = std::move(parts);
        }
    }

    // What no store would take is the model's fault, not that of whoever asked.
    void require_storable() const {
        try {
            content::check(candidate_.body);
        } catch (const Error& e) {
            throw Error(
                Code::provider_malformed,
                std::string("The model's answer is not in the form that was asked for: ") +
                    e.what(),
                "Try again, or name another model with --model.");
        }
    }

    const Tools& tools_;
    const Assignment& assignment_;
    const provider::Brief& brief_;
    const Watcher& watcher_;
    std::stop_token stop_;
    bool streams_;
    provider::Posts posts_;
    Candidate candidate_;
    bool has_answer_ = false;
};

}  // namespace

Candidate write_candidate(
    const Tools& tools,
    const Assignment& assignment,
    const provider::Brief& brief,
    const Watcher& watcher,
    const std::stop_token& stop) {
    return Session(tools, assignment, brief, watcher, stop).run();
}

}  // namespace caas::flow
